/** A question that a line asks over and over. */
import type { Timer } from '../clock.ts';
import type { Exchange, ExchangeResult } from './line.ts';

export interface Poll {
  readonly make: () => Exchange<unknown>;
  readonly periodMs: number;
  readonly take: (result: ExchangeResult<unknown>) => void;
  timer: Timer | undefined;
  stopped: boolean;
  waits: boolean;
  /** Whose, as its last exchange said. */
  station: string | undefined;
}
