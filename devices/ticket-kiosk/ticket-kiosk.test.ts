import { expect, test } from 'vitest';
import { printerRig } from '../../drivers/simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson } from '../../drivers/ticket-printer/profile.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { type KioskOptions, kioskOn, result, view } from './kiosk-rig.kit.ts';

async function kioskRig(options: KioskOptions = {}) {
  const rig = await printerRig({ profile: genericEpson });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  return { ...rig, ...kioskOn(rig.printer, rig.clock, options) };
}

const types = (link: RecordingHallLink) => link.sent.map(({ type }) => type);
const finished = (machine: Awaited<ReturnType<typeof kioskRig>>['machine']) =>
  machine.look().papers.filter(({ printing }) => !printing);

test('a press becomes one paper, and the panel is locked until it is out', async () => {
  const { link, panel, clock, machine } = await kioskRig();
  expect(panel.lit).toEqual({ '1': 'on', '2': 'blink' });
  const id = panel.press('1');
  panel.press('1');
  panel.press('2');
  expect(types(link)).toEqual(['IssueTicket']);
  expect(panel.lit).toEqual({ '1': 'on', '2': 'off' });
  link.answer(id, { ok: true, result: result() });
  expect(link.notes.get('print-job')).toMatchObject({ phase: 'started' });
  expect(panel.lit).toEqual({ '1': 'off', '2': 'off' });
  await clock.advance(5_000);
  expect(finished(machine).map(({ text }) => text)).toEqual([['A012 ×4']]);
  expect(link.sent.at(-1)).toMatchObject({
    type: 'TicketPrinted',
    data: { ticket: '2026-11-23/A012', verdict: 'printed', by: 'process-id' },
  });
  expect(link.notes.has('print-job')).toBe(false);
  expect(panel.lit).toEqual({ '1': 'on', '2': 'blink' });
});

test('no answer by ten seconds: cancelled and shown, and a late answer never prints', async () => {
  const { link, panel, clock, machine } = await kioskRig();
  const id = panel.press('1');
  await clock.advance(9_900);
  expect(types(link)).toEqual(['IssueTicket']);
  await clock.advance(200);
  expect(link.sent.at(-1)).toMatchObject({ type: 'CancelIssue', data: { commandId: id } });
  expect(panel.display).not.toBe('');
  link.answer(id, { ok: true, result: result() });
  await clock.advance(10_000);
  expect(machine.look().papers).toEqual([]);
  expect(link.notes.has('print-job')).toBe(false);
  expect(panel.lit['1']).toBe('on');
});

test('a refusal unlocks the panel and prints nothing', async () => {
  const { link, panel, clock, machine } = await kioskRig();
  link.answer(panel.press('1'), { ok: false, error: { code: 'quota', message: 'no more today' } });
  await clock.advance(5_000);
  expect(machine.look().papers).toEqual([]);
  expect(panel.lit['1']).toBe('on');
});

test.each([
  ['the hub away', 'hub-away'],
  ['the paper out', 'paper-out'],
  ['the service closed', 'closed'],
  ['no view of the service', 'no-view'],
])('with %s lamps are off and a press is counted, never asked', async (_, reason) => {
  const { link, panel, clock, machine } = await kioskRig();
  if (reason === 'hub-away') link.setHub({ fresh: false, epoch: 1 });
  if (reason === 'paper-out') machine.act({ type: 'fault', fault: 'paper-out', on: true });
  if (reason === 'closed') link.showService('household', view('household', 'closed'));
  if (reason === 'no-view') link.showService('household', undefined);
  await clock.advance(100);
  expect(panel.lit['1']).toBe('off');
  panel.press('1');
  expect(link.sent).toMatchObject([{ type: 'PressRefused', data: { key: '1', reason } }]);
});

test('the printer fails between the press and the answer: the number is void', async () => {
  const { link, panel, clock, machine } = await kioskRig();
  const id = panel.press('1');
  machine.act({ type: 'fault', fault: 'cover-open', on: true });
  await clock.advance(100);
  link.answer(id, { ok: true, result: result() });
  await clock.advance(5_000);
  expect(link.sent.at(-1)).toMatchObject({ type: 'TicketPrintFailed', data: { reason: 'cover-open' } });
  expect(link.notes.has('print-job')).toBe(false);
});

test('paper ends in mid-ticket: the panel stays locked, then the one paper is reported', async () => {
  const { link, panel, clock, machine, kiosk } = await kioskRig();
  machine.act({ type: 'roll', mm: 5 });
  link.answer(panel.press('1'), { ok: true, result: result() });
  await clock.advance(60_000);
  expect(types(link)).toEqual(['IssueTicket']);
  expect(kiosk.detail()).toMatchObject({ panel: 'printing', waiting: 'paper-out' });
  machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await clock.advance(5_000);
  expect(link.sent.at(-1)).toMatchObject({ type: 'TicketPrinted', data: { verdict: 'printed' } });
  expect(finished(machine)).toHaveLength(1);
});

test.each([
  ['not started and fresh: printed', 'not-started', 2_000, { type: 'TicketPrinted' }, 1],
  ['not started and old: void, never a late paper', 'not-started', 11_000, { type: 'TicketPrintFailed' }, 0],
  ['started: nobody can know', 'started', 1_000, { type: 'TicketPrinted', data: { verdict: 'unknown' } }, 0],
])('after a restart a job that was %s', async (_, phase, ageMs, expected, papers) => {
  const link = new RecordingHallLink();
  const asked = { service: 'household', matters: [] };
  link.notes.set('print-job', { phase, at: link.hubNow - ageMs, result: result(), asked });
  const { clock, machine } = await kioskRig({ link });
  await clock.advance(5_000);
  expect(link.sent).toMatchObject([expected]);
  expect(finished(machine)).toHaveLength(papers);
  expect(link.notes.has('print-job')).toBe(false);
});

