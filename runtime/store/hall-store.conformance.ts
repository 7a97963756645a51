/** What every journal promises the hub; run on the file and on the one in memory. */
import { describe, expect, test } from 'vitest';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';
import type { Applied, HallBatch, HallStore, JournalEntry } from './store.ts';

/** One disk, and processes that come and go on it. */
export interface HallWorld {
  store(fault?: (label: string) => void): HallStore;
  /** The process dies without a word. */
  crash(store: HallStore): Promise<void>;
  end(): void;
}

const day = '2026-11-23';
const stream = '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0001';
const base = {
  at: 1_795_395_600_000,
  happenedAt: 1_795_395_599_500.25,
  by: { kind: 'device', id: 'k1/panel' },
} as const;

export const dayOpened = (of = day): QueueEvent => ({ ...base, type: 'DayOpened', commandId: `open-${of}`, day: of });
export const ticketIssued = (number: string, of = day): QueueEvent => ({
  ...base,
  type: 'TicketIssued',
  commandId: `issue-${of}-${number}`,
  ticket: `${of}/${number}` as TicketId,
  service: 'social',
  matters: ['pension', 'card'],
  class: 'ordinary',
});
const applied = (seq: number, id: string, result: unknown = { number: `A00${seq}` }): Applied => ({
  node: 'k1',
  stream,
  seq,
  answer: { id, ok: true, result },
});
const batch = (part: Partial<HallBatch>): HallBatch => ({ events: [], applied: [], answers: [], marks: [], ...part });

export async function journalOf(store: HallStore, after = 0): Promise<readonly JournalEntry[]> {
  const all: JournalEntry[] = [];
  await store.replay(after, (entries) => all.push(...entries));
  return all;
}

