import { describe, expect, test } from 'vitest';
import { zIssueResult } from '../../devices/contract/ticket.ts';
import { codeOf, openHall, ticketingStarts } from './hall-steps.kit.ts';
import { recentCalls, serviceFacts, windowFacts } from './selectors.ts';
import { testHall } from './test-hall.kit.ts';
import { dueAt } from './timers.ts';

const minuteMs = 60_000;

describe('number and paper', () => {
  test('the answer to a press is the wire result, and the number waits for its paper', () => {
    const hall = openHall();
    const decision = hall.do('IssueTicket', { service: 'social', matters: ['pension'], class: 'ordinary' });
    const result = zIssueResult.parse(decision.ok ? decision.answer : undefined);
    expect(result).toMatchObject({ ticket: '2026-11-23/A001', number: 'A001', ahead: 0, issued_at: hall.now });
    expect(hall.call('w1')).toBeUndefined();
    hall.do('TicketPrinted', { ticket: result.ticket, verdict: 'printed' });
    expect(hall.call('w1')).toBe('A001');
  });

  test('F4: no verdict for 60 s is unknown and callable; a failure after that voids what was not called', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    expect(dueAt(hall.state)).toBe(hall.now + 60_000);
    hall.pass(59_999).tick();
    expect(hall.stage('A001')).toBe('printing');
    hall.pass(1).tick();
    expect(hall.stage('A001')).toBe('waiting');
    expect(hall.call('w1')).toBe('A001');
    hall.do('TicketPrintFailed', { ticket: hall.id('A001'), reason: 'jam' });
    hall.do('TicketPrintFailed', { ticket: hall.id('A002'), reason: 'jam' });
    expect(hall.stage('A001')).toBe('called');
    expect(hall.state.tickets.get(hall.id('A001'))?.print).toBe('failed');
    expect(hall.stage('A002')).toBeUndefined();
  });

  test('F6: the order is press time, whenever the paper came', () => {
    const hall = openHall();
    const first = hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    hall.pass(1000);
    hall.ticket('company');
    hall.pass(1000).do('TicketPrinted', { ticket: '2026-11-23/A001', verdict: 'printed' });
    expect(first.ok && hall.call('w1')).toBe('A001');
    expect(hall.call('w2')).toBe('B001');
  });

  test('F1: the number on paper is kept, whichever of ask and block arrives first', () => {
    const hall = openHall();
    const block = {
      commandId: 'ask-00001',
      ticket: '2026-11-23/A801',
      lease: 'k1',
      service: 'social',
      matters: [],
      class: 'ordinary',
    } as const;
    hall.do('IssueTicket', { id: 'ask-00001', service: 'social', matters: [], class: 'ordinary' });
    hall.do('IssuedFromBlock', block);
    expect(hall.stage('A001')).toBeUndefined();
    expect(hall.stage('A801')).toBe('printing');

    const other = openHall();
    other.do('IssuedFromBlock', block);
    const late = other.do('IssueTicket', { id: 'ask-00001', service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(late)).toBe('superseded');
    expect([...other.state.byNumber.keys()]).toEqual(['A801']);
    expect(codeOf(other.do('IssuedFromBlock', { ...block, commandId: 'ask-00002' }))).toBe('number-taken');
  });

  test('F3: a cancelled ask gives its number back, or never gets one', () => {
    const hall = openHall();
    hall.do('IssueTicket', { id: 'ask-00001', service: 'social', matters: [], class: 'ordinary' });
    hall.do('CancelIssue', { commandId: 'ask-00001', reason: 'restart' });
    expect(hall.state.tickets.size).toBe(0);
    hall.do('CancelIssue', { commandId: 'ask-00002', reason: 'restart' });
    const blocked = hall.do('IssueTicket', { id: 'ask-00002', service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(blocked)).toBe('cancelled');
    expect(hall.ticket('social')).toBe('A002');
  });

  test('numbers end with the quota, the hours and the day', () => {
    const hall = openHall();
    hall.now = ticketingStarts - 1;
    for (let count = 0; count < 40; count += 1) hall.pass(1).ticket('housing');
    expect(serviceFacts(hall.state, 'housing', hall.now)).toMatchObject({ issuing: 'closed', waiting: 40 });
    const more = hall.do('IssueTicket', { service: 'housing', matters: [], class: 'ordinary' });
    expect(codeOf(more)).toBe('quota-reached');
    hall.do('VoidTicket', { ticket: hall.id('C007'), reason: 'left' });
    expect(hall.ticket('housing')).toBe('C041');
    hall.now = ticketingStarts - 2;
    hall.pass(8 * 3_600_000 + 20 * minuteMs + 2);
    const late = hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(late)).toBe('closed');
  });
});

