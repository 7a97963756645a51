/** What real pads sent: a descriptor whose Usage Page stands behind the usages, the 00 key, a receiver that measures. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unhex } from '../bytes/hex.ts';
import { padRig } from '../simulated/keypad/pad-rig.kit.ts';
import { HidStandardPad } from './hid-standard.ts';
import { learnSerial } from './learn-serial.ts';
import type { KeySample } from './learned.ts';
import { genericProfiles } from './profile.ts';

function rows(name: string): string[] {
  return readFileSync(new URL(`reported/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
}

test('a Usage Page behind the usages binds at the Main item: key + is next', () => {
  const [descriptor = '', report = ''] = rows('hid-usage-page-behind-usages.hex').map((row) => row.split(':')[1] ?? '');
  const pad = new HidStandardPad([{ key: 'next', code: 'usage:07:57' } as never], undefined);
  pad.opened(unhex(descriptor));
  expect(pad.receive(unhex(report))).toEqual([{ kind: 'held', keys: ['next'], answer: false }]);
});

test('the 00 key of a USB pad is two zeros', async () => {
  const reports = rows('pad-double-zero-key.hex').slice(1).map(unhex);
  for (const gapMs of [8, 10, 16, 29]) {
    const rig = await padRig({ protocol: 'hid-keyboard', profile: genericProfiles['hid-keyboard'], options: {} });
    for (const report of reports) {
      rig.cable.send(report);
      await rig.clock.advance(gapMs);
    }
    await rig.clock.advance(500);
    expect(
      rig.presses.map(({ key }) => key),
      `${gapMs} ms a report`,
    ).toEqual(['digit-0', 'digit-0']);
  }
});

function measured(): KeySample[] {
  return rows('radio-receiver-measures.hex').map((row) => {
    const [, name = '', octets = ''] = /^(\S+)(?: again)?\s+((?:[0-9A-F]{2} ?)+)$/.exec(row) ?? [];
    return { key: name, messages: [unhex(octets)] };
  });
}

test.each([4, 5])(
  'a receiver that gives measured times, learnt from %i presses: the data alone is the code',
  async (count) => {
    const samples = measured();
    const learned = learnSerial(samples.slice(0, count), 'receiver', 9600);
    if (!learned.ok) throw new Error(learned.problem);
    expect(learned.profile.keys.map(({ code }) => code)).toEqual(['5597A8', '5597A4', '5597A2', '5597A1']);
    const rig = await padRig({ protocol: 'serial-frame', profile: learned.profile, options: {} });
    for (const { messages } of samples) {
      rig.cable.send(messages[0] ?? new Uint8Array());
      await rig.clock.advance(1000);
    }
    expect(rig.presses.map(({ key }) => key)).toEqual(['next', 'recall', 'start', 'complete', 'next']);
    // Another remote of the same make is nobody's key.
    const other = (samples[0]?.messages[0] ?? new Uint8Array()).slice();
    other[9] = 0x98;
    rig.cable.send(other);
    await rig.clock.advance(1000);
    expect(rig.presses).toHaveLength(5);
  },
);
