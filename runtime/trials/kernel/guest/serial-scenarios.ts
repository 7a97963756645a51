/** Serial lines: QEMU's FTDI adapter, and a CDC-ACM gadget whose device end can be made to take nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { SerialOptions } from '../../../../drivers/port/port-options.ts';
import { openCharDevice } from './char-device.ts';
import { makeGadgets } from './hid-scenarios.ts';
import { type Bench, gadget, hex, listen, type Scenario, same, until } from './scenario.ts';

const ftdiPath = '/dev/serial/by-path/pci-0000:00:05.0-usb-0:2:1.0-port0';
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const serialAt = (path: string): SerialOptions => ({
  kind: 'serial',
  path,
  baud: 9600,
  data_bits: 8,
  parity: 'none',
  stop_bits: 1,
  flow: 'none',
});

/** The adapter's name by where it is plugged in, and what reached the device behind it. */
async function ftdi(bench: Bench) {
  await until('the adapter', () => existsSync('/dev/serial/by-path') && byPath() !== undefined);
  let received = '';
  const far = openCharDevice('/dev/virtio-ports/ftdi.far', (chunk) => {
    received += Buffer.from(chunk).toString('latin1');
  });
  bench.atEnd(() => far.close());
  return { path: byPath() ?? ftdiPath, far, received: () => received };
}

function byPath(): string | undefined {
  const name = readdirSync('/dev/serial/by-path').find((each) => each.includes('usb'));
  return name === undefined ? undefined : `/dev/serial/by-path/${name}`;
}

const plugFtdi = (bench: Bench, port: string) => bench.monitor.plug('ftdi0', 'usb-serial', { port, chardev: 'ftdi' });

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
    await until('the port', () => existsSync('/dev/ttyACM0') && existsSync('/dev/ttyGS0'));
    const { link, data, reopened } = listen(bench, 'printer', serialAt('/dev/ttyACM0'));
    await until('it opens', () => link.state === 'open');
    // The device end is not open: nothing is taken.
    const write = link.write(new Uint8Array(100_000), 1000).catch((error: { code: string }) => error.code);
    same('a write of 100 KB', await write, 'timeout');
    const again = reopened();
    await again;
    const end = openCharDevice('/dev/ttyGS0', () => {});
    bench.atEnd(() => end.close());
    end.write(bytes('\x14'));
    await until('what it says', () => data.length > 0);
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
