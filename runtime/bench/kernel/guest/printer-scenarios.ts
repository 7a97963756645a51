/** The port of Linux's USB printer class, with a printer that the kernel plays (gadget function `printer`). */
import { listPrinters } from '../../../../drivers/port/sysfs.ts';
import { Gadget } from './gadget.ts';
import { type Bench, listen, type Scenario, same, until } from './scenario.ts';

/** The gadget's printer on the first bus, by where it is plugged in. */
export const printerPort = { kind: 'usblp', path: 'usb-dummy_hcd.0-1' } as const;

/** A printer that is switched on; while it is stalled it takes nothing. */
async function plugPrinter(bench: Bench, { stalled = false } = {}) {
  const gadget = new Gadget(bench, 'printer', { serial: 'GK-1', printer: true });
  let received = 0;
  let tail = '';
  gadget.printer?.onReceive((chunk) => {
    received += chunk.length;
    tail = (tail + Buffer.from(chunk).toString('latin1')).slice(-100);
  });
  gadget.printer?.stall(stalled);
  await gadget.plug(0);
  await until('the printer', () => listPrinters().length > 0);
  return {
    gadget,
    say: (...status: number[]) => gadget.printer?.send(new Uint8Array(status)),
    stall: (on: boolean) => gadget.printer?.stall(on),
    received: () => received,
    tail: () => tail,
  };
}

const jobScenario: Scenario = {
  name: 'printer: a job of many transfers arrives whole, and its status is heard',
  async run(bench) {
    const printer = await plugPrinter(bench);
    const { link, data } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const job = Buffer.concat([Buffer.alloc(60_000, 'A'), Buffer.from('\x1dV\x00', 'latin1')]);
    await link.write(job, 10_000);
    await until('the whole job', () => printer.received() === job.length);
    same('its end', printer.tail().slice(-3), '\x1dV\x00');
    // Automatic status back, four bytes: paper end (ESC/POS GS a).
    printer.say(0x18, 0x00, 0x0c, 0x0f);
    await until('the status', () => data.join('').length === 8);
    same('status', data.join(''), '18000c0f');
  },
};

const stuckScenario: Scenario = {
  name: 'printer: one that takes nothing costs the write its deadline, its paper-out is heard meanwhile',
  async run(bench) {
    const printer = await plugPrinter(bench, { stalled: true });
    const { link, data, backAfter } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const write = link.write(new Uint8Array(400_000), 3000).catch((error: { code: string }) => error.code);
    printer.say(0x18, 0x00, 0x0c, 0x0f);
    await until('the status', () => data.join('') === '18000c0f');
    same('the state while it is stuck', link.state, 'open');
    const backMs = await backAfter(async () => same('the write', await write, 'timeout'));
    same('bytes taken', printer.received(), 0);
    bench.note(`a new connection ${backMs} ms after the job began, with a deadline of 3000 ms`);
    printer.stall(false);
    await link.write(new Uint8Array(20_000), 10_000);
    await until('the next job', () => printer.received() >= 20_000);
  },
};

const pulledScenario: Scenario = {
  name: 'printer: pulled in mid-job, the write says so; put back, it prints again',
  async run(bench) {
    const printer = await plugPrinter(bench, { stalled: true });
    const { link, backAfter } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const write = link.write(new Uint8Array(400_000), 20_000).catch((error: { code: string }) => error.code);
    await printer.gadget.unplug();
    same('the write', await write, 'no-hardware');
    await until('the node has gone', () => listPrinters().length === 0);
    const backMs = await backAfter(() => printer.gadget.plug(0));
    bench.note(`open again ${backMs} ms after the plug, at ${listPrinters()[0]?.node}`);
    printer.stall(false);
    await link.write(new Uint8Array(20_000), 10_000);
    await until('the next job', () => printer.received() >= 20_000);
  },
};

const idleScenario: Scenario = {
  name: 'printer: pulled while idle is noticed, and a second program is told that it is held',
  async run(bench) {
    const printer = await plugPrinter(bench);
    const { link, backAfter } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const second = listen(bench, 'second', printerPort);
    await until('the second is refused', () => second.events.length > 0);
    same('refusal', second.events[0], 'down busy');
    await second.link.close();
    await printer.gadget.unplug();
    await until('the loss', () => link.state !== 'open');
    bench.note(`open again ${await backAfter(() => printer.gadget.plug(0))} ms after the plug`);
  },
};

const secondScenario: Scenario = {
  name: 'printer: the second of two is pulled and put back: it is found at its socket, the first is not disturbed',
  async run(bench) {
    const first = await plugPrinter(bench);
    const second = new Gadget(bench, 'second', { serial: 'GK-2', printer: true });
    await second.plug(1);
    const firstPort = listen(bench, 'first', printerPort);
    const secondPort = listen(bench, 'second', { kind: 'usblp', path: 'usb-dummy_hcd.1-1' });
    await until('both open', () => firstPort.link.state === 'open' && secondPort.link.state === 'open');
    await second.unplug();
    await until('the loss', () => secondPort.link.state !== 'open');
    await until('its node has gone', () => listPrinters().length === 1);
    bench.note(`open again ${await secondPort.backAfter(() => second.plug(1))} ms after the plug`);
    await firstPort.link.write(new Uint8Array(1000), 10_000);
    await until('the job of the first', () => first.received() === 1000);
    same('losses', [firstPort.link.counters.lost, secondPort.link.counters.lost], [0, 1]);
  },
};

export const printerScenarios: readonly Scenario[] = [
  jobScenario,
  stuckScenario,
  pulledScenario,
  idleScenario,
  secondScenario,
];
