/**
 * What travels on `evt` and `ack`: events from a node's outbox, repeated until acknowledged, and the hub's answers.
 * `(node, stream, seq)` orders and acknowledges; `id` is the identity of the effect, for ever (F9).
 */
import { z } from 'zod';
import { zCommandId, zId, zInstant } from './terms.ts';

/** The largest message on any topic. */
export const maxMessageBytes = 65_536;

export const zSeq = z.int().min(1);

export const zRefusal = z.object({ code: z.string().max(64), message: z.string().max(500) });
export type WireRefusal = z.infer<typeof zRefusal>;

/** Unknown fields are ignored (`z.object` strips them); an unknown `type` is answered with an error. */
export const zEvtEnvelope = z.object({
  v: z.literal(1),
  id: zCommandId,
  type: z.string().min(1).max(64),
  node: zId,
  stream: z.uuid(),
  seq: zSeq,
  /** The oldest event this node still holds: tells the hub that nothing below it will ever come (a box after adoption). */
  first: zSeq.optional(),
  /** The device that caused it. */
  device: zId.optional(),
  /** The sender's wall clock, ISO 8601: for people and logs only. */
  at: z.iso.datetime(),
  /** When it happened, by the node's best knowledge of hub time (F8); absent if it never knew. The hub never takes a later one than receipt. */
  hub_at: zInstant.optional(),
  /** The answer once given, with an event that is told again to a hub restored from a backup (F11): what it did stays done. */
  answered: z.object({ ok: z.boolean(), result: z.unknown().optional(), error: zRefusal.optional() }).optional(),
  data: z.unknown(),
});
export type EvtEnvelope = z.infer<typeof zEvtEnvelope>;

export const zAnswer = z.object({
  id: zCommandId,
  seq: zSeq,
  ok: z.boolean(),
  /** The answer's own data where the type has any: see `answers` in the message files. */
  result: z.unknown().optional(),
  error: zRefusal.optional(),
});
export type WireAnswer = z.infer<typeof zAnswer>;

export const zAck = z.object({
  v: z.literal(1),
  node: zId,
  stream: z.uuid(),
  epoch: z.int().min(1),
  /** Everything up to here is on the hub's disk: the high-water mark. */
  upto: z.int().min(0),
  /** Everything up to here is also in a backup or on a replica (F11); equal to `upto` on a hub that has none. */
  durable_through: z.int().min(0),
  answers: z.array(zAnswer).max(100),
  /** The stream as a whole is refused: a new stream that nobody adopted, a cloned card (F10). */
  stream_error: z.enum(['stream-unknown', 'stream-conflict', 'duplicate-node']).optional(),
});
export type Ack = z.infer<typeof zAck>;
