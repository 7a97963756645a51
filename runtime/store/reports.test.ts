/** Five numbers of one morning, worked out by hand, and what the reports say of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TicketId } from '../../devices/contract/terms.ts';
import { localOffsets } from '../queue/calendar.ts';
import type { QueueEvent } from '../queue/events.ts';
import { MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { at, day, minute, oneVisit, start } from './one-visit.kit.ts';
import { asCsv, asObjects, type ReportName, reportNames, runReport } from './reports.ts';

const [a3, a4, a5]: readonly TicketId[] = [`${day}/A003`, `${day}/A004`, `${day}/A005`];
if (a3 === undefined || a4 === undefined || a5 === undefined) throw new Error('three tickets');

/** 09:40 on: one who does not come, one who is not content, one whose keypad was away. */
const more = [
  at(40, { type: 'TicketIssued', ticket: a3, service: 'company', matters: ['licence'], class: 'ordinary' }),
  at(40, { type: 'TicketPrinted', ticket: a3, verdict: 'printed' }),
  at(41, { type: 'TicketIssued', ticket: a4, service: 'social', matters: [], class: 'priority' }),
  at(41, { type: 'TicketPrinted', ticket: a4, verdict: 'printed' }),
  at(42, { type: 'TicketIssued', ticket: a5, service: 'social', matters: [], class: 'ordinary' }),
  at(42, { type: 'TicketPrinted', ticket: a5, verdict: 'printed' }),
  at(45, { type: 'TicketCalled', ticket: a4, window: 'w1', call: 1, why: 'A004: first', how: 'policy' }),
  at(45, { type: 'CallShown', window: 'w1', board: 'b1', ticket: a4, call: 1, outcome: 'shown', delayMs: 60 }),
  at(45.5, { type: 'ServiceStarted', ticket: a4, window: 'w1', serving: `${a4}#1`, clerk: 'li' }),
  at(50, { type: 'TicketCalled', ticket: a3, window: 'w2', call: 1, why: 'A003: first', how: 'policy' }),
  at(51, {
    type: 'ServiceCompleted',
    ticket: a4,
    window: 'w1',
    serving: `${a4}#1`,
    clerk: 'li',
    review: [],
    done: [],
    ratingUntil: start + 52 * minute,
  }),
  at(51, { type: 'TicketClosed', ticket: a4, reason: 'done' }),
  at(51, { type: 'ServiceRated', serving: `${a4}#1`, window: 'w1', clerk: 'li', level: 2, reasons: ['slow', 'rude'] }),
  at(51, { type: 'FollowUpOpened', serving: `${a4}#1`, clerk: 'li', level: 2, dueAt: start + 5_000 * minute }),
  at(52, { type: 'TicketMissed', ticket: a3, window: 'w2', calls: 1 }),
  at(52, { type: 'TicketCalled', ticket: a5, window: 'w1', call: 1, why: 'A005: first', how: 'policy' }),
  at(52, { type: 'ServiceStarted', ticket: a5, window: 'w1', serving: `${a5}#1`, clerk: 'li' }),
  at(60, {
    type: 'ServiceCompleted',
    ticket: a5,
    window: 'w1',
    serving: `${a5}#1`,
    clerk: 'li',
    review: [],
    done: [],
    ratingUntil: start + 61 * minute,
  }),
  at(60, { type: 'TicketClosed', ticket: a5, reason: 'done' }),
  at(60, { type: 'RatingNotGiven', serving: `${a5}#1`, window: 'w1', reason: 'pad-away' }),
  at(171, { type: 'FollowUpRecorded', serving: `${a4}#1`, step: 'settled', reference: 'f-1' }),
];

const store = new MemoryHallStore();
beforeAll(async () => {
  await store.open();
  const end = oneVisit.findIndex((event) => event.type === 'DayClosed');
  const events = [...oneVisit.slice(0, end), ...more, ...oneVisit.slice(end)];
  await store.commit({ events, applied: [], answers: [], marks: [] });
});
afterAll(() => store.close());

