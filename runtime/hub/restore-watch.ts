/**
 * A hub that was restored from a backup does not know it: its boxes do (F11). What they say of an epoch, of answered events
 * and of numbers is held against the journal; where they know more, the hub goes on above all of it, once.
 */
import type { NodeBirth } from '../../devices/contract/presence.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { Log } from '../../drivers/log.ts';
import type { HallState } from '../queue/state.ts';
import { numbersAbove } from '../queue/topics/blocks.ts';
import type { StreamMark } from '../store/store.ts';

export interface RestoreWatchParts {
  readonly epoch: () => number;
  readonly mark: (node: string) => StreamMark | undefined;
  readonly state: () => HallState;
  readonly log: Log;
  /** Everything from now on under an epoch above this one. */
  readonly beginAbove: (floor: number) => Promise<number>;
  readonly note: (tickets: readonly TicketId[], epoch: number | null) => Promise<unknown>;
  /** Tells a box how far its events are known here: it sends again what is beyond. */
  readonly tellMark: (node: string, stream: string) => void;
  readonly fatal: (error: unknown) => void;
}

export class RestoreWatch {
  readonly counters = { restores: 0 };
  #parts: RestoreWatchParts;
  /** One box after the other, each as the one before left it. */
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: RestoreWatchParts) {
    this.#parts = parts;
  }

  born(birth: NodeBirth): void {
    this.#looking = this.#looking.then(() => this.#look(birth)).catch((error) => this.#parts.fatal(error));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #look(birth: NodeBirth): Promise<void> {
    if (this.#stopped) return;
    const { epoch, mark, state, note, tellMark } = this.#parts;
    const known = mark(birth.node);
    // A box whose first word this journal lost is not known at all, and was answered all the same.
    const upto = known === undefined ? 0 : known.upto;
    const behind = (known === undefined || known.stream === birth.stream) && birth.acked > upto;
    const numbers = numbersAbove(state(), birth.numbers);
    const first = this.counters.restores === 0 && (behind || numbers.length > 0);
    if (birth.epoch_seen > epoch() || first) await this.#restored(birth, numbers);
    else if (numbers.length > 0) await note(numbers, null);
    if (behind) tellMark(birth.node, birth.stream);
  }

  async #restored({ node, epoch_seen: floor }: NodeBirth, numbers: readonly TicketId[]): Promise<void> {
    const { beginAbove, note, log } = this.#parts;
    this.counters.restores += 1;
    const epoch = await beginAbove(floor);
    await note(numbers, epoch);
    log.warn(
      { node, epoch },
      'this journal is older than what the boxes know: going on above them, as after a restored backup',
    );
  }
}
