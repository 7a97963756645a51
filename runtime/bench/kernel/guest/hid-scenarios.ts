/** Pads and scanners on hidraw: virtual devices through /dev/uhid, and gadgets on two USB ports. */
import { readdirSync } from 'node:fs';
import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import type { HidOptions } from '../../../../drivers/port/port-options.ts';
import { makePort } from '../../../../drivers/port/registry.ts';
import { listHid } from '../../../../drivers/port/sysfs.ts';
import { Gadget, gadgetPid, gadgetVid, vendorPadGadget } from './gadget.ts';
import { type Bench, hex, listen, type Scenario, same, until } from './scenario.ts';
import { descriptors, Uhid, type UhidOptions } from './uhid.ts';

const vid = 0x1234;
const vendorPad: UhidOptions = {
  name: 'Acme Rating Pad',
  vid,
  pid: 0x5301,
  serial: 'RK-1',
  descriptor: descriptors.vendorPad,
};
const standardPad: UhidOptions = { name: 'Acme Standard Pad', vid, pid: 0x5302, descriptor: descriptors.standardPad };
const keyboard: UhidOptions = { name: 'Acme Number Pad', vid, pid: 0x5303, descriptor: descriptors.keyboard };
const scanner: UhidOptions = { name: 'Acme Scanner', vid, pid: 0x5304, descriptor: descriptors.scanner };

const hid = ({ pid, serial }: UhidOptions): HidOptions => ({ kind: 'hid', vid, pid, serial });

function plug(bench: Bench, options: UhidOptions): { pad: Uhid; outputs: string[] } {
  const pad = new Uhid(options);
  const outputs: string[] = [];
  pad.on('output', (report) => outputs.push(hex(report)));
  bench.atEnd(() => {
    try {
      pad.unplug();
    } catch {
      // The scenario unplugged it.
    }
  });
  return { pad, outputs };
}

const vendorPadScenario: Scenario = {
  name: 'hid: a vendor rating pad is read, its lamps are set, its descriptor is known',
  async run(bench) {
    const { pad, outputs } = plug(bench, vendorPad);
    const { link, data } = listen(bench, 'rating pad', hid(vendorPad));
    await until('it opens', () => link.state === 'open');
    same('descriptor', hex(link.port?.descriptor ?? new Uint8Array()), hex(descriptors.vendorPad));
    pad.input(1, 5, 0, 0, 0, 0, 0, 0);
    pad.input(1, 0, 0, 0, 0, 0, 0, 0);
    await until('two reports', () => data.length === 2);
    same('reports', data, ['0105000000000000', '0100000000000000']);
    await link.write(new Uint8Array([2, 0b101, 0, 0, 0, 0, 0, 0]), 1000);
    await until('the lamp report', () => outputs.length === 1);
    same('lamps', outputs, ['0205000000000000']);
  },
};

const otherKindsScenario: Scenario = {
  name: 'hid: a standard pad, a keyboard and a scanner give their reports whole',
  async run(bench) {
    const pads = [standardPad, keyboard, scanner].map((options) => ({
      ...plug(bench, options),
      ...listen(bench, options.name, hid(options)),
    }));
    const [standard, keys, codes] = pads;
    if (standard === undefined || keys === undefined || codes === undefined) throw new Error('three pads');
    await until('all open', () => pads.every(({ link }) => link.state === 'open'));
    standard.pad.input(2);
    standard.pad.input(0);
    keys.pad.input(0, 0, 0x21, 0, 0, 0, 0, 0);
    keys.pad.input(0, 0, 0, 0, 0, 0, 0, 0);
    codes.pad.input(2, 8, ...Buffer.from('A1234567'), ...new Array<number>(48).fill(0));
    await until('all reports', () => standard.data.length === 2 && keys.data.length === 2 && codes.data.length === 1);
    same('standard pad', standard.data, ['02', '00']);
    same('keyboard', keys.data, ['0000210000000000', '0000000000000000']);
    same('scanner', codes.data[0]?.slice(0, 20), `0208${Buffer.from('A1234567').toString('hex')}`);
    await standard.link.write(new Uint8Array([0, 0x10]), 1000);
    await until('lamps', () => standard.outputs.length === 1);
    same('lamps without a report number', standard.outputs, ['0010']);
  },
};

