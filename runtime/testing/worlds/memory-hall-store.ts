/**
 * The hub's journal for worlds in virtual time. `MemoryHallDisk` is what survives a crash; `MemoryHallStore` is one
 * process's hold on it, so a test kills the hub with `disk.crash()` and opens a new store on the same disk.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { BusinessDay, CommandId, NodeId } from '../../../devices/contract/terms.ts';
import {
  answerOf,
  answerText,
  appendEntry,
  boxAnswerId,
  dayBefore,
  eventOf,
  journalFile,
} from '../../store/hall-tables.ts';
import { projectionSchema } from '../../store/projection-schema.ts';
import { queryRows } from '../../store/query-rows.ts';
import type {
  FaultPoint,
  HallBatch,
  HallSnapshot,
  HallStore,
  JournalEntry,
  Retention,
  StoredAnswer,
  StreamMark,
} from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';

const replayPage = 2_000;

export class MemoryHallDisk {
  /** Events as JSON: nobody can change what is written. */
  readonly journal: string[] = [];
  readonly answers = new Map<CommandId, { readonly text: string; day: BusinessDay | null }>();
  readonly applied = new Map<string, CommandId>();
  readonly marks = new Map<string, StreamMark>();
  readonly tickets = new Set<string>();
  snapshot: HallSnapshot | undefined;
  epoch = 0;
  day: BusinessDay | null = null;
  /** Who writes; one at a time. */
  holder: object | undefined;

  /** The process that held it is gone, however it died: what it had not committed never was. */
  crash(): void {
    this.holder = undefined;
  }

  /** Copies by file name. */
  readonly backups = new Map<string, MemoryHallDisk>();

  copy(): MemoryHallDisk {
    const copy = new MemoryHallDisk();
    copy.#take(this);
    return copy;
  }

  /** What an operator does after the disk was lost. */
  restore(file: string): void {
    const backup = this.backups.get(file);
    if (backup === undefined) throw new StoreError('closed', `there is no backup ${file}`);
    this.journal.length = 0;
    for (const kept of [this.answers, this.applied, this.marks, this.tickets]) kept.clear();
    this.#take(backup);
  }

  #take(from: MemoryHallDisk): void {
    this.journal.push(...from.journal);
    for (const [id, answer] of from.answers) this.answers.set(id, { ...answer });
    for (const [at, id] of from.applied) this.applied.set(at, id);
    for (const [at, mark] of from.marks) this.marks.set(at, mark);
    for (const ticket of from.tickets) this.tickets.add(ticket);
    this.snapshot = from.snapshot;
    this.epoch = from.epoch;
    this.day = from.day;
  }
}

export class MemoryHallStore implements HallStore {
  #disk: MemoryHallDisk;
  #fault: FaultPoint;
  #hold: object | undefined;
  #tables: DatabaseSync | undefined;
  #statements = new Map<string, StatementSync>();
  #projected = 0;
  #projectedDay: BusinessDay | null = null;

  constructor(disk = new MemoryHallDisk(), fault: FaultPoint = () => undefined) {
    this.#disk = disk;
    this.#fault = fault;
  }

