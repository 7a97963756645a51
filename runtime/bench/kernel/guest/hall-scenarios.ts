/**
 * A hall on real device nodes: hub, journal and boxes as they run, its kiosk a USB gadget, its call pads on a serial adapter
 * and a keyboard, its two rating pads alike and without serial numbers in two USB sockets. Only its boards are simulated.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { hallFrom } from '../../../../config/load.ts';
import { sleep } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import { makePort } from '../../../../drivers/port/registry.ts';
import { createSimulatedKeypad } from '../../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import type { KeypadLook } from '../../../../drivers/simulated/keypad/keypad-machine.ts';
import type { FarEnd, SimulatedMachine } from '../../../../drivers/simulated/machine.ts';
import type { PrinterLook } from '../../../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { hallDeskOf } from '../../../boot/hall-desk.ts';
import { HallWorld } from '../../../boot/hall-world.ts';
import { type JourneyWorld, runJourney } from '../../../boot/journey.ts';
import { SimulatedHardware } from '../../../boot/simulated-hardware.ts';
import { LocalBroker } from '../../../testing/worlds/local-broker.ts';
import { LocalBus } from '../../../testing/worlds/local-bus.ts';
import { MemoryHallDisk, MemoryHallStore } from '../../../testing/worlds/memory-hall-store.ts';
import { MemoryNodeDisk, MemoryNodeStore } from '../../../testing/worlds/memory-node-store.ts';
import type { BenchMachine, HallDesk } from '../../../web/needs.ts';
import { clock, goDark, profileFile, random } from './driver-rig.ts';
import { Ftdi } from './ftdi.ts';
import { Gadget, gadgetPid, gadgetVid, vendorPadGadget } from './gadget.ts';
import { type Bench, type Scenario, same, until } from './scenario.ts';
import { descriptors, UhidEnd } from './uhid.ts';

const sockets = { kiosk: 0, first: 1, second: 2 };
/** A replug under emulation takes longer than a visitor is given. */
const ratingTimeoutS = 120;
const numberPad = { vid: 0x1234, pid: 0x5303 };

const ratingPort = (id: string, socket: number) => ({
  id,
  kind: 'hid',
  vid: gadgetVid,
  pid: gadgetPid,
  usb_path: `usb-dummy_hcd.${socket}-1`,
});

/** The small hall with its ports named as a real hall names them, open all day, both windows alike. */
function hallText(adapterPath: string, windowsAlike: boolean): string {
  const file = parse(readFileSync(new URL('../../../../config/halls/small.yaml', import.meta.url), 'utf8'));
  const allDay = [{ from: '00:00', to: '24:00' }];
  const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, allDay]));
  const [kiosk, windows] = file.nodes;
  kiosk.ports = [
    { id: 'panel', kind: 'serial', path: '/dev/serial/by-id/usb-Acme_Acme_Counter_Box_K1-if00', baud: 9600 },
    { id: 'printer', kind: 'usblp', path: `usb-dummy_hcd.${sockets.kiosk}-1` },
  ];
  windows.ports = [
    { id: 'boards', kind: 'simulated', baud: 57_600 },
    { id: 'w1-pad', kind: 'serial', path: adapterPath, baud: 9600 },
    { id: 'w2-pad', kind: 'hid', ...numberPad },
    ratingPort('w1-rating', sockets.first),
    ratingPort('w2-rating', sockets.second),
  ];
  for (const device of windows.devices)
    if (device.id === 'w2-pad')
      device.pad = { protocol: 'hid-keyboard', profile: 'number-pad-call-pad', port: 'w2-pad' };
  if (windowsAlike) {
    for (const window of file.windows) window.role = 'intake';
    for (const matter of file.matters) matter.decided = 'on-the-spot';
  }
  return JSON.stringify({
    ...file,
    calendar: { week, last_ticket_before_close_min: 0 },
    rating: { timeout_s: ratingTimeoutS },
    // An emulated hub answers later than a kiosk waits before it goes on by numbers of its own.
    numbering: { block_size: 0 },
    nodes: [kiosk, windows],
  });
}

/** A machine of the real kind, as the journey's fingers and eyes want it. */
type Machine = SimulatedMachine<unknown, { readonly type: string; readonly key?: string }>;

function benchMachine(device: string, part: string, window: string | null, machine: Machine): BenchMachine {
  return {
    id: `${device}-${part}`,
    kind: machine.kind,
    node: device === 'k1' ? 'k1' : 'n1',
    device,
    window,
    part,
    look: () => machine.look(),
    act: (action) => machine.act(action),
    onChange: (listener) => machine.onChange(listener),
  };
}

const keypad = (protocol: string, profile: string, end: FarEnd, name: string) =>
  createSimulatedKeypad(
    { protocol, profile: profileFile(`keypad/${profile}`), options: {} },
    { end, clock, random, name },
  ) as Machine;

function sideOf<End>(end: End | undefined): End {
  if (end === undefined) throw new Error('the gadget lacks that function');
  return end;
}

