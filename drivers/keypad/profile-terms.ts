/** What serial and HID tables have in common: octets, which octets of a message are a key, and lamp templates. */
import { z } from 'zod';

const hexPattern = /^(\s*[0-9a-f]{2})*\s*$/i;

export function isHex(text: string): boolean {
  return hexPattern.test(text);
}

export const zHex = z.string().max(400).refine(isHex, 'octets are written in pairs of hexadecimal digits: "FF 68"');
export const zOctet = z.int().min(0).max(255);

/** Hexadecimal octets and lamp words in braces: see `lamp-template.ts`. */
export const zTemplate = z.string().max(400);

const place = z.int().min(0).max(63);

/**
 * Which message is what, by its function (serial) or report number (HID). `tap`: one message a press, no release.
 * `edge`: press and release each have one. `one`: the code of the key that is down, `released` when none is.
 * `bits`: the whole state, bit n of the octets = key code n. `alive`: an answer without keys.
 */
export const zInputRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tap'),
    function: z.int().min(0).max(255).default(0),
    key_at: place.default(0),
    /** Octets the key code takes; `rest` = all that follow. */
    key_size: z.union([z.int().min(1).max(8), z.literal('rest')]).default(1),
    /** An octet that changes with every press: the same number again is the same press sent again, however late. */
    count_at: place.optional(),
  }),
  z.strictObject({
    kind: z.literal('edge'),
    function: z.int().min(0).max(255).default(0),
    key_at: place.default(0),
    state_at: place,
    /** Bits of the state octet that are set while the key is down. */
    down_mask: zOctet.default(1),
    /** Turns the meaning round: set while up. */
    up_when_set: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('one'),
    function: z.int().min(0).max(255).default(0),
    key_at: place.default(0),
    released: zOctet.default(0),
  }),
  z.strictObject({
    kind: z.literal('bits'),
    function: z.int().min(0).max(255).default(0),
    at: place.default(0),
    octets: z.int().min(1).max(32),
    /** The answer to a question about the present state, not a change: keys in it were held before. */
    answer: z.boolean().default(false),
    /** Where one message is both: this octet's `answer_mask` bits mark it as an answer. */
    answer_at: place.optional(),
    answer_mask: zOctet.default(0),
    /** Other reports of the same length: this octet is above `guard_max` in them. */
    guard_at: place.optional(),
    guard_max: zOctet.default(0xff),
  }),
  z.strictObject({ kind: z.literal('alive'), function: z.int().min(0).max(255).default(0) }),
]);
export type InputRule = z.output<typeof zInputRule>;
