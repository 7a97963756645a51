/** A kiosk without its hub: the number comes out of its block, used up on disk before the paper. */
import { expect, test } from 'vitest';
import { printerRig } from '../../drivers/simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson } from '../../drivers/ticket-printer/profile.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { type KioskOptions, kioskOn, lease, result, view } from './kiosk-rig.kit.ts';

async function kioskRig(options: KioskOptions = {}) {
  const rig = await printerRig({ profile: genericEpson });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  return { ...rig, ...kioskOn(rig.printer, rig.clock, options) };
}

const papers = (rig: Awaited<ReturnType<typeof kioskRig>>) =>
  rig.machine
    .look()
    .papers.filter(({ printing }) => !printing)
    .map(({ text }) => text[0]);

test('asks for blocks when a hub is there, writes them down, and does not ask again while there is enough', async () => {
  const rig = await kioskRig({ blocks: true });
  const { link, clock } = rig;
  expect(link.sent).toMatchObject([{ type: 'LeaseBlocks', data: { prefixes: ['A', 'B'], held: [] } }]);
  link.answer(link.sent[0]?.id ?? '', { ok: true, result: lease(link.hubNow) });
  expect(link.notes.get('number-blocks')).toMatchObject({ blocks: [{ lease: 'a1', next: 5000 }, {}, {}, {}] });
  await clock.advance(60_000);
  expect(link.sent).toHaveLength(1);
  // Another hub, or one that has forgotten: told at once what is held.
  link.setHub({ fresh: true, epoch: 2 });
  expect(link.sent.at(-1)).toMatchObject({ data: { held: [{ lease: 'a1', left: 10 }, {}, {}, {}] } });
});

test('a hub that has nothing to give, as on a holiday, is asked rarely; another epoch hears at once', async () => {
  const { link, clock } = await kioskRig({ blocks: true });
  const { days } = lease(link.hubNow);
  let asks = 0;
  for (let minute = 0; minute < 6 * 60; minute++) {
    const open = link.pending().filter(({ type }) => type === 'LeaseBlocks');
    asks += open.length;
    for (const { id } of open) link.answer(id, { ok: true, result: { days: days.slice(1), blocks: [], revoked: [] } });
    await clock.advance(60_000);
  }
  expect(asks).toBeGreaterThan(24);
  expect(asks).toBeLessThan(40);
  link.drop();
  link.setHub({ fresh: true, epoch: 2 });
  expect(link.pending()).toMatchObject([{ type: 'LeaseBlocks' }]);
});

test('a dead button that is hammered all night is counted; the outbox hears of it a few times a minute', async () => {
  const { link, panel, clock, kiosk } = await kioskRig();
  link.setHub({ fresh: false, epoch: 1 });
  for (let times = 0; times < 120; times++) {
    panel.press('1');
    await clock.advance(1_000);
  }
  expect(kiosk.detail()).toMatchObject({ refused: 120 });
  expect(link.sent.filter(({ type }) => type === 'PressRefused')).toHaveLength(40);
});

test('an answer to a kiosk that is closed prints nothing: the number waits on disk for the restart', async () => {
  const rig = await kioskRig();
  const press = rig.panel.press('1');
  await rig.kiosk.close();
  rig.link.answer(press, { ok: true, result: result('A012') });
  await rig.clock.advance(5_000);
  expect(papers(rig)).toEqual([]);
  expect(rig.link.notes.get('print-job')).toMatchObject({ phase: 'not-started', result: { number: 'A012' } });
  kioskOn(rig.printer, rig.clock, { link: rig.link });
  await rig.clock.advance(5_000);
  expect(papers(rig)).toEqual(['A012 ×4']);
});

test('the hub away: pressed, taken, printed; the mark, the event and the job are one transaction', async () => {
  const rig = await kioskRig({ blocks: true, leased: true });
  const { link, panel, clock } = rig;
  link.setHub({ fresh: false, epoch: 1 });
  expect(panel.lit['1']).toBe('on');
  const press = panel.press('1');
  expect(link.sent.at(-1)).toMatchObject({
    type: 'IssuedFromBlock',
    data: { commandId: press, ticket: '2026-11-23/A5000', lease: 'a1', service: 'household' },
  });
  expect(link.notes.get('number-blocks')).toMatchObject({ blocks: [{ lease: 'a1', next: 5001 }, {}, {}, {}] });
  expect(link.notes.get('print-job')).toMatchObject({ phase: 'started', result: { number: 'A5000' } });
  await clock.advance(5_000);
  expect(papers(rig)).toEqual(['A5000 ×4']);
  expect(link.sent.at(-1)).toMatchObject({ type: 'TicketPrinted', data: { ticket: '2026-11-23/A5000' } });
  panel.press('2');
  expect(link.sent.at(-1)).toMatchObject({ data: { ticket: '2026-11-23/B5000' } });
});

