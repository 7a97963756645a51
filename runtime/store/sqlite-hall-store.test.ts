import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { QueueEvent } from '../queue/events.ts';
import { dayOpened, hallStoreConformance, ticketIssued } from './hall-store.conformance.ts';
import { SqliteHallStore } from './sqlite-hall-store.ts';
import type { HallBatch } from './store.ts';

hallStoreConformance('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halld-hall-store-'));
  return {
    store: (fault) => new SqliteHallStore({ file: join(folder, 'hub.sqlite'), fault }),
    crash: (store) => store.close(),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
});

const press = (events: readonly QueueEvent[]): HallBatch => ({ events, applied: [], answers: [], marks: [] });

async function inFolder(run: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'halld-hall-store-'));
  try {
    await run(join(folder, 'hub.sqlite'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function opened(file: string): Promise<SqliteHallStore> {
  const store = new SqliteHallStore({ file });
  await store.open();
  return store;
}

/** Another program's hand in the file. */
function tamper(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

test('every commit is synced: full, in the write-ahead log', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    await store.commit(press([ticketIssued('A001')]));
    expect(await store.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    // On the writer's own connection, whose commits count.
    expect(store.syncs).toBe('full');
    await store.close();
  }));

test('nobody changes or removes a line of the journal, with any program', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    await store.commit(press([ticketIssued('A001')]));
    await store.close();
    expect(() => tamper(file, "UPDATE journal SET type = 'x'")).toThrow(/append-only/);
    expect(() => tamper(file, 'DELETE FROM journal')).toThrow(/append-only/);
  }));

test('a journal with a line missing is refused', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    await store.commit(press([ticketIssued('A001'), ticketIssued('A002'), ticketIssued('A003')]));
    await store.close();
    tamper(file, 'DROP TRIGGER journal_stays; DELETE FROM journal WHERE seq = 2');
    await expect(opened(file)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('gap') });
  }));

test('a page overwritten on the disk is found at opening', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    const many = Array.from({ length: 500 }, (_, n) => ticketIssued(`A${String(n).padStart(4, '0')}`));
    await store.commit(press(many));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 40 * 4096, 44 * 4096);
    writeFileSync(file, bytes);
    await expect(opened(file)).rejects.toMatchObject({ code: 'corrupt' });
  }));

test('tables that were damaged, or made by an older program, are made anew from the journal', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    await store.commit(press([dayOpened(), ticketIssued('A001'), ticketIssued('A002')]));
    const all = 'SELECT * FROM tickets ORDER BY ticket';
    const right = await store.query(all);
    await store.close();
    tamper(file, "DELETE FROM tickets; UPDATE meta SET value = 0 WHERE key = 'projection_version'");
    const again = await opened(file);
    expect(await again.query(all)).toEqual(right);
    expect(await again.rebuildProjections()).toBe(3);
    expect(await again.query(all)).toEqual(right);
    await again.close();
  }));

test('an event of a later program stays in the journal and harms no table', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    const later = { ...ticketIssued('A001'), type: 'SomethingNew' } as unknown as QueueEvent;
    expect(await store.commit(press([later]))).toBe(1);
    expect(await store.query('SELECT * FROM tickets')).toEqual([]);
    await store.close();
  }));

test('old answers go a piece at a time, so that nobody waits for the housekeeping', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    const answers = Array.from({ length: 5_001 }, (_, n) => ({ id: `press-${n}`, ok: true }));
    await store.commit({ ...press([dayOpened('2026-10-01')]), answers });
    const keep = { answersDays: 30, journalDays: null };
    expect(await store.prune('2026-11-23', keep)).toBe(true);
    expect(await store.query('SELECT count(*) AS n FROM answers')).toEqual([{ n: 1 }]);
    expect(await store.prune('2026-11-23', keep)).toBe(false);
    expect(await store.query('SELECT count(*) AS n FROM answers')).toEqual([{ n: 0 }]);
    await store.close();
  }));

test('a copy beside the work is a whole journal of its own, and a failed one leaves the copy before', () =>
  inFolder(async (file) => {
    const store = await opened(file);
    const copy = `${file}.copy`;
    await store.beginEpoch(6);
    await store.commit(press([dayOpened(), ticketIssued('A001')]));
    await store.backup(copy);
    await store.commit(press([ticketIssued('A002')]));
    await expect(store.backup(join(copy, 'no', 'such', 'folder'))).rejects.toThrow();
    const seen: string[] = [];
    const backup = await opened(copy);
    await backup.replay(0, (entries) => seen.push(...entries.map(({ event }) => event.type)));
    expect(seen).toEqual(['DayOpened', 'TicketIssued']);
    expect(await backup.beginEpoch(0)).toBe(8);
    await backup.close();
    await store.close();
  }));
