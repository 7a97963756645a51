import { expect, test } from 'vitest';
import { faultsOf, finishedPapers, readyRig } from '../simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson, zPrinterProfile } from './profile.ts';
import { referenceTicket } from './reference-ticket.kit.ts';

const job = { jobId: 'job-1', blocks: referenceTicket };
const fenced = zPrinterProfile.parse({ name: 'fenced', confirm: 'fence', qr: { dialect: 'gs-k' } });

test.each([
  ['process id', genericEpson, 'process-id'],
  ['fence', fenced, 'fence'],
])('a ticket is printed when the printer says so, by %s', async (_, profile, by) => {
  const rig = await readyRig({ profile });
  expect(await rig.print(job)).toEqual({ kind: 'printed', by });
  const [paper] = rig.machine.look().papers;
  expect(paper?.text).toContain('A012 ×4');
  expect(paper?.text).toContain('5. 申请表（现场填写）');
  expect(paper?.qr).toEqual(['https://q.example.gov.cn/t/20261123/A012']);
});

test('the bytes on the wire: the reference ticket with status and confirmation within 1.05 of 369', async () => {
  const rig = await readyRig();
  const before = rig.link.counters.bytesOut;
  await rig.print(job);
  const bytes = rig.link.counters.bytesOut - before;
  expect(bytes).toBeGreaterThanOrEqual(369);
  expect(bytes).toBeLessThanOrEqual(369 * 1.05);
});

test.each(['paper-out', 'cover-open', 'cutter', 'mechanical', 'head-hot', 'unrecoverable'] as const)(
  'with %s beforehand nothing is sent and the fault has a name and a remedy',
  async (fault) => {
    const rig = await readyRig();
    rig.machine.act({ type: 'fault', fault, on: true });
    await rig.clock.advance(100);
    let began = false;
    const verdict = await rig.print(job, {
      beforeFirstByte: () => {
        began = true;
      },
    });
    expect(verdict).toMatchObject({ kind: 'not-printed', reason: fault });
    expect(began).toBe(false);
    expect(rig.machine.look().papers).toEqual([]);
    expect(rig.printer.health.faults.find(({ code }) => code === fault)?.remedy).toMatch(/\w+ \w+/);
    rig.machine.act({ type: 'fault', fault, on: false });
    await rig.clock.advance(20_000);
    expect(rig.printer.health.state).toBe('ready');
    expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
  },
);

test('near end is a warning and printing goes on', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'fault', fault: 'near-end', on: true });
  await rig.clock.advance(100);
  expect(faultsOf(rig)).toEqual(['paper-near-end']);
  expect(rig.printer.paper.nearEnd).toBe(true);
  expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
});

test.each([genericEpson, fenced])(
  'paper ends in mid-job: pending until it is loaded, then one whole paper ($name)',
  async (profile) => {
    const rig = await readyRig({ profile });
    rig.machine.act({ type: 'roll', mm: 30 });
    const waiting: string[] = [];
    let verdict: unknown;
    void rig.printer.print(job, { waiting: (reason) => void waiting.push(reason) }).then((given) => {
      verdict = given;
    });
    await rig.clock.advance(120_000);
    expect(verdict).toBeUndefined();
    expect(waiting).toEqual(['paper-out']);
    expect(rig.printer.health.state).toBe('fault');
    expect(await rig.printer.print({ jobId: 'job-2', blocks: referenceTicket })).toMatchObject({ reason: 'busy' });
    rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
    await rig.clock.advance(5_000);
    expect(verdict).toMatchObject({ kind: 'printed' });
    expect(finishedPapers(rig)).toHaveLength(1);
  },
);

test('paper that nobody loads: the rest is wiped and the verdict is unknown', async () => {
  const rig = await readyRig({ profile: { ...genericEpson, clear: 'dle-dc4' } });
  rig.machine.act({ type: 'roll', mm: 30 });
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown', reason: 'wiped' });
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.advance(10_000);
  expect(finishedPapers(rig)).toHaveLength(0);
});

