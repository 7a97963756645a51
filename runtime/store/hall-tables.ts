/** The tables of a hall's journal, and what one group commit writes to them; the memory store uses the same for its queries. */
import type { BusinessDay, CommandId, NodeId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';
import { dayOfEvent, projectionOf } from './projections.ts';
import type { SqlValue } from './sql-change.ts';
import type { FileKind } from './sqlite-file.ts';
import type { JournalEntry, StoredAnswer } from './store.ts';

export const journalFile: FileKind = {
  applicationId: 0x68616c6a, // "halj"
  name: "halld hub's journal",
  essential: ['meta', 'marks', 'snapshots'],
  steps: [
    `CREATE TABLE journal (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, at INTEGER NOT NULL, day TEXT,
       event TEXT NOT NULL) STRICT;
     CREATE INDEX journal_by_day ON journal (day, type);
     CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
     CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
     CREATE TABLE answers (id TEXT PRIMARY KEY, answer TEXT NOT NULL, day TEXT) STRICT, WITHOUT ROWID;
     CREATE INDEX answers_by_day ON answers (day);
     CREATE TABLE applied (node TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
       PRIMARY KEY (node, stream, seq)) STRICT, WITHOUT ROWID;
     CREATE INDEX applied_by_id ON applied (id);
     CREATE TABLE marks (node TEXT NOT NULL, stream TEXT NOT NULL, upto INTEGER NOT NULL, happened_at REAL NOT NULL,
       adopted INTEGER NOT NULL, PRIMARY KEY (node, stream)) STRICT, WITHOUT ROWID;
     CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
    // Lines below the declared beginning may go, and no others; the declaration only rises.
    `CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, code TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL) STRICT;
     DROP TRIGGER journal_stays;
     CREATE TRIGGER journal_stays BEFORE DELETE ON journal
       WHEN OLD.seq >= coalesce((SELECT value FROM meta WHERE key = 'journal_from'), 0)
       BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;`,
  ],
};

export function answerText(answer: StoredAnswer): string {
  const { ok, result, error } = answer;
  return JSON.stringify({ ok, result, error });
}

export function answerOf(id: CommandId, text: string): StoredAnswer {
  return { id, ...(JSON.parse(text) as Omit<StoredAnswer, 'id'>) };
}

/**
 * A box's answers are kept under its own name, so that no id of a person, of the hub or of another box is the same: ids of
 * people have no "/".
 */
export function boxAnswerId(node: NodeId, id: CommandId): string {
  return `${node}/${id}`;
}

/** Answers of a box that an older program wrote have the bare id. */
export function bareAnswerId(node: NodeId, kept: string): CommandId {
  return kept.startsWith(`${node}/`) ? kept.slice(node.length + 1) : kept;
}

export function eventOf(text: string): QueueEvent {
  return JSON.parse(text) as QueueEvent;
}

/** `days` before a business day, by the calendar alone. */
export function dayBefore(day: string, days: number): string {
  const msOfDay = 24 * 60 * 60 * 1000;
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * msOfDay).toISOString().slice(0, 10);
}

/** What both stores' statements look like from here. */
export type Prepare = (sql: string) => { run(...values: SqlValue[]): unknown };

/** `day` is the business day that is open. */
export function appendEntry(prepare: Prepare, entry: JournalEntry, day: BusinessDay | null): void {
  const { seq, event } = entry;
  prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?)').run(
    seq,
    event.type,
    Math.floor(event.at),
    dayOfEvent(event) ?? day,
    JSON.stringify(event),
  );
  projectEntry(prepare, entry);
}

export function projectEntry(prepare: Prepare, entry: JournalEntry): void {
  for (const { sql, values } of projectionOf(entry)) prepare(sql).run(...values);
}