test('F1: no answer by 400 ms, the block answers; the number that comes late never prints', async () => {
  const rig = await kioskRig({ blocks: true, leased: true });
  const { link, panel, clock } = rig;
  const press = panel.press('1');
  await clock.advance(399);
  expect(link.sent.at(-1)?.type).toBe('IssueTicket');
  await clock.advance(1);
  expect(link.sent.at(-1)).toMatchObject({ type: 'IssuedFromBlock', data: { commandId: press } });
  link.answer(press, { ok: true, result: result('A012') });
  await clock.advance(10_000);
  expect(papers(rig)).toEqual(['A5000 ×4']);
  expect(link.sent.filter(({ type }) => type === 'CancelIssue')).toEqual([]);
});

test('a backlog of more than twenty events keeps the kiosk on its block although the hub is there', async () => {
  const rig = await kioskRig({ blocks: true, leased: true });
  const { link, panel, clock } = rig;
  link.otherBacklog = 21;
  panel.press('1');
  expect(link.sent.at(-1)?.type).toBe('IssuedFromBlock');
  await clock.advance(5_000);
  link.otherBacklog = 0;
  link.drop();
  panel.press('1');
  expect(link.sent.at(-1)?.type).toBe('IssueTicket');
});

test('used up: the lamp goes off, a fault says what to do, and the press is counted', async () => {
  const rig = await kioskRig({ blocks: true, leased: true });
  const { link, panel, clock, kiosk } = rig;
  link.setHub({ fresh: false, epoch: 1 });
  for (let count = 0; count < 10; count += 1) {
    panel.press('1');
    await clock.advance(3_000);
  }
  expect(papers(rig)).toHaveLength(10);
  expect(panel.lit).toEqual({ '1': 'off', '2': 'blink' });
  expect(kiosk.faults()).toMatchObject([{ code: 'block-used-up', severity: 'error' }]);
  expect(kiosk.detail()).toMatchObject({ blockLeft: { A: 0, B: 10 } });
  panel.press('1');
  expect(link.sent.at(-1)).toMatchObject({ type: 'PressRefused', data: { reason: 'block-used-up' } });
  link.drop();
  link.setHub({ fresh: true, epoch: 1 });
  expect(kiosk.faults()).toEqual([]);
  expect(link.sent.at(-1)).toMatchObject({ type: 'LeaseBlocks' });
});

test.each([
  ['before numbers are given', -601_000, 'closed'],
  ['after the last number of the day', 9 * 3_600_000, 'closed'],
  ['on a day that no block is for', 5 * 24 * 3_600_000, 'no-block'],
])('%s nothing comes out of a block', async (_when, hours, reason) => {
  const link = new RecordingHallLink();
  const rig = await kioskRig({ blocks: true, leased: true, link });
  link.setHub({ fresh: false, epoch: 1 });
  link.hubNow += hours;
  rig.panel.press('1');
  expect(link.sent.at(-1)).toMatchObject({ type: 'PressRefused', data: { reason } });
});

test('tomorrow’s numbers come out of tomorrow’s block', async () => {
  const link = new RecordingHallLink();
  const rig = await kioskRig({ blocks: true, leased: true, link });
  link.setHub({ fresh: false, epoch: 1 });
  link.hubNow += 24 * 3_600_000;
  rig.panel.press('1');
  expect(link.sent.at(-1)).toMatchObject({ data: { ticket: '2026-11-24/A5010', lease: 'a2' } });
});

test('what the hub closed for good today stays closed without it', async () => {
  const rig = await kioskRig({ blocks: true, leased: true });
  const { link, panel } = rig;
  link.showService('household', view('household', 'closed'));
  link.showService('household', undefined);
  link.setHub({ fresh: false, epoch: 1 });
  expect(panel.lit).toEqual({ '1': 'off', '2': 'blink' });
});

test('the store is lost: its blocks are burnt, none is guessed', async () => {
  const rig = await kioskRig({ blocks: true });
  rig.link.setHub({ fresh: false, epoch: 1 });
  rig.panel.press('1');
  expect(rig.link.sent.at(-1)).toMatchObject({ type: 'PressRefused', data: { reason: 'no-block' } });
});

test('after a restart an ask that the block had answered is not cancelled, and its job is as any other', async () => {
  const link = new RecordingHallLink();
  const data = { service: 'household', matters: [] };
  link.plantPending({ id: 'ask-before-1', type: 'IssueTicket', data }, null);
  link.plantPending({ id: 'block-before-1', type: 'IssuedFromBlock', data: { commandId: 'ask-before-1' } }, null);
  await kioskRig({ blocks: true, link });
  expect(link.sent.filter(({ type }) => type === 'CancelIssue')).toEqual([]);
});
