/** A box's event that takes no effect: its refusal is its answer, and stands in the journal (F25). */
import type { EvtEnvelope, WireRefusal } from '../../devices/contract/envelope.ts';
import type { Instant } from '../../devices/contract/terms.ts';
import type { Actor } from '../queue/commands.ts';
import type { QueueEvent } from '../queue/events.ts';

/** Its events contradict what is stored: a number that was given before, a value no table takes. */
export const cannotBeStored: WireRefusal = {
  code: 'cannot-be-stored',
  message: 'this contradicts what the journal has: nothing was changed; report this with the log of the hub',
};

/** The queue failed over a command: a defect, and the hall in memory may be half changed. */
export class UndecidedError extends Error {
  constructor(command: string, cause: unknown) {
    super(`the queue cannot decide ${command}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'UndecidedError';
  }
}

export interface RefusedAt {
  readonly envelope: EvtEnvelope;
  readonly by: Actor;
  readonly at: Instant;
  readonly happenedAt: Instant;
}

/** Changes nothing in the hall: for readers of the journal. */
export function refusedEvent({ envelope, by, at, happenedAt }: RefusedAt, { code, message }: WireRefusal): QueueEvent {
  const { id: commandId, type: command } = envelope;
  return { type: 'CommandRefused', at, happenedAt, by, commandId, command, code, message };
}
