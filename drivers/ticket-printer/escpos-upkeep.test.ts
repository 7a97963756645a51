/** What the driver does while nobody prints: status, recovery, the roll, the output. */
import { expect, test } from 'vitest';
import { faultsOf, finishedPapers, readyRig } from '../simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson, zPrinterProfile } from './profile.ts';
import { referenceTicket } from './reference-ticket.kit.ts';

const job = { jobId: 'job-1', blocks: referenceTicket };
const fenced = zPrinterProfile.parse({ name: 'fenced', confirm: 'fence', qr: { dialect: 'gs-k' } });

test('a serial printer that is switched off stops the line: mute, the port stays', async () => {
  const rig = await readyRig();
  rig.cable.stall(true);
  await rig.clock.advance(20_000);
  expect(faultsOf(rig)).toEqual(['no-answer']);
  expect(rig.link.counters.lost).toBe(0);
  rig.cable.stall(false);
  await rig.clock.advance(3_000);
  expect(rig.printer.health.state).toBe('ready');
});

test('the roll is counted in millimetres and starts afresh with a new one', async () => {
  const rig = await readyRig({ options: { roll_mm: 80_000 } });
  await rig.print(job);
  expect(rig.printer.paper.usedMm).toBeGreaterThan(60);
  expect(rig.printer.paper.leftMm).toBeNull();
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await rig.clock.advance(2_000);
  expect(rig.printer.paper).toMatchObject({ out: true, leftMm: 0 });
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.advance(2_000);
  expect(rig.printer.paper).toMatchObject({ out: false, usedMm: 0, leftMm: 80_000 });
});

test('without a sensor the count warns before the roll ends, and a new roll ends the warning', async () => {
  const profile = { ...genericEpson, status: { ...genericEpson.status, near_end_sensor: false } };
  const rig = await readyRig({ profile, options: { roll_mm: 5_200 } });
  rig.printer.recallRoll({ roll: 3, usedMm: 0, tickets: 0, leftMm: 5_200, out: false, nearEnd: false });
  for (let ticket = 0; ticket < 3; ticket++) {
    await rig.print({ ...job, jobId: `job-${ticket}` });
    await rig.clock.advance(150_000);
  }
  expect(faultsOf(rig)).toEqual(['paper-low']);
  expect(rig.printer.health.state).toBe('ready');
  const { usedMm, ticketMm, ticketsLeft, leftMm, endsInMs } = rig.printer.paper;
  expect(ticketMm).toBe(Math.round(usedMm / 3));
  expect(ticketsLeft).toBe(Math.floor((leftMm ?? 0) / (usedMm / 3)));
  // Three tickets in some seven and a half minutes.
  expect((endsInMs ?? 0) / 60_000).toBeGreaterThan(((leftMm ?? 0) / usedMm) * 7);
  expect((endsInMs ?? 0) / 60_000).toBeLessThan(((leftMm ?? 0) / usedMm) * 8);
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await rig.clock.advance(2_000);
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.advance(2_000);
  expect(faultsOf(rig)).toEqual([]);
  expect(rig.printer.roll).toMatchObject({ roll: 4, usedMm: 0, leftMm: 5_200 });
});

test('a near-end sensor that flutters behind a closed cover is not a new roll; behind an opened one it is', async () => {
  const rig = await readyRig({ options: { roll_mm: 80_000 } });
  const nearEnd = async (on: boolean) => {
    rig.machine.act({ type: 'fault', fault: 'near-end', on });
    await rig.clock.advance(500);
  };
  await nearEnd(true);
  await nearEnd(false);
  const first = rig.printer.roll.roll;
  await rig.print(job);
  await nearEnd(true);
  await nearEnd(false);
  expect(rig.printer.roll.roll).toBe(first);
  await nearEnd(true);
  rig.machine.act({ type: 'fault', fault: 'cover-open', on: true });
  await nearEnd(false);
  rig.machine.act({ type: 'fault', fault: 'cover-open', on: false });
  await rig.clock.advance(500);
  expect(rig.printer.roll.roll).toBe(first + 1);
  expect(rig.printer.paper).toMatchObject({ nearEnd: false, usedMm: 0, leftMm: 80_000 });
});

test.each([
  ['DLE ENQ 2', genericEpson],
  ['DLE ENQ 1, where DLE DC4 8 wipes', { ...genericEpson, clear: 'dle-dc4' as const }],
])('a cutter that stuck while nobody printed is set going by %s', async (_, profile) => {
  const rig = await readyRig({ profile });
  rig.machine.act({ type: 'fault', fault: 'cutter', on: true });
  await rig.clock.advance(500);
  rig.machine.act({ type: 'fault', fault: 'cutter', on: false });
  await rig.clock.advance(500);
  expect(faultsOf(rig)).toEqual(['cutter']);
  await rig.clock.advance(15_000);
  expect(faultsOf(rig)).toEqual([]);
});

