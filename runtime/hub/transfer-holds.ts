/**
 * A visitor who is transferred must not see two windows with one number (F16): what the target shows waits until the board of
 * the source has acknowledged something else, or a second has passed.
 */
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { TicketId, WindowId } from '../../devices/contract/terms.ts';
import type { HallView, WindowView } from '../../devices/contract/view.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { Signal } from '../../drivers/signal.ts';
import type { QueueEvent } from '../queue/events.ts';

const holdAtMostMs = 1_000;

interface Hold {
  readonly source: WindowId;
  /** Transferred to this window, or to whichever calls it. */
  readonly target: WindowId | undefined;
  readonly timer: Timer;
}

export class TransferHolds {
  readonly counters = { transfersSeen: 0, transfersTimedOut: 0 };
  /** Something that waited may be shown. */
  readonly released: Signal;
  #clock: Clock;
  #holds = new Map<TicketId, Hold>();

  constructor({ clock, log }: Context) {
    this.released = new Signal(log);
    this.#clock = clock;
  }

  apply(events: readonly QueueEvent[]): void {
    for (const event of events) {
      if (event.type !== 'TicketTransferred') continue;
      const { ticket, from: source, to } = event;
      this.#holds.get(ticket)?.timer.cancel();
      const timer = this.#clock.after(holdAtMostMs, () => {
        this.counters.transfersTimedOut += 1;
        this.#release(ticket);
      });
      this.#holds.set(ticket, { source, target: 'window' in to ? to.window : undefined, timer });
    }
  }

  /** A board's report: what it shows now, and whether that was acknowledged. */
  boardReported({ role, detail }: DeviceState): void {
    if (role !== 'window-board' || (detail.outcome !== 'shown' && detail.outcome !== 'sent')) return;
    for (const [ticket, { source }] of this.#holds) {
      if (detail.window !== source || detail.ticket === ticket) continue;
      this.counters.transfersSeen += 1;
      this.#release(ticket);
    }
  }

  holdsWindow({ window, call }: WindowView): boolean {
    for (const [ticket, { source, target }] of this.#holds) {
      if (window === target || (call?.ticket === ticket && window !== source)) return true;
    }
    return false;
  }

  /** Hall boards follow the same calls. */
  holdsHall({ calls }: HallView): boolean {
    for (const [ticket, { source }] of this.#holds) {
      const number = ticket.slice(ticket.indexOf('/') + 1);
      if (calls.some((call) => call.number === number && call.window !== source)) return true;
    }
    return false;
  }

  stop(): void {
    for (const { timer } of this.#holds.values()) timer.cancel();
    this.#holds.clear();
  }

  #release(ticket: TicketId): void {
    this.#holds.get(ticket)?.timer.cancel();
    this.#holds.delete(ticket);
    this.released.emit();
  }
}
