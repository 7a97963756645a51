import { expect, test } from 'vitest';
import { RecordingLog } from '../recording-log.kit.ts';
import { readyRig } from '../simulated/ticket-printer/printer-rig.kit.ts';

const ticket = (jobId: string) => ({ jobId, blocks: [{ kind: 'text', text: 'A012' }] as const });

test('the log of a printer: ready, a ticket, paper out with its remedy, a refused job, paper back; no line a poll', async () => {
  const log = new RecordingLog();
  const rig = await readyRig({ log });
  await rig.print(ticket('job-1'));
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await rig.clock.advance(3_000);
  await rig.print(ticket('job-2'));
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.advance(120_000);
  const lines = log.lines.filter(({ level }) => level !== 'debug' && level !== 'trace');
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'info device ready',
    'info ticket printed',
    expect.stringMatching(/^warn fault paper-out: Load a new roll/),
    expect.stringMatching(/^warn ticket not printed: Load a new roll/),
    'info fault paper-out is over',
  ]);
  expect(lines[1]?.fields).toMatchObject({ job: 'job-1' });
  expect(lines[3]?.fields).toMatchObject({ job: 'job-2', reason: 'paper-out' });
  // Two minutes of polls every 1.5 s.
  expect(log.lines.length).toBeLessThan(10);
});