const replugScenario: Scenario = {
  name: 'hid: unplugged during presses and put back under another number, each press comes once',
  async run(bench) {
    const { pad } = plug(bench, vendorPad);
    const { link, data, events, backAfter } = listen(bench, 'rating pad', hid(vendorPad));
    await until('it opens', () => link.state === 'open');
    const before = listHid().find(({ vid: each }) => each === vid)?.node;
    for (let key = 1; key <= 5; key += 1) pad.input(1, key, 0, 0, 0, 0, 0, 0);
    await until('five presses', () => data.length === 5);
    pad.unplug();
    await until('the loss', () => link.state !== 'open');
    // Another device takes its number.
    plug(bench, standardPad);
    await until('the other device', () => listHid().some(({ pid }) => pid === standardPad.pid));
    let again = pad;
    const backMs = await backAfter(() => {
      again = plug(bench, vendorPad).pad;
    });
    bench.note(`open again ${backMs} ms after the plug`);
    const after = listHid().find(({ pid }) => pid === vendorPad.pid)?.node;
    if (before === after) throw new Error(`it came back at the same node ${after}`);
    again.input(1, 4, 0, 0, 0, 0, 0, 0);
    await until('the press', () => data.length === 6);
    same(
      'presses',
      data.map((report) => report.slice(0, 4)),
      ['0101', '0102', '0103', '0104', '0105', '0104'],
    );
    same('openings and the last event', [link.counters.opened, events.at(-1)], [2, 'up']);
    same('losses', link.counters.lost, 1);
  },
};

const writeAtUnplugScenario: Scenario = {
  name: 'hid: a lamp report that meets an unplug fails, and the link comes back',
  async run(bench) {
    const { pad } = plug(bench, vendorPad);
    const { link, backAfter } = listen(bench, 'rating pad', hid(vendorPad));
    await until('it opens', () => link.state === 'open');
    pad.unplug();
    const verdict = await link.write(new Uint8Array([2, 1, 0, 0, 0, 0, 0, 0]), 1000).then(
      () => 'taken',
      (error: { code: string }) => error.code,
    );
    if (verdict === 'taken') throw new Error('a report to nowhere was taken');
    bench.note(`the write answered ${verdict}`);
    bench.note(`open again ${await backAfter(() => plug(bench, vendorPad))} ms after the plug`);
  },
};

const bySerialScenario: Scenario = {
  name: 'hid: two alike are told apart by serial number, also when they come back in the other order',
  async run(bench) {
    const options = (serial: string): UhidOptions => ({ ...vendorPad, serial });
    const first = listen(bench, 'window 1', hid(options('RK-1')));
    const second = listen(bench, 'window 2', hid(options('RK-2')));
    const ambiguous = listen(bench, 'unclear', { kind: 'hid', vid, pid: vendorPad.pid });
    for (const order of [
      ['RK-1', 'RK-2'],
      ['RK-2', 'RK-1'],
    ]) {
      const pads = order.map((serial) => ({ serial, ...plug(bench, options(serial)) }));
      await until('both open', () => first.link.state === 'open' && second.link.state === 'open');
      for (const { serial, pad } of pads) pad.input(1, serial === 'RK-1' ? 1 : 2, 0, 0, 0, 0, 0, 0);
      await until('a press each', () => first.data.length > 0 && second.data.length > 0);
      same('window 1', first.data.splice(0), ['0101000000000000']);
      same('window 2', second.data.splice(0), ['0102000000000000']);
      for (const { pad } of pads) pad.unplug();
      await until('both lost', () => first.link.state !== 'open' && second.link.state !== 'open');
    }
    const told = ambiguous.events.find((event) => event === 'down failure');
    same('one that names neither', told, 'down failure');
  },
};

