/** Messages of a HID pad on a vendor page, as its profile gives them: which report octets are keys, which reports set lamps. */
import { z } from 'zod';
import { zHex, zInputRule, zOctet, zTemplate } from './profile-terms.ts';

export const zHidTableMessages = z.strictObject({
  /** The device's own report descriptor, for simulation and for telling models apart. */
  descriptor: zHex,
  /** `function` in a rule is the report number, 0 on devices without numbers; places count from behind it. */
  events: z.array(zInputRule).min(1).max(16),
  /** Written once at opening, report number first: "generate data" and the like. */
  opening: z.array(zHex).max(8).default([]),
  /** Report number first; several where lighting and blinking are different commands. Each is the whole state. */
  lamps: z.array(zTemplate).max(8).default([]),
  /** Pads that take one command a lamp: `{lamp}` and `{state}` are filled in, one report for each key with a lamp. */
  lamp_each: z.strictObject({ data: zTemplate, off: zOctet, on: zOctet, blink: zOctet }).optional(),
  /** Output reports are filled up to this length with zeros: firmware ignores short ones. Number included. */
  report_octets: z.int().min(1).max(65).default(8),
});
export type HidTableMessages = z.output<typeof zHidTableMessages>;
