/** One visit through intake and certificate, and what the tables say of it: the figures that reports are made of. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { visitor as a1, day, minute, oneVisit, start } from './one-visit.kit.ts';

const store = new MemoryHallStore();
beforeAll(async () => {
  await store.open();
  await store.commit({ events: oneVisit, applied: [], answers: [], marks: [] });
});
afterAll(() => store.close());

test('the ticket: press time, what the paper promised, intake and certificate done', async () => {
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

test('waits count to the first call of a phase, a recall is no second wait', async () => {
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
