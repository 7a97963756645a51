/** Linux's USB printer class with a printer that the kernel plays (gadget function `printer`). */
import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { listPrinters } from '../../../../drivers/port/sysfs.ts';
import { openCharDevice } from './char-device.ts';
import { makeGadgets } from './hid-scenarios.ts';
import { type Bench, gadget, listen, type Scenario, same, until } from './scenario.ts';

/** The gadget's printer on the first bus, by where it is plugged in. */
export const printerPort = { kind: 'usblp', path: 'usb-dummy_hcd.0-1' } as const;

export async function plugPrinter(bench: Bench) {
  makeGadgets(bench, ['GK-1', 'GK-2']);
  gadget('plug', 'left', '0');
  await until('the printer', () => listPrinters().length > 0 && existsSync('/dev/g_printer0'));
}

/** The printer's inside: takes bytes while it is open, and can say something. */
function openPrinter(bench: Bench) {
  let received = 0;
  let tail = '';
  const end = openCharDevice('/dev/g_printer0', (chunk) => {
    received += chunk.length;
    tail = (tail + Buffer.from(chunk).toString('latin1')).slice(-100);
  });
  let open = true;
  const close = () => {
    if (open) end.close();
    open = false;
  };
  bench.atEnd(close);
  return {
    say: (...status: number[]) => end.write(new Uint8Array(status)),
    received: () => received,
    tail: () => tail,
    close,
  };
}

const jobScenario: Scenario = {
  name: 'printer: a job of many transfers arrives whole, and its status is heard',
  async run(bench) {
    await plugPrinter(bench);
    const { link, data } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const printer = openPrinter(bench);
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
    await plugPrinter(bench);
    const { link, data, reopened } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const write = link.write(new Uint8Array(400_000), 3000).catch((error: { code: string }) => error.code);
    const file = openSync('/dev/g_printer0', constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(file, new Uint8Array([0x18, 0x00, 0x0c, 0x0f]));
    await until('the status', () => data.join('') === '18000c0f');
    same('the state while it is stuck', link.state, 'open');
    same('the write', await write, 'timeout');
    closeSync(file);
    bench.note(`a new connection ${await reopened()} ms after the deadline`);
    const printer = openPrinter(bench);
    await link.write(new Uint8Array(20_000), 10_000);
    await until('the next job', () => printer.received() >= 20_000);
  },
};

const pulledScenario: Scenario = {
  name: 'printer: pulled in mid-job, the write says so; put back, it prints again',
  async run(bench) {
    await plugPrinter(bench);
    const { link, reopened } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const write = link.write(new Uint8Array(400_000), 20_000).catch((error: { code: string }) => error.code);
    gadget('unplug', 'left');
    same('the write', await write, 'no-hardware');
    await until('the node has gone', () => listPrinters().length === 0);
    gadget('plug', 'left', '0');
    bench.note(`open again ${await reopened()} ms after the plug, at ${listPrinters()[0]?.node}`);
    const printer = openPrinter(bench);
    await link.write(new Uint8Array(20_000), 10_000);
    await until('the next job', () => printer.received() >= 20_000);
  },
};

const idleScenario: Scenario = {
  name: 'printer: pulled while idle is noticed, and a second program is told that it is held',
  async run(bench) {
    await plugPrinter(bench);
    const { link, reopened } = listen(bench, 'printer', printerPort);
    await until('it opens', () => link.state === 'open');
    const second = listen(bench, 'second', printerPort);
    await until('the second is refused', () => second.events.length > 0);
    same('refusal', second.events[0], 'down busy');
    await second.link.close();
    gadget('unplug', 'left');
    await until('the loss', () => link.state !== 'open');
    gadget('plug', 'left', '0');
    bench.note(`open again ${await reopened()} ms after the plug`);
  },
};

export const printerScenarios: readonly Scenario[] = [jobScenario, stuckScenario, pulledScenario, idleScenario];