async function openHall(bench: Bench, { windowsAlike = false } = {}) {
  const ftdi = await Ftdi.find(bench);
  const kiosk = new Gadget(bench, 'kiosk', { serial: 'K1', serialPort: true, printer: true });
  const left = new Gadget(bench, 'left', { pad: vendorPadGadget });
  const right = new Gadget(bench, 'right', { pad: vendorPadGadget });
  const number = new UhidEnd({ name: 'Acme Number Pad', ...numberPad, descriptor: descriptors.keyboard });
  bench.atEnd(() => number.unplug());
  const printer = createSimulatedPrinter(
    { protocol: 'escpos', profile: profileFile('ticket-printer/generic-80'), options: {} },
    { end: sideOf(kiosk.printer), clock, random, name: 'k1 printer' },
    { flowControl: true },
  );
  const panel = keypad('serial-frame', 'panel-8', sideOf(kiosk.serialPort), 'k1 panel');
  const pads = [
    keypad('serial-frame', 'call-pad-21', ftdi.end, 'w1 pad'),
    keypad('hid-keyboard', 'number-pad-call-pad', number, 'w2 pad'),
  ] as const;
  const ratings = [
    keypad('hid-table', 'rating-5', sideOf(left.pad), 'left rating'),
    keypad('hid-table', 'rating-5', sideOf(right.pad), 'right rating'),
  ] as const;
  await kiosk.plug(sockets.kiosk);
  await left.plug(sockets.first);
  await right.plug(sockets.second);
  number.plug();

  const config = await hallFrom(hallText(ftdi.path, windowsAlike), '/run/hall.yaml');
  const boards = new SimulatedHardware(config, clock, random);
  await boards.fit();
  const broker = new LocalBroker({ clock, random });
  const disk = new MemoryHallDisk();
  const nodeDisks = new Map(config.file.nodes.map(({ id }) => [id, new MemoryNodeDisk()]));
  const context = { clock, random, log: silentLog };
  const world = new HallWorld(context, {
    config,
    makePort: (node, port) => (port.kind === 'simulated' ? boards.makePort(node, port) : makePort(port, context)),
    media: {
      hallStore: () => new MemoryHallStore(disk),
      nodeStore: (node) => new MemoryNodeStore({ disk: nodeDisks.get(node) ?? new MemoryNodeDisk(), random }),
      bus: (client) => new LocalBus(broker, client),
      startBroker: async () => broker.start(),
      stopBroker: async () => broker.stop(),
    },
  });
  bench.atEnd(() => world.stop());
  await world.start();
  const stop = bench.hotPlug.changed.on(() => {
    for (const { id } of config.file.nodes) world.node(id)?.poke();
  });
  bench.atEnd(stop);
  const desk = (): HallDesk => {
    if (world.hub === undefined || world.hallStore === undefined) throw new Error('the hub is away');
    return hallDeskOf(world.hub, world.hallStore, config.rules);
  };
  const state = (device: string) =>
    ['k1', 'n1'].flatMap((id) => world.node(id)?.status().devices ?? []).find((each) => each.device === device)?.state;
  for (const device of config.file.nodes.flatMap((node) => node.devices))
    await until(`${device.id} is ready (it is ${state(device.id)})`, () => state(device.id) === 'ready');
  for (const window of ['w1', 'w2']) {
    const answer = await desk().submit('OpenWindow', { window }, { kind: 'supervisor', id: 'bench' });
    if (!answer.ok) throw new Error(`${window} does not open: ${answer.error.message}`);
  }
  const machines = [
    ...boards.machines,
    benchMachine('k1', 'printer', null, printer as unknown as Machine),
    benchMachine('k1', 'panel', null, panel),
    benchMachine('w1-pad', 'pad', 'w1', pads[0]),
    benchMachine('w2-pad', 'pad', 'w2', pads[1]),
    benchMachine('w1-rating', 'rating', 'w1', ratings[0]),
    benchMachine('w2-rating', 'rating', 'w2', ratings[1]),
  ];
  const journey: JourneyWorld = {
    rules: config.rules,
    machines,
    desk,
    settle: (work) => work,
    wait: (what, so, limitMs) => until(what, so, limitMs),
  };
  return {
    kiosk,
    left,
    right,
    printer,
    panel,
    pads,
    ratings,
    journey,
    snapshot: () => desk().snapshot(),
    state,
    events: (type: string): Readonly<Record<string, unknown>>[] =>
      disk.journal.map((line) => JSON.parse(line)).filter((event) => event.type === type),
  };
}

type Hall = Awaited<ReturnType<typeof openHall>>;

const lit = (pad: Machine) => (pad.look() as KeypadLook).keys.filter(({ lamp }) => lamp !== 'off').length;
const papers = ({ printer }: Hall) => (printer.look() as PrinterLook).papers;

async function press(pad: Machine, key: string, what: string, so: () => boolean): Promise<void> {
  pad.act({ type: 'press', key });
  await until(what, so);
}

