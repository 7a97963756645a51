/** Serial lines: QEMU's FTDI adapter, and a CDC-ACM gadget whose device end can be made to take nothing. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { SerialOptions } from '../../../../drivers/port/port-options.ts';
import { openCharDevice } from './char-device.ts';
import { makeGadgets } from './hid-scenarios.ts';
import { type Bench, gadget, hex, listen, type Scenario, same, until } from './scenario.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

export const serialAt = (path: string): SerialOptions => ({
  kind: 'serial',
  path,
  baud: 9600,
  data_bits: 8,
  parity: 'none',
  stop_bits: 1,
  flow: 'none',
});

/** The adapter, and what reached the device behind it. */
async function ftdi(bench: Bench) {
  await until('the adapter', () => existsSync('/dev/serial/by-path') && byPath() !== undefined);
  let received = '';
  const far = openCharDevice('/dev/virtio-ports/ftdi.far', (chunk) => {
    received += Buffer.from(chunk).toString('latin1');
  });
  bench.atEnd(() => far.close());
  return { path: byPath() ?? '', far, received: () => received };
}

/** The adapter's name by where it is plugged in. */
export function byPath(): string | undefined {
  const name = readdirSync('/dev/serial/by-path').find((each) => each.includes('usb'));
  return name === undefined ? undefined : `/dev/serial/by-path/${name}`;
}

export const plugFtdi = (bench: Bench, port: string) =>
  bench.monitor.plug('ftdi0', 'usb-serial', { port, chardev: 'ftdi' });

const bothWaysScenario: Scenario = {
  name: 'serial: an FTDI adapter carries bytes both ways with the short latency',
  async run(bench) {
    const { path, far, received } = await ftdi(bench);
    const { link, data } = listen(bench, 'board', serialAt(path));
    await until('it opens', () => link.state === 'open');
    await link.write(new Uint8Array([0xaa, 0x55, 0x00, 0xff]), 1000);
    await until('the far end has them', () => received().length === 4);
    same('to the device', hex(bytes(received())), 'aa5500ff');
    far.write(new Uint8Array([0x7e, 0x01, 0x05]));
    await until('an answer', () => data.join('').length === 6);
    same('from the device', data.join(''), '7e0105');
    same('latency timer', readFileSync('/sys/bus/usb-serial/devices/ttyUSB0/latency_timer', 'utf8').trim(), '1');
  },
};

const replugScenario: Scenario = {
  name: 'serial: an FTDI adapter pulled while idle comes back without old bytes',
  async run(bench) {
    const { path, received } = await ftdi(bench);
    const { link, events, reopened } = listen(bench, 'board', serialAt(path));
    await until('it opens', () => link.state === 'open');
    const pulledMs = performance.now();
    await bench.monitor.unplug('ftdi0');
    await until('the loss', () => link.state !== 'open');
    bench.note(`lost ${Math.round(performance.now() - pulledMs)} ms after the unplug`);
    const refused = await link.write(bytes('old'), 1000).then(
      () => 'taken',
      (error: { code: string }) => error.code,
    );
    same('a write meanwhile', refused, 'offline');
    await until('the node has gone', () => !existsSync(path));
    await plugFtdi(bench, '2');
    bench.note(`open again ${await reopened()} ms after the plug`);
    await link.write(bytes('new'), 1000);
    await until('the far end has them', () => received().length >= 3);
    same('the device got', received(), 'new');
    same('losses told', events.filter((event) => event.startsWith('down')).length > 0, true);
    same('losses', link.counters.lost, 1);
  },
};

const pulledInWriteScenario: Scenario = {
  name: 'serial: an FTDI adapter pulled during a write, again and again',
  async run(bench) {
    const { path } = await ftdi(bench);
    const { link, reopened } = listen(bench, 'printer', serialAt(path));
    await until('it opens', () => link.state === 'open');
    const verdicts: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      // Write after write, until one meets the unplug.
      const writing = (async () => {
        for (;;) await link.write(new Uint8Array(50_000), 5000);
      })().catch((error: { code: string }) => error.code);
      await bench.monitor.unplug('ftdi0');
      verdicts.push(String(await writing));
      await until('the node has gone', () => !existsSync(path));
      await plugFtdi(bench, '2');
      bench.note(`open again ${await reopened()} ms after the plug`);
    }
    same('verdicts', verdicts, ['no-hardware', 'no-hardware', 'no-hardware']);
    same('openings', link.counters.opened, 4);
  },
};

const stuckScenario: Scenario = {
  name: 'serial: a device that takes nothing costs the write its deadline, and is heard meanwhile',
  async run(bench) {
    makeGadgets(bench, ['GK-1', 'GK-2']);
    gadget('plug', 'left', '0');
    // By its name: the number moves when it comes back while the old one is not let go.
    const path = '/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00';
    await until('the port', () => existsSync(path) && existsSync('/dev/ttyGS0'));
    const { link, data, reopened } = listen(bench, 'printer', serialAt(path));
    await until('it opens', () => link.state === 'open');
    // The device end is open and reads nothing, as a printer without paper.
    execFileSync('stty', ['-F', '/dev/ttyGS0', 'raw', '-echo']);
    const stuck = openSync('/dev/ttyGS0', constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
    const write = link.write(new Uint8Array(400_000), 3000).catch((error: { code: string }) => error.code);
    writeSync(stuck, bytes('\x14'));
    await until('what it says', () => data.length > 0);
    same('the state while it is stuck', link.state, 'open');
    same('the write', await write, 'timeout');
    // The kernel now waits up to 30 s to close the line, on a thread of the pool that all file access shares.
    await until('a new object is refused', () => link.lastError?.code === 'busy');
    await Promise.all(Array.from({ length: 8 }, () => readFile('/proc/self/status')));
    let taken = 0;
    const end = openCharDevice('/dev/ttyGS0', (chunk) => {
      taken += chunk.length;
    });
    bench.atEnd(() => end.close());
    closeSync(stuck);
    await until('the device takes bytes again', () => taken > 0);
    bench.note(`a new connection ${await reopened()} ms after the device took bytes again`);
    gadget('unplug', 'left');
    await until('the loss', () => link.state !== 'open');
    gadget('plug', 'left', '0');
    bench.note(`open again ${await reopened()} ms after the plug`);
  },
};

export const serialScenarios: readonly Scenario[] = [
  bothWaysScenario,
  replugScenario,
  pulledInWriteScenario,
  stuckScenario,
];
