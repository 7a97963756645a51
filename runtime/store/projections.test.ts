/** One visit through both legs, and what the tables say of it: the figures that reports are made of. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';
import { testHall } from '../queue/test-hall.ts';
import { MemoryHallStore } from './memory-hall-store.ts';

const day = '2026-11-23';
const start = 1_795_395_600_000;
const minute = 60_000;
const [a1, a2]: readonly TicketId[] = [`${day}/A001`, `${day}/A002`];
if (a1 === undefined || a2 === undefined) throw new Error('two tickets');

type Bare = {
  readonly [T in QueueEvent['type']]: Omit<Extract<QueueEvent, { type: T }>, 'at' | 'happenedAt' | 'by' | 'commandId'>;
}[QueueEvent['type']];

/** `pressed`: before the hub took it. */
const at = (minutes: number, event: Bare, pressed = 0) =>
  ({
    ...event,
    at: start + minutes * minute,
    happenedAt: start + minutes * minute - pressed,
    by: { kind: 'device', id: 'k1/panel' },
    commandId: `command-${minutes}`,
  }) as QueueEvent;

const story: readonly QueueEvent[] = [
  at(0, { type: 'HallConfigured', rules: testHall }),
  at(0, { type: 'DayOpened', day }),
  at(0, { type: 'WindowOpened', window: 'w1' }),
  at(0, { type: 'ClerkLoggedIn', window: 'w1', clerk: 'li' }),
  at(
    1,
    {
      type: 'TicketIssued',
      ticket: a1,
      service: 'social',
      matters: ['pension', 'card'],
      class: 'ordinary',
      promised: { ahead: 0, lowMs: 1, highMs: 2 },
    },
    500,
  ),
  at(1, { type: 'TicketPrinted', ticket: a1, verdict: 'printed' }),
  at(2, { type: 'TicketIssued', ticket: a2, service: 'social', matters: [], class: 'priority', lease: 'k1-a' }),
  at(2, { type: 'TicketPrinted', ticket: a2, verdict: 'unknown', reason: 'no answer' }),
  at(11, { type: 'TicketCalled', ticket: a1, window: 'w1', call: 1, why: 'A001: first', how: 'policy' }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b1', ticket: a1, call: 1, outcome: 'sent', delayMs: 90 }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b2', ticket: a1, call: 1, outcome: 'shown', delayMs: 140 }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b3', ticket: a1, call: 1, outcome: 'shown', delayMs: 900 }),
  at(12, { type: 'TicketCalled', ticket: a1, window: 'w1', call: 2, why: 'A001: again', how: 'recall' }),
  at(13, { type: 'ServiceStarted', ticket: a1, window: 'w1', serving: `${a1}#1`, clerk: 'li' }),
  at(20, {
    type: 'ServiceCompleted',
    ticket: a1,
    window: 'w1',
    serving: `${a1}#1`,
    clerk: 'li',
    review: ['pension'],
    done: ['card'],
    ratingUntil: start + 21 * minute,
  }),
  at(21, { type: 'RatingNotGiven', serving: `${a1}#1`, window: 'w1', reason: 'timed-out' }),
  at(22, { type: 'RatingRequested', serving: `${a1}#1`, window: 'w1', ratingUntil: start + 23 * minute }),
  at(22, { type: 'ServiceRated', serving: `${a1}#1`, window: 'w1', clerk: 'li', level: 4 }, 90_000),
  at(22, { type: 'RatingReasonGiven', serving: `${a1}#1`, window: 'w1', reason: 'slow' }),
  at(22, { type: 'RatingReasonGiven', serving: `${a1}#1`, window: 'w1', reason: 'unclear' }),
  at(23, { type: 'RatingNotGiven', serving: `${a1}#1`, window: 'w1', reason: 'superseded' }),
  at(30, { type: 'MatterDecided', ticket: a1, matter: 'pension', outcome: 'granted' }),
  at(30, { type: 'CertificateReady', ticket: a1 }),
  at(33, { type: 'TicketCalled', ticket: a1, window: 'w3', call: 3, why: 'A001: certificate', how: 'policy' }),
  at(34, { type: 'ServiceStarted', ticket: a1, window: 'w3', serving: `${a1}#2`, clerk: null }),
  at(36, {
    type: 'ServiceCompleted',
    ticket: a1,
    window: 'w3',
    serving: `${a1}#2`,
    clerk: null,
    review: [],
    done: ['pension'],
    ratingUntil: start + 37 * minute,
  }),
  at(36, { type: 'TicketClosed', ticket: a1, reason: 'done' }),
  at(40, { type: 'TicketVoided', ticket: a2, reason: 'left' }),
  at(500, { type: 'DayClosed', day }),
  at(501, {
    type: 'TicketIssued',
    ticket: `${day}/A801`,
    service: 'social',
    matters: [],
    class: 'ordinary',
    lease: 'k1-b',
  }),
];

