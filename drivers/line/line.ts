/**
 * One line, one talker at a time: the interface of the scheduler that boards and pads on an RS-485 line share. A line
 * with one device is the same thing with one station.
 */
import type { Port } from '../port/port.ts';
import type { Listenable } from '../signal.ts';

/** Highest first: a call overtakes everything that is not on the wire yet. */
export type LinePriority = 'call' | 'status' | 'clock' | 'poll';

/** What a protocol makes of the bytes received since its request went out. */
export type AnswerParse<Answer> =
  | { readonly kind: 'more' }
  /** Not for us, an echo or noise: drop so many bytes and look again. `garbled` counts it as a broken frame. */
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  | { readonly kind: 'answer'; readonly bytes: number; readonly answer: Answer };

export interface Exchange<Answer> {
  /** Whose: counters, the down mark and coalescing are kept by station. */
  readonly station: string;
  readonly priority: LinePriority;
  /** A newer exchange of the same station and key replaces one that still waits: only the newest content counts. */
  readonly key?: string;
  /** A function is asked when it goes out: a clock is set to the time of its going. */
  readonly request: Uint8Array | (() => Uint8Array);
  /** The line is silent so long after so many bytes of the request. */
  readonly pause?: { readonly afterBytes: number; readonly ms: number };
  /** Without it the exchange is one-way. */
  readonly answer?: {
    readonly timeoutMs: number;
    /** The longest answer in bytes: bounds the receive buffer. */
    readonly maxBytes: number;
    /** The answer may repeat the request word for word (Modbus 06): a leading copy is then the echo of an adapter that is known to echo, else the answer. */
    readonly mayRepeatRequest?: boolean;
    /** Set by a person: the adapter echoes, or it does not; without it the line learns it from its other requests. */
    readonly adapterEcho?: boolean;
    parse(received: Uint8Array): AnswerParse<Answer>;
  };
  /** Silence the protocol demands after this exchange. */
  readonly gapAfterMs: number;
  /** The station takes the next exchange of this key no sooner after it was sent; what waits meanwhile is replaced by newer. */
  readonly spacingMs?: number;
  /** Tries after the first; default 2. */
  readonly retries?: number;
  /** Does this answer say "busy, again"? Then it is retried too. */
  again?(answer: Answer): boolean;
  /** Does this answer refuse what was asked? Counted as `nacked`. */
  refused?(answer: Answer): boolean;
}

export type ExchangeResult<Answer> =
  /** `unproven`: the answer is the request word for word, and nobody knows yet whether this adapter echoes. */
  | { readonly kind: 'answered'; readonly answer: Answer; readonly tries: number; readonly unproven?: boolean }
  | { readonly kind: 'sent' }
  /** A newer one took its place. */
  | { readonly kind: 'superseded' }
  /** `tries` 0: the station is marked down, nothing was sent; the poll finds out when it is back. */
  | { readonly kind: 'timeout'; readonly tries: number }
  /** The port is gone; nothing is kept, drivers send their desired state again at `up`. */
  | { readonly kind: 'offline' };

export interface StationState {
  readonly down: boolean;
  readonly counters: Readonly<Record<'sent' | 'acked' | 'nacked' | 'timedOut' | 'garbled' | 'clashed', number>>;
}

export interface Line {
  /** Never rejects. */
  exchange<Answer>(exchange: Exchange<Answer>): Promise<ExchangeResult<Answer>>;
  station(name: string): StationState;
  /** The station of the last request that went out: what comes in now is its answer, if anybody's. */
  readonly talker: string | undefined;
  /** Does the adapter return what it sends? Learned from any request that an answer cannot repeat, anew after each opening. */
  readonly echo: 'unknown' | 'yes' | 'no';
  /** Exchanges dropped because too many waited; pieces that came while nobody was asked. */
  readonly counters: Readonly<Record<'dropped' | 'noise', number>>;
  /**
   * Asks what `make` makes, `periodMs` after the station was last asked or heard of; when it is down after 1, 2, then
   * every 5 s. Returns how to stop.
   */
  poll<Answer>(
    make: () => Exchange<Answer>,
    periodMs: number,
    take: (result: ExchangeResult<Answer>) => void,
  ): () => void;
  /** A fresh connection: every station's content is unknown. `on` calls at once where the port is open already. */
  readonly opened: Listenable<Port>;
  /** The port is gone, with the reason as a remedy. */
  readonly down: Listenable<string>;
}
