/** A window's board on a real serial adapter, with the simulated board behind it: what people in the hall see of a pulled plug. */
import { createLineDisplay } from '../../../../drivers/line-display/registry.ts';
import { createSimulatedBoard } from '../../../../drivers/simulated/line-display/simulated-board.ts';
import { clock, driverOn, random } from './driver-rig.ts';
import { Ftdi, serialAt } from './ftdi.ts';
import { type Scenario, same, until } from './scenario.ts';

const boardScenario: Scenario = {
  name: 'board: its adapter is pulled during a call: it shows that call when it is back, and says so once',
  async run(bench) {
    const ftdi = await Ftdi.find(bench);
    const settings = { protocol: 'onbon-bx-k', address: 1, options: {} };
    const machine = createSimulatedBoard(settings, { end: ftdi.end, clock, random, name: 'board' });
    const shows = () => machine.look().pages.flat()[0]?.trim();
    const { context, heard } = driverOn(bench, 'w3-board', serialAt(ftdi.path, 57_600));
    const board = await createLineDisplay(settings, context);
    const shown: string[] = [];
    board.shown.on(({ contentId: id, outcome, repaint }) => shown.push(`${id} ${outcome}${repaint ? ' again' : ''}`));
    board.start();
    bench.atEnd(() => board.close());
    board.show({ id: 'first', lines: [{ text: 'A012' }] }, { urgent: true });
    await until('the first call', () => shown.length > 0);
    same('the first call', [shown[0], shows()], ['first shown', 'A012']);
    await ftdi.unplug();
    await until('the loss', () => heard.link.state !== 'open');
    same('the fault has a name', board.health.faults.map(({ code }) => code).includes('port-gone'), true);
    board.show({ id: 'second', lines: [{ text: 'A013' }] }, { urgent: true });
    // The board lost its power too: it comes back dark.
    machine.act({ type: 'power', on: false });
    const startMs = performance.now();
    await ftdi.plug();
    machine.act({ type: 'power', on: true });
    await until('the second call', () => shown.includes('second shown'));
    bench.note(`it shows the call ${Math.round(performance.now() - startMs)} ms after the plug`);
    same('the second call', shows(), 'A013');
    // Pulled once more with nothing new to say: it is repainted all the same, and no call is told twice.
    await ftdi.unplug();
    await until('the loss', () => heard.link.state !== 'open');
    machine.act({ type: 'power', on: false });
    const againMs = performance.now();
    await ftdi.plug();
    machine.act({ type: 'power', on: true });
    await until('the call again', () => shows() === 'A013');
    bench.note(`repainted ${Math.round(performance.now() - againMs)} ms after the plug`);
    await until('the repaint is told', () => shown.length > 2);
    same('told', shown, ['first shown', 'second shown', 'second shown again']);
    same('openings', heard.link.counters.opened, 3);
  },
};

export const boardScenarios: readonly Scenario[] = [boardScenario];
