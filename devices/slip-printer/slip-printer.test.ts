import { expect, test } from 'vitest';
import { printerRig } from '../../drivers/simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson } from '../../drivers/ticket-printer/profile.ts';
import { contextOn } from '../context.kit.ts';
import type { WindowView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { SlipPrinter } from './slip-printer.ts';

const view = (slip?: WindowView['slip']): WindowView => ({
  v: 1,
  epoch: 1,
  rev: 1,
  valid_until: 9e12,
  window: 'w1',
  number: 1,
  name: { zh: '综合窗口', en: 'Comprehensive window' },
  role: 'intake',
  state: 'open',
  window_rev: 1,
  call: null,
  rating: null,
  waiting: 0,
  held: [],
  clerk: null,
  ...(slip === undefined ? {} : { slip }),
});

const slip = {
  serving: '2026-11-23/A012#1',
  ticket: '2026-11-23/A012',
  number: 'A012',
  matters: ['card'],
  at: 1_000_000,
} as const;
const given = () => view({ ...slip, matters: [...slip.matters] });

async function rig(link = new RecordingHallLink()) {
  const world = await printerRig({ profile: genericEpson });
  await world.clock.until(() => world.printer.health.state === 'ready');
  const device = new SlipPrinter(contextOn(world.clock), {
    id: 'w1-slip',
    window: 'w1',
    link,
    printer: world.printer,
    layout: ({ number }) => [{ kind: 'text', text: `slip ${number}` }],
  });
  device.start();
  const papers = () => world.machine.look().papers.map(({ text }) => text.join('\n'));
  return { ...world, link, device, papers };
}

test('a service that sent matters to the back office gets its slip, once, however often the view comes', async () => {
  const { clock, link, papers, device } = await rig();
  link.showWindow('w1', view());
  await clock.advance(3_000);
  expect(papers()).toHaveLength(0);
  for (let times = 0; times < 3; times++) {
    link.showWindow('w1', given());
    await clock.advance(5_000);
  }
  link.showWindow('w1', undefined);
  link.showWindow('w1', given());
  await clock.advance(5_000);
  expect(papers()).toHaveLength(1);
  expect(papers()[0]).toContain('slip A012');
  expect(device.detail()).toMatchObject({ printed: 1 });
});

test('a restart after the paper prints nothing; one in the middle prints a slip that says it is a second', async () => {
  const done = new RecordingHallLink();
  done.note([{ key: 'slip', value: { serving: slip.serving, phase: 'done' } }]);
  const first = await rig(done);
  done.showWindow('w1', given());
  await first.clock.advance(5_000);
  expect(first.papers()).toHaveLength(0);

  const broken = new RecordingHallLink();
  broken.note([{ key: 'slip', value: { serving: slip.serving, phase: 'started' } }]);
  const second = await rig(broken);
  broken.showWindow('w1', given());
  await second.clock.advance(5_000);
  // What hung in the printer's mouth comes first, cut off.
  expect(second.papers().filter((paper) => paper !== '')).toEqual([expect.stringMatching(/REPRINT/)]);
});

test('without paper it waits, and gives the slip when the roll is in; an hour later nobody waits for it', async () => {
  const { clock, link, papers, machine } = await rig();
  machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await clock.advance(3_000);
  link.showWindow('w1', given());
  await clock.advance(5_000);
  expect(papers()).toHaveLength(0);
  machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await clock.advance(10_000);
  expect(papers()).toHaveLength(1);

  const late = await rig();
  late.link.hubNow = slip.at + 3_600_000;
  late.link.showWindow('w1', given());
  await late.clock.advance(5_000);
  expect(late.papers()).toHaveLength(0);
  expect(late.device.detail()).toMatchObject({ tooLate: 1 });
});

test('a second paper that could not be printed at once still says that it is a second', async () => {
  const link = new RecordingHallLink();
  link.note([{ key: 'slip', value: { serving: slip.serving, phase: 'started' } }]);
  const { clock, papers, device } = await rig(link);
  link.refuses = 'disk';
  link.showWindow('w1', given());
  await clock.advance(1_000);
  expect(device.detail()).toMatchObject({ failed: 1, printing: false });
  link.refuses = undefined;
  await clock.advance(10_000);
  expect(papers().filter((paper) => paper !== '')).toEqual([expect.stringMatching(/REPRINT/)]);
});

test('a disk that fails after the paper: nothing is printed twice, and the note is written when it can be', async () => {
  const { clock, link, papers, machine, device } = await rig();
  link.showWindow('w1', given());
  await clock.until(() => machine.look().papers.length > 0);
  link.refuses = 'disk';
  await clock.advance(5_000);
  link.showWindow('w1', given());
  await clock.advance(10_000);
  expect(papers()).toHaveLength(1);
  link.refuses = undefined;
  await clock.advance(3_000);
  expect(link.notes.get('slip')).toMatchObject({ phase: 'done' });
  expect(device.detail()).toMatchObject({ printed: 1 });
});

test('a layout that fails leaves the printer free for the next slip', async () => {
  const world = await printerRig({ profile: genericEpson });
  await world.clock.until(() => world.printer.health.state === 'ready');
  const link = new RecordingHallLink();
  const layout = ({ number }: { readonly number: string }) => {
    if (number === 'A012') throw new Error('no such matter');
    return [{ kind: 'text', text: number }] as const;
  };
  const { printer, clock } = world;
  const device = new SlipPrinter(contextOn(clock), { id: 'w1-slip', window: 'w1', link, printer, layout });
  device.start();
  link.showWindow('w1', given());
  link.showWindow('w1', view({ ...slip, matters: [], serving: '2026-11-23/A013#1', number: 'A013' }));
  await clock.advance(5_000);
  expect(world.machine.look().papers.map(({ text }) => text)).toEqual([['A013']]);
});

const ordered = (copy: number) => ({
  result: { ticket: '2026-11-23/A030', day: '2026-11-23', number: 'A030', ahead: 2, issued_at: 1_000_000 },
  service: 'social',
  matters: ['card'],
  copy,
});

async function withTickets(link = new RecordingHallLink()) {
  const world = await printerRig({ profile: genericEpson });
  await world.clock.until(() => world.printer.health.state === 'ready');
  const device = new SlipPrinter(contextOn(world.clock), {
    id: 'w1-slip',
    window: 'w1',
    link,
    printer: world.printer,
    layout: ({ number }) => [{ kind: 'text', text: `slip ${number}` }],
    ticketLayout: ({ number }, { matters }) => [{ kind: 'text', text: `ticket ${number} ${matters.join()}` }],
  });
  device.start();
  const papers = () => world.machine.look().papers.map(({ text }) => text.join('\n'));
  return { ...world, link, device, papers };
}

test('a ticket that the desk orders here is printed and reported; a slip that came meanwhile follows', async () => {
  const { clock, link, papers, device } = await withTickets();
  const answer = device.order('ticket.print', ordered(1));
  link.showWindow('w1', given());
  expect(await device.order('ticket.print', ordered(1))).toMatchObject({ ok: false, error: { code: 'busy' } });
  await clock.advance(8_000);
  expect(await answer).toEqual({ ok: true, result: { verdict: 'printed' } });
  expect(papers()).toEqual([expect.stringContaining('slip A012'), expect.stringContaining('ticket A030 card')]);
  expect(link.sent).toMatchObject([{ type: 'TicketPrinted', data: { ticket: '2026-11-23/A030', verdict: 'printed' } }]);
  expect(link.notes.has('ticket-order')).toBe(false);
});

test('a copy says that it is one and changes nothing about its number; a printer at fault refuses', async () => {
  const { clock, link, papers, device, machine } = await withTickets();
  const answer = device.order('ticket.print', ordered(2));
  await clock.advance(5_000);
  expect(await answer).toEqual({ ok: true, result: { verdict: 'printed' } });
  expect(papers()[0]).toMatch(/补打|REPRINT/);
  machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await clock.advance(3_000);
  expect(await device.order('ticket.print', ordered(1))).toMatchObject({ ok: false, error: { code: 'paper-out' } });
  expect(await device.order('reboot', {})).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
  expect(link.sent).toEqual([]);
});

test.each([
  ['not-started', 'TicketPrintFailed'],
  ['started', 'TicketPrinted'],
])('an order that a crash cut off (%s) is told after the restart and never printed late', async (phase, type) => {
  const link = new RecordingHallLink();
  link.note([{ key: 'ticket-order', value: { phase, ticket: '2026-11-23/A030', copy: 1 } }]);
  const { clock, papers } = await withTickets(link);
  await clock.advance(5_000);
  expect(link.sent).toMatchObject([{ type, data: { ticket: '2026-11-23/A030', reason: 'restart' } }]);
  expect(papers()).toEqual([]);
});

test('a full outbox loses no verdict: the printer takes no other order until it is written, and a restart starts', async () => {
  const { clock, link, device } = await withTickets();
  const answer = device.order('ticket.print', ordered(1));
  link.refuses = 'full';
  await clock.advance(8_000);
  expect(await answer).toEqual({ ok: true, result: { verdict: 'printed' } });
  expect(await device.order('ticket.print', ordered(1))).toMatchObject({ ok: false, error: { code: 'busy' } });
  expect(link.notes.get('ticket-order')).toMatchObject({ phase: 'started' });
  await device.close();
  const again = await withTickets(link);
  await clock.advance(5_000);
  link.refuses = undefined;
  await clock.advance(5_000);
  expect(link.sent).toEqual([]);
  await again.clock.advance(2_000);
  expect(link.sent).toMatchObject([{ type: 'TicketPrinted', data: { verdict: 'unknown', reason: 'restart' } }]);
  expect(again.device.detail()).toMatchObject({ printing: false });
});
