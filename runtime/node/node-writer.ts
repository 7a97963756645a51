/**
 * Writes a node's store, and answers by value what became of it. What a device sends or notes is on disk before `write`
 * returns. That an answered row may go is written with the next such change, or a second later: lost, the row is sent once
 * more and the hub repeats its answer. That halves what a box syncs, and no call waits for the disk to forget the call before it.
 */
import type { NotWritten } from '../../devices/contract/hall-link.ts';
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { type Listenable, Signal } from '../../drivers/signal.ts';
import { type NodeChange, type NodeStore, OutboxFull, type OutboxRow } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

const forgetWithinMs = 1_000;
/** A disk that took nothing is tried again this often. */
const tryAgainMs = 5_000;

/** Else nothing of the change was written. */
export type Stored =
  | { readonly ok: true; readonly rows: readonly OutboxRow[] }
  | { readonly ok: false; readonly reason: NotWritten };

export class NodeWriter {
  readonly counters = { writes: 0, forgotten: 0, writeFailed: 0, outboxFull: 0 };
  #context: Context;
  #store: NodeStore;
  #answered: number[] = [];
  #told: Pick<NodeChange, 'answers' | 'facts'> = {};
  #durableThrough = 0;
  #timer: Timer | undefined;
  #again: Timer | undefined;
  #trouble: { readonly code: 'disk-full' | 'disk-error'; readonly sinceMs: number } | undefined;
  #writableChanged: Signal<boolean>;

  constructor(context: Context, settings: { readonly store: NodeStore }) {
    this.#context = context;
    this.#store = settings.store;
    this.#writableChanged = new Signal(context.log);
  }

  /** `false`: the disk took nothing when last tried. */
  get writable(): boolean {
    return this.#trouble === undefined;
  }

  get writableChanged(): Listenable<boolean> {
    return this.#writableChanged;
  }

  /** The disk's fault, as every device of this box has it. */
  faults(): DeviceState['faults'] {
    if (this.#trouble === undefined) return [];
    const { code, sinceMs } = this.#trouble;
    const remedy =
      code === 'disk-full'
        ? 'the disk of this box is full: make room; it goes on by itself'
        : 'the disk of this box takes nothing: check the disk and its mount, then restart this node';
    return [{ code, kind: 'said', severity: 'error', since: sinceMs, remedy }];
  }

  /** All of it on disk when this returns `ok`, with the rows that may go; else none of it. Never throws. */
  write(change: NodeChange): Stored {
    let rows: readonly OutboxRow[];
    try {
      rows = this.#store.transact({
        ...change,
        answered: [...this.#answered, ...(change.answered ?? [])],
        answers: { ...this.#told.answers, ...change.answers },
        facts: { ...this.#told.facts, ...change.facts },
        durableThrough: Math.max(this.#durableThrough, change.durableThrough ?? 0),
      });
    } catch (error) {
      return { ok: false, reason: this.#failed(error) };
    }
    this.counters.writes += 1;
    this.counters.forgotten += this.#answered.length;
    this.#answered = [];
    this.#told = {};
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#worked();
    return { ok: true, rows };
  }

  /** These rows are answered, and nobody had anything to write about it; `told` goes to the disk with their end. */
  forget(answered: readonly number[], durableThrough: number, told: Pick<NodeChange, 'answers' | 'facts'> = {}): void {
    this.#answered.push(...answered);
    const { answers, facts } = this.#told;
    this.#told = { answers: { ...answers, ...told.answers }, facts: { ...facts, ...told.facts } };
    this.#durableThrough = Math.max(this.#durableThrough, durableThrough);
    this.#timer ??= this.#context.clock.after(forgetWithinMs, () => {
      this.#timer = undefined;
      this.flush();
    });
  }

  /** A store that does not take it now is asked again with the next change. */
  flush(): void {
    if (this.#answered.length > 0) this.write({});
  }

  /** A new stream has numbers of its own (F10): none of the old one's may end its rows or let them go. */
  newStream(): string {
    this.flush();
    const stream = this.#store.newStream();
    this.#answered = [];
    this.#told = {};
    this.#durableThrough = 0;
    return stream;
  }

  /** Writes nothing more by itself: as after a power cut. */
  stop(): void {
    this.#timer?.cancel();
    this.#again?.cancel();
    this.#timer = undefined;
    this.#again = undefined;
  }

  #failed(error: unknown): NotWritten {
    if (error instanceof OutboxFull) {
      this.counters.outboxFull += 1;
      return 'full';
    }
    this.counters.writeFailed += 1;
    if (!(error instanceof StoreError) || error.code === 'conflict') {
      this.#context.log.defect(error, 'a change for the disk was refused');
      return 'defect';
    }
    if (this.#trouble !== undefined) return 'disk';
    const { clock, log } = this.#context;
    const code = error.code === 'full' ? 'disk-full' : 'disk-error';
    this.#trouble = { code, sinceMs: clock.wallMs() };
    log.error({ code, error: error.message }, 'the disk takes nothing: presses are refused until it does');
    this.#tryAgain();
    this.#writableChanged.emit(false);
    return 'disk';
  }

  #worked(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#again?.cancel();
    this.#again = undefined;
    this.#context.log.info({}, 'the disk takes changes again');
    this.#writableChanged.emit(true);
  }

  #tryAgain(): void {
    const { clock } = this.#context;
    this.#again = clock.after(tryAgainMs, () => {
      if (!this.write({ facts: { disk_tried: clock.wallMs() } }).ok && !this.writable) this.#tryAgain();
    });
  }
}
