/**
 * The keypad and scanner drivers on real nodes, with the simulated machines behind them: read, lamps, pulled during a
 * press, back under another number or at another socket.
 */
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { sleep } from '../../../../drivers/clock.ts';
import type { KeyRejection } from '../../../../drivers/keypad/keypad.ts';
import { createKeypad } from '../../../../drivers/keypad/registry.ts';
import type { HidOptions, PortOptions } from '../../../../drivers/port/port-options.ts';
import { createScanner } from '../../../../drivers/scanner/registry.ts';
import { createSimulatedKeypad } from '../../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import type { KeypadLook } from '../../../../drivers/simulated/keypad/keypad-machine.ts';
import type { FarEnd, SimulatedMachine } from '../../../../drivers/simulated/machine.ts';
import { createSimulatedScanner } from '../../../../drivers/simulated/scanner/simulated-scanner.ts';
import { clock, driverOn, goDark, profileFile, random } from './driver-rig.ts';
import { Ftdi, serialAt } from './ftdi.ts';
import { Gadget, gadgetPid, gadgetVid, vendorPadGadget } from './gadget.ts';
import { type Bench, type Scenario, same, until } from './scenario.ts';
import { descriptors, UhidEnd } from './uhid.ts';

/** A pad's plug: what is told by which name, and where it goes back in so that the kernel numbers it anew. */
interface Socket {
  readonly end: FarEnd;
  readonly options: PortOptions;
  pull(): unknown;
  putBack(): unknown;
}

const vid = 0x1234;
/** Beyond every profile's debounce and its wait for a second key. */
const settledMs = 150;

/** A virtual pad; when it is put back another device has taken its number. */
function virtual(bench: Bench, pid: number, descriptor: Uint8Array): Socket {
  const end = new UhidEnd({ name: 'Acme Pad', vid, pid, serial: 'RK-1', descriptor });
  const other = new UhidEnd({ name: 'Another', vid, pid: 0x0f0f, descriptor: descriptors.vendorPad });
  bench.atEnd(() => {
    end.unplug();
    other.unplug();
  });
  end.plug();
  const options: HidOptions = { kind: 'hid', vid, pid, serial: 'RK-1' };
  return {
    end,
    options,
    pull: () => end.unplug(),
    putBack: () => {
      other.plug();
      end.plug();
    },
  };
}

/** A USB pad that is put into another socket. */
async function usb(bench: Bench, descriptor: Uint8Array, octets: number): Promise<Socket> {
  const gadget = new Gadget(bench, 'pad', { serial: 'GK-1', pad: { descriptor, octets } });
  await gadget.plug(0);
  let bus = 0;
  return {
    end: endOf(gadget.pad),
    options: { kind: 'hid', vid: gadgetVid, pid: gadgetPid, serial: 'GK-1' },
    pull: () => gadget.unplug(),
    putBack: () => {
      bus = 1 - bus;
      return gadget.plug(bus);
    },
  };
}

/** A serial pad of its own (CDC-ACM), known by its serial number wherever it is put in. */
async function acm(bench: Bench): Promise<Socket> {
  const gadget = new Gadget(bench, 'pad', { serial: 'GK-1', serialPort: true });
  await gadget.plug(0);
  let bus = 0;
  return {
    end: endOf(gadget.serialPort),
    options: serialAt('/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00'),
    pull: () => gadget.unplug(),
    putBack: () => {
      bus = 1 - bus;
      return gadget.plug(bus);
    },
  };
}

