/** The questions that a line asks over and over, each with its own period; a station that is down is asked rarely. */
import type { Clock, Timer } from '../clock.ts';
import type { Exchange, ExchangeResult } from './line.ts';

interface Poll {
  readonly make: () => Exchange<unknown>;
  readonly periodMs: number;
  readonly take: (result: ExchangeResult<unknown>) => void;
  timer: Timer | undefined;
  stopped: boolean;
  waits: boolean;
  /** Whose, as its last exchange said. */
  station: string | undefined;
}

export interface PollsContext {
  readonly clock: Clock;
  ask(exchange: Exchange<unknown>, settle: (result: ExchangeResult<unknown>) => void): void;
  /** How long a station that is down is left alone; `undefined` = it is not down. */
  downMs(station: string): number | undefined;
}

export class Polls {
  #context: PollsContext;
  #all = new Set<Poll>();

  constructor(context: PollsContext) {
    this.#context = context;
  }

  add(
    make: () => Exchange<unknown>,
    periodMs: number,
    take: (result: ExchangeResult<unknown>) => void,
    running: boolean,
  ): () => void {
    const poll: Poll = {
      ...{ make, periodMs, take },
      ...{ timer: undefined, stopped: false, waits: false, station: undefined },
    };
    this.#all.add(poll);
    if (running) this.#arm(poll, 0);
    return () => {
      poll.stopped = true;
      poll.timer?.cancel();
      this.#all.delete(poll);
    };
  }

  askAll(): void {
    for (const poll of this.#all) this.#arm(poll, 0);
  }

  cancelAll(): void {
    for (const poll of this.#all) poll.timer?.cancel();
  }

  /** It answered to something else just now: it need not be asked again before its period is over. */
  heardOf(station: string): void {
    for (const poll of this.#all) if (poll.station === station) this.#arm(poll, poll.periodMs);
  }

  leaveAlone(station: string, forMs: number): void {
    for (const poll of this.#all) if (poll.station === station) this.#arm(poll, forMs);
  }

  #arm(poll: Poll, delayMs: number): void {
    poll.timer?.cancel();
    if (poll.stopped || poll.waits) return;
    poll.timer = this.#context.clock.after(delayMs, () => {
      const exchange = poll.make();
      poll.waits = true;
      poll.station = exchange.station;
      this.#context.ask(exchange, (result) => {
        poll.waits = false;
        if (poll.stopped) return;
        if (result.kind !== 'offline') this.#arm(poll, this.#context.downMs(exchange.station) ?? poll.periodMs);
        poll.take(result);
      });
    });
  }
}
