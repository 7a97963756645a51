/** The handlers of one connection, found by our own matcher: brokers differ in what they send twice where filters overlap. */
import type { BusMessage } from './bus.ts';
import { filterMatcher, hasWildcard } from './topic-filter.ts';

export type Handler = (message: BusMessage) => void;

export class Subscriptions {
  #byFilter = new Map<string, Set<Handler>>();
  /** A box follows many topics by name: only filters with wildcards are tried one after the other. */
  #wild = new Map<string, (topic: string) => boolean>();
  #onThrow: (error: unknown, topic: string) => void;

  constructor(onThrow: (error: unknown, topic: string) => void) {
    this.#onThrow = onThrow;
  }

  add(filter: string, handler: Handler): void {
    const handlers = this.#byFilter.get(filter) ?? new Set();
    this.#byFilter.set(filter, handlers);
    handlers.add(handler);
    if (hasWildcard(filter) && !this.#wild.has(filter)) this.#wild.set(filter, filterMatcher(filter));
  }

  remove(filter: string, handler: Handler): void {
    const handlers = this.#byFilter.get(filter);
    handlers?.delete(handler);
    if (handlers?.size !== 0) return;
    this.#byFilter.delete(filter);
    this.#wild.delete(filter);
  }

  clear(): void {
    this.#byFilter.clear();
    this.#wild.clear();
  }

  /** How many handlers took it. */
  dispatch(message: BusMessage): number {
    let taken = this.#hand(message.topic, message);
    for (const [filter, matches] of this.#wild) if (matches(message.topic)) taken += this.#hand(filter, message);
    return taken;
  }

  #hand(filter: string, message: BusMessage): number {
    const handlers = this.#byFilter.get(filter);
    if (handlers === undefined) return 0;
    for (const handler of handlers) {
      try {
        handler(message);
      } catch (error) {
        this.#onThrow(error, message.topic);
      }
    }
    return handlers.size;
  }
}
