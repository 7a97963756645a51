import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UsageError } from '../command.ts';
import { simulate } from './simulate.ts';

const hall = 'config/halls/service-centre.yaml';
let folder = '';
let said = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-simulate-'));
  said = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    said += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<string> {
  said = '';
  expect(await simulate.run([hall, ...args])).toBe(0);
  return said;
}

test('the same seed gives the same figures and the same picture, byte for byte', async () => {
  const [svg, json] = [path.join(folder, 'day.svg'), path.join(folder, 'day.json')];
  const args = [
    '--seeds',
    '2',
    '--seed',
    '7',
    '--what-if',
    'layout=stalls,appointments=0.3',
    '--svg',
    svg,
    '--json',
    json,
  ];
  const first = [await run(...args), readFileSync(svg, 'utf8'), readFileSync(json, 'utf8')];
  const again = [await run(...args), readFileSync(svg, 'utf8'), readFileSync(json, 'utf8')];
  expect(again).toEqual(first);
  expect(first[1]).not.toMatch(/NaN|undefined|Infinity/);
  expect(await run(...args.with(3, '8'))).not.toBe(first[0]);
});

test('what a manager asks is in the table: waits, intake and certificate, the promise, utilisation, fairness', async () => {
  const table = await run('--seeds', '2', '--what-if', 'certificates=1', '--what-if', 'policy=fifo');
  for (const figure of [
    'wait p99',
    'number to certificate, p90',
    'one matter in time',
    'utilisation',
    'fairness of work',
  ])
    expect(table).toContain(figure);
  // Two certificate windows in the file, one in the what-if: those who come back wait longer.
  const row = table.split('\n').find((line) => line.startsWith('certificate wait')) ?? '';
  const [asItIs, one] = [...row.matchAll(/([\d.]+) ±/g)].map(([, mean]) => Number(mean));
  expect(one).toBeGreaterThan(asItIs ?? Number.NaN);
});

test('booked times spread the crowd, and those who booked wait least', async () => {
  const json = path.join(folder, 'figures.json');
  await run('--seeds', '4', '--what-if', 'appointments=0.5', '--json', json);
  const { figures } = JSON.parse(readFileSync(json, 'utf8'));
  const [without, half] = [figures['as it is'], figures['appointments=0.5']];
  expect(half.visitors.mean).toBe(without.visitors.mean);
  expect(half['wait mean'].mean).toBeLessThan(without['wait mean'].mean);
  expect(half['wait, appointment'].mean).toBeLessThan(half['wait, ordinary'].mean);
  expect(without['wait, appointment'].mean).toBeNull();
});

test('the balancer takes an idle certificate window to where people wait', async () => {
  const json = path.join(folder, 'figures.json');
  await run(
    '--seeds',
    '3',
    '--what-if',
    'balancing=on,crowd=1.3',
    '--what-if',
    'balancing=off,crowd=1.3',
    '--json',
    json,
  );
  const { figures } = JSON.parse(readFileSync(json, 'utf8'));
  expect(figures['balancing=on,crowd=1.3']['tasks changed'].mean).toBeGreaterThan(0);
  expect(figures['balancing=off,crowd=1.3']['tasks changed'].mean).toBe(0);
  expect(figures['balancing=on,crowd=1.3']['wait mean'].mean).toBeLessThan(
    figures['balancing=off,crowd=1.3']['wait mean'].mean,
  );
});

test('a list of arrivals is served; a wrong line is named with its file', async () => {
  const list = path.join(folder, 'list.csv');
  writeFileSync(list, 'time,service,booked\n08:40,household,\n09:10,household,09:15\n');
  const services = readFileSync(hall, 'utf8');
  expect(services).toContain('- id: household');
  expect(await run('--arrivals', list, '--seeds', '1', '--no-shows', '0')).toMatch(/^visitors +2\.0/m);
  writeFileSync(list, 'time,service\n09:00,household\n09:0x,household\n');
  await expect(simulate.run([hall, '--arrivals', list])).rejects.toThrow(
    `${list}, line 3: a time is written 09:12, not "09:0x"`,
  );
  await expect(simulate.run([hall, '--arrivals', path.join(folder, 'none.csv')])).rejects.toThrow(UsageError);
  writeFileSync(list, 'date,time,service\n2030-01-01,09:00,household\n');
  await expect(simulate.run([hall, '--arrivals', list])).rejects.toThrow(/nobody came/);
});

test.each([
  [['--what-if', 'layout=maze'], /layout is one of stalls, comprehensive/],
  [['--what-if', 'magic=1'], /--what-if knows windows, certificates/],
  [['--what-if', 'appointments=2'], /what-if appointments is a number from 0 to 1/],
  [['--promise', '7'], /--promise is two numbers/],
  [['--days', '1.5'], /--days is a whole number/],
  [['--hours', '0,0'], /--hours is a list of numbers/],
  [['--from', 'tomorrow'], /--from is a date/],
])('a wrong option is a usage error: %j', async (args, why) => {
  await expect(simulate.run([hall, ...args])).rejects.toThrow(why);
});
