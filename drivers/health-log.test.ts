import { expect, test } from 'vitest';
import type { Fault, Health } from './health.ts';
import { HealthLog } from './health-log.ts';
import { LimitedLog } from './limited-log.ts';
import { RecordingLog } from './recording-log.kit.ts';
import { VirtualClock } from './simulated/virtual-clock.ts';

const paperOut: Fault = {
  code: 'paper-out',
  kind: 'said',
  severity: 'error',
  sinceMs: 0,
  remedy: 'Load a new roll.',
};
const health = (state: Health['state'], ...faults: Fault[]): Health => ({ state, faults, counters: {} });
const linesOf = (log: RecordingLog) => log.lines.map(({ level, message }) => `${level} ${message}`);

test('ready, a fault with its remedy and its end: one line each, none a repeated report', () => {
  const log = new RecordingLog();
  const shown = new HealthLog({ clock: new VirtualClock(), log });
  for (const each of [
    health('closed'),
    health('opening'),
    health('ready'),
    health('ready'),
    health('busy'),
    health('fault', paperOut),
    health('fault', paperOut),
    health('ready'),
  ])
    shown.changed(each);
  expect(linesOf(log)).toEqual([
    'info device ready',
    'warn fault paper-out: Load a new roll.',
    'info fault paper-out is over',
  ]);
});

test('a fault that comes and goes is written once a minute, with the number of lines left out', async () => {
  const log = new RecordingLog();
  const clock = new VirtualClock();
  const shown = new HealthLog({ clock, log });
  for (let each = 0; each < 50; each += 1) {
    shown.changed(health('fault', paperOut));
    shown.changed(health('ready'));
  }
  expect(linesOf(log)).toEqual(['warn fault paper-out: Load a new roll.', 'info fault paper-out is over']);
  await clock.advance(60_000);
  shown.changed(health('fault', paperOut));
  expect(log.lines.at(-1)?.fields).toMatchObject({ fault: 'paper-out', left_out: 49 });
});

test('things that never repeat do not fill the memory', () => {
  const log = new RecordingLog();
  const limited = new LimitedLog({ clock: new VirtualClock(), log }, { keys: 3 });
  for (const key of ['a', 'b', 'c', 'd', 'a']) limited.write('info', key, {}, key);
  // The fourth made room by forgetting the first three.
  expect(log.lines.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd', 'a']);
});
