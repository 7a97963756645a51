import { expect, test } from 'vitest';
import { silentLog } from '../../drivers/log.ts';
import type { Scan, Scanner } from '../../drivers/scanner/scanner.ts';
import { Signal } from '../../drivers/signal.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { contextOn } from '../context.kit.ts';
import { type OrderAnswer, refuseOrder } from '../device.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { CheckIn, type PaperDesk } from './check-in.ts';
import { codeReader } from './code-reader.ts';

const codes = {
  tickets: ['https://q.example.gov.cn/t/{day}/{number}'],
  appointment: 'https://q.example.gov.cn/a/{appointment}',
};
const result = {
  ...{ ticket: '2026-11-23/A012', day: '2026-11-23', number: 'A012', ahead: 0, issued_at: 1_000_000 },
  ...{ service: 'tax', matters: ['pay-tax'] },
};

/** The kiosk beside it: takes or refuses what it is told, and remembers. */
class FakeKiosk implements PaperDesk {
  ready = true;
  answers: OrderAnswer[] = [];
  readonly orders: unknown[] = [];
  async order(_type: string, data: unknown): Promise<OrderAnswer> {
    this.orders.push(data);
    return this.answers.shift() ?? { ok: true };
  }
}

function desk(withKiosk = true, link = new RecordingHallLink()) {
  const clock = new VirtualClock();
  const kiosk = new FakeKiosk();
  const scanned = new Signal<Scan>(silentLog);
  const scanner: Scanner = {
    health: { state: 'ready', faults: [], counters: {} },
    healthChanged: new Signal(silentLog),
    start: () => {},
    close: async () => {},
    scanned,
  };
  const papers = withKiosk ? () => kiosk : undefined;
  const device = new CheckIn(contextOn(clock), { id: 's1', scanner, link, codes, timeZone: 'Asia/Shanghai', papers });
  device.start();
  let scans = 0;
  const scan = (text: string) => {
    scans += 1;
    const id = `scan-000${scans}`;
    scanned.emit({ id, text, atMs: clock.monotonicMs() });
    return id;
  };
  const types = () => link.sent.map(({ type, data }) => [type, data]);
  return { clock, kiosk, link, device, scan, types };
}

const appointment = 'https://q.example.gov.cn/a/YY-20261124-01';

test('an appointment becomes a number, and its paper comes out of the kiosk', async () => {
  const { clock, kiosk, link, device, scan, types } = desk();
  const id = scan(appointment);
  expect(types()).toEqual([['CheckIn', { appointment: 'YY-20261124-01' }]]);
  expect(link.sent[0]?.id).toBe(id);
  link.answer(id, { ok: true, result });
  expect(link.notes.get('paper')).toMatchObject({ phase: 'waiting' });
  await clock.advance(10);
  const { service, matters, ...issued } = result;
  expect(kiosk.orders).toEqual([{ result: issued, service, matters, copy: 1 }]);
  expect(link.notes.has('paper')).toBe(false);
  expect(device.detail()).toMatchObject({ busy: false, last: { outcome: 'checked-in', number: 'A012' }, checkedIn: 1 });
  // What became of the paper is the kiosk's to say.
  expect(link.sent).toHaveLength(1);
});

test('a kiosk that serves another visitor is asked again; after ten seconds the number is void', async () => {
  const { clock, kiosk, link, scan, types } = desk();
  kiosk.answers = [refuseOrder('busy', ''), refuseOrder('busy', '')];
  link.answer(scan(appointment), { ok: true, result });
  await clock.advance(3000);
  expect(kiosk.orders).toHaveLength(3);
  kiosk.answers = Array.from({ length: 100 }, () => refuseOrder('busy', ''));
  link.answer(scan(appointment), { ok: true, result });
  for (let second = 0; second < 12; second += 1) {
    link.hubNow += 1000;
    await clock.advance(1000);
  }
  expect(types().at(-1)).toEqual(['TicketPrintFailed', { ticket: '2026-11-23/A012', reason: 'late' }]);
  expect(link.notes.has('paper')).toBe(false);
});

test('at a desk without a kiosk a person says the number, and it may be called', async () => {
  const { clock, link, device, scan, types } = desk(false);
  link.answer(scan(appointment), { ok: true, result });
  await clock.advance(10);
  expect(types().at(-1)).toEqual([
    'TicketPrinted',
    { ticket: '2026-11-23/A012', verdict: 'unknown', reason: 'given-by-hand' },
  ]);
  expect(device.detail().last).toEqual({ outcome: 'checked-in', number: 'A012' });
});

