import { expect, test } from 'vitest';
import { day, oneVisit } from '../store/one-visit.kit.ts';
import { MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { smallHall } from '../testing/worlds/pad-hall.ts';
import type { HallTables } from './needs.ts';
import { answerReport } from './report-api.ts';

const noonMs = Date.UTC(2026, 10, 23, 4);

async function tablesOfOneVisit(): Promise<HallTables> {
  const store = new MemoryHallStore();
  await store.open();
  await store.commit({ events: oneVisit, applied: [], answers: [], marks: [] });
  return { rules: smallHall.rules, query: (sql, values) => store.query(sql, values) };
}

async function asked(question: Readonly<Record<string, string>>) {
  const answer = await answerReport(await tablesOfOneVisit(), noonMs, question);
  return answer.ok ? answer : { ...answer, type: '', name: '', body: '' };
}

test('today’s reports, all of them, as JSON', async () => {
  const { ok, type, body } = await asked({});
  expect([ok, type]).toEqual([true, 'application/json']);
  const { from, to, reports } = JSON.parse(body);
  expect([from, to]).toEqual([day, day]);
  expect(reports.waits[0]).toMatchObject({ by: 'all', count: 1, mean_s: 600.5 });
  expect(Object.keys(reports)).toContain('number_to_certificate');
});

test('one report as CSV, with a name to save it under', async () => {
  const { body, name, type } = await asked({ day, report: 'certificate_waits', format: 'csv' });
  expect(type).toBe('text/csv; charset=utf-8');
  expect(name).toBe('certificate_waits-2026-11-23-2026-11-23.csv');
  expect(body.split('\r\n').slice(0, 2)).toEqual([
    'by,key,count,mean_s,p50_s,p90_s,p99_s,longest_s',
    'all,,1,180,180,180,180,180',
  ]);
});

test.each([
  [{ report: 'everything' }, /there is no report "everything": visits, waits/],
  [{ format: 'csv' }, /one report by its name/],
  [{ day: 'monday' }, /day/],
  [{ from: '2026-11-23', to: '2026-11-22' }, /to lies before from/],
  [{ from: '2026-11-01', to: '2026-11-30' }, /at most 7 days at once: "halld report"/],
  [{ day, from: day }, /not both/],
  [{ days: '3' }, /days/],
])('a question that cannot be answered says why: %j', async (question, why) => {
  const answer = await answerReport(await tablesOfOneVisit(), noonMs, question as Record<string, string>);
  expect(answer.ok ? '' : answer.message).toMatch(why);
});
