/**
 * A hub that was restored from a backup does not know it: its boxes do (F11). Their epoch, answered events and numbers are
 * compared with the journal; where they know more, the hub goes on above all of it, once.
 */
import type { NodeBirth } from '../../devices/contract/presence.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import { numbersAbove } from '../queue/topics/blocks.ts';
import type { Acknowledger } from './acknowledger.ts';
import type { LiveQueue } from './command-loop.ts';
import type { HubEpoch } from './hub-epoch.ts';
import { hubActor, type OwnCommands } from './own-commands.ts';
import type { Streams } from './streams.ts';

export interface RestoreWatchSettings {
  readonly epoch: HubEpoch;
  readonly streams: Streams;
  readonly queue: LiveQueue;
  readonly own: OwnCommands;
  readonly acks: Acknowledger;
}

export class RestoreWatch {
  readonly counters = { restores: 0 };
  /** A new epoch could not be written. */
  readonly failed: Signal<unknown>;
  #log: Log;
  #settings: RestoreWatchSettings;
  /** One box after the other, each as the one before left it. */
  #checking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor({ log }: Context, settings: RestoreWatchSettings) {
    this.failed = new Signal(log);
    this.#log = log;
    this.#settings = settings;
  }

  compare(birth: NodeBirth): void {
    this.#checking = this.#checking.then(() => this.#compare(birth)).catch((error) => this.failed.emit(error));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #compare(birth: NodeBirth): Promise<void> {
    if (this.#stopped) return;
    const { epoch, streams, queue, acks } = this.#settings;
    const known = streams.mark(birth.node);
    // A box whose first event this journal lost is not known at all, and was answered all the same.
    const upto = known === undefined ? 0 : known.upto;
    const behind = (known === undefined || known.stream === birth.stream) && birth.acked > upto;
    const numbers = numbersAbove(queue.state, birth.numbers);
    const first = this.counters.restores === 0 && (behind || numbers.length > 0);
    if (birth.epoch_seen > epoch.current || first) await this.#restored(birth, numbers);
    else if (numbers.length > 0) await this.#note(numbers, null);
    if (behind) acks.known(birth.node, birth.stream);
  }

  async #restored({ node, epoch_seen: floor }: NodeBirth, numbers: readonly TicketId[]): Promise<void> {
    this.counters.restores += 1;
    const epoch = await this.#settings.epoch.begin(floor);
    await this.#note(numbers, epoch);
    this.#log.warn(
      { node, epoch },
      'this journal is older than what the boxes know: going on above them, as after a restored backup',
    );
  }

  #note(tickets: readonly TicketId[], epoch: number | null): Promise<unknown> {
    const by = hubActor;
    return this.#settings.own.run((at, id) => ({ type: 'NoteRestored', id, at, happenedAt: at, by, tickets, epoch }));
  }
}
