/** Our drivers on real nodes, with the simulated machines at the device's side: what a person in the hall sees of a pulled plug. */
import { existsSync } from 'node:fs';
import { systemClock } from '../../../../drivers/clock.ts';
import type { DriverContext } from '../../../../drivers/driver.ts';
import { createKeypad, keypadProfile } from '../../../../drivers/keypad/registry.ts';
import { createLine } from '../../../../drivers/line/create-line.ts';
import type { Line } from '../../../../drivers/line/line.ts';
import { createLineDisplay } from '../../../../drivers/line-display/registry.ts';
import type { PortOptions } from '../../../../drivers/port/port-options.ts';
import { listPrinters } from '../../../../drivers/port/sysfs.ts';
import { seededRandom } from '../../../../drivers/random.ts';
import { createSimulatedBoard } from '../../../../drivers/simulated/line-display/simulated-board.ts';
import { createSimulatedPrinter } from '../../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { createTicketPrinter } from '../../../../drivers/ticket-printer/registry.ts';
import type { Verdict } from '../../../../drivers/ticket-printer/ticket-printer.ts';
import { NodeFarEnd } from './node-far-end.ts';
import { plugPrinter, printerPort } from './printer-scenarios.ts';
import { type Bench, gadget, type Heard, hex, listen, type Scenario, same, until } from './scenario.ts';
import { byPath, plugFtdi, serialAt } from './serial-scenarios.ts';
import { descriptors, Uhid } from './uhid.ts';

const clock = systemClock;
const random = seededRandom(2);

function contextOn(bench: Bench, name: string, options: PortOptions): { context: DriverContext; heard: Heard } {
  const heard = listen(bench, name, options);
  let line: Line | undefined;
  const context = {
    name,
    link: heard.link,
    line: () => {
      line ??= createLine(heard.link, { clock });
      return line;
    },
    clock,
    random,
  };
  return { context, heard };
}

function farEnd(bench: Bench, path: string): NodeFarEnd {
  const end = new NodeFarEnd(path);
  bench.atEnd(() => end.close());
  return end;
}

const ratingProfile = {
  protocol: 'hid-table',
  model: 'five-level rating pad, vendor HID',
  source: 'config/profiles/keypad/rating-5.yaml',
  keys: [1, 2, 3, 4, 5].map((code) => ({
    key: `level-${6 - code}`,
    code,
    label: { zh: `${code}`, en: `${code}` },
    lamp: code - 1,
  })),
  timing: { settle_ms: 30, repeat_ms: 300 },
  wire: {
    descriptor: hex(descriptors.vendorPad),
    events: [{ kind: 'tap', function: 1, key_at: 0 }],
    lamps: ['02 {lit}'],
    report_octets: 8,
  },
};

const padScenario: Scenario = {
  name: 'device: a rating pad pulled and put back: each press counts once, and its lamps burn again',
  async run(bench) {
    const { context, heard } = contextOn(bench, 'w3-rating', { kind: 'hid', vid: 0x1234, pid: 0x5301, serial: 'RK-1' });
    const pad = await createKeypad(
      { protocol: 'hid-table', profile: keypadProfile.parse(ratingProfile), options: {} },
      context,
    );
    const pressed: string[] = [];
    pad.onPress(({ key }) => pressed.push(key));
    pad.start();
    bench.atEnd(() => pad.close());
    pad.setLamps({ 'level-5': 'on', 'level-1': 'on' });
    for (const [round, code] of [1, 5, 3].entries()) {
      const device = new Uhid({
        name: 'Rating',
        vid: 0x1234,
        pid: 0x5301,
        serial: 'RK-1',
        descriptor: descriptors.vendorPad,
      });
      const lamps: string[] = [];
      device.on('output', (report) => lamps.push(hex(report)));
      await until('it opens', () => heard.link.state === 'open');
      await until('its lamps', () => lamps.length > 0);
      same('lamps', lamps.at(-1)?.slice(0, 4), '0211');
      device.input(1, code, 0, 0, 0, 0, 0, 0);
      device.input(1, 0, 0, 0, 0, 0, 0, 0);
      await until('the press', () => pressed.length === round + 1);
      device.unplug();
      await until('the loss', () => heard.link.state !== 'open');
    }
    same('presses', pressed, ['level-5', 'level-1', 'level-3']);
  },
};

