import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { keypadProfile } from '../../../drivers/keypad/registry.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import {
  createSimulatedKeypad,
  simulatedDescriptor,
} from '../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import type { KeypadLook } from '../../../drivers/simulated/keypad/keypad-machine.ts';
import { settingsFor } from '../../../drivers/simulated/keypad/pad-rig.kit.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { UsageError } from '../command.ts';
import { keyTest } from './key-test.ts';
import { readKeyTestArgs } from './key-test-args.ts';
import { type KeyTestWorld, learnKeys, showKeys } from './key-test-run.ts';

const serial = ['--serial', '/dev/pad'];
const hid = ['--hid', '1234:5301'];

function bench(protocol: string, profile: string) {
  const clock = new VirtualClock();
  const random = seededRandom(5);
  const settings = settingsFor(protocol, profile);
  const descriptor = simulatedDescriptor(settings);
  const cable = new SimulatedCable({
    name: 'pad',
    clock,
    ...(descriptor === undefined ? {} : { unit: 'report' as const, descriptor }),
  });
  const machine = createSimulatedKeypad(settings, { end: cable, clock, random, name: 'pad' });
  const printed: string[] = [];
  const told: string[] = [];
  const world: KeyTestWorld = {
    clock,
    random,
    portMaker: () => () => cable.makePort(),
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
    stopped: new Promise(() => {}),
  };
  const press = async (key: string) => {
    machine.act({ type: 'press', key } as never);
    await clock.advance(1000);
  };
  return { clock, cable, world, printed, told, press, look: () => machine.look() as KeypadLook };
}

test('presses are shown live, with the lamp of the last one', async () => {
  const { clock, world, printed, told, press, look } = bench('serial-frame', 'panel-8');
  const done = showKeys(await readKeyTestArgs([...serial, '--profile', 'panel-8', '--seconds', '10']), world);
  await clock.advance(100);
  await press('3');
  await press('7');
  expect(
    look()
      .keys.filter(({ lamp }) => lamp === 'on')
      .map(({ key }) => key),
  ).toEqual(['7']);
  await clock.advance(10_000);
  expect(await done).toBe(0);
  expect(printed.map((line) => line.trim().split(/\s+/)[1])).toEqual(['3', '7']);
  expect(told).toContain('pad ready');
});

test('a serial pad without a profile shows its octets, as JSON where asked', async () => {
  const { clock, world, printed, press } = bench('serial-frame', 'rating-5-serial');
  const done = showKeys(await readKeyTestArgs([...serial, '--seconds', '3', '--json']), world);
  await clock.advance(100);
  await press('level-5');
  await clock.advance(3000);
  expect(await done).toBe(0);
  expect(printed.map((line) => JSON.parse(line))).toEqual([{ kind: 'octets', octets: '31CE' }]);
});

test.each([
  ['serial-frame', 'panel-8', serial, ['1', '2', '3', '4', '5', '6', '7', '8']],
  ['serial-frame', 'call-pad-21', serial, ['next', 'recall', 'start', 'digit-0', 'digit-9']],
  ['hid-table', 'rating-5', hid, ['level-1', 'level-3', 'level-5']],
  ['hid-standard', 'rating-5-standard', hid, ['level-1', 'level-3', 'level-5']],
] as const)('%s %s is learned, and its keys are then known', async (protocol, profile, port, keys) => {
  const teaching = bench(protocol, profile);
  const done = learnKeys(
    await readKeyTestArgs([...port, '--learn', keys.join(','), '--model', profile]),
    teaching.world,
  );
  await teaching.clock.advance(100);
  for (const key of keys) await teaching.press(key);
  expect(await done).toBe(0);
  const learned = keypadProfile.parse(parse(teaching.printed.join('\n')));
  const using = bench(protocol, profile);
  const args = await readKeyTestArgs([...port, '--seconds', '60', '--json']);
  const shown = showKeys({ ...args, profile: learned }, using.world);
  await using.clock.advance(100);
  for (const key of keys) await using.press(key);
  await using.clock.advance(60_000);
  expect(await shown).toBe(0);
  expect(using.printed.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'press')).toEqual(
    keys.map((key) => expect.objectContaining({ key })),
  );
});

test('a radio button of a known model is learned: its own codes, which its keys then have', async () => {
  const teaching = bench('serial-frame', 'radio-button-4');
  const args = [...serial, '--learn', 'next,recall', '--profile', 'radio-button-4'];
  const done = learnKeys(await readKeyTestArgs(args), teaching.world);
  await teaching.clock.advance(100);
  await teaching.press('start');
  await teaching.press('complete');
  expect(await done).toBe(0);
  expect(parse(teaching.printed.join('\n'))).toEqual({ options: { codes: { next: '5A3C12', recall: '5A3C11' } } });
});

test('the same radio button pressed for two keys, or a key that the model has not, is no code', async () => {
  for (const [keys, presses, problem] of [
    ['next,recall', ['start', 'start'], /send the same/],
    ['next,open', ['next', 'recall'], /no key "open"/],
  ] as const) {
    const { clock, world, told, printed, press } = bench('serial-frame', 'radio-button-4');
    const args = [...serial, '--learn', keys, '--profile', 'radio-button-4'];
    const done = learnKeys(await readKeyTestArgs(args), world);
    await clock.advance(100);
    for (const key of presses) await press(key);
    expect(await done).toBe(1);
    expect(told.at(-1)).toMatch(problem);
    expect(printed).toEqual([]);
  }
});

test('nobody presses: it says so and ends', async () => {
  const { clock, world, told } = bench('serial-frame', 'call-pad-21');
  const done = learnKeys(await readKeyTestArgs([...serial, '--learn', 'next']), world);
  await clock.advance(130_000);
  expect(await done).toBe(1);
  expect(told.at(-1)).toMatch(/nothing came for "next"/);
});

test('a port that is not there is said, with what to do', async () => {
  const { clock, cable, world, told } = bench('serial-frame', 'panel-8');
  cable.unplug();
  const done = showKeys(await readKeyTestArgs([...serial, '--profile', 'panel-8']), world);
  await clock.advance(6000);
  expect(await done).toBe(66);
  expect(told).toEqual([expect.stringMatching(/check the cable/)]);
});

test.each([
  [[], /name one port/],
  [[...serial, ...hid], /name one port/],
  [['--hid', 'pad'], /1234:5301/],
  [[...serial, '--baud', 'fast'], /--baud is a whole number/],
  [[...serial, '--parity', 'mark'], /--parity is one of/],
  [[...serial, '--profile', 'no-such'], /no profile "no-such"/],
  [[...serial, '--learn', 'next,next'], /named twice/],
  [[...serial, '--learn', 'Next Key'], /no key name/],
  [[...serial, '--frobnicate'], /frobnicate/],
] as const)('%j is refused', async (args, message) => {
  await expect(keyTest.run(args)).rejects.toThrow(UsageError);
  await expect(keyTest.run(args)).rejects.toThrow(message);
});