export function hallStoreConformance(name: string, makeWorld: () => HallWorld): void {
  const withStore = (title: string, run: (store: HallStore, world: HallWorld) => Promise<void>) =>
    test(title, async () => {
      const world = makeWorld();
      const store = world.store();
      try {
        await store.open();
        await run(store, world);
      } finally {
        await store.close();
        world.end();
      }
    });

  describe(`hall store: ${name}`, () => {
    withStore('the journal counts from 1 without gaps, over batches and restarts', async (store, world) => {
      expect(await store.commit(batch({ events: [dayOpened(), ticketIssued('A001')] }))).toBe(2);
      expect(await store.commit(batch({ answers: [{ id: 'http-0001', ok: true }] }))).toBe(2);
      const next = await restart(store, world);
      expect(await next.commit(batch({ events: [ticketIssued('A002')] }))).toBe(3);
      const entries = await journalOf(next);
      expect(entries.map((entry) => entry.seq)).toEqual([1, 2, 3]);
      expect(entries.map((entry) => entry.event)).toEqual([dayOpened(), ticketIssued('A001'), ticketIssued('A002')]);
      expect(await journalOf(next, 2)).toEqual([{ seq: 3, event: ticketIssued('A002') }]);
      await next.close();
    });

    withStore('more events than a page are replayed in order', async (store) => {
      const many = Array.from({ length: 4_500 }, (_, i) => ticketIssued(`A${String(i).padStart(4, '0')}`));
      await store.commit(batch({ events: many }));
      const entries = await journalOf(store);
      expect(entries.every((entry, index) => entry.seq === index + 1)).toBe(true);
      expect(entries.at(-1)?.event).toEqual(many.at(-1));
    });

    withStore('a repeat finds the stored answer, by place and by id, after a restart too', async (store, world) => {
      const refusal = { id: 'press-0002', ok: false, error: { code: 'closed', message: '已停止取号' } };
      await store.commit(
        batch({
          events: [ticketIssued('A001')],
          applied: [applied(1, 'press-0001'), { node: 'k1', stream, seq: 2, answer: refusal }],
          answers: [{ id: 'http-0001', ok: true, result: { window: 'w3' } }],
        }),
      );
      const next = await restart(store, world);
      expect(await next.answerTo('k1', stream, 1)).toEqual({ id: 'press-0001', ok: true, result: { number: 'A001' } });
      expect(await next.answerTo('k1', stream, 2)).toEqual(refusal);
      expect(await next.answerOfBox('k1', 'press-0002')).toEqual(refusal);
      expect(await next.answerOfBox('k2', 'press-0002')).toBeUndefined();
      expect(await next.answerById('press-0002')).toBeUndefined();
      expect(await next.answerById('http-0001')).toEqual({ id: 'http-0001', ok: true, result: { window: 'w3' } });
      expect(await next.answerTo('k1', stream, 3)).toBeUndefined();
      expect(await next.answerTo('k2', stream, 1)).toBeUndefined();
      expect(await next.answerOfBox('k1', 'press-0009')).toBeUndefined();
      expect(await next.answerOfBox('k1', 'http-0001')).toBeUndefined();
      await next.close();
    });

    withStore('the first answer to an id stands, also when a new stream brings it again (F10)', async (store) => {
      await store.commit(batch({ applied: [applied(1, 'press-0001')] }));
      const other = 'f0000000-0000-4000-8000-000000000002';
      await store.commit(batch({ applied: [{ ...applied(1, 'press-0001', { number: 'A999' }), stream: other }] }));
      expect(await store.answerTo('k1', other, 1)).toEqual({ id: 'press-0001', ok: true, result: { number: 'A001' } });
    });

    withStore('one event applied twice, or one number issued twice, undoes the whole batch', async (store) => {
      await store.commit(batch({ events: [ticketIssued('A001')], applied: [applied(1, 'press-0001')] }));
      const twice = batch({ events: [ticketIssued('A002')], applied: [applied(1, 'press-0001')] });
      await expect(store.commit(twice)).rejects.toMatchObject({ code: 'conflict' });
      const same = batch({ events: [ticketIssued('A002'), ticketIssued('A001')], applied: [applied(2, 'press-0002')] });
      await expect(store.commit(same)).rejects.toMatchObject({ code: 'conflict' });
      expect(await journalOf(store)).toHaveLength(1);
      expect(await store.answerTo('k1', stream, 2)).toBeUndefined();
      expect(await store.commit(batch({ events: [ticketIssued('A002')] }))).toBe(2);
    });

    withStore('marks come back and never go down', async (store, world) => {
      const mark = { node: 'k1', stream, upto: 5, happenedAt: 1000.5, adopted: true };
      await store.commit(batch({ marks: [mark, { ...mark, node: 'k2', adopted: false }] }));
      await store.commit(batch({ marks: [{ ...mark, upto: 3, happenedAt: 900 }] }));
      const next = await restart(store, world);
      expect(await next.marks()).toEqual([mark, { ...mark, node: 'k2', adopted: false }]);
      await next.close();
    });

    withStore('epochs rise over restarts and above what the nodes saw (F11)', async (store, world) => {
      expect(await store.beginEpoch(0)).toBe(1);
      expect(await store.beginEpoch(0)).toBe(2);
      const next = await restart(store, world);
      expect(await next.beginEpoch(41)).toBe(42);
      expect(await next.beginEpoch(7)).toBe(43);
      await next.close();
    });

    withStore('projections are there when commit resolves, and nobody writes through a query', async (store) => {
      await store.commit(batch({ events: [dayOpened(), ticketIssued('A001'), ticketIssued('A002')] }));
      expect(await store.query('SELECT ticket, status FROM tickets WHERE day = ? ORDER BY ticket', [day])).toEqual([
        { ticket: '2026-11-23/A001', status: 'printing' },
        { ticket: '2026-11-23/A002', status: 'printing' },
      ]);
      expect(await store.query('SELECT count(*) AS n FROM journal WHERE type = ?', ['TicketIssued'])).toEqual([
        { n: 2 },
      ]);
      await store.commit(batch({ events: [ticketIssued('A003')] }));
      expect(await store.query('SELECT count(*) AS n FROM tickets')).toEqual([{ n: 3 }]);
      await expect(store.query('DELETE FROM tickets')).rejects.toThrow();
      await expect(store.query('SELECT nothing FROM nowhere')).rejects.toThrow();
      expect(await store.query('SELECT count(*) AS n FROM tickets')).toEqual([{ n: 3 }]);
    });

    withStore('a query without end is cut off with an error', async (store) => {
      const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
      await expect(store.query(endless)).rejects.toMatchObject({ code: 'too-much' });
    });

    withStore('answers go after their days, journal and marks stay', async (store) => {
      await store.commit(batch({ answers: [{ id: 'before-any-day', ok: true }] }));
      await store.commit(batch({ events: [dayOpened('2026-10-01')], applied: [applied(1, 'press-0001')] }));
      const mark = { node: 'k1', stream, upto: 1, happenedAt: 1, adopted: true };
      await store.commit(batch({ events: [dayOpened()], applied: [applied(2, 'press-0002')], marks: [mark] }));
      await store.prune('2026-10-31', { answersDays: 30, journalDays: null });
      expect(await store.answerOfBox('k1', 'press-0001')).toBeDefined();
      await store.prune(day, { answersDays: 30, journalDays: null });
      expect(await store.answerTo('k1', stream, 1)).toBeUndefined();
      expect(await store.answerOfBox('k1', 'press-0001')).toBeUndefined();
      expect(await store.answerOfBox('k1', 'press-0002')).toBeDefined();
      expect(await store.answerById('before-any-day')).toBeDefined();
      expect(await journalOf(store)).toHaveLength(2);
      expect(await store.marks()).toEqual([mark]);
    });

    withStore('a snapshot comes back to the program that made it, the newest first', async (store, world) => {
      await store.commit(batch({ events: [dayOpened(), ticketIssued('A001'), ticketIssued('A002')] }));
      expect(await store.snapshot('code-1')).toBeUndefined();
      await store.saveSnapshot({ seq: 2, code: 'code-1', state: '{"at":2}' });
      await store.saveSnapshot({ seq: 3, code: 'code-1', state: '{"at":3,"name":"市民"}' });
      const next = await restart(store, world);
      expect(await next.snapshot('code-1')).toEqual({ seq: 3, code: 'code-1', state: '{"at":3,"name":"市民"}' });
      expect(await next.snapshot('code-2')).toBeUndefined();
      await next.close();
    });

    for (const [label, kept] of [
      ['before-commit', false],
      ['after-commit', true],
    ] as const) {
      test(`the hub stopped ${label}: the ticket is ${kept ? 'there with its answer' : 'not there at all'}`, async () => {
        const world = makeWorld();
        const store = world.store((at) => {
          if (at === label) throw new Error('killed');
        });
        await store.open();
        const press = batch({
          events: [dayOpened(), ticketIssued('A001')],
          applied: [applied(1, 'press-0001')],
          marks: [{ node: 'k1', stream, upto: 1, happenedAt: 1, adopted: true }],
        });
        await expect(store.commit(press)).rejects.toThrow('killed');
        const next = await restart(store, world);
        expect(await journalOf(next)).toHaveLength(kept ? 2 : 0);
        expect((await next.answerTo('k1', stream, 1))?.ok).toBe(kept ? true : undefined);
        expect(await next.marks()).toHaveLength(kept ? 1 : 0);
        expect(await next.query('SELECT ticket FROM tickets')).toHaveLength(kept ? 1 : 0);
        expect(await next.commit(batch({ events: [ticketIssued('A002')] }))).toBe(kept ? 3 : 1);
        await next.close();
        world.end();
      });
    }

    withStore('a second hub is refused while the first lives', async (_store, world) => {
      const second = world.store();
      await expect(second.open()).rejects.toMatchObject({ code: 'locked' });
    });

    withStore('after close, every use is refused by name', async (store) => {
      await store.close();
      await expect(store.commit(batch({}))).rejects.toMatchObject({ code: 'closed' });
      await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'closed' });
      await expect(store.marks()).rejects.toMatchObject({ code: 'closed' });
    });
  });
}

async function restart(store: HallStore, world: HallWorld): Promise<HallStore> {
  await world.crash(store);
  const next = world.store();
  await next.open();
  return next;
}