test('the code of a missed ticket puts it back; what the hub refuses is told', () => {
  const { link, device, scan, types } = desk();
  link.answer(scan('https://q.example.gov.cn/t/20261123/A007'), { ok: true });
  expect(types()).toEqual([['ReturnTicket', { ticket: '2026-11-23/A007' }]]);
  expect(device.detail().last).toEqual({ outcome: 'returned', number: 'A007' });
  link.answer(scan(appointment), { ok: false, error: { code: 'too-early', message: 'check-in opens in 12 min' } });
  expect(device.detail()).toMatchObject({ busy: false, last: { outcome: 'refused', reason: 'too-early' } });
});

test('no ask without a hub, without a printer, with a full outbox, or for a code that is not ours', async () => {
  const { clock, kiosk, link, device, scan, types } = desk();
  const reason = () => (device.detail().last as { reason?: string }).reason;
  scan('https://elsewhere.example/1');
  expect(reason()).toBe('unknown-code');
  link.setHub({ fresh: false, epoch: 1 });
  scan(appointment);
  expect(reason()).toBe('hub-away');
  link.setHub({ fresh: true, epoch: 1 });
  kiosk.ready = false;
  scan(appointment);
  expect(reason()).toBe('printer-not-ready');
  kiosk.ready = true;
  link.refuses = 'full';
  scan(appointment);
  expect(reason()).toBe('outbox-full');
  expect(types()).toEqual([]);
  link.refuses = undefined;
  scan(appointment);
  scan(appointment);
  expect(types()).toHaveLength(1);
  await clock.advance(10_000);
  expect(reason()).toBe('no-answer');
});

test('an answer that comes after its visitor gave up takes no other visitor’s paper', async () => {
  const { clock, kiosk, link, scan, types } = desk();
  const first = scan(appointment);
  await clock.advance(10_000);
  const second = scan(appointment);
  const other = { ...result, ticket: '2026-11-23/A013', number: 'A013' };
  link.answer(first, { ok: true, result });
  link.answer(second, { ok: true, result: other });
  await clock.advance(10);
  expect(kiosk.orders).toMatchObject([{ result: { number: 'A013' } }]);
  expect(types().at(-1)).toEqual(['TicketPrintFailed', { ticket: '2026-11-23/A012', reason: 'late' }]);
});

test('a disk that says no holds the paper back and ends nothing: ordered once it takes the mark', async () => {
  const { clock, kiosk, link, device, scan } = desk();
  link.answer(scan(appointment), { ok: true, result });
  link.refuses = 'disk';
  await clock.advance(1_500);
  expect(kiosk.orders).toEqual([]);
  link.refuses = undefined;
  await clock.advance(1_000);
  expect(kiosk.orders).toHaveLength(1);
  expect(device.detail()).toMatchObject({ busy: false, checkedIn: 1 });
});

test('a restart before the paper was ordered orders it; after that it is the kiosk’s alone', async () => {
  const link = new RecordingHallLink();
  link.notes.set('paper', { phase: 'waiting', at: link.hubNow, answer: result });
  const before = desk(true, link);
  await before.clock.advance(10);
  expect(before.kiosk.orders).toHaveLength(1);
  link.notes.set('paper', { phase: 'ordered', at: link.hubNow, answer: result });
  const after = desk(true, link);
  await after.clock.advance(10);
  expect(after.kiosk.orders).toEqual([]);
  expect(link.notes.has('paper')).toBe(false);
  expect(link.sent).toEqual([]);
});

test.each([
  ['https://q.example.gov.cn/t/20261123/A012', 'https://q.example.gov.cn/t/{day}/{number}', '2026-11-23/A012'],
  ['https://q.example.gov.cn/t/2026-11-23/A012', 'https://q.example.gov.cn/t/{date}/{number}', '2026-11-23/A012'],
  ['A012', '{number}', '2026-11-25/A012'],
  ['T:household:A012', 'T:{service}:{number}', '2026-11-25/A012'],
  ['https://qXexample.gov.cn/t/20261123/A012', 'https://q.example.gov.cn/t/{day}/{number}', undefined],
  ['https://q.example.gov.cn/t/20261123/A012/x', 'https://q.example.gov.cn/t/{day}/{number}', undefined],
  ['https://q.example.gov.cn/t/20261123/a012', 'https://q.example.gov.cn/t/{day}/{number}', undefined],
])('%s by %s is %s', (text, template, ticket) => {
  const read = codeReader({ tickets: [template], appointment: 'APPOINTMENT-{appointment}' });
  expect(read(text, '2026-11-25')).toEqual(ticket === undefined ? undefined : { kind: 'ticket', ticket });
});