/** A serial pad behind an adapter that comes back as another ttyUSB: some program still holds the old number. */
async function adapter(bench: Bench): Promise<Socket> {
  const ftdi = await Ftdi.find(bench);
  let held: number | undefined;
  const letGo = () => {
    if (held !== undefined) closeSync(held);
    held = undefined;
  };
  bench.atEnd(letGo);
  return {
    end: ftdi.end,
    options: serialAt(ftdi.path),
    pull: () => {
      const name = readdirSync('/dev').find((each) => each.startsWith('ttyUSB'));
      if (held === undefined)
        held = openSync(`/dev/${name}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      else letGo();
      return ftdi.unplug();
    },
    putBack: () => ftdi.plug(),
  };
}

function endOf<End>(end: End | undefined): End {
  if (end === undefined) throw new Error('the gadget lacks that function');
  return end;
}

interface PadCase {
  readonly what: string;
  readonly protocol: string;
  readonly profile: string;
  /** The first two have lamps. Each is pressed once: the same key soon after a press is that press again (`repeat_ms`). */
  readonly keys: readonly [string, string, string, string, string];
  readonly address?: number;
  readonly display?: boolean;
  readonly lamps?: false;
  connect(bench: Bench): Socket | Promise<Socket>;
}

const levels = ['level-5', 'level-1', 'level-3', 'level-2', 'level-4'] as const;

const padCases: readonly PadCase[] = [
  {
    what: 'a vendor rating pad',
    protocol: 'hid-table',
    profile: 'rating-5',
    keys: levels,
    connect: (bench) => virtual(bench, 0x5301, descriptors.vendorPad),
  },
  {
    what: 'a standard-page rating pad',
    protocol: 'hid-standard',
    profile: 'rating-5-standard',
    keys: levels,
    connect: (bench) => virtual(bench, 0x5302, descriptors.standardPad),
  },
  {
    what: 'a number pad (boot keyboard)',
    protocol: 'hid-keyboard',
    profile: 'number-pad-call-pad',
    keys: ['next', 'digit-4', 'enter', 'digit-7', 'digit-1'],
    lamps: false,
    connect: (bench) => virtual(bench, 0x5303, descriptors.keyboard),
  },
  {
    what: 'a USB vendor pad put into another socket',
    protocol: 'hid-table',
    profile: 'rating-5',
    keys: levels,
    connect: (bench) => usb(bench, vendorPadGadget.descriptor, vendorPadGadget.octets),
  },
  {
    what: 'a USB standard-page pad put into another socket',
    protocol: 'hid-standard',
    profile: 'rating-5-standard',
    keys: levels,
    connect: (bench) => usb(bench, descriptors.standardPad, 1),
  },
  {
    what: 'a kiosk panel behind an FTDI adapter that comes back as another ttyUSB',
    protocol: 'serial-frame',
    profile: 'panel-8',
    keys: ['1', '8', '3', '6', '4'],
    connect: adapter,
  },
  {
    what: 'a call pad with a display, asked on a line behind an FTDI adapter',
    protocol: 'serial-frame',
    profile: 'call-pad-21-line',
    keys: ['next', 'recall', 'digit-7', 'start', 'digit-2'],
    address: 3,
    display: true,
    connect: adapter,
  },
  {
    what: 'a serial rating pad (CDC-ACM) put into another socket',
    protocol: 'serial-frame',
    profile: 'rating-5-serial',
    keys: levels,
    connect: acm,
  },
];

/** Counts what the pad sends from its last plug on. */
function counted(end: FarEnd): { readonly end: FarEnd; readonly sent: () => number; restart(): void } {
  let octets = 0;
  return {
    end: {
      get plugged() {
        return end.plugged;
      },
      onReceive: (handler) => end.onReceive(handler),
      onOpened: (handler) => end.onOpened(handler),
      stall: (stalled) => end.stall(stalled),
      plug: () => end.plug(),
      unplug: () => end.unplug(),
      send: (bytes) => {
        octets += bytes.length;
        end.send(bytes);
      },
    },
    sent: () => octets,
    restart: () => {
      octets = 0;
    },
  };
}

async function padOn(bench: Bench, { protocol, profile, address }: PadCase, socket: Socket) {
  const settings = { protocol, profile: profileFile(`keypad/${profile}`), options: {}, address };
  const { end, sent, restart } = counted(socket.end);
  const machine = createSimulatedKeypad(settings, { end, clock, random, name: 'pad' }) as SimulatedMachine<
    KeypadLook,
    { readonly type: string; readonly key?: string }
  >;
  const { context, heard } = driverOn(bench, 'w1-pad', socket.options);
  const pad = await createKeypad(settings, context);
  const pressed: string[] = [];
  const rejected: KeyRejection[] = [];
  pad.pressed.on(({ key }) => pressed.push(key));
  pad.rejected.on((rejection) => rejected.push(rejection));
  pad.start();
  bench.atEnd(() => pad.close());
  await until('it is ready', () => pad.health.state === 'ready');
  let receivedBefore = heard.link.counters.bytesIn;
  /** Puts the plug back; gives the time until its port is open. */
  const putBack = () => {
    receivedBefore = heard.link.counters.bytesIn;
    restart();
    return heard.backAfter(() => socket.putBack());
  };
  /** The finger is off, the driver has received that, and the contact has settled: the next key is no second one. */
  const released = async () => {
    await until('the key is up', () => machine.look().keys.every(({ down }) => !down));
    await until(
      () => `what it sent: ${sent()} octets, received ${heard.link.counters.bytesIn - receivedBefore}`,
      () => heard.link.counters.bytesIn - receivedBefore === sent(),
    );
    await sleep(clock, settledMs);
  };
  const lit = () => machine.look().keys.flatMap(({ key, lamp }) => (lamp === 'off' ? [] : [key]));
  return { machine, pad, heard, pressed, rejected, lit, putBack, released };
}

async function pulledDuringPress(bench: Bench, padCase: PadCase): Promise<void> {
  const socket = await padCase.connect(bench);
  const [first, second, third, fourth, fifth] = padCase.keys;
  const { machine, pad, heard, pressed, rejected, lit, putBack, released } = await padOn(bench, padCase, socket);
  const shown = {
    lamps: padCase.lamps === false ? [] : [first, second].sort(),
    display: padCase.display ? 'A012' : undefined,
  };
  const face = () => ({
    lamps: [...lit()].sort(),
    display: padCase.display ? machine.look().display?.trim() : undefined,
  });
  const faceIsRight = () => JSON.stringify(face()) === JSON.stringify(shown);
  pad.setLamps({ [first]: 'on', [second]: 'on' });
  if (padCase.display) pad.setDisplay('A012');
  await until('its lamps and display', faceIsRight);
  machine.act({ type: 'press', key: first });
  await until('a press', () => pressed.length > 0);
  same('presses', pressed, [first]);
  await released();

  const times: number[] = [];
  const rounds = [
    { pulled: second, next: third, heardFirst: true },
    { pulled: fourth, next: fifth, heardFirst: false },
  ];
  for (const { pulled, next, heardFirst } of rounds) {
    // Pulled while a finger is on it: once after the press was heard, once at the same moment.
    pressed.length = 0;
    machine.act({ type: 'down', key: pulled });
    if (heardFirst) await until('the press', () => pressed.length > 0);
    await socket.pull();
    machine.act({ type: 'up', key: pulled });
    await until('the loss', () => heard.link.state !== 'open');
    await until('the fault has a name', () => pad.health.faults.some(({ code }) => code === 'port-gone'));
    if (heardFirst) same('presses of the one pulled', pressed, [pulled]);
    else if (pressed.length > 1) throw new Error(`one press came ${pressed.length} times`);
    goDark(machine);
    const startMs = performance.now();
    await putBack();
    await until('its lamps and display again', faceIsRight);
    times.push(Math.round(performance.now() - startMs));
    machine.act({ type: 'press', key: next });
    await until(
      () => `the next press; rejected ${JSON.stringify(rejected)}, received ${heard.data.join(' ')}`,
      () => pressed.includes(next),
    );
    await released();
    const count = (key: string) => pressed.filter((each) => each === key).length;
    same('presses of other keys', pressed.length, count(pulled) + count(next));
    same('the next press', count(next), 1);
    // A pad that is asked keeps a press until somebody takes it.
    if (heardFirst || count(pulled) > 1) same('the press of the one pulled', count(pulled), 1);
  }
  bench.note(`after the plug all is as it was in ${times.join(' and ')} ms (goal 2000)`);
  const { opened, lost } = heard.link.counters;
  same('connections', { opened, lost }, { opened: 3, lost: 2 });
  // A pad on a line that was pulled before it heard "taken" tells its press again: that is counted, and has no effect.
  const odd = rejected.filter(({ reason }) => !['pad-lost', 'held-at-start', 'repeat'].includes(reason));
  same('rejections without a reason', odd, []);
}

const drivenScenarios: Scenario[] = padCases.map((padCase) => ({
  name: `pad: ${padCase.what}: read, lit, pulled during a press and put back: each press comes once`,
  run: (bench) => pulledDuringPress(bench, padCase),
}));

const halfFrameScenario: Scenario = {
  name: 'pad: an adapter pulled between two bytes of a frame: half a press is none, the next comes once',
  async run(bench) {
    const padCase = padCases.find(({ profile }) => profile === 'panel-8');
    if (padCase === undefined) throw new Error('the panel');
    const socket = await adapter(bench);
    const { machine, heard, pressed } = await padOn(bench, padCase, socket);
    // Head, length, function, key … of the panel's frame: the state, the sum and the end never come.
    socket.end.send(Uint8Array.from([0xaa, 0x55, 0x03, 0x01, 0x02]));
    await until('half a frame', () => heard.data.join('').includes('aa55030102'));
    await socket.pull();
    await until('the loss', () => heard.link.state !== 'open');
    await heard.backAfter(() => socket.putBack());
    machine.act({ type: 'press', key: '5' });
    await until('a press', () => pressed.length > 0);
    same('presses', pressed, ['5']);
  },
};

interface ScannerCase {
  readonly what: string;
  readonly protocol: string;
  readonly code: string;
  /** The beginning of another code. */
  readonly half: readonly number[];
  connect(bench: Bench): Socket | Promise<Socket>;
}

/** Longer than one report of a point-of-sale scanner. */
const longCode = `https://q.example.gov.cn/t/20261123/A012/${'0123456789'.repeat(3)}`;

const scannerCases: readonly ScannerCase[] = [
  {
    what: 'a point-of-sale scanner',
    protocol: 'hid-pos-scan',
    code: longCode,
    half: [2, 56, ...Buffer.from('B'.repeat(56))],
    connect: (bench) => virtual(bench, 0x5304, descriptors.scanner),
  },
  {
    what: 'a scanner that types',
    protocol: 'keyboard-scan',
    // The kernel keeps 64 reports (drivers/hid/hidraw.c), which a slow emulated machine may need: two a character.
    code: 'tian-A012/20261123',
    half: [0, 0, 0x05, 0, 0, 0, 0, 0],
    connect: (bench) => virtual(bench, 0x5305, descriptors.keyboard),
  },
  {
    what: 'a serial scanner (CDC-ACM)',
    protocol: 'serial-scan',
    code: longCode,
    half: [...Buffer.from('B01')],
    connect: acm,
  },
];

const scannerScenarios: Scenario[] = scannerCases.map(({ what, protocol, code, half, connect }) => ({
  name: `scanner: ${what}: codes come whole and once; pulled in the middle of one it gives none`,
  async run(bench) {
    const socket = await connect(bench);
    // Under emulation a scanner's keys come no faster than a person's.
    const options = protocol === 'keyboard-scan' ? { gap_ms: 500, give_up_ms: 5000 } : {};
    const settings = { protocol, profile: undefined, options };
    const machine = createSimulatedScanner(settings, { end: socket.end, clock, name: 'scanner' });
    const { context, heard } = driverOn(bench, 'k1-scanner', socket.options);
    const scanner = await createScanner(settings, context);
    const codes: string[] = [];
    scanner.scanned.on(({ text }) => codes.push(text));
    scanner.start();
    bench.atEnd(() => scanner.close());
    await until('it is ready', () => scanner.health.state === 'ready');
    machine.act({ type: 'scan', text: code });
    await until('the code', () => codes.length > 0);
    same('codes', codes, [code]);
    const before = heard.data.length;
    socket.end.send(Uint8Array.from(half));
    await until('its beginning', () => heard.data.length > before);
    await socket.pull();
    await until('the loss', () => heard.link.state !== 'open');
    bench.note(`ready again ${await heard.backAfter(() => socket.putBack())} ms after the plug`);
    machine.act({ type: 'scan', text: 'A013' });
    await until('the next code', () => codes.length > 1);
    same('codes', codes, [code, 'A013']);
  },
}));

export const padScenarios: readonly Scenario[] = [...drivenScenarios, halfFrameScenario, ...scannerScenarios];
