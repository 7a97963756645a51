/**
 * Writes what must not be lost, such as the verdict on a paper: where the disk or the outbox takes nothing now, it is tried
 * again every second, in order, until it is on disk.
 */
import type { Timer } from '../drivers/clock.ts';
import type { Context } from '../drivers/context.ts';
import type { HallLink, NoteChange, Sent } from './contract/hall-link.ts';

const againMs = 1_000;
/** A device reports one thing at a time, and gives up a few; more than this waiting is a defect. */
const mostWaiting = 100;

interface Waiting {
  readonly events: readonly Sent[];
  readonly notes: readonly NoteChange[];
  readonly done: () => void;
}

export class UntilWritten {
  #context: Context;
  #link: HallLink;
  #waiting: Waiting[] = [];
  #again: Timer | undefined;

  constructor(context: Context, settings: { readonly link: HallLink }) {
    this.#context = context;
    this.#link = settings.link;
  }

  /** `done` is called once all of it is on disk: before this returns, where the disk takes it at once. */
  write(events: readonly Sent[], notes: readonly NoteChange[] = [], done: () => void = () => {}): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#context.log.defect(new Error(`${mostWaiting} reports wait for the disk: one is lost`), 'a report is lost');
      return;
    }
    this.#waiting.push({ events, notes, done });
    if (this.#waiting.length === 1) this.#flush();
  }

  /** What waits is not written any more: the notes on disk say what a restart has to do. */
  close(): void {
    this.#waiting = [];
    this.#again?.cancel();
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { events, notes, done } = next;
      const written = events.length > 0 ? this.#link.send(events, notes) : this.#link.note(notes);
      if (!written.ok) {
        this.#context.log.debug({ reason: written.reason }, 'a report waits for the disk');
        this.#again = this.#context.clock.after(againMs, () => this.#flush());
        return;
      }
      this.#waiting.shift();
      done();
    }
  }
}
