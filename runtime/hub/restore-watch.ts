/**
 * A hub that was restored from a backup does not know it: its boxes do (F11). Their epoch, answered events and numbers are
 * compared with the journal; where they know more, the hub goes on above all of it, once.
 */
import { highestEpoch, type NodeBirth } from '../../devices/contract/presence.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import { type Log, OnceLog } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import { mayBeReached } from '../queue/reach.ts';
import { numbersAbove } from '../queue/topics/blocks.ts';
import type { Acknowledger } from './acknowledger.ts';
import type { BoxFaults } from './box-faults.ts';
import type { LiveQueue } from './command-loop.ts';
import { type HubEpoch, longestEpochStep } from './hub-epoch.ts';
import { hubActor, type OwnCommands } from './own-commands.ts';
import type { Streams } from './streams.ts';

export interface RestoreWatchSettings {
  readonly epoch: HubEpoch;
  readonly streams: Streams;
  readonly queue: LiveQueue;
  readonly own: OwnCommands;
  readonly acks: Acknowledger;
  /** Where a box is named whose birth says what cannot be. */
  readonly faults: Pick<BoxFaults, 'note'>;
}

/** As far as a hub gets by its starts since a copy was made, each a step of random width: beyond is no honest box. */
const epochReach = 100_000 * longestEpochStep;
/** Events of one box since a copy was made. */
const stepReach = 10_000_000;

export class RestoreWatch {
  readonly counters = { restores: 0, implausibleBirths: 0 };
  /** A new epoch could not be written. */
  readonly failed: Signal<unknown>;
  #log: Log;
  #once: OnceLog;
  #settings: RestoreWatchSettings;
  /** One box after the other, each as the one before left it. */
  #checking: Promise<void> = Promise.resolve();
  #stopped = false;
  /**
   * Boxes whose numbers, or whose epoch, were taken: once each, or one box could go on for ever. What the broker kept of a box
   * is from before this epoch: what the box itself sends once it has seen this epoch counts once more.
   */
  #taken = new Set<string>();

  constructor({ log }: Context, settings: RestoreWatchSettings) {
    this.failed = new Signal(log);
    this.#log = log;
    this.#once = new OnceLog(log);
    this.#settings = settings;
  }

  compare(birth: NodeBirth): void {
    this.#checking = this.#checking.then(() => this.#compare(birth)).catch((error) => this.failed.emit(error));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #compare(born: NodeBirth): Promise<void> {
    if (this.#stopped) return;
    const { epoch, streams, queue, acks } = this.#settings;
    const { voided } = epoch;
    // It follows as soon as it is told.
    const never = voided !== undefined && voided.from <= born.epoch_seen && born.epoch_seen <= voided.through;
    const birth = never ? { ...born, epoch_seen: 0 } : born;
    const known = streams.mark(birth.node);
    // A box whose first event this journal lost is not known at all, and was answered all the same.
    const upto = known === undefined ? 0 : known.upto;
    const behind = (known === undefined || known.stream === birth.stream) && birth.acked > upto;
    const above = numbersAbove(queue.state, birth.numbers);
    const numbers = above.filter((ticket) => mayBeReached(queue.state, ticket, queue.now()));
    const wrong = implausible(birth, upto, epoch.current) || numbers.length < above.length;
    if (wrong) this.#implausible(birth);
    else if (!this.#taken.has(this.#takenKey(birth))) await this.#take(birth, numbers, behind);
    if (behind && !wrong) acks.known(birth.node, birth.stream);
  }

  /** Numbers and lost events count while a hub that has begun still listens, and on days that it knows to be torn; an epoch always, since its box takes no other. */
  async #take(birth: NodeBirth, numbers: readonly TicketId[], behind: boolean): Promise<void> {
    const { epoch, queue } = this.#settings;
    const listening = !epoch.mayLease || queue.state.leasesBarredUntil >= (queue.state.day?.day ?? '');
    const higher = birth.epoch_seen > epoch.current;
    if (!higher && !(listening && (behind || numbers.length > 0))) return;
    this.#taken.add(this.#takenKey(birth));
    const first = this.counters.restores === 0 && (behind || numbers.length > 0);
    if (listening && (higher || first)) await this.#restored(birth, numbers);
    else if (higher) await epoch.begin(birth.epoch_seen);
    else if (numbers.length > 0) await this.#note(numbers, null);
  }

  #takenKey({ node, epoch_seen: seen }: NodeBirth): string {
    return seen === this.#settings.epoch.current ? `${node} now` : node;
  }

  #implausible({ node, epoch_seen: epochSeen, acked, numbers }: NodeBirth): void {
    this.counters.implausibleBirths += 1;
    this.#settings.faults.note(node, 'implausible');
    this.#once.warn(
      `birth ${node}`,
      { node, epochSeen, acked, numbers: numbers.slice(0, 10) },
      `node ${node} claims an epoch, events or numbers that this hall cannot have reached: nothing is taken of it; check the box, or see "halld heal"`,
    );
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

function implausible({ epoch_seen: seen, acked, last_seq: last }: NodeBirth, upto: number, epoch: number): boolean {
  return seen > Math.min(highestEpoch - epochReach, epoch + epochReach) || acked > last || acked > upto + stepReach;
}
