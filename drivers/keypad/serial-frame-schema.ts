/**
 * How a serial pad speaks, as a table an installer fills in from the paper that came with the goods: the frame's fields
 * in order, which frames are keys, and what lights lamps. There is no public standard for call pads and rating pads.
 */
import { z } from 'zod';
import { checkKinds } from './frame-check.ts';
import { zHex, zInputRule, zOctet, zTemplate } from './profile-terms.ts';

const zFieldIndex = z.int().min(0).max(31);

const zField = z.discriminatedUnion('field', [
  /** Octets that are always the same: start, second start, end. */
  z.strictObject({ field: z.literal('const'), bytes: zHex }),
  /** Octets of the fields `from` … `to` (places in this list), plus `add`. Given twice = two such fields. */
  z.strictObject({
    field: z.literal('length'),
    from: zFieldIndex,
    to: zFieldIndex,
    add: z.int().min(-8).max(8).default(0),
  }),
  z.strictObject({
    field: z.literal('address'),
    size: z.union([z.literal(1), z.literal(2)]).default(1),
    order: z.enum(['high-first', 'low-first']).default('high-first'),
  }),
  z.strictObject({ field: z.literal('function') }),
  /** `length`: as the length field says; `until`: up to the constant or line end that follows. */
  z.strictObject({
    field: z.literal('data'),
    size: z.union([z.int().min(0).max(64), z.literal('length'), z.literal('until')]),
  }),
  /** The data once more, as it is or with every bit turned round. */
  z.strictObject({ field: z.literal('again'), inverted: z.boolean().default(false) }),
  /** Over the fields `from` … `to`. */
  z.strictObject({ field: z.literal('check'), kind: z.enum(checkKinds), from: zFieldIndex, to: zFieldIndex }),
  /** CR, LF or both end an ASCII line; we write `CR LF` unless one is named. */
  z.strictObject({ field: z.literal('line-end'), ends: z.enum(['cr', 'lf', 'crlf', 'any']).default('any') }),
]);
export type FrameField = z.output<typeof zField>;

export const zFrameFormat = z
  .strictObject({
    fields: z.array(zField).min(1).max(32),
    /** Octets of constants inside the frame travel as `escape`, then the octet XOR `xor`. */
    escape: z.strictObject({ byte: zOctet, xor: zOctet }).optional(),
    max_data: z.int().min(1).max(64).default(32),
  })
  .superRefine(({ fields }, context) => {
    const problem = formatProblem(fields);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
export type FrameFormat = z.output<typeof zFrameFormat>;

function formatProblem(fields: readonly FrameField[]): string | undefined {
  if (fields.filter(({ field }) => field === 'data').length !== 1) return 'a frame has exactly one data field';
  const dataAt = fields.findIndex(({ field }) => field === 'data');
  for (const [index, field] of fields.entries()) {
    if ((field.field === 'length' || field.field === 'check') && field.to < field.from)
      return `field ${index}: "to" is before "from"`;
    if (field.field === 'length' && (field.to >= fields.length || field.from <= index || dataAt > field.to))
      return `field ${index}: a length stands before what it counts, and counts the data`;
    if (field.field === 'check' && field.to >= index) return `field ${index}: a check stands behind what it covers`;
    if (field.field === 'again' && index < dataAt) return `field ${index}: "again" stands behind the data`;
    if (field.field === 'const' && field.bytes.trim() === '') return `field ${index}: a constant has octets`;
  }
  const data = fields[dataAt];
  if (data?.field !== 'data') return undefined;
  const next = fields[dataAt + 1]?.field;
  if (data.size === 'until' && next !== 'const' && next !== 'line-end')
    return 'data of size "until" is followed by a constant or a line end';
  if (data.size === 'length' && !fields.slice(0, dataAt).some(({ field }) => field === 'length'))
    return 'data of size "length" needs a length field before it';
  return undefined;
}

const zSend = { function: zOctet.default(0) };

export const zSerialFrameMessages = z.strictObject({
  frame: zFrameFormat,
  /** What we send, where it differs from what the pad sends. */
  frame_out: zFrameFormat.optional(),
  /** Rate and frame of characters, for the technician and for gap lengths. */
  baud: z.int().min(300).max(921_600).default(9600),
  /** A silence this long ends a half-made frame; never less than four characters. */
  gap_ms: z.int().min(5).max(1000).default(50),
  events: z.array(zInputRule).min(1).max(16),
  /** Sent for every event frame by pads that repeat until they are answered. */
  confirm: z
    .strictObject({
      ...zSend,
      data: zHex,
      /** The press's own count stands behind the data, so that a confirmation sent twice confirms one press. */
      with_count: z.boolean().default(false),
    })
    .optional(),
  /** Asked at opening and then at this interval: a pad that stops answering is mute. */
  ask: z
    .strictObject({
      ...zSend,
      data: zHex,
      every_ms: z.int().min(200).max(60_000).default(2000),
      answer_ms: z.int().min(10).max(5000).default(500),
    })
    .optional(),
  /** Many pads on one half-duplex line: each is asked in turn and speaks only then. */
  poll: z
    .strictObject({
      ...zSend,
      data: zHex,
      every_ms: z.int().min(20).max(10_000).default(100),
      answer_ms: z.int().min(5).max(1000).default(50),
    })
    .optional(),
  lamps: z.strictObject({ ...zSend, data: zTemplate }).optional(),
  display: z
    .strictObject({
      ...zSend,
      columns: z.int().min(1).max(32),
      /** `gbk`: Chinese in two octets and two columns each. */
      alphabet: z.enum(['ascii', 'gbk']).default('ascii'),
    })
    .optional(),
});
export type SerialFrameMessages = z.output<typeof zSerialFrameMessages>;
