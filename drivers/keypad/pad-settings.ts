/** Settings of a keypad from the config, checked: profile and protocol must agree, options may change the profile's timing. */
import { z } from 'zod';
import type { DriverSettings } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { PressTiming } from './press-filter.ts';
import { genericProfiles, type KeypadProfile, zKeypadProfile } from './profile.ts';
import { zOwnCodes } from './profile-keys.ts';

/** Changes the profile's timing for one pad: an old one that chatters, a clumsy line. */
export const zPadOptions = z.strictObject({
  debounce_ms: z.int().min(0).max(500).optional(),
  settle_ms: z.int().min(0).max(200).optional(),
  stuck_ms: z.int().min(1000).max(120_000).optional(),
  repeat_ms: z.int().min(0).max(2000).optional(),
  rollover: z.boolean().optional(),
  /** This pad's own codes, where its model's pads differ; it then has these keys and no others. */
  codes: zOwnCodes.optional(),
});

/** By what is at the far end: a bare contact bounces for 30 ms; behind USB a processor has waited for it, and two presses may be two reports (8 ms) apart. */
const bounceMs: Readonly<Record<KeypadProfile['protocol'], number>> = {
  'serial-frame': 30,
  'hid-table': 5,
  'hid-standard': 5,
  'hid-keyboard': 5,
};

export interface CheckedPad {
  readonly profile: KeypadProfile;
  readonly timing: PressTiming;
  readonly address: number;
}

export function checkedPad(settings: DriverSettings, name: string): CheckedPad {
  const given = settings.profile ?? genericProfiles[settings.protocol];
  if (given === undefined)
    throw new DeviceError(
      'illegal',
      `${name}: protocol ${settings.protocol} requires a profile; "halld key-test" creates one`,
    );
  const profile = parsed(zKeypadProfile, given, `${name}: profile`);
  if (profile.protocol !== settings.protocol)
    throw new DeviceError(
      'illegal',
      `${name}: the profile is for the protocol ${profile.protocol}, but the config names ${settings.protocol}`,
    );
  const options = parsed(zPadOptions, settings.options, `${name}: options`);
  const { timing } = profile;
  return {
    profile: options.codes === undefined ? profile : withCodes(profile, options.codes, name),
    address: settings.address ?? 1,
    timing: {
      debounceMs: options.debounce_ms ?? timing.debounce_ms ?? bounceMs[profile.protocol],
      settleMs: options.settle_ms ?? timing.settle_ms,
      stuckMs: options.stuck_ms ?? timing.stuck_ms,
      repeatMs: options.repeat_ms ?? timing.repeat_ms,
      rollover: options.rollover ?? timing.rollover,
      holds: new Map(profile.keys.flatMap(({ key, hold }) => (hold === undefined ? [] : [[key, hold] as const]))),
    },
  };
}

function withCodes(profile: KeypadProfile, codes: z.output<typeof zOwnCodes>, name: string): KeypadProfile {
  for (const key of Object.keys(codes))
    if (!profile.keys.some((each) => each.key === key))
      throw new DeviceError(
        'illegal',
        `${name}: options: the profile has no key "${key}"; it has ${profile.keys.map((each) => each.key).join(', ')}`,
      );
  const keys = profile.keys.flatMap((each) => {
    const code = codes[each.key];
    return code === undefined ? [] : [{ ...each, code }];
  });
  return parsed(zKeypadProfile, { ...profile, keys }, `${name}: options: codes`);
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new DeviceError('illegal', `${what}: ${z.prettifyError(result.error)}`);
}