const journeyScenario: Scenario = {
  name: 'hall: a ticket from the kiosk to both windows and two ratings, over USB printer, serial and HID nodes',
  async run(bench) {
    const hall = await openHall(bench);
    const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w2' };
    const { number, paperText } = await runJourney(hall.journey, plan);
    same('the paper has the number', paperText.includes(number), true);
    same('papers', papers(hall).length, 1);
    same(
      'verdicts',
      hall.events('TicketPrinted').map(({ verdict }) => verdict),
      ['printed'],
    );
    same(
      'ratings',
      hall.events('ServiceRated').map(({ window, level }) => [window, level]),
      [
        ['w1', 5],
        ['w2', 5],
      ],
    );
  },
};

const swapScenario: Scenario = {
  name: 'hall: two rating pads alike, swapped between their sockets during a service: each press counts at its window',
  async run(bench) {
    const hall = await openHall(bench, { windowsAlike: true });
    const { pads, ratings, panel, left, right } = hall;
    for (const count of [1, 2]) {
      await press(panel, '2', 'its ticket waits', () => hall.events('TicketPrinted').length === count);
      await until('the panel is free', () => lit(panel) > 0);
    }
    const view = (at: number) => hall.snapshot().windows.find(({ window }) => window === `w${at + 1}`);
    for (const [at, pad] of pads.entries()) {
      await press(pad, 'next', 'a ticket is called', () => view(at)?.call?.status === 'called');
      await seen();
      await press(pad, 'start', 'it is served', () => view(at)?.call?.status === 'serving');
    }
    await left.unplug();
    await right.unplug();
    await until('both are lost', () => ['w1-rating', 'w2-rating'].every((pad) => hall.state(pad) !== 'ready'));
    const startMs = performance.now();
    await left.plug(sockets.second);
    await right.plug(sockets.first);
    await until('both are ready', () => ['w1-rating', 'w2-rating'].every((pad) => hall.state(pad) === 'ready'));
    bench.note(`both are ready ${Math.round(performance.now() - startMs)} ms after the swap (goal 2000)`);
    await press(pads[0], 'complete', 'window 1 is done', () => view(0)?.call === null);
    await until('the right pad invites, and it alone', () => ratings.map(lit).join() === '0,5');
    await press(pads[1], 'complete', 'window 2 is done', () => view(1)?.call === null);
    await until('both pads invite', () => ratings.map(lit).join() === '5,5');
    ratings[0].act({ type: 'press', key: 'level-5' });
    ratings[1].act({ type: 'press', key: 'level-1' });
    await until('both ratings', () => hall.events('ServiceRated').length === 2);
    // A second press is evidence and no rating.
    ratings[0].act({ type: 'press', key: 'level-2' });
    await until('the stray press', () => hall.events('StrayRating').length > 0);
    same(
      'ratings: the left pad now belongs to window 2',
      hall
        .events('ServiceRated')
        .map(({ window, level }) => `${window} ${level}`)
        .sort(),
      ['w1 1', 'w2 5'],
    );
    same(
      'strays',
      hall.events('StrayRating').map(({ window, key, reason }) => [window, key, reason]),
      [['w2', 'level-2', 'already-rated']],
    );
  },
};

const kioskScenario: Scenario = {
  name: 'hall: a kiosk that loses plug and power in mid-print: that number is unknown, never twice on paper; then the next',
  async run(bench) {
    const hall = await openHall(bench);
    const { panel, kiosk } = hall;
    await press(panel, '1', 'the first ticket', () => hall.events('TicketPrinted').length === 1);
    await until('the panel is free', () => lit(panel) > 0);
    await press(panel, '1', 'the second is being printed', () => papers(hall).length === 2);
    hall.printer.act({ type: 'power', on: false });
    await kiosk.unplug();
    goDark(panel);
    await until('its verdict', () => hall.events('TicketPrinted').length === 2);
    const startMs = performance.now();
    hall.printer.act({ type: 'power', on: true });
    await kiosk.plug(sockets.kiosk);
    await until('the panel is lit', () => lit(panel) > 0);
    bench.note(`the panel is lit ${Math.round(performance.now() - startMs)} ms after the plug (goal 2000)`);
    await press(panel, '1', 'the third ticket', () => hall.events('TicketPrinted').length === 3);
    bench.note(`the next ticket is confirmed ${Math.round(performance.now() - startMs)} ms after the plug`);
    same(
      'verdicts',
      hall.events('TicketPrinted').map(({ verdict }) => verdict),
      ['printed', 'unknown', 'printed'],
    );
    same('presses that became tickets', hall.events('TicketIssued').length, 3);
    const numbers = papers(hall).flatMap(({ text }) => text.flatMap((line) => /A\d{3}/.exec(line) ?? []));
    same('numbers on paper once', numbers.length, new Set(numbers).size);
  },
};

/** A clerk sees the window change before the next key: a press on an older view is refused (F13). */
async function seen(): Promise<void> {
  await sleep(clock, 300);
}

export const hallScenarios: readonly Scenario[] = [journeyScenario, swapScenario, kioskScenario];