test('the cutter sticks in mid-job: resumed once the blade is free, printed once', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'fault', fault: 'cutter-at-cut', on: true });
  let verdict: unknown;
  void rig.printer.print(job).then((given) => {
    verdict = given;
  });
  await rig.clock.advance(8_000);
  expect(faultsOf(rig)).toContain('cutter');
  rig.machine.act({ type: 'fault', fault: 'cutter-at-cut', on: false });
  await rig.clock.advance(15_000);
  expect(verdict).toEqual({ kind: 'printed', by: 'process-id' });
  expect(finishedPapers(rig)).toHaveLength(1);
});

test('mute: nothing is promised before, nothing after', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'fault', fault: 'mute', on: true });
  // Fresh enough to go on without a question: the ticket comes, and nobody says so.
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown', reason: 'no-answer' });
  expect(faultsOf(rig)).toEqual(['no-answer']);
  expect(await rig.print(job)).toMatchObject({ kind: 'not-printed', reason: 'no-answer' });
  rig.machine.act({ type: 'fault', fault: 'mute', on: false });
  await rig.clock.advance(4_000);
  expect(rig.printer.health.state).toBe('ready');
});

test('garbled answers are told apart from silence', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'fault', fault: 'garbled', on: true });
  await rig.clock.advance(10_000);
  expect(faultsOf(rig)).toEqual(['garbled']);
  expect(await rig.print(job)).toMatchObject({ kind: 'not-printed', reason: 'garbled' });
});

test('unplugged: seen at once, refused, and back after the plug', async () => {
  const rig = await readyRig();
  rig.machine.act({ type: 'unplug' });
  expect(faultsOf(rig)).toEqual(['port-gone']);
  expect(await rig.print(job)).toMatchObject({ kind: 'not-printed', reason: 'port-gone' });
  rig.machine.act({ type: 'plug' });
  await rig.clock.advance(12_000);
  expect(rig.printer.health.state).toBe('ready');
  expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
});

test('unplugged while the ticket comes out and replugged at once: the process id still arrives', async () => {
  const rig = await readyRig({ baudRate: 19_200 });
  let verdict: unknown;
  void rig.printer.print(job).then((given) => {
    verdict = given;
  });
  await rig.clock.until(() => rig.machine.look().bufferBytes > 0);
  await rig.clock.advance(190);
  rig.machine.act({ type: 'unplug' });
  rig.machine.act({ type: 'plug' });
  await rig.clock.advance(3_000);
  expect(verdict).toEqual({ kind: 'printed', by: 'process-id' });
});

test('unplugged in mid-job: unknown, and the next ticket is on a paper of its own', async () => {
  const rig = await readyRig({ baudRate: 9_600, profile: { ...genericEpson, chunk_bytes: 32 } });
  let verdict: unknown;
  void rig.printer.print(job).then((given) => {
    verdict = given;
  });
  await rig.clock.advance(200);
  rig.machine.act({ type: 'unplug' });
  await rig.clock.settle();
  expect(verdict).toMatchObject({ kind: 'unknown', reason: 'port-gone' });
  rig.machine.act({ type: 'plug' });
  await rig.clock.advance(10_000);
  expect(await rig.print({ jobId: 'job-2', blocks: [{ kind: 'text', text: 'B001' }] })).toMatchObject({
    kind: 'printed',
  });
  const [next, broken] = finishedPapers(rig);
  expect(next?.text).toEqual(['B001']);
  expect(broken?.text).toContain('A012 ×4');
});

test('power goes in mid-job on a serial line: unknown, and status back is switched on again', async () => {
  const rig = await readyRig({ baudRate: 19_200 });
  rig.machine.act({ type: 'power-cut-after', bytes: 200 });
  let verdict: unknown;
  void rig.printer.print(job).then((given) => {
    verdict = given;
  });
  await rig.clock.advance(2_000);
  rig.machine.act({ type: 'power', on: true });
  await rig.clock.until(() => verdict !== undefined);
  expect(verdict).toMatchObject({ kind: 'unknown' });
  await rig.clock.advance(5_000);
  rig.machine.act({ type: 'fault', fault: 'cover-open', on: true });
  await rig.clock.advance(2_000);
  expect(faultsOf(rig)).toContain('cover-open');
});

test('the disk says no before the first byte: nothing is printed', async () => {
  const rig = await readyRig();
  const verdict = await rig.print(job, {
    beforeFirstByte: () => Promise.reject(new Error('disk full')),
  });
  expect(verdict).toEqual({ kind: 'not-printed', reason: 'refused', message: 'disk full' });
  expect(rig.machine.look().papers).toEqual([]);
  expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
});