async function rows(name: ReportName, by: string) {
  const report = await runReport((sql, span) => store.query(sql, span), name, { from: day, to: day });
  return asObjects(report)
    .filter((row) => row.by === by)
    .map(({ by: _by, ...row }) => row);
}

const spread = (key: string, ...[count, mean_s, p50_s, p90_s, p99_s, longest_s]: number[]) => ({
  key,
  count,
  mean_s,
  p50_s,
  p90_s,
  p99_s,
  longest_s,
});

test('waits: to the first call, by whatever they are cut', async () => {
  // 600.5 s, 600 s, 240 s, 600 s.
  expect(await rows('waits', 'all')).toEqual([spread('', 4, 510.125, 600, 600.5, 600.5, 600.5)]);
  expect(await rows('waits', 'class')).toEqual([
    spread('ordinary', 3, 600.167, 600, 600.5, 600.5, 600.5),
    spread('priority', 1, 240, 240, 240, 240, 240),
  ]);
  expect(await rows('waits', 'department')).toEqual([
    spread('human-resources', 3, 480.167, 600, 600.5, 600.5, 600.5),
    spread('market', 1, 600, 600, 600, 600, 600),
  ]);
  expect((await rows('waits', 'matter')).map(({ key, count }) => [key, count])).toEqual([
    ['card', 1],
    ['licence', 1],
    ['pension', 1],
  ]);
  expect((await rows('waits', 'window')).map(({ key, count }) => [key, count])).toEqual([
    ['w1', 3],
    ['w2', 1],
  ]);
  expect((await rows('waits', 'clerk')).map(({ key, count }) => [key, count])).toEqual([
    ['', 1],
    ['li', 3],
  ]);
  // Local time, of the press.
  expect((await rows('waits', 'hour')).map(({ key, count }) => [key, count])).toEqual([[9, 4]]);
  expect(await rows('certificate_waits', 'window')).toEqual([spread('w3', 1, 180, 180, 180, 180, 180)]);
});

test('walks and services; the certificate window’s two minutes are no service at a desk', async () => {
  expect(await rows('walks', 'all')).toEqual([spread('', 3, 50, 30, 120, 120, 120)]);
  expect(await rows('services', 'clerk')).toEqual([spread('li', 3, 410, 420, 480, 480, 480)]);
});

test('from number to certificate, and the promise of seven and twenty minutes', async () => {
  // 35 min 0.5 s, 10 min, 18 min.
  expect(await rows('number_to_certificate', 'all')).toEqual([spread('', 3, 1260.167, 1080, 2100.5, 2100.5, 2100.5)]);
  expect(await rows('promise', 'all')).toEqual([
    { key: '', visits: 3, mean_s: 1260.2, within_7_min: 0, within_20_min: 2, share_7_min: 0, share_20_min: 0.6667 },
  ]);
  expect((await rows('promise', 'matters')).map(({ key, within_20_min }) => [key, within_20_min])).toEqual([
    [0, 2],
    [2, 0],
  ]);
});

test('numbers, calls and boards', async () => {
  expect(await rows('visits', 'all')).toEqual([
    {
      key: '',
      issued: 5,
      voided: 1,
      served: 3,
      missed: 1,
      never_called: 0,
      done: 3,
      still_open: 1,
      paper_unknown: 1,
      reprints: 0,
    },
  ]);
  expect(await rows('calls', 'window')).toEqual([
    { key: 'w1', calls: 4, recalls: 1, missed: 0, shown: 2, sent: 0, not_reported: 2 },
    { key: 'w2', calls: 1, recalls: 0, missed: 1, shown: 0, sent: 0, not_reported: 1 },
    { key: 'w3', calls: 1, recalls: 0, missed: 0, shown: 0, sent: 0, not_reported: 1 },
  ]);
  expect(await rows('press_to_shown', 'all')).toEqual([spread('', 2, 0.1, 0.06, 0.14, 0.14, 0.14)]);
});