test.each([
  ['real-time status and status back', {}],
  ['status back alone', { realtime: false }],
])(
  'the line holds what a full printer does not take (USB, TCP): paper out stays paper out, by %s',
  async (_, status) => {
    const profile = { ...genericEpson, buffer_bytes: 128, status: { ...genericEpson.status, ...status } };
    const rig = await readyRig({ profile, buffered: true });
    rig.machine.act({ type: 'roll', mm: 12 });
    let verdict: unknown;
    const waiting: string[] = [];
    void rig.printer.print(job, { waiting: (reason) => void waiting.push(reason) }).then((given) => {
      verdict = given;
    });
    await rig.clock.advance(60_000);
    expect(verdict).toBeUndefined();
    expect(waiting).toEqual(['paper-out']);
    expect(faultsOf(rig)).toContain('paper-out');
    rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
    await rig.clock.advance(5_000);
    expect(verdict).toMatchObject({ kind: 'printed' });
    expect(finishedPapers(rig)).toHaveLength(1);
    await rig.clock.advance(5_000);
    // Answers to the requests of that minute came all at once: none of them passes for another's.
    expect(faultsOf(rig)).toEqual([]);
  },
);

test('a lone byte that nobody asked for is counted, and no ticket is taken for printed by it', async () => {
  const rig = await readyRig({ profile: fenced });
  rig.cable.send(Uint8Array.of(0x00, 0x00));
  await rig.clock.advance(100);
  expect(rig.printer.health.counters).toMatchObject({ strayReplies: 2, printed: 0 });
  expect(faultsOf(rig)).toEqual([]);
});

test('a ticket that was given up and comes out late answers for itself, not for the one after it', async () => {
  const profile = { ...fenced, speed_mm_s: 20 };
  const rig = await readyRig({ profile, options: { pending_s: 20 } });
  rig.machine.act({ type: 'roll', mm: 12 });
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown', reason: 'paper-out' });
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  const papers = finishedPapers(rig).length;
  expect(await rig.print(job)).toEqual({ kind: 'printed', by: 'fence' });
  // The rest of the first, and the second whole.
  expect(finishedPapers(rig).length).toBeGreaterThanOrEqual(papers + 2);
});

test('a fence that was lost with its job costs the next ticket its certainty, and no more', async () => {
  const rig = await readyRig({ profile: fenced });
  rig.machine.act({ type: 'fault', fault: 'mute', on: true });
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown' });
  rig.machine.act({ type: 'fault', fault: 'mute', on: false });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  await rig.clock.advance(20_000);
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown', reason: 'no-confirmation' });
  expect(await rig.print(job)).toEqual({ kind: 'printed', by: 'fence' });
});

test('a closed driver says nothing more on the line, whatever was under way', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'fault', fault: 'mute', on: true });
  await rig.clock.advance(1_600);
  await rig.printer.close();
  const before = rig.link.counters.bytesOut;
  await rig.clock.advance(20_000);
  expect(rig.link.counters.bytesOut).toBe(before);
});

test.each([
  ['taken by the visitor', 1_500, 'taken'],
  ['drawn back by the printer', undefined, 'retained'],
])('a ticket at the output, %s', async (_, tornAfterMs, counter) => {
  const presenter = { kind: 'citizen' as const, retract_ms: 5_000 };
  const status = { ...genericEpson.status, paper_end_bits: 'first' as const };
  const rig = await readyRig({ profile: { ...genericEpson, presenter, status } });
  expect(rig.printer.output).toBe('empty');
  await rig.print(job);
  await rig.clock.advance(1_000);
  expect(rig.printer.output).toBe('ticket');
  if (tornAfterMs !== undefined) {
    await rig.clock.advance(tornAfterMs);
    rig.machine.act({ type: 'tear' });
  }
  await rig.clock.advance(8_000);
  expect(rig.printer.output).toBe('empty');
  expect(rig.printer.health.counters).toMatchObject({ taken: 0, retained: 0, [counter]: 1 });
});

test('answers that were held up are not taken for those to later questions', async () => {
  const profile = { ...fenced, status: { ...fenced.status, asb: false } };
  const rig = await readyRig({ profile, baudRate: 9_600 });
  const seen = new Set<string>();
  rig.printer.healthChanged.on((health) => {
    for (const { code } of health.faults) seen.add(code);
  });
  rig.machine.act({ type: 'fault', fault: 'mute', on: true });
  await rig.clock.until(() => seen.has('no-answer'));
  // The next question is on its way.
  await rig.clock.advance(310);
  // "Offline" to DLE EOT 1, asked four times: as the answer to DLE EOT 3 the same byte would mean a stuck cutter.
  rig.machine.act({ type: 'fault', fault: 'mute', on: false });
  for (let late = 0; late < 8; late++) rig.cable.send(Uint8Array.of(0x1a));
  await rig.clock.advance(5_000);
  expect([...seen]).toEqual(['no-answer']);
  expect(rig.printer.health.state).toBe('ready');
});

test('XOFF and XON between the answers of a small printer: the ticket arrives whole and nothing is taken for noise', async () => {
  const profile = { ...genericEpson, buffer_bytes: 64, chunk_bytes: 16, speed_mm_s: 40 };
  const machine = { flowControl: 'xonxoff' as const };
  const rig = await readyRig({ profile, machine, baudRate: 9_600, options: { xonxoff: true } });
  expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
  await rig.clock.advance(3_000);
  expect(finishedPapers(rig)).toHaveLength(1);
  expect(faultsOf(rig)).toEqual([]);
  expect(rig.printer.health.counters).toMatchObject({ noise: 0 });
});
