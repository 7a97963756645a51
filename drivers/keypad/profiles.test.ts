import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { padRig, profileFile, settingsFor } from '../simulated/keypad/pad-rig.kit.ts';
import { checkedPad } from './pad-settings.ts';
import { zKeypadProfile } from './profile.ts';

const folder = new URL('../../config/profiles/keypad/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

const noKeys = new Set(['delcom-indicator']);
/** These speak only on a line: see `polled-pad.test.ts`. */
const onLine = new Set(['call-pad-21-line']);

test('the demo hall finds its pads', () => {
  for (const name of ['panel-8', 'call-pad-21', 'rating-5', 'rating-5-serial']) expect(names).toContain(name);
});

test.each(names)('%s is whole, and may be parsed again', (name) => {
  const parsed = zKeypadProfile.safeParse(profileFile(name));
  expect(parsed.error?.message).toBeUndefined();
  // The config parses a profile first, the driver again.
  expect(zKeypadProfile.parse(parsed.data)).toEqual(parsed.data);
});

test.each(names.filter((name) => !onLine.has(name)))(
  '%s: every key is its own press, every lamp its own',
  async (name) => {
    const profile = zKeypadProfile.parse(profileFile(name));
    const rig = await padRig(settingsFor(profile.protocol, name));
    const pressed = noKeys.has(name) ? [] : profile.keys;
    for (const { key } of pressed) {
      rig.act({ type: 'press', key });
      await rig.clock.advance(600);
    }
    expect(rig.presses.map(({ key }) => key)).toEqual(pressed.map(({ key }) => key));
    expect(rig.rejections).toEqual([]);
    for (const { key, lamp } of profile.keys) {
      if (lamp === undefined) continue;
      rig.pad.setLamps({ [key]: 'on' });
      await rig.clock.advance(200);
      expect(rig.look().keys.flatMap((each) => (each.lamp === 'off' ? [] : [each.key]))).toEqual([key]);
    }
  },
);

test('X-keys: lamps as its maker prints them, a key held at power-up is known, a version report is no press', async () => {
  const rig = await padRig(settingsFor('hid-table', 'xkeys-24-call-pad'));
  const written: string[] = [];
  rig.cable.onReceive((bytes) => written.push(hex(bytes.subarray(0, 5))));
  rig.pad.setLamps({ recall: 'blink' });
  await rig.clock.advance(100);
  expect(written).toContain('00B5010201');
  expect(written).toContain('00B5000001');
  // Unit 0, the answer flag, key `next` (column 0, row 0) held.
  const report = new Uint8Array(36);
  report.set([0, 2, 1]);
  rig.cable.send(report);
  report.set([0, 0xd6, 2]);
  rig.cable.send(report);
  await rig.clock.advance(100);
  expect(rig.presses).toEqual([]);
  expect(rig.rejections.map(({ key, reason }) => [key, reason])).toEqual([['next', 'held-at-start']]);
});

test('Delcom: the commands of its manual', async () => {
  const rig = await padRig(settingsFor('hid-table', 'delcom-indicator'));
  const written: string[] = [];
  rig.cable.onReceive((bytes) => written.push(hex(bytes)));
  rig.pad.setLamps({ green: 'on' });
  await rig.clock.advance(100);
  rig.pad.setLamps({ red: 'blink' });
  await rig.clock.advance(100);
  expect(written).toEqual(['6502FE0000000000', '6514FF0000000000', '6502FD0000000000', '6514FD0200000000']);
});

test('an EV1527 button says each press up to thirty times: one press', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'radio-button-4'));
  for (let time = 0; time < 30; time += 1) {
    rig.cable.send(Uint8Array.of(0xfd, 0x5a, 0x3c, 0x18, 0xdf));
    await rig.clock.advance(40);
  }
  expect(rig.presses.map(({ key }) => key)).toEqual(['next']);
});

test('a wrong config says what is wrong', () => {
  const profile = profileFile('panel-8');
  const check = (settings: Parameters<typeof checkedPad>[0]) => () => checkedPad(settings, 'panel');
  expect(check({ protocol: 'hid-table', profile, options: {} })).toThrow(/profile is for the protocol serial-frame/);
  expect(check({ protocol: 'serial-frame', options: {} })).toThrow(/requires a profile/);
  expect(check({ protocol: 'serial-frame', profile, options: { debounce: 3 } })).toThrow(/options.*debounce/s);
  expect(check({ protocol: 'serial-frame', profile: { model: 1 }, options: {} })).toThrow(/profile/);
  const twice = structuredClone(profile) as { keys: { key: string }[] };
  for (const each of twice.keys) each.key = 'next';
  expect(check({ protocol: 'serial-frame', profile: twice, options: {} })).toThrow(/two keys have the key next/);
});

const acts = [
  ...['next', 'call', 'recall', 'start', 'complete', 'review', 'miss', 'hold', 'park', 'transfer', 'pause', 'open'],
  ...['close', 'rate', 'login', 'enter', 'clear', ...Array.from({ length: 10 }, (_, digit) => `digit-${digit}`)],
];

test.each([
  ['call-pad-21', []],
  ['call-pad-21-line', []],
  ['xkeys-24-call-pad', []],
  // A number pad calls a number by digits and Enter.
  ['number-pad-call-pad', ['call', 'hold', 'park']],
] as const)('%s has a key for every act of a clerk, but %j', (name, without) => {
  const { keys } = zKeypadProfile.parse(profileFile(name));
  const there = new Set(keys.flatMap(({ key, hold }) => (hold === undefined ? [key] : [key, hold.key])));
  expect(acts.filter((act) => !there.has(act))).toEqual(without);
});

test('a key held for its time is the other key, let go before it is itself', async () => {
  const rig = await padRig(settingsFor('hid-keyboard', 'number-pad-call-pad'));
  rig.act({ type: 'press', key: 'next' });
  await rig.clock.advance(500);
  rig.act({ type: 'down', key: 'next' });
  await rig.clock.advance(1500);
  rig.act({ type: 'up', key: 'next' });
  await rig.clock.advance(500);
  expect(rig.presses.map(({ key, heldMs }) => [key, heldMs])).toEqual([
    ['next', 0],
    ['open', 1000],
  ]);
  expect(rig.pad.keys).toContain('open');
});

test('a radio button of its own codes: it alone is heard, and what it has not is no key', async () => {
  const codes = { next: '11 22 38', recall: '11 22 34' };
  const rig = await padRig(settingsFor('serial-frame', 'radio-button-4', { options: { codes } }));
  expect(rig.pad.keys).toEqual(['next', 'recall']);
  rig.act({ type: 'press', key: 'recall' });
  await rig.clock.advance(600);
  // Another's button on the same receiver.
  rig.cable.send(Uint8Array.from([0xfd, 0x5a, 0x3c, 0x18, 0xdf]));
  await rig.clock.advance(600);
  expect(rig.presses.map(({ key }) => key)).toEqual(['recall']);
  expect(rig.rejections.map(({ key, reason }) => [key, reason])).toEqual([['5A3C18', 'unknown-key']]);
  const wrong = (options: object) => () =>
    checkedPad(settingsFor('serial-frame', 'radio-button-4', { options: { ...options } }), 'p');
  expect(wrong({ codes: { nxet: 'AA' } })).toThrow(/no key "nxet"; it has next, recall, start, complete/);
  expect(wrong({ codes: { next: '11 22 38', recall: '11 22 38' } })).toThrow(/two keys have the code/);
});