test('a fence that answers too early proves nothing', async () => {
  const rig = await readyRig({ profile: { ...fenced, fence_min_ms: 50 }, machine: { earlyFence: true } });
  expect(await rig.print(job)).toMatchObject({ kind: 'unknown', reason: 'fence-too-early' });
  expect(faultsOf(rig)).toEqual(['fence-too-early']);
});

test('a reprint bears its mark, and a ticket after a crash is cut off from what hung there', async () => {
  const rig = await readyRig();
  await rig.print({ ...job, reprint: true, separate: true });
  const [paper, before] = finishedPapers(rig);
  expect(paper?.text[0]).toBe('补打 / REPRINT ×2');
  expect(before?.text).toEqual([]);
});

test('tiny buffer, slow line, hardware flow control: the ticket arrives whole', async () => {
  const profile = { ...genericEpson, buffer_bytes: 64, chunk_bytes: 16, speed_mm_s: 20 };
  const rig = await readyRig({ profile, baudRate: 9_600 });
  expect(await rig.print(job)).toMatchObject({ kind: 'printed' });
  expect(rig.machine.look().droppedBytes).toBe(0);
  expect(finishedPapers(rig)[0]?.text).toContain('请留意叫号，过号请重新取号');
});

test.each([true, false])(
  'paper ends with the buffer full and the line stopped: pending, then printed once (status back: %s)',
  async (asb) => {
    const profile = { ...genericEpson, buffer_bytes: 64, chunk_bytes: 16, status: { ...genericEpson.status, asb } };
    const rig = await readyRig({ profile, baudRate: 9_600 });
    rig.machine.act({ type: 'roll', mm: 12 });
    let verdict: unknown;
    const waiting: string[] = [];
    void rig.printer.print(job, { waiting: (reason) => void waiting.push(reason) }).then((given) => {
      verdict = given;
    });
    await rig.clock.advance(25_000);
    expect(verdict).toBeUndefined();
    expect(waiting).toEqual(asb ? ['paper-out'] : []);
    rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
    await rig.clock.advance(15_000);
    expect(verdict).toMatchObject({ kind: 'printed' });
    expect(finishedPapers(rig)).toHaveLength(1);
  },
);

test('a stray byte is no fence: the 06 that some models send after a picture', async () => {
  const rig = await readyRig({ profile: { ...fenced, speed_mm_s: 50 } });
  let verdict: unknown;
  void rig.printer.print(job).then((given) => {
    verdict = given;
  });
  await rig.clock.advance(200);
  rig.cable.send(Uint8Array.of(0x06));
  await rig.clock.advance(200);
  expect(verdict).toBeUndefined();
  await rig.clock.advance(8_000);
  expect(verdict).toEqual({ kind: 'printed', by: 'fence' });
});

test('a Custom kiosk printer tells in mid-job that its paper ended, though its long picture is still being sent', async () => {
  const profile = zPrinterProfile.parse({
    name: 'custom',
    status: { realtime: false, asb: true, full_status: true },
    presenter: { kind: 'custom' },
    confirm: 'presenter',
    qr: { dialect: 'raster' },
    chinese: { font: 'none' },
    cut: 'esc-i',
    buffer_bytes: 1024,
    chunk_bytes: 64,
  });
  const rig = await readyRig({ profile, baudRate: 19_200 });
  rig.machine.act({ type: 'roll', mm: 12 });
  const waiting: string[] = [];
  let verdict: unknown;
  void rig.printer.print(job, { waiting: (reason) => void waiting.push(reason) }).then((given) => {
    verdict = given;
  });
  // The glyphs come from the disk, in real time: virtual time goes on until they are there.
  await rig.clock.until(() => waiting.length > 0, 3_600_000);
  await rig.clock.advance(60_000);
  expect(verdict).toBeUndefined();
  expect(waiting).toEqual(['paper-out']);
  rig.machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await rig.clock.until(() => verdict !== undefined, 60_000);
  expect(verdict).toEqual({ kind: 'printed', by: 'presenter' });
  expect(finishedPapers(rig)).toHaveLength(1);
});
