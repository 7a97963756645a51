/** A technician takes another box, or another store, for a node (F10). */
import type { WireRefusal } from '../../devices/contract/envelope.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import type { HallStore } from '../store/store.ts';
import type { NodeRegistry } from './node-registry.ts';
import type { Streams } from './streams.ts';

export interface AdoptionSettings {
  readonly store: HallStore;
  readonly streams: Streams;
  readonly nodes: NodeRegistry;
}

export class BoxAdoption {
  readonly adopted: Signal<{ readonly node: string }>;
  #log: Log;
  #settings: AdoptionSettings;

  constructor({ log }: Context, settings: AdoptionSettings) {
    this.adopted = new Signal(log);
    this.#log = log;
    this.#settings = settings;
  }

  /** `undefined` = done, and on disk. */
  async adopt(node: string): Promise<WireRefusal | undefined> {
    const { store, streams, nodes } = this.#settings;
    const bound = streams.mark(node)?.stream;
    if (bound !== undefined && nodes.isActive(node, bound))
      return {
        code: 'box-alive',
        message: `the box known as ${node} is at work: switch it off, or give the new one another id`,
      };
    const marks = streams.adopt(node);
    if (marks.length === 0)
      return { code: 'nobody-waits', message: `no other box is waiting to be adopted as ${node}` };
    await store.commit({ events: [], applied: [], answers: [], marks });
    this.#log.info({ node }, `a technician adopted another box as ${node}`);
    this.adopted.emit({ node });
    return undefined;
  }
}