test('ratings: not rated is not satisfied, and not offered is told apart', async () => {
  expect(await rows('ratings', 'clerk')).toEqual([
    expect.objectContaining({ key: '', services: 1, rated: 0, mean_level: null, not_yet: 1, not_offered: 0 }),
    expect.objectContaining({ key: 'li', services: 3, rated: 2, level_4: 1, level_2: 1, mean_level: 3 }),
  ]);
  expect(await rows('ratings', 'all')).toEqual([
    expect.objectContaining({ services: 4, not_used: 0, not_offered: 1, share_not_offered: 0.25, not_yet: 1 }),
  ]);
  expect(await rows('rating_reasons', 'clerk')).toEqual([
    { key: 'li', reason: 'level 2: rude', ratings: 1 },
    { key: 'li', reason: 'level 2: slow', ratings: 1 },
    { key: 'li', reason: 'not rated: pad-away', ratings: 1 },
  ]);
  expect(await rows('follow_ups', 'clerk')).toEqual([
    { key: 'li', opened: 1, still_open: 0, settled: 1, set_aside: 0, overdue: 0, mean_hours: 2 },
  ]);
});

test('every report is a table without a gap, also of a day on which nothing happened', async () => {
  for (const name of reportNames) {
    const ask = (sql: string, span: readonly (string | number | null)[]) => store.query(sql, span);
    const full = await runReport(ask, name, { from: day, to: day });
    expect(full.columns.slice(0, 2)).toEqual(['by', 'key']);
    for (const row of full.rows) expect(row).toHaveLength(full.columns.length);
    const empty = await runReport(ask, name, { from: '2020-01-01', to: '2020-01-02' });
    expect(
      empty.rows.filter(([by]) => by !== 'all'),
      name,
    ).toEqual([]);
    expect(asCsv(empty)).toMatch(/^by,key,/);
  }
});

test('a cell with commas, quotes or a formula stays one cell of text', () => {
  const report = {
    name: 'visits',
    columns: ['by', 'key'],
    rows: [
      ['service', '=1+1,"x"'],
      ['service', null],
    ],
  } as const;
  expect(asCsv(report)).toBe('by,key\r\nservice,"\'=1+1,""x"""\r\nservice,\r\n');
});

test('hours are local hours on a day whose clocks change', async () => {
  const lisbon = '2026-03-29';
  // The clocks go from one to two at 01:00 UTC: this press is at half past nine.
  const pressed = Date.UTC(2026, 2, 29, 8, 30);
  const opened = Date.UTC(2026, 2, 29);
  const head = { happenedAt: pressed, by: { kind: 'device', id: 'k1/panel' } } as const;
  const schedule = { spans: [], ticketsFrom: opened, ticketsUntil: opened, endsAt: opened + 23 * 3_600_000 };
  const store = new MemoryHallStore();
  await store.open();
  const events: QueueEvent[] = [
    {
      ...{ ...head, at: opened, commandId: 'day-1' },
      ...{ type: 'DayOpened', day: lisbon, schedule, offsets: localOffsets('Europe/Lisbon', lisbon) },
    },
    {
      ...{ ...head, at: pressed, commandId: 'ask-1' },
      ...{ type: 'TicketIssued', ticket: `${lisbon}/A001`, service: 'social', matters: [], class: 'ordinary' },
    },
  ];
  await store.commit({ events, applied: [], answers: [], marks: [] });
  const ask = (sql: string, parameters: readonly (string | number | null)[]) => store.query(sql, parameters);
  const report = await runReport(ask, 'visits', { from: lisbon, to: lisbon });
  const found = asObjects(report).filter(({ by }) => by === 'hour');
  expect(found.map(({ key }) => key)).toEqual([9]);
  await store.close();
});
