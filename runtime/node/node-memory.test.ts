/** What a box tells a restored hub of numbers: every one that it was given, at a kiosk or by a checked-in appointment (F11). */
import { expect, test } from 'vitest';
import { told } from './node-memory.ts';

const row = (seq: number, type: string) => ({
  ...{ seq, id: `command-${seq}`, type, device: 'k1', data: {}, at: '', hubAt: null, boot: 'b', monotonicMs: 0 },
});
const given = (number: string) => ({
  ticket: `2026-11-23/${number}`,
  day: '2026-11-23',
  number,
  ahead: 0,
  issued_at: 1,
});
const answer = (seq: number, result: unknown) => ({ id: `command-${seq}`, seq, ok: true, result });

test('numbers by ask and by check-in are remembered, the newest of each prefix', () => {
  const { facts } = told([
    { row: row(1, 'IssueTicket'), answer: answer(1, given('A001')) },
    { row: row(2, 'CheckIn'), answer: answer(2, { ...given('B004'), service: 's', matters: [] }) },
    { row: row(3, 'IssueTicket'), answer: answer(3, given('A002')) },
  ]);
  expect(facts).toEqual({ 'number A': '2026-11-23/A002', 'number B': '2026-11-23/B004' });
});
