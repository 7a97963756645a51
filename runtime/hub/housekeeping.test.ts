/** A hub on a real file over half a year: it starts from its snapshot, and lets go what is older than it may be. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../drivers/log.ts';
import { seededRandom } from '../../drivers/random.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { hallAsText } from '../queue/audit.ts';
import { evolve } from '../queue/evolve.ts';
import { emptyHall } from '../queue/state.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { SqliteHallStore } from '../store/sqlite-hall-store.ts';
import type { Retention } from '../store/store.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { Hub } from './hub.ts';

const dayMs = 86_400_000;
/** Monday 2026-11-23, 10:00 in Shanghai. */
const mondayMs = Date.UTC(2026, 10, 23, 2, 0);
const desk = { kind: 'desk', id: 'd1' } as const;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-housekeeping-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Which entries a start read. */
class WatchedStore extends SqliteHallStore {
  readonly replayed: number[] = [];

  override async replay(...[after, take]: Parameters<SqliteHallStore['replay']>): Promise<void> {
    await super.replay(after, (entries) => {
      for (const { seq } of entries) this.replayed.push(seq);
      take(entries);
    });
  }
}

class HallDay {
  readonly clock: VirtualClock;
  readonly store = new WatchedStore({ file: path.join(folder, 'hall.sqlite') });
  readonly hub: Hub;

  constructor(at: number, queueCode: string | null = 'this-code', retention?: Retention) {
    this.clock = new VirtualClock(at);
    const broker = new LocalBroker({ clock: this.clock, random: seededRandom(1) });
    this.hub = new Hub(
      { clock: this.clock, random: seededRandom(at), log: silentLog },
      {
        hubId: 'hub',
        rules: testHall,
        store: this.store,
        bus: new LocalBus(broker, 'hub'),
        onFatal: (error) => {
          throw error;
        },
        ...(queueCode === null ? {} : { queueCode }),
        ...(retention === undefined ? {} : { retention }),
      },
    );
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (let i = 0; i < 1000 && !done; i += 1) await this.clock.advance(1);
    return settled;
  }

  async start(): Promise<this> {
    await this.run(this.hub.start());
    return this;
  }

  async tickets(count: number): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      const asked = { service: 'social', matters: [], class: 'ordinary' };
      const answer = await this.run(this.hub.submit('IssueTicket', asked, desk));
      if (!answer.ok) throw new Error(answer.error?.message);
    }
  }

  async stop(): Promise<void> {
    await this.run(this.hub.stop());
  }
}

async function replayOfEverything(): Promise<string> {
  const store = new SqliteHallStore({ file: path.join(folder, 'hall.sqlite') });
  await store.open();
  let state = emptyHall();
  await store.replay(0, (entries) => {
    for (const { event } of entries) state = evolve(state, event);
  });
  await store.close();
  return hallAsText(state);
}

test('a start reads the snapshot of the stop, and nothing of the journal before it', async () => {
  const first = await new HallDay(mondayMs).start();
  await first.tickets(5);
  await first.stop();
  const before = hallAsText(first.hub.loop.state);
  const second = await new HallDay(mondayMs + 1_000).start();
  expect(second.store.replayed).toEqual([]);
  await second.tickets(1);
  await second.stop();
  expect(hallAsText(second.hub.loop.state)).not.toBe(before);
  expect(await replayOfEverything()).toBe(hallAsText(second.hub.loop.state));
});

test('after a crash it reads what came after the snapshot', async () => {
  const first = await new HallDay(mondayMs).start();
  await first.tickets(3);
  await first.stop();
  const second = await new HallDay(mondayMs + 1_000).start();
  await second.tickets(2);
  const last = second.hub.loop.lastSeq;
  const text = hallAsText(second.hub.loop.state);
  second.hub.crash();
  await second.store.close();
  const third = await new HallDay(mondayMs + 2_000).start();
  const snapshot = first.hub.loop.lastSeq;
  expect(third.store.replayed).toEqual(Array.from({ length: last - snapshot }, (_, each) => snapshot + 1 + each));
  expect(hallAsText(third.hub.loop.state)).toBe(text);
  await third.stop();
});

test.each([
  ['another program', 'other-code', undefined],
  ['no snapshots at all', null, undefined],
  [
    'a snapshot that was changed on the disk',
    'this-code',
    "UPDATE snapshots SET state = replace(state, 'social', 'sozial')",
  ],
  ['a snapshot that cannot be read', 'this-code', 'DELETE FROM snapshots WHERE seq > 1'],
])('%s: everything is replayed, to the same hall', async (_name, code, harm) => {
  const first = await new HallDay(mondayMs).start();
  await first.tickets(3);
  await first.stop();
  if (harm !== undefined) {
    const db = new DatabaseSync(path.join(folder, 'hall.sqlite'));
    db.exec(harm);
    db.close();
  }
  const hub = new HallDay(mondayMs + 1_000, code);
  await hub.start();
  expect(hub.store.replayed[0]).toBe(1);
  expect(hallAsText(hub.hub.loop.state)).toBe(hallAsText(first.hub.loop.state));
  await hub.stop();
});

test('the journal keeps its days for as long as the hall says, and the tables with it', async () => {
  const keep: Retention = { answersDays: 30, journalDays: 183 };
  const days = [0, 1, 190, 380].map((day) => mondayMs + day * dayMs);
  for (const at of days) {
    const day = await new HallDay(at, 'this-code', keep).start();
    await day.tickets(3);
    // Pieces are 200 ms apart.
    await day.clock.advance(5_000);
    await day.stop();
  }
  const db = new DatabaseSync(path.join(folder, 'hall.sqlite'), { readOnly: true });
  const kept = db.prepare("SELECT DISTINCT day FROM journal WHERE type = 'TicketIssued' ORDER BY day").all();
  expect(kept.map(({ day }) => day)).toEqual(['2027-06-01', '2027-12-08']);
  // What was in force before is still known: the rules, whole.
  expect(db.prepare("SELECT count(*) AS n FROM journal WHERE type = 'HallConfigured'").get()?.n).toBe(1);
  expect(db.prepare('SELECT DISTINCT day FROM tickets ORDER BY day').all()).toEqual([
    { day: '2027-06-01' },
    { day: '2027-12-08' },
  ]);
  expect(db.prepare("SELECT count(*) AS n FROM answers WHERE day < '2027-06-01'").get()?.n).toBe(0);
  db.close();
  expect(readFileSync(path.join(folder, 'hall.sqlite')).includes('2026-11-23/A001')).toBe(false);
  // The rest is still append-only, and a program that knows no snapshot can start from it.
  const hand = new DatabaseSync(path.join(folder, 'hall.sqlite'));
  expect(() => hand.exec('DELETE FROM journal WHERE seq > 2')).toThrow(/append-only/);
  hand.close();
  const anew = await new HallDay(mondayMs + 380 * dayMs + 60_000, 'other-code', keep).start();
  expect(anew.hub.loop.state.tickets.size).toBe(3);
  await anew.tickets(1);
  await anew.stop();
});

test('without a word in the config everything is kept', async () => {
  for (const day of [0, 400, 800]) {
    const hall = await new HallDay(mondayMs + day * dayMs).start();
    await hall.clock.advance(2_000);
    await hall.stop();
  }
  const db = new DatabaseSync(path.join(folder, 'hall.sqlite'), { readOnly: true });
  expect(db.prepare('SELECT count(*) AS n FROM days').get()?.n).toBe(3);
  expect(db.prepare('SELECT min(seq) AS n FROM journal').get()?.n).toBe(1);
  db.close();
});
