import { expect, test } from 'vitest';
import { createLine } from '../line/create-line.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { createSimulatedKeypad } from '../simulated/keypad/create-simulated-keypad.ts';
import type { KeypadLook } from '../simulated/keypad/keypad-machine.ts';
import { profileFile, settingsFor } from '../simulated/keypad/pad-rig.kit.ts';
import { SimulatedLine } from '../simulated/line.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import type { KeyPress } from './keypad.ts';
import { createKeypad } from './registry.ts';

const baudRate = 9600;

interface LineWish {
  readonly echo?: boolean;
  readonly seed?: number;
  readonly profile?: unknown;
  /** A key that is down before anybody asks. */
  readonly held?: string;
}

async function line(count: number, { echo = false, seed = 7, profile, held }: LineWish = {}) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const wire = new SimulatedLine({ name: 'rs485', clock, random, baudRate, echo });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'rs485', makePort: () => wire.makePort() });
  const scheduler = createLine({ clock, random, log: silentLog }, { link });
  const pads = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const known = settingsFor('serial-frame', 'call-pad-21-line', { address: at + 1 });
      const settings = profile === undefined ? known : { ...known, profile };
      const name = `pad-${at + 1}`;
      const machine = createSimulatedKeypad(settings, { end: wire.tap(name), clock, random, name });
      const pad = await createKeypad(settings, { name, link, line: () => scheduler, clock, random, log: silentLog });
      if (held !== undefined) machine.act({ type: 'down', key: held } as never);
      const presses: (KeyPress & { arrivedMs: number })[] = [];
      pad.pressed.on((press) => presses.push({ ...press, arrivedMs: clock.monotonicMs() }));
      pad.start();
      return { machine, pad, presses, look: () => machine.look() as KeypadLook };
    }),
  );
  link.start();
  await clock.advance(3000);
  return { clock, wire, pads };
}

test('sixteen pads on one line: every press comes from its own pad, within one round of polls', async () => {
  const { clock, pads } = await line(16);
  const pressedMs = clock.monotonicMs();
  for (const { machine } of pads) machine.act({ type: 'press', key: 'next' } as never);
  await clock.advance(3000);
  expect(pads.map(({ presses }) => presses.map(({ key }) => key))).toEqual(pads.map(() => ['next']));
  // A poll and its answer: 9 and 11 octets, the silence, one turn for each pad and the confirmations between.
  const exchangeMs = ((9 + 11 + 3.5) * 10_000) / baudRate;
  const worstMs = Math.max(...pads.map(({ presses }) => (presses[0]?.arrivedMs ?? Infinity) - pressedMs));
  expect(worstMs).toBeLessThan(2 * 16 * exchangeMs);
});

test('a lossy line loses no press and doubles none, lamps and display come through', async () => {
  for (const seed of [1, 2, 3]) {
    const { clock, wire, pads } = await line(4, { seed });
    wire.lossRate = 0.1;
    wire.garbleRate = 0.1;
    for (let round = 0; round < 20; round += 1) {
      for (const { machine } of pads) machine.act({ type: 'press', key: `digit-${round % 10}` } as never);
      await clock.advance(1500);
    }
    await clock.advance(10_000);
    wire.lossRate = 0;
    wire.garbleRate = 0;
    for (const { pad } of pads) {
      pad.setLamps({ next: 'on' });
      pad.setDisplay('A012');
    }
    await clock.advance(20_000);
    for (const { presses, look } of pads) {
      expect(presses.map(({ key }) => key)).toEqual(Array.from({ length: 20 }, (_, round) => `digit-${round % 10}`));
      expect(look().display).toBe('A012');
      expect(look().keys.find(({ key }) => key === 'next')?.lamp).toBe('on');
    }
  }
});