const store = new MemoryHallStore();
beforeAll(async () => {
  await store.open();
  await store.commit({ events: story, applied: [], answers: [], marks: [] });
});
afterAll(() => store.close());

test('the ticket: press time, what the paper promised, both legs done', async () => {
  const [row] = await store.query('SELECT * FROM tickets WHERE ticket = ?', [a1]);
  expect(row).toMatchObject({
    day,
    number: 'A001',
    status: 'done',
    leg: 'certificate',
    pressed_at: start + minute - 500,
    issued_at: start + minute,
    issued_by: 'device:k1/panel',
    promised_ahead: 0,
    promised_low_ms: 1,
    promised_high_ms: 2,
    print: 'printed',
    calls: 3,
    window: null,
    closed_at: start + 36 * minute,
    closed_reason: 'done',
  });
});

test('waits count to the first call of a leg, a recall is no second wait', async () => {
  expect(await store.query('SELECT call, window, how, wait_ms FROM calls ORDER BY seq')).toEqual([
    { call: 1, window: 'w1', how: 'policy', wait_ms: 10 * minute + 500 },
    { call: 2, window: 'w1', how: 'recall', wait_ms: null },
    { call: 3, window: 'w3', how: 'policy', wait_ms: 3 * minute },
  ]);
});

test('a call counts as shown by the first board that shows it; a one-way board gives way to it', async () => {
  const [row] = await store.query('SELECT board, outcome, delay_ms FROM calls WHERE call = 1');
  expect(row).toEqual({ board: 'b2', outcome: 'shown', delay_ms: 140 });
});

test('services: walk and service time, by window and clerk', async () => {
  expect(
    await store.query('SELECT serving, leg, window, clerk, walk_ms, service_ms FROM services ORDER BY serving'),
  ).toEqual([
    { serving: `${a1}#1`, leg: 'intake', window: 'w1', clerk: 'li', walk_ms: 2 * minute, service_ms: 7 * minute },
    { serving: `${a1}#2`, leg: 'certificate', window: 'w3', clerk: null, walk_ms: minute, service_ms: 2 * minute },
  ]);
});

test('a level that was pressed in time replaces "timed out", and nothing replaces a level', async () => {
  expect(await store.query('SELECT day, window, clerk, level, reason, reasons FROM ratings')).toEqual([
    { day, window: 'w1', clerk: 'li', level: 4, reason: null, reasons: '["slow","unclear"]' },
  ]);
});

test('a void keeps its evidence; a paper after its day is a record, never in the queue', async () => {
  expect(
    await store.query('SELECT number, status, print, lease FROM tickets WHERE ticket <> ? ORDER BY number', [a1]),
  ).toEqual([
    { number: 'A002', status: 'void', print: 'unknown', lease: 'k1-a' },
    { number: 'A801', status: 'record', print: 'pending', lease: 'k1-b' },
  ]);
});

test('matters end with what became of them', async () => {
  expect(
    await store.query('SELECT matter, state, decided_at FROM ticket_matters WHERE ticket = ? ORDER BY matter', [a1]),
  ).toEqual([
    { matter: 'card', state: 'done', decided_at: null },
    { matter: 'pension', state: 'done', decided_at: start + 30 * minute },
  ]);
});

test('every line of the journal has its business day', async () => {
  expect(await store.query('SELECT DISTINCT day FROM journal WHERE seq > 1')).toEqual([{ day }]);
});
