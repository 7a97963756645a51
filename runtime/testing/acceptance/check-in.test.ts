/** Codes under the scanner of a kiosk, through driver, node, bus, hub and back to the paper. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml'));
const by = { kind: 'supervisor', id: 's1' } as const;
const minuteMs = 60_000;

async function open() {
  const hall = new VirtualHall(config, 5);
  await hall.start();
  const { clock, hardware } = hall;
  const scanner = hardware.machine('k1-scan');
  const scan = async (text: string, thenMs = 8000) => {
    scanner.act({ type: 'scan', text });
    await clock.advance(thenMs);
  };
  const events = (type: string) => hall.journal().filter((event) => event.type === type);
  const papers = () => (hardware.machine('k1', 'printer').look() as { papers: readonly unknown[] }).papers.length;
  const last = () =>
    hall.world
      .node('k1')
      ?.status()
      .devices.find(({ device }) => device === 'k1-scan')?.detail.last;
  const now = () => hall.desk().snapshot().hub.timeMs;
  const book = async (fromMs: number) => {
    const asked = {
      service: config.rules.services[0]?.id,
      matters: [],
      from: now() + fromMs,
      to: now() + fromMs + 30 * minuteMs,
    };
    const answer = await hall.run(hall.desk().submit('BookAppointment', asked, by));
    if (!answer.ok) throw new Error(answer.error.code);
    return (answer.result as { appointment: string }).appointment;
  };
  return { hall, clock, hardware, scan, events, papers, last, book };
}

test('an appointment checks in: a number in class appointment, one paper, once', async () => {
  const { hall, scan, events, papers, last, book } = await open();
  const code = await book(10 * minuteMs);
  await scan(code);
  expect(events('TicketIssued').map(({ class: of }) => of)).toEqual(['appointment']);
  expect(events('TicketPrinted').map(({ verdict }) => verdict)).toEqual(['printed']);
  expect(papers()).toBe(1);
  expect(last()).toMatchObject({ outcome: 'checked-in' });
  await scan(code);
  expect(last()).toEqual({ outcome: 'refused', reason: 'unknown-appointment' });
  await scan(await book(70 * minuteMs));
  expect(last()).toEqual({ outcome: 'refused', reason: 'too-early' });
  expect([events('TicketIssued').length, papers()]).toEqual([1, 1]);
  await hall.stop();
});

test('paper ends while it checks in: the number is void, and the visitor checks in again', async () => {
  const { hall, clock, hardware, scan, events, papers, last, book } = await open();
  const code = await book(10 * minuteMs);
  const printer = hardware.machine('k1', 'printer');
  printer.act({ type: 'fault', fault: 'paper-out', on: true });
  await clock.advance(5000);
  await scan(code);
  expect(last()).toEqual({ outcome: 'refused', reason: 'printer-not-ready' });
  printer.act({ type: 'fault', fault: 'paper-out', on: false });
  await clock.advance(5000);
  // The kiosk is busy with a visitor of its own at this moment.
  hardware.machine('k1', 'panel').act({ type: 'press', key: '2' });
  await scan(code, 30_000);
  expect(events('TicketPrinted')).toHaveLength(papers());
  expect(papers()).toBe(2);
  await hall.stop();
});

test('a missed visitor comes back with the ticket’s own code', async () => {
  const { hall, clock, hardware, scan, events, last } = await open();
  hardware.machine('k1', 'panel').act({ type: 'press', key: '2' });
  await clock.advance(8000);
  const ticket = String(events('TicketIssued')[0]?.ticket);
  const [day = '', number = ''] = ticket.split('/');
  const code = `https://q.example.gov.cn/t/${day.replaceAll('-', '')}/${number}`;
  await scan(code);
  expect(last()).toEqual({ outcome: 'refused', reason: 'not-aside' });
  await hall.run(hall.desk().submit('OpenWindow', { window: 'w1' }, by));
  await hall.run(hall.desk().submit('CallNext', { window: 'w1' }, by));
  await clock.advance(60_000);
  await hall.run(hall.desk().submit('Miss', { window: 'w1' }, by));
  await scan(code);
  expect(last()).toEqual({ outcome: 'returned', number });
  expect(events('TicketReturned').map((event) => [event.ticket, event.class])).toEqual([[ticket, 'returning']]);
  await hall.stop();
});

test('a code whose ask is late is refused as stale: no paper for a visitor who has gone', async () => {
  const { hall, clock, scan, events, book } = await open();
  const code = await book(10 * minuteMs);
  await hall.run(hall.world.setBroker(false));
  // The box does not know yet that nobody hears it.
  await scan(code, 30_000);
  await hall.run(hall.world.setBroker(true));
  await clock.advance(15_000);
  expect(events('TicketIssued')).toEqual([]);
  expect(events('CommandRefused').map(({ command, code: why }) => [command, why])).toEqual([['CheckIn', 'stale']]);
  await hall.stop();
});
