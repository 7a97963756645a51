/** The handlers of one connection, found by our own matcher: brokers differ in what they send twice where filters overlap. */
import type { BusMessage } from './bus.ts';
import { matchesFilter } from './topic-filter.ts';

export type Handler = (message: BusMessage) => void;

export class Subscriptions {
  #byFilter = new Map<string, Set<Handler>>();
  #onThrow: (error: unknown, topic: string) => void;

  constructor(onThrow: (error: unknown, topic: string) => void) {
    this.#onThrow = onThrow;
  }

  add(filter: string, handler: Handler): void {
    const handlers = this.#byFilter.get(filter) ?? new Set();
    this.#byFilter.set(filter, handlers);
    handlers.add(handler);
  }

  remove(filter: string, handler: Handler): void {
    const handlers = this.#byFilter.get(filter);
    handlers?.delete(handler);
    if (handlers?.size === 0) this.#byFilter.delete(filter);
  }

  clear(): void {
    this.#byFilter.clear();
  }

  /** How many handlers took it. */
  dispatch(message: BusMessage): number {
    let taken = 0;
    for (const [filter, handlers] of this.#byFilter) {
      if (!matchesFilter(filter, message.topic)) continue;
      for (const handler of handlers) {
        taken += 1;
        try {
          handler(message);
        } catch (error) {
          this.#onThrow(error, message.topic);
        }
      }
    }
    return taken;
  }
}