const boardScenario: Scenario = {
  name: 'device: a board whose adapter is pulled during a call shows that call when it is back',
  async run(bench) {
    await until('the adapter', () => existsSync('/dev/serial/by-path') && byPath() !== undefined);
    const path = byPath() ?? '';
    const settings = { protocol: 'onbon-bx-k', address: 1, options: {} };
    const machine = createSimulatedBoard(settings, {
      end: farEnd(bench, '/dev/virtio-ports/ftdi.far'),
      clock,
      random,
      name: 'board',
    });
    const { context, heard } = contextOn(bench, 'w3-board', { ...serialAt(path), baud: 57_600 });
    const board = await createLineDisplay(settings, context);
    const shown: string[] = [];
    board.onShown((id, outcome) => shown.push(`${id} ${outcome}`));
    board.start();
    bench.atEnd(() => board.close());
    board.show({ id: 'first', lines: [{ text: 'A012' }] }, { urgent: true });
    await until('the first call', () => shown.length > 0);
    same('the first call', [shown[0], machine.look().pages.flat()[0]?.trim()], ['first shown', 'A012']);
    await bench.monitor.unplug('ftdi0');
    await until('the loss', () => heard.link.state !== 'open');
    board.show({ id: 'second', lines: [{ text: 'A013' }] }, { urgent: true });
    await until('the node has gone', () => !existsSync(path));
    await plugFtdi(bench, '2');
    const startMs = performance.now();
    await until('the second call', () => shown.includes('second shown'));
    bench.note(`it shows the call ${Math.round(performance.now() - startMs)} ms after the plug`);
    same('the second call', machine.look().pages.flat()[0]?.trim(), 'A013');
  },
};

/** `printed`, or what else and why. */
const summary = (verdict: Verdict) =>
  verdict.kind === 'printed' ? 'printed' : `${verdict.kind} ${verdict.reason}: ${verdict.message}`;

const ticket = (jobId: string, lines: number) => ({
  jobId,
  blocks: Array.from({ length: lines }, (_, line) => ({
    kind: 'text' as const,
    text: `${jobId} line ${line} of a ticket`,
  })),
});

const printerScenario: Scenario = {
  name: 'device: a printer pulled in mid-job says "unknown" at once, and confirms the next ticket when it is back',
  onlyWhenNamed: true,
  async run(bench) {
    await plugPrinter(bench);
    const settings = { protocol: 'escpos', options: {} };
    const machine = createSimulatedPrinter(settings, {
      end: farEnd(bench, '/dev/g_printer0'),
      clock,
      random,
      name: 'printer',
    });
    const { context, heard } = contextOn(bench, 'k1-printer', printerPort);
    const printer = await createTicketPrinter(settings, context);
    printer.start();
    bench.atEnd(() => printer.close());
    await until('it is ready', () => printer.health.state === 'ready');
    same('a ticket', summary(await printer.print(ticket('A012', 5))), 'printed');
    const verdict = printer.print(ticket('A013', 400));
    await until(
      'the long one has begun',
      () => machine.look().papers[0]?.text.some((line) => line.includes('A013')) === true,
    );
    gadget('unplug', 'left');
    const pulledMs = performance.now();
    same('the verdict of the one pulled', summary(await verdict).slice(0, 7), 'unknown');
    bench.note(`verdict ${Math.round(performance.now() - pulledMs)} ms after the unplug`);
    await until('the node has gone', () => listPrinters().length === 0);
    machine.act({ type: 'power', on: false });
    machine.act({ type: 'power', on: true });
    gadget('plug', 'left', '0');
    bench.note(`open again ${await heard.reopened()} ms after the plug`);
    await until('it is ready again', () => printer.health.state === 'ready');
    same('the next ticket', summary(await printer.print(ticket('A014', 5))), 'printed');
    const papers = machine.look().papers.filter(({ text }) => text.some((line) => line.includes('A014 line 4')));
    same('papers of the next ticket', papers.length, 1);
  },
};

const outScenario: Scenario = {
  name: 'device: a printer that runs out of paper in mid-job waits, and confirms when paper is in',
  onlyWhenNamed: true,
  async run(bench) {
    await plugPrinter(bench);
    const settings = { protocol: 'escpos', options: {} };
    const machine = createSimulatedPrinter(
      settings,
      { end: farEnd(bench, '/dev/g_printer0'), clock, random, name: 'printer' },
      { flowControl: true },
    );
    const { context } = contextOn(bench, 'k1-printer', printerPort);
    const printer = await createTicketPrinter(settings, context);
    printer.start();
    bench.atEnd(() => printer.close());
    await until('it is ready', () => printer.health.state === 'ready');
    machine.act({ type: 'roll', mm: 100 });
    const waits: string[] = [];
    const verdict = printer.print(ticket('A012', 60), { waiting: (reason) => void waits.push(reason) });
    await until('it waits for paper', () => waits.length > 0);
    bench.note(`it waits: ${waits[0]}; faults: ${printer.health.faults.map(({ code }) => code).join(' ')}`);
    machine.act({ type: 'roll', mm: 80_000 });
    machine.act({ type: 'fault', fault: 'paper-out', on: false });
    same('the verdict', summary(await verdict), 'printed');
  },
};

export const deviceScenarios: readonly Scenario[] = [padScenario, boardScenario, printerScenario, outScenario];