  async open(): Promise<void> {
    if (this.#disk.holder !== undefined)
      throw new StoreError('locked', 'memory: another process writes this store: stop one of them');
    this.#hold = {};
    this.#disk.holder = this.#hold;
  }

  async close(): Promise<void> {
    if (this.#hold !== undefined && this.#disk.holder === this.#hold) this.#disk.holder = undefined;
    this.#hold = undefined;
    this.#tables?.close();
    this.#tables = undefined;
    this.#statements.clear();
    this.#projected = 0;
  }

  async beginEpoch(floor: number, step = 1): Promise<number> {
    const disk = this.#held();
    const epoch = Math.max(disk.epoch, floor) + step;
    this.#fault('epoch-before-commit');
    disk.epoch = epoch;
    this.#fault('epoch-after-commit');
    return epoch;
  }

  async voidEpochs(): Promise<undefined> {
    return undefined;
  }

  async replay(afterSeq: number, take: (entries: readonly JournalEntry[]) => void): Promise<void> {
    const { journal } = this.#held();
    for (let from = afterSeq; from < journal.length; from += replayPage) {
      const page = journal.slice(from, from + replayPage);
      take(page.map((text, index) => ({ seq: from + index + 1, event: eventOf(text) })));
    }
  }

  async commit(batch: HallBatch): Promise<number> {
    const disk = this.#held();
    const texts = batch.events.map((event) => JSON.stringify(event));
    refuseTwice(disk, batch);
    this.#fault('before-commit');
    for (const event of batch.events) {
      if (event.type === 'DayOpened') disk.day = event.day;
      if (event.type === 'TicketIssued') disk.tickets.add(event.ticket);
    }
    disk.journal.push(...texts);
    for (const given of batch.answers) keepAnswer(disk, given);
    for (const { node, stream, seq, answer } of batch.applied) {
      keepAnswer(disk, { ...answer, id: boxAnswerId(node, answer.id) });
      disk.applied.set(key(node, stream, seq), answer.id);
    }
    for (const mark of batch.marks) {
      const known = disk.marks.get(key(mark.node, mark.stream));
      disk.marks.set(key(mark.node, mark.stream), {
        ...mark,
        upto: Math.max(mark.upto, known?.upto ?? 0),
        happenedAt: Math.max(mark.happenedAt, known?.happenedAt ?? mark.happenedAt),
      });
    }
    const lastSeq = disk.journal.length;
    this.#fault('after-commit');
    return lastSeq;
  }

  async marks(): Promise<readonly StreamMark[]> {
    const { marks } = this.#held();
    return [...marks.keys()].sort().flatMap((at) => marks.get(at) ?? []);
  }

  async answerTo(node: NodeId, stream: string, seq: number): Promise<StoredAnswer | undefined> {
    const id = this.#held().applied.get(key(node, stream, seq));
    return id === undefined ? undefined : this.answerOfBox(node, id);
  }

  async answerOfBox(node: NodeId, id: CommandId): Promise<StoredAnswer | undefined> {
    const kept = await this.answerById(boxAnswerId(node, id));
    return kept === undefined ? undefined : { ...kept, id };
  }

  async answerById(id: CommandId): Promise<StoredAnswer | undefined> {
    const kept = this.#held().answers.get(id);
    return kept === undefined ? undefined : answerOf(id, kept.text);
  }

  async backup(file: string): Promise<void> {
    const disk = this.#held();
    disk.backups.set(file, disk.copy());
  }

  async query(sql: string, parameters: readonly (string | number | null)[] = []) {
    return queryRows(this.#project(), sql, parameters, 'memory');
  }

  async snapshot(code: string): Promise<HallSnapshot | undefined> {
    const { snapshot } = this.#held();
    return snapshot?.code === code ? snapshot : undefined;
  }

  async saveSnapshot(snapshot: HallSnapshot): Promise<void> {
    const disk = this.#held();
    this.#fault('snapshot-before-commit');
    disk.snapshot = snapshot;
    this.#fault('snapshot-after-commit');
  }

  /** Worlds in virtual time live for days: their journal stays whole. */
  async prune(today: BusinessDay, keep: Retention): Promise<boolean> {
    const { answers, applied } = this.#held();
    const oldest = dayBefore(today, keep.answersDays);
    for (const [id, kept] of answers) {
      kept.day ??= today;
      if (kept.day < oldest) answers.delete(id);
    }
    for (const [at, id] of applied)
      if (!answers.has(boxAnswerId(at.slice(0, at.indexOf('\n')), id))) applied.delete(at);
    return false;
  }

  /** The tables are made when somebody asks, from where they were left. */
  #project(): DatabaseSync {
    const { journal } = this.#held();
    const tables = this.#tables ?? new DatabaseSync(':memory:');
    if (this.#tables === undefined) {
      tables.exec([...journalFile.steps, projectionSchema].join('\n'));
      this.#tables = tables;
      this.#projectedDay = null;
    }
    tables.exec('PRAGMA query_only=OFF; BEGIN');
    const prepare = (sql: string) => {
      const statement = this.#statements.get(sql) ?? tables.prepare(sql);
      this.#statements.set(sql, statement);
      return statement;
    };
    for (const text of journal.slice(this.#projected)) {
      const event = eventOf(text);
      if (event.type === 'DayOpened') this.#projectedDay = event.day;
      this.#projected += 1;
      appendEntry(prepare, { seq: this.#projected, event }, this.#projectedDay);
    }
    tables.exec('COMMIT; PRAGMA query_only=ON');
    return tables;
  }

  #held(): MemoryHallDisk {
    if (this.#hold === undefined || this.#disk.holder !== this.#hold)
      throw new StoreError('closed', 'memory: the store is not open');
    return this.#disk;
  }
}

function key(...parts: readonly (string | number)[]): string {
  return parts.join('\n');
}

function keepAnswer(disk: MemoryHallDisk, answer: StoredAnswer): void {
  if (!disk.answers.has(answer.id)) disk.answers.set(answer.id, { text: answerText(answer), day: disk.day });
}

/** The same identities that the keys of the SQLite tables keep unique. */
function refuseTwice(disk: MemoryHallDisk, batch: HallBatch): void {
  const applied = new Set<string>();
  for (const { node, stream, seq } of batch.applied) {
    const at = key(node, stream, seq);
    if (disk.applied.has(at) || applied.has(at))
      throw new StoreError('conflict', `event ${seq} of ${node} was applied twice: please report this`);
    applied.add(at);
  }
  const tickets = new Set<string>();
  for (const event of batch.events) {
    if (event.type !== 'TicketIssued') continue;
    if (disk.tickets.has(event.ticket) || tickets.has(event.ticket))
      throw new StoreError('conflict', `ticket ${event.ticket} was issued twice: please report this`);
    tickets.add(event.ticket);
  }
}
