/**
 * The node's outbox for worlds in virtual time. `MemoryNodeDisk` is what survives a crash or a power cut;
 * `MemoryNodeStore` is one process's hold on it.
 */
import type { Random } from '../../../drivers/random.ts';
import { uuidFrom } from '../../../drivers/random.ts';
import { defaultAnsweredLimit, defaultOutboxLimit } from '../../store/sqlite-node-store.ts';
import type { FaultPoint, NodeChange, NodeStore, OutboxRow, RowAnswer } from '../../store/store.ts';
import { OutboxFull } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';

interface Content {
  stream: string;
  lastSeq: number;
  durableThrough: number;
  /** By seq, ascending: rows are only added at the end. */
  waiting: Map<number, OutboxRow>;
  /** Command id to the seq that waits with it. */
  ids: Map<string, number>;
  answered: Map<number, OutboxRow>;
  /** device, then key, then JSON. */
  notes: Map<string, Map<string, string>>;
  facts: Map<string, string | number>;
}

export class MemoryNodeDisk {
  content: Content | undefined;
  holder: object | undefined;

  /** The process that held it is gone, however it died. */
  crash(): void {
    this.holder = undefined;
  }
}

export interface MemoryNodeStoreOptions {
  readonly disk?: MemoryNodeDisk;
  readonly random: Random;
  readonly limit?: number;
  readonly answeredLimit?: number;
  readonly fault?: FaultPoint;
}

export class MemoryNodeStore implements NodeStore {
  #disk: MemoryNodeDisk;
  #random: Random;
  #limit: number;
  #answeredLimit: number;
  #fault: FaultPoint;
  #hold: object | undefined;

  constructor(options: MemoryNodeStoreOptions) {
    this.#disk = options.disk ?? new MemoryNodeDisk();
    this.#random = options.random;
    this.#limit = options.limit ?? defaultOutboxLimit;
    this.#answeredLimit = options.answeredLimit ?? defaultAnsweredLimit;
    this.#fault = options.fault ?? (() => undefined);
  }

  open(): { readonly stream: string; readonly lastSeq: number } {
    if (this.#disk.holder !== undefined)
      throw new StoreError('locked', 'memory: another process writes this store: stop one of them');
    this.#hold = {};
    this.#disk.holder = this.#hold;
    this.#disk.content ??= {
      stream: uuidFrom(this.#random),
      lastSeq: 0,
      durableThrough: 0,
      waiting: new Map(),
      ids: new Map(),
      answered: new Map(),
      notes: new Map(),
      facts: new Map(),
    };
    return { stream: this.#disk.content.stream, lastSeq: this.#disk.content.lastSeq };
  }

  close(): void {
    if (this.#hold !== undefined && this.#disk.holder === this.#hold) this.#disk.holder = undefined;
    this.#hold = undefined;
  }

  transact(change: NodeChange): readonly OutboxRow[] {
    const content = this.#held();
    const rows = this.#plan(content, change);
    this.#fault('before-commit');
    content.durableThrough = Math.max(content.durableThrough, change.durableThrough ?? 0);
    for (const seq of content.answered.keys()) if (seq <= content.durableThrough) content.answered.delete(seq);
    for (const seq of change.answered ?? []) this.#answer(content, seq, change.answers?.[seq]);
    for (const row of rows) {
      if (content.waiting.has(row.seq)) continue;
      for (const [seq, old] of content.answered) if (old.id === row.id) content.answered.delete(seq);
      content.waiting.set(row.seq, row);
      content.ids.set(row.id, row.seq);
      content.lastSeq = row.seq;
    }
    for (const { device, key, value } of change.notes ?? []) {
      const notes = content.notes.get(device) ?? new Map<string, string>();
      content.notes.set(device, notes);
      if (value === undefined) notes.delete(key);
      else notes.set(key, JSON.stringify(value));
    }
    for (const [key, value] of Object.entries(change.facts ?? {})) content.facts.set(key, value);
    this.#fault('after-commit');
    return rows;
  }

  unanswered(): readonly OutboxRow[] {
    return [...this.#held().waiting.values()];
  }

  answeredAbove(seq: number): readonly OutboxRow[] {
    return [...this.#held().answered.values()].filter((row) => row.seq > seq).sort((a, b) => a.seq - b.seq);
  }

  notes(device: string): ReadonlyMap<string, unknown> {
    const notes = [...(this.#held().notes.get(device) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(notes.map(([key, text]) => [key, JSON.parse(text)]));
  }

  facts(): Readonly<Record<string, string | number>> {
    return Object.fromEntries(this.#held().facts);
  }

  newStream(): string {
    const content = this.#held();
    const stream = uuidFrom(this.#random);
    this.#fault('stream-before-commit');
    const rows = [...content.waiting.values()].map((row, index) => ({ ...row, seq: index + 1 }));
    content.waiting = new Map(rows.map((row) => [row.seq, row]));
    content.ids = new Map(rows.map((row) => [row.id, row.seq]));
    content.answered.clear();
    content.lastSeq = rows.length;
    content.durableThrough = 0;
    content.stream = stream;
    this.#fault('stream-after-commit');
    return stream;
  }

  /** Everything that can be refused, before anything is changed. */
  #plan(content: Content, change: NodeChange): readonly OutboxRow[] {
    const leaving = new Set((change.answered ?? []).filter((seq) => content.waiting.has(seq)));
    const fresh = new Map<string, OutboxRow>();
    const rows = (change.append ?? []).map((row) => {
      const waitsAt = content.ids.get(row.id);
      const waits = waitsAt === undefined || leaving.has(waitsAt) ? undefined : content.waiting.get(waitsAt);
      const present = waits ?? fresh.get(row.id);
      if (present !== undefined) return present;
      const seq = content.lastSeq + fresh.size + 1;
      const made: OutboxRow = { ...row, seq, data: JSON.parse(JSON.stringify(row.data ?? null)) };
      fresh.set(row.id, made);
      return made;
    });
    if (rows.length > 0 && content.waiting.size - leaving.size + fresh.size > this.#limit)
      throw new OutboxFull(this.#limit);
    return rows;
  }

  #answer(content: Content, seq: number, answer: RowAnswer | undefined): void {
    const row = content.waiting.get(seq);
    if (row === undefined) return;
    content.waiting.delete(seq);
    content.ids.delete(row.id);
    if (seq > content.durableThrough) content.answered.set(seq, answer === undefined ? row : { ...row, answer });
    if (content.answered.size > this.#answeredLimit) content.answered.delete(Math.min(...content.answered.keys()));
  }

  #held(): Content {
    if (this.#hold === undefined || this.#disk.holder !== this.#hold || this.#disk.content === undefined)
      throw new StoreError('closed', 'memory: the store is not open');
    return this.#disk.content;
  }
}
