/**
 * What the stores cost on this disk: the disk's own sync, durable commits, the outbox, opening and replaying a long
 * journal. `node runtime/bench/store/store-bench.ts [--events N] [--folder DIR]`.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TicketId } from '../../../devices/contract/terms.ts';
import { seededRandom } from '../../../drivers/random.ts';
import type { QueueEvent } from '../../queue/events.ts';
import { reportNames, runReport } from '../../store/reports.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../../store/sqlite-node-store.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';

const defaultEvents = 1_000_000;
const syncs = 300;
const syncBytes = 4_096;
const commitRuns: readonly (readonly [size: number, commits: number])[] = [
  [1, 300],
  [10, 300],
  [100, 200],
];
const outboxCommits = 300;
const fillBatch = 2_000;
const ticketsADay = 2_000;
const stream = '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0001';

export interface StoreBenchOptions {
  /** In the long journal. */
  readonly events?: number | undefined;
  /** Of the runs of the other tables: a short form for a test. */
  readonly share?: number;
  /** Where the files are made: the disk to measure. */
  readonly parent?: string | undefined;
}

export class StoreBench implements BenchPart {
  #events: number;
  #share: number;
  #parent: string;

  constructor(options: StoreBenchOptions = {}) {
    this.#events = options.events ?? defaultEvents;
    this.#share = options.share ?? 1;
    this.#parent = options.parent ?? os.tmpdir();
  }

  async run(): Promise<readonly BenchTable[]> {
    const folder = mkdtempSync(path.join(this.#parent, 'halld-store-bench-'));
    try {
      return [
        this.#disk(path.join(folder, 'sync')),
        await this.#commits(path.join(folder, 'commits.sqlite')),
        this.#outbox(path.join(folder, 'outbox.sqlite')),
        await this.#replay(path.join(folder, 'long.sqlite')),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #disk(file: string): BenchTable {
    const handle = openSync(file, 'w');
    const page = new Uint8Array(syncBytes);
    const times = timesOf(this.#runs(syncs), () => {
      writeSync(handle, page);
      fdatasyncSync(handle);
    });
    closeSync(handle);
    return {
      title: `this disk: append ${syncBytes} bytes and fdatasync`,
      rows: [spread(times)],
      notes: ['the floor under every durable commit; a box’s SD card is 10 to 100 times slower'],
    };
  }

  async #commits(file: string): Promise<BenchTable> {
    const store = new SqliteHallStore({ file });
    await store.open();
    const journal = journalOf();
    const rows: Record<string, string | number>[] = [];
    let seq = 0;
    for (const [size, fullRuns] of commitRuns) {
      const commits = this.#runs(fullRuns);
      const times: number[] = [];
      const cpu = process.cpuUsage();
      for (let n = 0; n < commits; n += 1) {
        const events = Array.from({ length: size }, () => journal.next().value);
        const applied = events.map(({ commandId }) => {
          seq += 1;
          return {
            node: 'k1',
            stream,
            seq,
            answer: { id: `${commandId}-${seq}`, ok: true, result: { number: 'A012' } },
          };
        });
        const marks = [{ node: 'k1', stream, upto: seq, happenedAt: seq, adopted: true }];
        const from = performance.now();
        await store.commit({ events, applied, answers: [], marks });
        times.push(performance.now() - from);
      }
      const totalS = times.reduce((sum, ms) => sum + ms, 0) / 1000;
      rows.push({
        'events a commit': size,
        'commits/s': Math.round(commits / totalS),
        'events/s': Math.round((commits * size) / totalS),
        ...spread(times),
        'cpu ms': round(cpuMs(cpu) / commits),
      });
    }
    await store.close();
    return {
      title: 'journal: durable commits (WAL, synchronous=FULL), each event with its answer and tables',
      rows,
    };
  }

  #outbox(file: string): BenchTable {
    const store = new SqliteNodeStore({ file, random: seededRandom(1) });
    store.open();
    let press = 0;
    const times = timesOf(this.#runs(outboxCommits), () => {
      press += 1;
      const row = {
        id: `press-${press}-0000`,
        type: 'IssueTicket',
        device: 'kiosk',
        data: { service: 'social', matters: [], class: 'ordinary' },
        at: '2026-11-23T01:00:00.000Z',
        hubAt: press,
        boot: 'boot',
        monotonicMs: press,
      };
      const answered = press > 1 ? [press - 1] : [];
      store.transact({
        append: [row],
        answered,
        durableThrough: press - 1,
        notes: [{ device: 'kiosk', key: 'job', value: press }],
      });
    });
    store.close();
    return {
      title: 'outbox: a press with a note, and the answer to the press before, in one transaction',
      rows: [spread(times)],
    };
  }