describe('calls', () => {
  test('accumulating priority: the most credit is called, and says why', () => {
    const hall = openHall();
    hall.ticket('company');
    hall.pass(9 * minuteMs).ticket('social', { class: 'priority' });
    hall.pass(5 * minuteMs);
    expect(hall.call('w1')).toBe('B001');
    expect(hall.last('TicketCalled')?.why).toBe('B001: 14 min x 1.0, ahead of A001: 5 min x 2.0');
    hall.ticket('company');
    hall.pass(5 * minuteMs);
    expect(hall.call('w2')).toBe('A001');
    expect(hall.last('TicketCalled')?.why).toBe('A001: 10 min x 2.0, ahead of B002: 5 min x 1.0');
  });

  test('the reason shows what decided, however short the waits were', () => {
    const hall = openHall();
    hall.ticket('company');
    hall.pass(35_000).ticket('social', { class: 'priority' });
    hall.pass(10_000);
    expect(hall.call('w1')).toBe('B001');
    expect(hall.last('TicketCalled')?.why).toBe('B001: 45 s x 1.0, ahead of A001: 10 s x 2.0');
    hall.do('CallNext', { window: 'w2' });
    hall.ticket('company');
    hall.ticket('social');
    hall.pass(5_000).do('CallNext', { window: 'w3' });
    expect(hall.last('TicketCalled')?.why).toBe('B002: 5 s x 1.0, ahead of A002: 5 s x 1.0, which came later');
  });

  test.each([
    ['fifo', { kind: 'fifo' } as const, ['A001', 'A002', 'A003', 'A004']],
    [
      'strict',
      { kind: 'strict', order: ['priority', 'appointment', 'returning', 'ordinary'] } as const,
      ['A003', 'A004', 'A001', 'A002'],
    ],
    ['alternate', { kind: 'alternate', first: 'priority', n: 1, m: 1 } as const, ['A003', 'A001', 'A004', 'A002']],
  ])('policy %s', (_name, policy, order) => {
    const hall = openHall({ ...testHall, calling: { ...testHall.calling, policy } });
    for (const kind of ['ordinary', 'ordinary', 'priority', 'priority'] as const) {
      hall.pass(1000).ticket('social', { class: kind });
    }
    const called = ['w1', 'w2', 'w3'].map((window) => hall.call(window));
    hall.do('Complete', { window: 'w1', review: [] });
    called.push(hall.call('w1'));
    expect(called).toEqual(order);
  });

  test('two of the first class, one of the others, and so on; a class without visitors gives its turn away', () => {
    const policy = { kind: 'alternate', first: 'priority', n: 2, m: 1 } as const;
    const hall = openHall({ ...testHall, calling: { ...testHall.calling, policy } });
    const kinds = ['ordinary', 'ordinary', 'ordinary', 'priority', 'priority', 'priority'] as const;
    for (const kind of kinds) hall.pass(1000).ticket('social', { class: kind });
    const called = kinds.map(() => {
      const number = hall.call('w1');
      hall.do('Complete', { window: 'w1', review: [] });
      return number;
    });
    expect(called).toEqual(['A004', 'A005', 'A001', 'A006', 'A002', 'A003']);
  });

  test('F13: five impatient presses are one call; a late or outdated key is refused and kept', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.ticket('social');
    const windowRev = windowFacts(hall.state, 'w1')?.rev ?? 0;
    const codes = [1, 2, 3, 4, 5].map(() => codeOf(hall.do('CallNext', { window: 'w1', windowRev })));
    expect(codes).toEqual(['ok', 'stale', 'stale', 'stale', 'stale']);
    expect(hall.last('CommandRefused')).toMatchObject({ command: 'CallNext', code: 'stale' });
    const old = hall.do('CallNext', { window: 'w2', happenedAt: hall.now - 10_001 });
    expect(codeOf(old)).toBe('stale');
    expect(codeOf(hall.do('CallNext', { window: 'w2', happenedAt: hall.now - 10_000 }))).toBe('ok');
  });

  test('a key meant for the visitor before does not touch the next one; start and complete in one breath do', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.ticket('social');
    hall.call('w1');
    const windowRev = windowFacts(hall.state, 'w1')?.rev ?? 0;
    expect(codeOf(hall.do('Start', { window: 'w1', windowRev }))).toBe('ok');
    expect(codeOf(hall.do('Complete', { window: 'w1', windowRev, review: [] }))).toBe('ok');
    expect(hall.call('w1')).toBe('A002');
    hall.pass(minuteMs);
    expect(codeOf(hall.do('Miss', { window: 'w1', windowRev }))).toBe('stale');
    expect(hall.at('w1')).toBe('A002');
  });

  test('recalls have a limit and a pause; a miss needs calls and time; the missed come back ahead', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.call('w1');
    expect(codeOf(hall.do('Recall', { window: 'w1' }))).toBe('too-soon');
    expect(codeOf(hall.do('Miss', { window: 'w1' }))).toBe('too-soon');
    expect(codeOf(hall.pass(5000).do('Recall', { window: 'w1' }))).toBe('ok');
    expect(windowFacts(hall.state, 'w1')?.call).toMatchObject({ number: 'A001', call: 2, status: 'called' });
    expect(codeOf(hall.pass(5000).do('Recall', { window: 'w1' }))).toBe('ok');
    expect(codeOf(hall.pass(5000).do('Recall', { window: 'w1' }))).toBe('recall-limit');
    expect(codeOf(hall.do('Miss', { window: 'w1' }))).toBe('ok');
    expect(hall.stage('A001')).toBe('missed');
    hall.ticket('social');
    hall.pass(minuteMs).do('ReturnTicket', { ticket: hall.id('A001') });
    hall.pass(10 * minuteMs);
    expect(hall.call('w1')).toBe('A001');
    hall.pass(minuteMs).do('Miss', { window: 'w1' });
    hall.pass(119 * minuteMs);
    expect(codeOf(hall.do('CallNumber', { window: 'w2', number: 'A001' }))).toBe('ok');
    hall.pass(minuteMs).do('Miss', { window: 'w2' });
    hall.pass(120 * minuteMs).tick();
    expect(hall.stage('A001')).toBeUndefined();
    expect(hall.last('TicketClosed')).toMatchObject({ ticket: hall.id('A001'), reason: 'gone' });
  });

  test('held at one window, parked for all, and neither is called by itself', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.ticket('social');
    hall.call('w1');
    hall.do('Hold', { window: 'w1' });
    expect(windowFacts(hall.state, 'w1')?.held).toEqual(['A001']);
    hall.call('w1');
    hall.do('Park', { window: 'w1' });
    expect(hall.call('w1')).toBeUndefined();
    expect(codeOf(hall.do('CallNumber', { window: 'w2', number: 'A001' }))).toBe('held-elsewhere');
    expect(codeOf(hall.do('CallNumber', { window: 'w2', number: 'A002' }))).toBe('ok');
    expect(codeOf(hall.do('CallNumber', { window: 'w1', number: 'A001' }))).toBe('ok');
    expect(recentCalls(hall.state).map((call) => call.number)).toEqual(['A001', 'A002']);
    expect(codeOf(hall.do('CloseWindow', { window: 'w1' }))).toBe('window-busy');
    hall.do('Hold', { window: 'w1' });
    hall.do('CloseWindow', { window: 'w1' });
    expect(hall.stage('A001')).toBe('parked');
  });

  test('transfer: front, end, age; to a service or to one window', () => {
    const hall = openHall();
    for (const service of ['social', 'social', 'company']) hall.pass(minuteMs).ticket(service);
    const pass = (place: 'front' | 'end' | 'age', to: { service: string } | { window: string }) => {
      hall.pass(1).do('Transfer', { window: 'w1', to, place });
    };
    hall.call('w1');
    pass('end', { service: 'housing' });
    expect(hall.call('w1')).toBe('A002');
    pass('front', { service: 'company' });
    expect(hall.call('w1')).toBe('A002');
    expect(hall.last('TicketCalled')?.why).toContain('put to the front');
    pass('age', { window: 'w2' });
    expect(hall.call('w3')).toBe('B001');
    expect(hall.call('w1')).toBe('A001');
    expect(codeOf(hall.do('CallNumber', { window: 'w3', number: 'A002' }))).toBe('window-busy');
    expect(hall.call('w2')).toBe('A002');
  });

  test('a restricted clerk gets only matters that she may take', () => {
    const hall = openHall();
    hall.ticket('company');
    hall.pass(1000).ticket('social', { matters: ['pension', 'licence'] });
    hall.pass(1000).ticket('social', { matters: ['pension'] });
    hall.do('ClerkLogin', { window: 'w1', clerk: 'wang' });
    expect(windowFacts(hall.state, 'w1')?.waiting).toBe(1);
    expect(hall.call('w1')).toBe('A002');
    hall.do('Complete', { window: 'w1', review: [] });
    expect(codeOf(hall.do('CallNumber', { window: 'w1', number: 'A001' }))).toBe('not-for-this-clerk');
    hall.do('ClerkLogin', { window: 'w1', clerk: 'li' });
    expect(hall.call('w1')).toBe('B001');
  });

  test('F14: a call by hand merges while the ticket waits, and else stays as evidence', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.ticket('social');
    const day = '2026-11-23';
    hall.do('CalledByHand', { window: 'w1', number: 'A001', day });
    // A pad knows no day: the press has one.
    hall.pass(minuteMs).do('CalledByHand', { window: 'w1', number: 'A002' });
    expect(hall.at('w1')).toBe('A002');
    expect(hall.stage('A001')).toBeUndefined();
    const again = hall.do('CalledByHand', { window: 'w1', number: 'A002', day });
    expect(again).toMatchObject({ answer: { merged: true }, events: [{ type: 'CalledByHand' }] });
    hall.do('CalledByHand', { window: 'w2', number: 'A002', day: '2026-11-22' });
    expect(hall.last('CalledByHand')).toMatchObject({ merged: false });
    hall.do('CalledByHand', { window: 'w2', number: 'A002', day });
    expect(hall.last('CalledByHand')).toMatchObject({ window: 'w2', merged: false });
    expect(hall.at('w2')).toBeUndefined();
  });

  test('F17: a showing counts once a board, for the call of now', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.call('w1');
    const shown = { window: 'w1', board: 'b1', ticket: hall.id('A001'), call: 1, outcome: 'shown' } as const;
    hall.pass(40).do('CallShown', shown);
    expect(hall.last('CallShown')?.delayMs).toBe(40);
    const again = hall.pass(9000).do('CallShown', shown);
    expect(again).toEqual({ ok: true, events: [] });
    hall.do('Recall', { window: 'w1' });
    expect(codeOf(hall.do('CallShown', shown))).toBe('old-call');
  });
});
