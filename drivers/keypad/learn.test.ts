import { expect, test } from 'vitest';
import { unhex } from '../bytes/hex.ts';
import { createSimulatedKeypad, simulatedDescriptor } from '../simulated/keypad/create-simulated-keypad.ts';
import { padRig, profileFile, settingsFor } from '../simulated/keypad/pad-rig.kit.ts';
import { learnHid } from './learn-hid.ts';
import { learnSerial } from './learn-serial.ts';
import type { KeySample, Learned } from './learned.ts';
import { zKeypadProfile } from './profile.ts';

/** What a pad of this profile sends when its keys are pressed in turn. */
async function pressed(name: string): Promise<{ samples: KeySample[]; descriptor: Uint8Array | undefined }> {
  const profile = zKeypadProfile.parse(profileFile(name));
  const settings = settingsFor(profile.protocol, name);
  const samples: KeySample[] = [];
  let messages: Uint8Array[] = [];
  const wire = {
    plugged: true,
    onReceive: () => {},
    onOpened: () => {},
    send: (bytes: Uint8Array) => messages.push(bytes.slice()),
    stall: () => {},
    unplug: () => {},
    plug: () => {},
  };
  const rig = await padRig(settings);
  const pad = createSimulatedKeypad(settings, { end: wire, clock: rig.clock, random: () => 0.5, name });
  for (const { key } of profile.keys) {
    messages = [];
    pad.act({ type: 'down', key } as never);
    pad.act({ type: 'up', key } as never);
    samples.push({ key, messages });
  }
  return { samples, descriptor: simulatedDescriptor(settings) };
}

/** Presses every key of a pad of the old profile and reads it by the learned one. */
async function reads(learned: Learned, name: string): Promise<void> {
  if (!learned.ok) throw new Error(learned.problem);
  const old = zKeypadProfile.parse(profileFile(name));
  const rig = await padRig({ protocol: learned.profile.protocol, profile: learned.profile, options: {} });
  const { samples } = await pressed(name);
  for (const { messages } of samples) {
    for (const message of messages) {
      rig.cable.send(message);
      await rig.clock.advance(80);
    }
    await rig.clock.advance(600);
  }
  expect(rig.presses.map(({ key }) => key)).toEqual(old.keys.map(({ key }) => key));
}

test.each(['panel-8', 'call-pad-21', 'rating-5-serial', 'rating-5-octet', 'radio-button-4'])(
  '%s: pressing its keys in turn gives a table that reads them',
  async (name) => {
    const { samples } = await pressed(name);
    await reads(learnSerial(samples, name, 9600), name);
  },
);

test.each(['rating-5', 'rating-5-standard', 'number-pad-call-pad', 'xkeys-24-call-pad'])(
  '%s: its reports give a table that reads them',
  async (name) => {
    const { samples, descriptor } = await pressed(name);
    if (descriptor === undefined) throw new Error('a HID pad has a descriptor');
    await reads(learnHid(samples, name, descriptor), name);
  },
);

function samplesOf(table: Readonly<Record<string, string>>): KeySample[] {
  return Object.entries(table).map(([key, bytes]) => ({ key, messages: bytes.split('/').map(unhex) }));
}

test('the check is found, with what it covers', () => {
  const learned = learnSerial(
    samplesOf({
      next: 'FF 68 03 03 68 01 01 11 13 16',
      recall: 'FF 68 03 03 68 01 01 12 14 16',
      start: 'FF 68 03 03 68 01 01 14 16 16',
    }),
    'pad',
    9600,
  );
  expect(learned.ok && learned.profile.protocol === 'serial-frame' && learned.profile.wire.frame.fields).toEqual([
    { field: 'const', bytes: 'FF68030368' },
    { field: 'const', bytes: '0101' },
    { field: 'data', size: 1 },
    { field: 'check', kind: 'sum', from: 1, to: 2 },
    { field: 'const', bytes: '16' },
  ]);
});

test('press and release in one octet, the top bit says up', () => {
  const learned = learnSerial(samplesOf({ next: '31/B1', recall: '32/B2', start: '33/B3' }), 'pad', 9600);
  expect(learned.ok && learned.profile.protocol === 'serial-frame' && learned.profile.wire.events).toEqual([
    { kind: 'edge', function: 0, key_at: 0, state_at: 0, down_mask: 0x80, up_when_set: true },
  ]);
  expect(learned.ok && learned.profile.keys.map(({ code }) => code)).toEqual([0x31, 0x32, 0x33]);
});

test('lines of different lengths', () => {
  const line = (text: string) => Buffer.from(`KEY=${text}\r\n`).toString('hex');
  const learned = learnSerial(samplesOf({ next: line('NEXT'), recall: line('AGAIN') }), 'pad', 9600);
  expect(learned.ok && learned.profile.keys.map(({ code }) => code)).toEqual(['4E455854', '414741494E']);
});

test('what cannot be told apart is said', () => {
  const problem = (table: Readonly<Record<string, string>>) => {
    const learned = learnSerial(samplesOf(table), 'pad', 9600);
    return learned.ok ? 'learned' : learned.problem;
  };
  expect(problem({ next: '31', recall: '31' })).toBe('"recall" and "next" send the same');
  expect(problem({ next: '31', recall: '' })).toBe('"recall" sent nothing');
  expect(problem({ next: '31 32', recall: '41' })).toBe('the keys send different lengths and no common end');
});