  async #replay(file: string): Promise<BenchTable> {
    const filling = new SqliteHallStore({ file });
    await filling.open();
    const journal = journalOf();
    let watch = stopwatch();
    for (let left = this.#events; left > 0; left -= fillBatch) {
      const events = Array.from({ length: Math.min(left, fillBatch) }, () => journal.next().value);
      await filling.commit({ events, applied: [], answers: [], marks: [] });
    }
    const rows = [step(`write, ${fillBatch} events a commit`, watch, this.#events)];
    await filling.close();
    const store = new SqliteHallStore({ file });
    watch = stopwatch();
    await store.open();
    rows.push(step('open: lock, page check, gap check', watch, this.#events));
    watch = stopwatch();
    let seen = 0;
    await store.replay(0, (entries) => {
      seen += entries.length;
    });
    if (seen !== this.#events) throw new Error(`replayed ${seen} of ${this.#events} events`);
    rows.push(step('replay: read and parse every event', watch, this.#events));
    watch = stopwatch();
    await store.rebuildProjections();
    rows.push(step('make all tables anew', watch, this.#events));
    const days = await store.query('SELECT min(day) AS first, max(day) AS last, count(*) AS days FROM days');
    const [{ first, last, days: count } = {}] = days;
    for (const [what, from] of [
      ['all reports of the last day', last],
      [`all reports of ${count} days`, first],
    ] as const) {
      watch = stopwatch();
      for (const name of reportNames)
        await runReport((sql, span) => store.query(sql, span), name, { from: String(from), to: String(last) });
      rows.push(step(what, watch, this.#events));
    }
    await store.close();
    return {
      title: `a journal of ${this.#events.toLocaleString('en')} events`,
      rows,
      notes: [`file: ${Math.round(statSync(file).size / 1024 / 1024)} MiB`],
    };
  }

  #runs(full: number): number {
    return Math.max(3, Math.round(full * this.#share));
  }
}

/** Visits without end: issued, printed, called, shown, started, completed, rated, closed, on one day after another. */
function* journalOf(): Generator<QueueEvent, never> {
  let at = 1_795_395_600_000;
  for (let n = 0; ; n += 1) {
    const day = new Date(Date.UTC(2026, 0, 1) + Math.floor(n / ticketsADay) * 86_400_000).toISOString().slice(0, 10);
    const ticket = `${day}/A${String(n % ticketsADay).padStart(4, '0')}` as TicketId;
    const [window, serving] = [`w${n % 11}`, `${ticket}#1`];
    const base = (by: string) => {
      at += 250;
      return {
        at,
        happenedAt: at - 40,
        by: { kind: 'device', id: by } as const,
        commandId: `3f8a6f0e-2d8b-4f3e-9a56-${n}`,
      };
    };
    if (n % ticketsADay === 0) yield { ...base('hub'), type: 'DayOpened', day };
    yield {
      ...base('k1/panel'),
      type: 'TicketIssued',
      ticket,
      service: 'social',
      matters: ['pension', 'card'],
      class: 'ordinary',
    };
    yield { ...base('k1/printer'), type: 'TicketPrinted', ticket, verdict: 'printed' };
    yield {
      ...base('w/pad'),
      type: 'TicketCalled',
      ticket,
      window,
      call: 1,
      why: `${ticket}: 14 min x 1.0, ahead of B003: 5 min x 2.0`,
    };
    yield {
      ...base('w/board'),
      type: 'CallShown',
      window,
      board: 'b',
      ticket,
      call: 1,
      outcome: 'shown',
      delayMs: 120,
    };
    yield { ...base('w/pad'), type: 'ServiceStarted', ticket, window, serving, clerk: 'li' };
    yield {
      ...base('w/pad'),
      type: 'ServiceCompleted',
      ticket,
      window,
      serving,
      clerk: 'li',
      review: [],
      done: ['pension', 'card'],
      ratingUntil: at + 30_000,
    };
    yield { ...base('w/keypad'), type: 'ServiceRated', serving, window, clerk: 'li', level: 5 };
    yield { ...base('hub'), type: 'TicketClosed', ticket, reason: 'done' };
  }
}

function timesOf(count: number, act: () => void): number[] {
  return Array.from({ length: count }, () => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
}

function spread(times: readonly number[]): Record<string, number> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { 'median ms': at(0.5), 'p99 ms': at(0.99), 'worst ms': at(1) };
}

interface Watch {
  readonly fromMs: number;
  readonly cpu: NodeJS.CpuUsage;
}

function stopwatch(): Watch {
  return { fromMs: performance.now(), cpu: process.cpuUsage() };
}

/** Beside the clock, the processor's time: on a busy machine the one that can be compared. */
function step(what: string, { fromMs, cpu }: Watch, events: number): Record<string, string | number> {
  const ms = performance.now() - fromMs;
  return {
    what,
    seconds: round(ms / 1000),
    'events/s': Math.round(events / (ms / 1000)),
    'cpu s': round(cpuMs(cpu) / 1000),
  };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { events: { type: 'string' }, folder: { type: 'string' } } });
  const events = values.events === undefined ? undefined : Number(values.events);
  const bench = new StoreBench({ events, parent: values.folder });
  for (const table of await bench.run()) {
    console.log(`\n${table.title}`);
    console.table(table.rows);
    for (const note of table.notes ?? []) console.log(`  ${note}`);
  }
}
