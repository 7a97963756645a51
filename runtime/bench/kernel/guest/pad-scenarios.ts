/**
 * The keypad driver on real nodes, with the simulated pad behind it: read, lamps, pulled during a press, back under another
 * number or at another socket.
 */
import { sleep } from '../../../../drivers/clock.ts';
import type { KeyRejection } from '../../../../drivers/keypad/keypad.ts';
import { createKeypad } from '../../../../drivers/keypad/registry.ts';
import { createSimulatedKeypad } from '../../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import type { KeypadLook } from '../../../../drivers/simulated/keypad/keypad-machine.ts';
import type { FarEnd, SimulatedMachine } from '../../../../drivers/simulated/machine.ts';
import { clock, driverOn, goDark, profileFile, random } from './driver-rig.ts';
import { vendorPadGadget } from './gadget.ts';
import { acm, adapter, type Socket, usb, virtual } from './pad-sockets.ts';
import { type Bench, type Scenario, same, until } from './scenario.ts';
import { descriptors } from './uhid.ts';

/** Beyond every profile's debounce and its wait for a second key. */
const settledMs = 150;

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

export const padScenarios: readonly Scenario[] = [...drivenScenarios, halfFrameScenario];
