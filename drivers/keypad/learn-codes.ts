/** From the messages of one pad's keys to its own codes, by the frame and rules that its model's profile knows: radio buttons. */
import { HidTablePad } from './hid-table.ts';
import { alike, type KeySample } from './learned.ts';
import type { PadProtocol } from './pad-protocol.ts';
import type { KeypadProfile } from './profile.ts';
import { SerialFramePad } from './serial-frame.ts';

export type LearnedCodes =
  | { readonly ok: true; readonly codes: Readonly<Record<string, string>> }
  /** In words for the person at the pad. */
  | { readonly ok: false; readonly problem: string };

export function learnCodes(profile: KeypadProfile, samples: readonly KeySample[], address = 1): LearnedCodes {
  const known = profile.keys.map(({ key }) => key);
  const strange = samples.find(({ key }) => !known.includes(key));
  if (strange !== undefined)
    return { ok: false, problem: `the profile has no key "${strange.key}"; it has ${known.join(', ')}` };
  const problem = alike(samples);
  if (problem !== undefined) return { ok: false, problem };
  const codes: Record<string, string> = {};
  for (const { key, messages } of samples) {
    const code = codeIn(profile, messages[0] ?? new Uint8Array(), address);
    if (code === undefined) return { ok: false, problem: `what "${key}" sent is no frame of this profile` };
    const before = Object.entries(codes).find(([, other]) => other === code);
    if (before !== undefined) return { ok: false, problem: `"${key}" and "${before[0]}" have the same code ${code}` };
    codes[key] = code;
  }
  return { ok: true, codes };
}

/** A pad without keys calls every code unknown, and says it. */
function codeIn(profile: KeypadProfile, message: Uint8Array, address: number): string | undefined {
  const pad = withoutKeys(profile, address);
  if (pad === undefined) return undefined;
  pad.opened(undefined);
  const inputs = [...pad.receive(message), ...(pad.flush?.() ?? [])];
  return inputs.flatMap((input) => (input.kind === 'unknown' ? [input.code] : []))[0];
}

function withoutKeys(profile: KeypadProfile, address: number): PadProtocol | undefined {
  if (profile.protocol === 'serial-frame') return new SerialFramePad(profile.wire, [], address);
  return profile.protocol === 'hid-table' ? new HidTablePad(profile.wire, []) : undefined;
}
