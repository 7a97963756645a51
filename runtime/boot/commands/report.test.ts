import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { day, oneVisit } from '../../store/one-visit.kit.ts';
import { reportNames } from '../../store/reports.ts';
import { UsageError } from '../command.ts';
import { openHallStore } from '../media.ts';
import { report } from './report.ts';

const config = ['--config', 'config/halls/service-centre.yaml'];
let folder = '';
let said = '';

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-report-'));
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(console, 'log').mockImplementation((text) => {
    said += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    said += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function hall() {
  const store = openHallStore(folder);
  await store.open();
  await store.commit({ events: oneVisit, applied: [], answers: [], marks: [] });
  return store;
}

test('one report as CSV, beside a hub that has the file open', async () => {
  const store = await hall();
  expect(await report.run([...config, '--data', folder, '--day', day, '--report', 'waits'])).toBe(0);
  expect(said.split('\r\n').slice(0, 2)).toEqual([
    'by,key,count,mean_s,p50_s,p90_s,p99_s,longest_s',
    'all,,1,600.5,600.5,600.5,600.5,600.5',
  ]);
  await store.close();
});

test('all reports as JSON, and as files', async () => {
  await (await hall()).close();
  expect(await report.run([...config, '--data', folder, '--from', day, '--to', day, '--format', 'json'])).toBe(0);
  const told = JSON.parse(said);
  expect(told).toMatchObject({ hall: 'service-centre', from: day, to: day });
  expect(Object.keys(told.reports)).toEqual(reportNames);
  const out = path.join(folder, 'out');
  expect(await report.run([...config, '--data', folder, '--day', day, '--out', out])).toBe(0);
  expect(readdirSync(out).sort()).toEqual(reportNames.map((name) => `${name}.csv`).sort());
  expect(readFileSync(path.join(out, 'services.csv'), 'utf8')).toContain('clerk,li,1,420,');
});

test('no journal there is told, not made', async () => {
  expect(await report.run([...config, '--data', folder])).toBe(66);
  expect(said).toContain('there is no journal');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['--report', 'everything'], /there is no report "everything"/],
  [['--day', 'monday'], /--day is a date/],
  [['--from', '2026-11-23', '--to', '2026-11-22'], /--to lies before --from/],
  [['--day', day, '--from', day], /not both/],
  [['--format', 'xml'], /csv or json/],
])('a wrong line is a usage error: %j', async (args, why) => {
  const run = report.run([...config, '--data', folder, ...args]);
  await expect(run).rejects.toThrow(UsageError);
  await expect(report.run([...config, '--data', folder, ...args])).rejects.toThrow(why);
});
