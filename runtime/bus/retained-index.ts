/**
 * What the embedded broker keeps, found by topic. aedes' own memory looks through every kept message for each filter: when the
 * boxes of a city come back together that is their number squared.
 */
import { Readable } from 'node:stream';
import { filterMatcher, hasWildcard } from './topic-filter.ts';

interface Kept {
  readonly topic: string;
  readonly payload: Buffer | string;
}

/** The part of aedes-persistence that deals with kept messages. */
export interface RetainedPart {
  storeRetained(packet: Kept): Promise<void>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
}

export class RetainedIndex implements RetainedPart {
  #kept = new Map<string, Kept>();

  async storeRetained(packet: Kept): Promise<void> {
    if (packet.payload.length === 0) this.#kept.delete(packet.topic);
    else this.#kept.set(packet.topic, { ...packet });
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(filters.flatMap((filter) => this.matching(filter)));
  }

  matching(filter: string): readonly Kept[] {
    if (!hasWildcard(filter)) {
      const kept = this.#kept.get(filter);
      return kept === undefined ? [] : [kept];
    }
    const matches = filterMatcher(filter);
    return [...this.#kept.values()].filter(({ topic }) => matches(topic));
  }
}
