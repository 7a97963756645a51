/** What every outbox promises a node; run on the file and on the one in memory. */
import { describe, expect, test } from 'vitest';
import { type NodeStore, OutboxFull, type OutboxRow } from './store.ts';

/** One disk, and processes that come and go on it. */
export interface NodeWorld {
  /** A new process opens the disk. */
  store(options?: {
    readonly limit?: number;
    readonly answeredLimit?: number;
    readonly fault?: (label: string) => void;
  }): NodeStore;
  /** The process dies without a word. */
  crash(store: NodeStore): void;
  end(): void;
}

export const outboxRow = (id: string, data: unknown = { service: 'social' }): Omit<OutboxRow, 'seq'> => ({
  id,
  type: 'IssueTicket',
  device: 'kiosk',
  data,
  at: '2026-11-23T01:00:00.000Z',
  hubAt: 1_795_395_600_000,
  boot: 'boot-1',
  monotonicMs: 12.5,
});

export function nodeStoreConformance(name: string, makeWorld: () => NodeWorld): void {
  const withStore = (
    title: string,
    run: (store: NodeStore, world: NodeWorld) => void,
    options?: Parameters<NodeWorld['store']>[0],
  ) =>
    test(title, () => {
      const world = makeWorld();
      const store = world.store(options);
      try {
        store.open();
        run(store, world);
      } finally {
        store.close();
        world.end();
      }
    });
  const ids = (rows: readonly OutboxRow[]) => rows.map((row) => `${row.seq}:${row.id}`);

  describe(`node store: ${name}`, () => {
    withStore('rows come back as they were written, oldest first, with rising numbers', (store) => {
      const [first] = store.transact({ append: [outboxRow('press-0001')] });
      const more = store.transact({ append: [outboxRow('press-0002', { 名: '社保' }), outboxRow('press-0003', null)] });
      expect(first).toEqual({ ...outboxRow('press-0001'), seq: 1 });
      expect(ids(more)).toEqual(['2:press-0002', '3:press-0003']);
      expect(store.unanswered()).toEqual([first, ...more]);
    });

    withStore('a crash loses nothing that transact returned, and the stream stays', (store, world) => {
      store.transact({ append: [outboxRow('press-0001')] });
      const first = restart(store, world);
      expect(first.opened.lastSeq).toBe(1);
      expect(ids(first.store.unanswered())).toEqual(['1:press-0001']);
      const second = restart(first.store, world);
      expect(second.opened).toEqual(first.opened);
      second.store.close();
    });

    withStore('numbers are not used again after the rows have gone', (store, world) => {
      store.transact({ append: [outboxRow('press-0001'), outboxRow('press-0002')] });
      store.transact({ answered: [1, 2], durableThrough: 2 });
      const next = restart(store, world).store;
      expect(ids(next.transact({ append: [outboxRow('press-0003')] }))).toEqual(['3:press-0003']);
      next.close();
    });

    withStore('answers, follow-ups, notes and facts are one transaction', (store) => {
      store.transact({ append: [outboxRow('press-0001')], notes: [{ device: 'kiosk', key: 'lock', value: true }] });
      store.transact({
        answered: [1],
        durableThrough: 1,
        append: [outboxRow('print-0001')],
        notes: [
          { device: 'kiosk', key: 'lock', value: undefined },
          { device: 'kiosk', key: 'job', value: { number: 'A012', state: 'not-started' } },
          { device: 'board', key: 'job', value: 1 },
        ],
        facts: { session: 4, boot: 'b' },
      });
      expect(ids(store.unanswered())).toEqual(['2:print-0001']);
      expect([...store.notes('kiosk')]).toEqual([['job', { number: 'A012', state: 'not-started' }]]);
      expect([...store.notes('board')]).toEqual([['job', 1]]);
      expect(store.facts()).toEqual({ session: 4, boot: 'b' });
    });

    withStore(
      'a full outbox refuses as a whole, and takes again what an answer makes room for',
      (store) => {
        store.transact({ append: [outboxRow('press-0001'), outboxRow('press-0002')] });
        const overfull = () =>
          store.transact({
            append: [outboxRow('press-0003'), outboxRow('press-0004')],
            notes: [{ device: 'kiosk', key: 'lock', value: true }],
            facts: { session: 9 },
          });
        expect(overfull).toThrow(OutboxFull);
        expect(ids(store.unanswered())).toEqual(['1:press-0001', '2:press-0002']);
        expect(store.notes('kiosk').size).toBe(0);
        expect(store.facts()).toEqual({});
        const row = store.transact({ answered: [1], append: [outboxRow('press-0003'), outboxRow('press-0004')] });
        expect(ids(row)).toEqual(['3:press-0003', '4:press-0004']);
        expect(() => store.transact({ append: [outboxRow('press-0005')] })).toThrow(OutboxFull);
        expect(store.transact({ facts: { session: 10 } })).toEqual([]);
      },
      { limit: 3 },
    );

    withStore('an id that waits is not sent twice; an answered one asks anew', (store) => {
      store.transact({ append: [outboxRow('press-0001')] });
      const again = store.transact({
        append: [outboxRow('press-0001'), outboxRow('press-0002'), outboxRow('press-0002')],
      });
      expect(ids(again)).toEqual(['1:press-0001', '2:press-0002', '2:press-0002']);
      store.transact({ answered: [1] });
      expect(ids(store.transact({ append: [outboxRow('press-0001')] }))).toEqual(['3:press-0001']);
      expect(store.answeredAbove(0)).toEqual([]);
    });

    withStore('answered rows stay until the hub has them in a backup (F11)', (store) => {
      store.transact({ append: ['a', 'b', 'c', 'd'].map((id) => outboxRow(`press-000${id}`)) });
      store.transact({ answered: [1, 2, 3] });
      expect(ids(store.unanswered())).toEqual(['4:press-000d']);
      expect(ids(store.answeredAbove(1))).toEqual(['2:press-000b', '3:press-000c']);
      store.transact({ durableThrough: 2 });
      expect(ids(store.answeredAbove(0))).toEqual(['3:press-000c']);
      store.transact({ durableThrough: 1 });
      store.transact({ answered: [4], durableThrough: 4 });
      expect(store.answeredAbove(0)).toEqual([]);
      expect(store.unanswered()).toEqual([]);
    });

    withStore('a durable mark does not take what nobody answered', (store) => {
      store.transact({ append: [outboxRow('press-0001')] });
      store.transact({ durableThrough: 7 });
      expect(ids(store.unanswered())).toEqual(['1:press-0001']);
    });

    withStore(
      'answered rows have a limit of their own: the oldest go',
      (store) => {
        store.transact({ append: ['a', 'b', 'c', 'd'].map((id) => outboxRow(`press-000${id}`)) });
        store.transact({ answered: [1, 2, 3, 4] });
        expect(ids(store.answeredAbove(0))).toEqual(['3:press-000c', '4:press-000d']);
      },
      { answeredLimit: 2 },
    );

    withStore('a new stream takes the outstanding rows along, ids kept, numbers from 1 (F10)', (store, world) => {
      const before = restart(store, world);
      before.store.transact({ append: ['a', 'b', 'c'].map((id) => outboxRow(`press-000${id}`)) });
      before.store.transact({ answered: [1] });
      const stream = before.store.newStream();
      expect(stream).not.toBe(before.opened.stream);
      expect(ids(before.store.unanswered())).toEqual(['1:press-000b', '2:press-000c']);
      expect(before.store.answeredAbove(0)).toEqual([]);
      const after = restart(before.store, world);
      expect(after.opened).toEqual({ stream, lastSeq: 2 });
      expect(ids(after.store.transact({ append: [outboxRow('press-000d')] }))).toEqual(['3:press-000d']);
      after.store.close();
    });

    for (const [label, kept] of [
      ['before-commit', false],
      ['after-commit', true],
    ] as const) {
      test(`stopped ${label}: the press is ${kept ? 'kept' : 'gone'}, wholly`, () => {
        const world = makeWorld();
        let armed = false;
        const first = world.store({
          fault: (at) => {
            if (armed && at === label) throw new Error('power cut');
          },
        });
        first.open();
        armed = true;
        const press = { append: [outboxRow('press-0001')], facts: { session: 2 } };
        expect(() => first.transact(press)).toThrow('power cut');
        const second = restart(first, world);
        expect(second.opened.lastSeq).toBe(kept ? 1 : 0);
        expect(ids(second.store.unanswered())).toEqual(kept ? ['1:press-0001'] : []);
        expect(second.store.facts()).toEqual(kept ? { session: 2 } : {});
        second.store.close();
        world.end();
      });
    }

    withStore('a second process is refused while the first lives', (_store, world) => {
      const second = world.store();
      expect(() => second.open()).toThrow(expect.objectContaining({ code: 'locked' }));
    });

    withStore('after close, every use is refused by name', (store) => {
      store.close();
      expect(() => store.transact({ facts: { a: 1 } })).toThrow(expect.objectContaining({ code: 'closed' }));
      expect(() => store.unanswered()).toThrow(expect.objectContaining({ code: 'closed' }));
    });
  });
}

function restart(store: NodeStore, world: NodeWorld) {
  world.crash(store);
  const next = world.store();
  return { store: next, opened: next.open() };
}
