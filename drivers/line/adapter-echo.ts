/** Whether the adapter of a line returns what it sends, learned from its requests: such a copy is no answer of a station. */
import type { Log } from '../log.ts';
import type { Echo } from './receiver.ts';

export class AdapterEcho {
  #state: Echo = 'unknown';
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  get state(): Echo {
    return this.#state;
  }

  /** Another adapter may have been plugged in. */
  reset(): void {
    this.#state = 'unknown';
  }

  /** A copy of a request that no answer repeats is certain; its absence may be one that noise has spoilt. */
  learn(echo: Exclude<Echo, 'unknown'>): void {
    if (this.#state === echo || (echo === 'no' && this.#state === 'yes')) return;
    this.#state = echo;
    if (echo === 'yes') this.#log.info({ echo }, 'the adapter echoes what it sends: a copy of a request is no answer');
    else this.#log.debug({ echo }, 'the adapter does not echo');
  }
}
