/** Serial lines: QEMU's FTDI adapter, and a CDC-ACM gadget whose device end can be made to take nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Ftdi, serialAt } from './ftdi.ts';
import { Gadget } from './gadget.ts';
import { type Bench, hex, listen, type Scenario, same, until } from './scenario.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** The adapter, and what reached the device behind it. */
async function adapter(bench: Bench) {
  const ftdi = await Ftdi.find(bench);
  let received = '';
  ftdi.end.onReceive((chunk) => {
    received += Buffer.from(chunk).toString('latin1');
  });
  return { ftdi, path: ftdi.path, received: () => received };
}

const bothWaysScenario: Scenario = {
  name: 'serial: an FTDI adapter carries bytes both ways with the short latency',
  async run(bench) {
    const { ftdi, path, received } = await adapter(bench);
    const { link, data } = listen(bench, 'board', serialAt(path));
    await until('it opens', () => link.state === 'open');
    await link.write(new Uint8Array([0xaa, 0x55, 0x00, 0xff]), 1000);
    await until('the far end has them', () => received().length === 4);
    same('to the device', hex(bytes(received())), 'aa5500ff');
    ftdi.end.send(new Uint8Array([0x7e, 0x01, 0x05]));
    await until('an answer', () => data.join('').length === 6);
    same('from the device', data.join(''), '7e0105');
    same('latency timer', readFileSync('/sys/bus/usb-serial/devices/ttyUSB0/latency_timer', 'utf8').trim(), '1');
  },
};

const replugScenario: Scenario = {
  name: 'serial: an FTDI adapter pulled while idle comes back without old bytes',
  async run(bench) {
    const { ftdi, path, received } = await adapter(bench);
    const { link, events, backAfter } = listen(bench, 'board', serialAt(path));
    await until('it opens', () => link.state === 'open');
    const pulledMs = performance.now();
    await ftdi.unplug();
    await until('the loss', () => link.state !== 'open');
    bench.note(`lost ${Math.round(performance.now() - pulledMs)} ms after the unplug`);
    const refused = await link.write(bytes('old'), 1000).then(
      () => 'taken',
      (error: { code: string }) => error.code,
    );
    same('a write meanwhile', refused, 'offline');
    bench.note(`open again ${await backAfter(() => ftdi.plug())} ms after the plug`);
    await link.write(bytes('new'), 1000);
    await until('the far end has them', () => received().length >= 3);
    same('the device got', received(), 'new');
    same('losses told', events.filter((event) => event.startsWith('down')).length > 0, true);
    same('losses', link.counters.lost, 1);
  },
};

/** More than all buffers between program and device hold together: 64 kB at the port, 208 kB at a Unix socket. */
const flood = 1_000_000;

const floodScenario: Scenario = {
  name: 'serial: a megabyte for a device that reads nothing yet: it arrives whole once the device reads',
  async run(bench) {
    const { ftdi, path, received } = await adapter(bench);
    const { link } = listen(bench, 'board', serialAt(path));
    await until('it opens', () => link.state === 'open');
    ftdi.end.stall(true);
    // QEMU's adapter takes everything at once, so the write ends before the device has read a byte.
    await link.write(new Uint8Array(flood).fill(0x55), 60_000);
    same('bytes taken meanwhile', received().length, 0);
    ftdi.end.stall(false);
    await until('all of it', () => received().length >= flood);
    same('bytes', received().length, flood);
  },
};

const pulledInWriteScenario: Scenario = {
  name: 'serial: an FTDI adapter pulled during a write, again and again',
  async run(bench) {
    const { ftdi, path } = await adapter(bench);
    const { link, backAfter } = listen(bench, 'printer', serialAt(path));
    await until('it opens', () => link.state === 'open');
    const verdicts: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      // Write after write, until one meets the unplug.
      const writing = (async () => {
        for (;;) await link.write(new Uint8Array(50_000), 5000);
      })().catch((error: { code: string }) => error.code);
      await ftdi.unplug();
      verdicts.push(String(await writing));
      bench.note(`open again ${await backAfter(() => ftdi.plug())} ms after the plug`);
    }
    same('verdicts', verdicts, ['no-hardware', 'no-hardware', 'no-hardware']);
    same('openings', link.counters.opened, 4);
  },
};

const stuckScenario: Scenario = {
  name: 'serial: a device that takes nothing costs the write its deadline, and is heard meanwhile',
  async run(bench) {
    const gadget = new Gadget(bench, 'left', { serial: 'GK-1', serialPort: true });
    // The device is switched on and takes nothing, as a printer without paper.
    gadget.serialPort?.stall(true);
    await gadget.plug(0);
    // By its name: the number moves when it comes back while the old one is not let go.
    const path = '/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00';
    await until('the port', () => existsSync(path));
    const { link, data, backAfter } = listen(bench, 'printer', serialAt(path));
    await until('it opens', () => link.state === 'open');
    let taken = 0;
    gadget.serialPort?.onReceive((chunk) => {
      taken += chunk.length;
    });
    const write = link.write(new Uint8Array(400_000), 3000).catch((error: { code: string }) => error.code);
    gadget.serialPort?.send(bytes('\x14'));
    await until('what it says', () => data.length > 0);
    same('the state while it is stuck', link.state, 'open');
    same('the write', await write, 'timeout');
    // The kernel now waits up to 30 s to close the line, on a thread of the pool that all file access shares.
    await until('a new object is refused', () => link.lastError?.code === 'busy');
    await Promise.all(Array.from({ length: 8 }, () => readFile('/proc/self/status')));
    same('bytes taken', taken, 0);
    const backMs = await backAfter(() => gadget.serialPort?.stall(false));
    same('bytes taken at last', taken > 0, true);
    bench.note(`a new connection ${backMs} ms after the device took bytes again`);
    await gadget.unplug();
    await until('the loss', () => link.state !== 'open');
    bench.note(`open again ${await backAfter(() => gadget.plug(0))} ms after the plug`);
  },
};

export const serialScenarios: readonly Scenario[] = [
  bothWaysScenario,
  replugScenario,
  floodScenario,
  pulledInWriteScenario,
  stuckScenario,
];