test('after a restart an old ask is cancelled, a young one still gets its paper', async () => {
  const link = new RecordingHallLink();
  const data = { service: 'household', matters: [] };
  link.plantPending({ id: 'ask-before-1', type: 'IssueTicket', data }, null);
  link.plantPending({ id: 'ask-before-2', type: 'IssueTicket', data }, 3_000);
  const { clock, machine } = await kioskRig({ link });
  expect(link.sent).toMatchObject([{ type: 'CancelIssue', data: { commandId: 'ask-before-1' } }]);
  link.answer('ask-before-1', { ok: true, result: result('A011') });
  link.answer('ask-before-2', { ok: true, result: result('A012') });
  await clock.advance(5_000);
  expect(finished(machine).map(({ text }) => text)).toEqual([['A012 ×4']]);
});

test('a full outbox refuses the press; a verdict waits for room with the panel locked', async () => {
  const { link, panel, clock } = await kioskRig();
  link.refuses = 'full';
  panel.press('1');
  expect(link.sent).toEqual([]);
  link.refuses = undefined;
  const id = panel.press('1');
  link.answer(id, { ok: true, result: result() });
  link.refuses = 'full';
  await clock.advance(5_000);
  expect(panel.lit['1']).toBe('off');
  link.refuses = undefined;
  await clock.advance(2_000);
  expect(link.sent.at(-1)).toMatchObject({ type: 'TicketPrinted' });
  expect(panel.lit['1']).toBe('on');
});

test('several services on one number: chosen, confirmed, asked once with all their matters', async () => {
  const { link, panel } = await kioskRig({ confirmKey: 'ok' });
  panel.press('1');
  panel.press('2');
  expect(panel.lit).toEqual({ '1': 'blink', '2': 'blink', ok: 'blink' });
  panel.press('ok');
  expect(link.sent).toMatchObject([
    { data: { service: 'household', matters: ['household-a', 'household-b', 'tax-a', 'tax-b'] } },
  ]);
});

test('the count of the roll outlives a restart, and a new roll is noted at once', async () => {
  const { link, panel, clock, machine, kiosk } = await kioskRig();
  link.answer(panel.press('1'), { ok: true, result: result() });
  await clock.advance(5_000);
  const { paper } = kiosk.detail() as { paper: { used_mm: number; ticket_mm: number } };
  expect(paper).toMatchObject({ out: false, near_end: false, left_mm: null, ticket_mm: paper.used_mm });
  expect(link.notes.get('roll')).toMatchObject({ roll: 0, tickets: 1 });

  const again = await kioskRig({ link });
  expect(again.kiosk.detail()).toMatchObject({ paper: { used_mm: paper.used_mm } });
  machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await clock.advance(2_000);
  machine.act({ type: 'fault', fault: 'paper-out', on: false });
  await clock.advance(2_000);
  expect(link.notes.get('roll')).toMatchObject({ roll: 1, tickets: 0 });
});

const ordered = (copy: number) => ({ result: result(), service: 'household', matters: ['household-a'], copy });

test('a paper that the desk orders: its verdict goes to the hub and to the desk, and the panel is locked meanwhile', async () => {
  const { link, panel, clock, machine, kiosk } = await kioskRig();
  const answer = kiosk.order('ticket.print', ordered(1));
  expect(panel.lit).toEqual({ '1': 'off', '2': 'off' });
  expect(await kiosk.order('ticket.print', ordered(1))).toMatchObject({ ok: false, error: { code: 'busy' } });
  await clock.advance(5_000);
  expect(await answer).toEqual({ ok: true, result: { verdict: 'printed' } });
  expect(finished(machine).map(({ text }) => text)).toEqual([['A012 ×4']]);
  expect(types(link)).toEqual(['TicketPrinted']);
  expect(link.notes.has('print-job')).toBe(false);
  expect(panel.lit['1']).toBe('on');
});

test('a copy bears its mark and changes nothing about its number, also when it fails', async () => {
  const { link, clock, machine, kiosk } = await kioskRig();
  const answer = kiosk.order('ticket.print', ordered(2));
  await clock.advance(5_000);
  expect(await answer).toEqual({ ok: true, result: { verdict: 'printed' } });
  expect(finished(machine)[0]?.text.join(' ')).toMatch(/补打|REPRINT/);
  expect(link.sent).toEqual([]);
  machine.act({ type: 'fault', fault: 'paper-out', on: true });
  await clock.advance(3_000);
  expect(await kiosk.order('ticket.print', ordered(3))).toMatchObject({ ok: false, error: { code: 'paper-out' } });
  expect(link.sent).toEqual([]);
});

test('an order that makes no sense is refused, one that a crash cut off is reported after the restart', async () => {
  const { link, kiosk } = await kioskRig();
  expect(await kiosk.order('ticket.print', { copy: 1 })).toMatchObject({
    ok: false,
    error: { code: 'unknown-command' },
  });
  expect(await kiosk.order('reboot', {})).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
  const { result: number, ...asked } = ordered(1);
  link.note([{ key: 'print-job', value: { phase: 'started', at: link.hubNow, result: number, asked, copy: 1 } }]);
  await kioskRig({ link });
  expect(link.sent).toMatchObject([{ type: 'TicketPrinted', data: { verdict: 'unknown', reason: 'restart' } }]);
});