test('lamps that did not get through are sent again, though no poll ever failed', async () => {
  const profile = profileFile('call-pad-21-line') as { wire: { poll: object } };
  const slow = { ...profile, wire: { ...profile.wire, poll: { ...profile.wire.poll, every_ms: 3000 } } };
  const { clock, wire, pads } = await line(1, { profile: slow });
  const [pad] = pads;
  // Between two polls.
  await clock.advance(1000);
  wire.lossRate = 1;
  pad?.pad.setLamps({ next: 'on' });
  pad?.pad.setDisplay('A012');
  await clock.until(() => (pad?.pad.health.counters.unshown ?? 0) === 2, 2000);
  wire.lossRate = 0;
  await clock.advance(12_000);
  expect(pad?.pad.health.counters.unanswered).toBe(0);
  expect(pad?.look().display).toBe('A012');
  expect(pad?.look().keys.find(({ key }) => key === 'next')?.lamp).toBe('on');
});

test('a pad that tells its whole state: a key held since before we asked is no press', async () => {
  const profile = profileFile('call-pad-21-line') as { keys: unknown; wire: Record<string, unknown> };
  const bits = {
    ...profile,
    keys: [
      { key: 'next', code: 0, lamp: 0 },
      { key: 'recall', code: 1, lamp: 1 },
    ],
    wire: { ...profile.wire, confirm: undefined, events: [{ kind: 'bits', function: 1, octets: 1 }] },
  };
  const { clock, pads } = await line(1, { profile: bits, held: 'next' });
  const [pad] = pads;
  await clock.advance(500);
  expect(pad?.presses).toEqual([]);
  expect(pad?.pad.health.counters['rejected-held-at-start']).toBe(1);
  pad?.machine.act({ type: 'up', key: 'next' } as never);
  await clock.advance(500);
  pad?.machine.act({ type: 'down', key: 'recall' } as never);
  await clock.advance(500);
  expect(pad?.presses.map(({ key }) => key)).toEqual(['recall']);
});

test('the same key typed twice quickly is two presses: the pad counts them', async () => {
  const { clock, pads } = await line(1);
  const [first] = pads;
  first?.machine.act({ type: 'press', key: 'digit-1' } as never);
  await clock.advance(100);
  first?.machine.act({ type: 'press', key: 'digit-1' } as never);
  await clock.advance(1000);
  expect(first?.presses).toHaveLength(2);
});

test('an adapter that hears itself is no pad', async () => {
  const { clock, pads } = await line(2, { echo: true });
  pads[1]?.machine.act({ type: 'press', key: 'start' } as never);
  await clock.advance(1000);
  expect(pads.map(({ presses }) => presses.length)).toEqual([0, 1]);
  expect(pads.map(({ pad }) => pad.health.state)).toEqual(['ready', 'ready']);
});

test('a pad without power is named, the others go on, and it is painted when it is back', async () => {
  const { clock, pads } = await line(3);
  const [dead, live] = pads;
  dead?.pad.setLamps({ next: 'blink' });
  await clock.advance(1000);
  dead?.machine.act({ type: 'unplug' });
  await clock.advance(5000);
  expect(dead?.pad.health.faults.map(({ code, kind }) => [code, kind])).toEqual([['no-answer', 'mute']]);
  live?.machine.act({ type: 'press', key: 'next' } as never);
  await clock.advance(1000);
  expect(live?.presses).toHaveLength(1);
  dead?.machine.act({ type: 'plug' });
  await clock.advance(8000);
  expect(dead?.pad.health.state).toBe('ready');
  expect(dead?.look().keys.find(({ key }) => key === 'next')?.lamp).toBe('blink');
});

test('the adapter is pulled: the port is gone for all, and all come back', async () => {
  const { clock, wire, pads } = await line(2);
  wire.unplug();
  await clock.advance(1000);
  expect(pads.map(({ pad }) => pad.health.faults.map(({ code }) => code))).toEqual([['port-gone'], ['port-gone']]);
  wire.plug();
  await clock.advance(8000);
  expect(pads.map(({ pad }) => pad.health.state)).toEqual(['ready', 'ready']);
});
