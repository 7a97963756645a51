import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { parseTrace } from '../port/trace-file.ts';
import { seededRandom } from '../random.ts';
import { replayPrinter } from '../simulated/ticket-printer/recorded-printer.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { describePrinter } from './describe.ts';
import { genericEpson } from './profile.ts';

/** Saved with `halld trace --save`: the second ticket's paper ends in mid-job, a roll is put in 25 s later. */
const file = readFileSync(new URL('./paper-out.trace.jsonl', import.meta.url), 'utf8');

const replay = (text: string) => {
  const { records, header } = parseTrace(text);
  const context = { clock: new VirtualClock(), random: seededRandom(9), log: silentLog };
  return replayPrinter(context, { records, profile: header.drivers[0]?.profile, options: {} });
};

test('paper out in mid-job, from a saved trace: the fault is named, and both tickets are printed once paper is in', async () => {
  const { verdicts, faults, lines } = await replay(file);
  expect(verdicts).toEqual([
    { kind: 'printed', by: 'process-id' },
    { kind: 'printed', by: 'process-id' },
  ]);
  expect(faults).toContain('paper-out');
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(at('ticket 2 begins')).toBeLessThan(at('fault paper-out:'));
  expect(at('fault paper-out is over')).toBeLessThan(at('ticket 2: printed'));
});

test('the same trace without its last confirmation: the second ticket is not called printed', async () => {
  const lines = file.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => line.includes('"hex":"3722'));
  const { verdicts } = await replay(lines.filter((_, at) => at !== last).join('\n'));
  expect(verdicts[0]?.kind).toBe('printed');
  expect(verdicts[1]?.kind).not.toBe('printed');
});

test('a wrong file is refused with its line', () => {
  const lines = file.split('\n');
  expect(() => parseTrace([...lines.slice(0, 3), '{"ms":1,"kind":"sideways"}'].join('\n'))).toThrow(/^line 4: /);
  expect(() => parseTrace('{"halld_trace":2}')).toThrow(/^line 1: /);
});

test('commands have their names beside the bytes, also when a chunk cuts them', () => {
  const describe = describePrinter(genericEpson);
  const fed = (direction: 'in' | 'out', ...bytes: number[]) => describe(direction, Uint8Array.from(bytes), 0);
  const confirm = [0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, 0x30, 0x30, 0x31, 0x37];
  expect(fed('out', ...confirm.slice(0, 4))).toEqual([]);
  expect(fed('out', ...confirm.slice(4))).toEqual(['GS ( H 48 confirm id 0017']);
  expect(fed('in', 0x37, 0x22, 0x30, 0x30, 0x31, 0x37, 0)).toEqual(['confirmed id 0017']);
  expect(fed('out', 0x10, 0x04, 0x04)).toEqual(['DLE EOT 4 status request: paper']);
  expect(fed('in', 0x72)).toEqual(['DLE EOT 4 answered: paper-out (72h)']);
  expect(fed('out', 0x1b, 0x40, 0x41, 0x30, 0x31, 0x32, 0x0a)).toEqual(['ESC @ initialise', '"A012"', 'LF']);
});
