/** What of a box's messages goes on to the queue: its own devices' alone, and nothing that the hub could not have given (F25). */
import type { EvtEnvelope } from '../../devices/contract/envelope.ts';
import type { QueueCommand } from '../queue/commands.ts';
import type { HallState } from '../queue/state.ts';
import { BoxAuthority, type BoxPlace } from './box-authority.ts';
import { type Bounded, bounded } from './box-bounds.ts';

export class BoxGate {
  #known: boolean;
  #authority: BoxAuthority;

  /** `undefined`: no hall's file says what a box has, and nothing is checked. */
  constructor(boxes: readonly BoxPlace[] | undefined) {
    this.#known = boxes !== undefined;
    this.#authority = new BoxAuthority(boxes);
  }

  take(envelope: EvtEnvelope, command: QueueCommand, state: HallState, listening: boolean): Bounded {
    if (!this.#known) return { ok: true, command };
    const refusal = this.#authority.refusal(envelope, command, state);
    return refusal === undefined ? bounded({ envelope, command, state, listening }) : { ok: false, refusal };
  }
}