const byPlaceScenario: Scenario = {
  name: 'hid: two alike without serial numbers belong to their USB ports, also when they are swapped',
  async run(bench) {
    const [left, right] = [
      new Gadget(bench, 'left', { pad: vendorPadGadget }),
      new Gadget(bench, 'right', { pad: vendorPadGadget }),
    ];
    await left.plug(0);
    await right.plug(1);
    const ofPlace = (bus: number): HidOptions => ({
      kind: 'hid',
      vid: gadgetVid,
      pid: gadgetPid,
      usb_path: `usb-dummy_hcd.${bus}-1`,
    });
    const first = listen(bench, 'window 1', ofPlace(0));
    const second = listen(bench, 'window 2', ofPlace(1));
    await until('both open', () => first.link.state === 'open' && second.link.state === 'open');
    const press = (key: number) =>
      [left, right].forEach(({ pad }, index) => void pad?.send(new Uint8Array([1, key + index, 0, 0, 0, 0, 0, 0])));
    press(1);
    await until('a press each', () => first.data.length > 0 && second.data.length > 0);
    same('window 1 has the left pad', first.data.splice(0), ['0101000000000000']);
    same('window 2 has the right pad', second.data.splice(0), ['0102000000000000']);
    await left.unplug();
    await right.unplug();
    await until('both lost', () => first.link.state !== 'open' && second.link.state !== 'open');
    const backMs = await Promise.all([first.backAfter(() => right.plug(0)), second.backAfter(() => left.plug(1))]);
    bench.note(`both open again ${Math.max(...backMs)} ms after the swap`);
    press(3);
    await until('a press each', () => first.data.length > 0 && second.data.length > 0);
    same('window 1 has the right pad', first.data, ['0104000000000000']);
    same('window 2 has the left pad', second.data, ['0103000000000000']);
  },
};

const otherPortScenario: Scenario = {
  name: 'hid: a pad with a serial number is found at whatever USB port it is put into',
  async run(bench) {
    const gadget = new Gadget(bench, 'left', { serial: 'GK-1', pad: vendorPadGadget });
    await gadget.plug(0);
    const { link, data, backAfter } = listen(bench, 'window 1', {
      kind: 'hid',
      vid: gadgetVid,
      pid: gadgetPid,
      serial: 'GK-1',
    });
    await until('it opens', () => link.state === 'open');
    await gadget.unplug();
    await until('the loss', () => link.state !== 'open');
    bench.note(`open again ${await backAfter(() => gadget.plug(1))} ms after the plug into the other port`);
    gadget.pad?.send(new Uint8Array([1, 3, 0, 0, 0, 0, 0, 0]));
    await until('a press', () => data.length === 1);
    same('nodes left behind', readdirSync('/dev').filter((name) => name.startsWith('hidraw')).length, listHid().length);
  },
};

const closedWhileOpeningScenario: Scenario = {
  name: 'hid: closed in the moment it opens, again and again: nothing breaks, and the next one reads',
  async run(bench) {
    const { pad } = plug(bench, vendorPad);
    await until('the pad', () => listHid().some(({ pid }) => pid === vendorPad.pid));
    const make = makePort(hid(vendorPad), { clock: systemClock, log: silentLog });
    for (let round = 0; round < 10; round += 1) {
      const port = make();
      const opening = port.open({ data: () => {}, lost: () => {} }).then(
        () => 'open',
        (error: { code: string }) => error.code,
      );
      await port.close();
      same('the opening', await opening, 'closed');
    }
    const { link, data } = listen(bench, 'rating pad', hid(vendorPad));
    await until('it opens', () => link.state === 'open');
    pad.input(1, 5, 0, 0, 0, 0, 0, 0);
    await until('a report', () => data.length === 1);
  },
};

export const hidScenarios: readonly Scenario[] = [
  vendorPadScenario,
  otherKindsScenario,
  replugScenario,
  closedWhileOpeningScenario,
  writeAtUnplugScenario,
  bySerialScenario,
  byPlaceScenario,
  otherPortScenario,
];
