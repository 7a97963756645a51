import { describe, expect, test } from 'vitest';
import { hallAsText } from './audit.ts';
import { endOfWorkingDay } from './calendar.ts';
import { estimateFor } from './estimate.ts';
import { codeOf, HallInTest, openHall, replayed } from './hall-steps.kit.ts';
import { serviceFacts, windowFacts } from './selectors.ts';
import { testHall } from './test-hall.kit.ts';

const minuteMs = 60_000;
const supervisor = { by: { kind: 'supervisor', id: 'zhao' } } as object;

describe('the desk', () => {
  test('adds and removes matters; a waiting ticket keeps its age and goes to clerks who may take it', () => {
    const hall = openHall();
    hall.ticket('social', { matters: ['pension'] });
    hall.do('ClerkLogin', { window: 'w1', clerk: 'wang' });
    expect(windowFacts(hall.state, 'w1')?.waiting).toBe(1);
    hall.pass(minuteMs).do('ChangeMatters', { ticket: hall.id('A001'), add: ['licence'], remove: [] });
    expect(windowFacts(hall.state, 'w1')?.waiting).toBe(0);
    hall.do('ChangeMatters', { ticket: hall.id('A001'), add: [], remove: ['licence'] });
    expect(hall.call('w1')).toBe('A001');
    expect(hall.last('TicketCalled')?.why).toContain('1 min');
    expect(codeOf(hall.do('ChangeMatters', { ticket: hall.id('A001'), add: [], remove: ['title'] }))).toBe('not-open');
  });

  test('help, complaints and second papers are on record', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.do('RecordAssistance', { ticket: hall.id('A001'), kind: 'assistance', outcome: 'referred' });
    expect(hall.last('AssistanceGiven')).toMatchObject({ kind: 'assistance', outcome: 'referred' });
    const complaint = { complaint: 'c-1', ticket: hall.id('A001'), kind: 'complaint', reference: 'r-1' } as const;
    hall.do('RecordComplaint', complaint);
    expect(codeOf(hall.do('RecordComplaint', complaint))).toBe('known-complaint');
    hall.do('SettleComplaint', { complaint: 'c-1', outcome: 'answered' });
    expect(hall.state.complaints.size).toBe(0);
    hall.do('ReprintTicket', { ticket: hall.id('A001'), reason: 'torn' });
    hall.do('ReprintTicket', { ticket: hall.id('A001'), reason: 'lost' });
    expect(hall.last('TicketReprinted')?.copy).toBe(3);
  });

  test('an appointment is kept around its time, by a number of its own class', () => {
    const hall = openHall();
    const from = hall.now + 60 * minuteMs;
    for (const appointment of ['a-1', 'a-2', 'a-3']) {
      hall.do('BookAppointment', {
        appointment,
        service: 'housing',
        matters: ['title'],
        from,
        to: from + 15 * minuteMs,
      });
    }
    expect(codeOf(hall.do('CheckIn', { appointment: 'a-1' }))).toBe('too-early');
    hall.pass(30 * minuteMs);
    expect(codeOf(hall.do('CheckIn', { appointment: 'a-1' }))).toBe('ok');
    expect(hall.last('TicketIssued')).toMatchObject({ class: 'appointment', matters: ['title'] });
    expect(codeOf(hall.do('CheckIn', { appointment: 'a-1' }))).toBe('unknown-appointment');
    hall.pass(61 * minuteMs).do('CheckIn', { appointment: 'a-2' });
    expect(hall.last('AppointmentKept')).toMatchObject({ appointment: 'a-2', late: true });
    expect(hall.last('TicketIssued')?.class).toBe('ordinary');
    hall.pass(24 * 60 * minuteMs).tick();
    expect(hall.last('AppointmentMissed')).toMatchObject({ appointment: 'a-3' });
    expect(hall.state.appointments.size).toBe(0);
  });

  test('who comes before the booked time waits from there, and does not pass the punctual', () => {
    const hall = openHall();
    const half = hall.now + 120 * minuteMs;
    const book = (appointment: string, from: number) =>
      hall.do('BookAppointment', {
        ...{ appointment, service: 'social', matters: [], from, to: from + 15 * minuteMs },
      });
    book('half', half);
    book('five', half - 25 * minuteMs);
    hall.now = half - 30 * minuteMs;
    for (const [appointment, waitMs] of [
      ['half', 5 * minuteMs],
      ['five', 5 * minuteMs],
    ] as const) {
      const checkedIn = hall.do('CheckIn', { appointment });
      if (!checkedIn.ok) throw new Error(checkedIn.refusal.message);
      const { ticket } = checkedIn.answer as { readonly ticket: `${string}/${string}` };
      hall.do('TicketPrinted', { ticket, verdict: 'printed' });
      hall.pass(waitMs);
    }
    expect(hall.call('w1')).toBe('A002');
    expect(hall.call('w2')).toBe('A001');
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('an appointment lies within the hours of a day on which windows open, and its time is not booked out', () => {
    const hall = openHall();
    const at = (day: number, hour: number, minutes: number) => {
      const from = Date.UTC(2026, 10, day, hour - 8);
      return { service: 'social', matters: [], from, to: from + minutes * minuteMs };
    };
    const book = (appointment: string, time: ReturnType<typeof at>) =>
      codeOf(hall.do('BookAppointment', { appointment, ...time }));
    expect(book('holiday', at(27, 10, 15))).toBe('closed-day');
    expect(book('sunday', at(29, 10, 15))).toBe('closed-day');
    expect(book('lunch', at(24, 12, 15))).toBe('outside-hours');
    expect(book('into-lunch', at(24, 11, 90))).toBe('outside-hours');
    expect(book('night', at(24, 22, 15))).toBe('outside-hours');
    const slots = [1, 2, 3, 4, 5, 6, 7].map((each) => book(`slot-${each}`, at(24, 10, 15)));
    // Three windows, two visitors of six minutes each.
    expect(slots).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'slot-full']);
    expect(book('later', at(24, 11, 15))).toBe('ok');
  });

  test('a check-in that a lost journal answered keeps the number that is on paper, however late it is told again', () => {
    for (const known of [true, false]) {
      const hall = openHall();
      const from = hall.now + 40 * minuteMs;
      if (known)
        hall.do('BookAppointment', { appointment: 'a-1', service: 'housing', matters: ['title'], from, to: from + 1 });
      const given = { ticket: hall.id('B007'), service: 'housing', matters: ['title'] };
      const again = hall.pass(5 * minuteMs).do('CheckIn', { appointment: 'a-1', given, happenedAt: hall.now - 20_000 });
      expect(again).toMatchObject({ ok: true, answer: given });
      // Of a booking that is lost nothing is known: the number stays, and its class is nobody's word alone.
      const kind = known ? 'appointment' : 'ordinary';
      expect(hall.last('TicketIssued')).toMatchObject({ ticket: given.ticket, class: kind, given: true });
      expect(hall.state.appointments.size).toBe(0);
      expect(codeOf(hall.do('CheckIn', { appointment: 'a-1', given }))).toBe('number-taken');
      expect(replayed(hall)).toBe(hallAsText(hall.state));
    }
  });

  test('a check-in without a paper leaves the appointment open; one that is late in coming is stale', () => {
    const hall = openHall();
    const from = hall.pass(30 * minuteMs).now + 10 * minuteMs;
    const booked = { appointment: 'a-1', service: 'housing', matters: ['title'], from, to: from + minuteMs };
    hall.do('BookAppointment', booked);
    const checkedIn = hall.do('CheckIn', { appointment: 'a-1' });
    expect(checkedIn).toMatchObject({ answer: { service: 'housing', matters: ['title'] } });
    const ticket = hall.last('TicketIssued')?.ticket ?? hall.id('');
    hall.do('TicketPrintFailed', { ticket, reason: 'jam' });
    expect(hall.state.appointments.get('a-1')).toMatchObject({ service: 'housing', matters: ['title'], from });
    expect(codeOf(hall.pass(20_000).do('CheckIn', { appointment: 'a-1', happenedAt: hall.now - 10_001 }))).toBe(
      'stale',
    );
    expect(codeOf(hall.do('CheckIn', { appointment: 'a-1' }))).toBe('ok');
    expect(hall.last('TicketIssued')?.class).toBe('appointment');
    expect(hall.state.appointments.size).toBe(0);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('an appointment in its time is neither of the quota nor after the last number of the day', () => {
    const hall = openHall();
    const closesAt = hall.state.day?.schedule.spans.at(-1)?.to ?? 0;
    hall.do('BookAppointment', {
      appointment: 'late-1',
      service: 'housing',
      matters: ['title'],
      from: closesAt - 10 * minuteMs,
      to: closesAt,
    });
    for (let count = 0; count < 40; count += 1) hall.ticket('housing');
    hall.now = closesAt - 5 * minuteMs;
    const ordinary = hall.do('IssueTicket', { service: 'housing', matters: [], class: 'ordinary' });
    expect(codeOf(ordinary)).toBe('closed');
    expect(codeOf(hall.do('CheckIn', { appointment: 'late-1' }))).toBe('ok');
    expect(hall.last('TicketIssued')).toMatchObject({ class: 'appointment' });
  });

  test('a low rating is looked after until its deadline; a wrong one is set aside by a supervisor alone', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: [] });
    const serving = '2026-11-23/A001#1';
    hall.do('RateService', { serving, window: 'w1', level: 2, reasons: ['slow'] });
    // Five working days from Monday; Friday the 27th is a holiday.
    const dueAt = endOfWorkingDay(testHall, '2026-11-23', 5);
    expect(new Date(dueAt).toISOString()).toBe('2026-12-01T09:00:00.000Z');
    expect(hall.last('FollowUpOpened')).toMatchObject({ serving, level: 2, dueAt });
    const step = { serving, reference: 'r-1' } as const;
    expect(codeOf(hall.do('RecordFollowUp', { ...step, step: 'called-back' }))).toBe('ok');
    expect(codeOf(hall.do('RecordFollowUp', { ...step, step: 'wrong-rating' }))).toBe('supervisor-only');
    hall.now = dueAt;
    hall.tick();
    expect(hall.last('FollowUpOverdue')).toMatchObject({ serving });
    hall.do('RecordFollowUp', { ...step, step: 'wrong-rating', ...supervisor });
    expect(hall.last('RatingSetAside')).toMatchObject({ serving });
    expect(hall.state.followUps.size).toBe(0);
  });

  test('a transfer may change the matters it goes on with', () => {
    const hall = openHall();
    hall.ticket('social', { matters: ['pension', 'medical'] });
    hall.call('w1');
    hall.do('Transfer', { window: 'w1', to: { service: 'housing' }, place: 'front', matters: ['title'] });
    const matters = hall.state.tickets.get(hall.id('A001'))?.matters.map((each) => each.matter);
    expect(matters).toEqual(['title']);
  });
});

describe('supervisors and the balancer', () => {
  test('override needs a supervisor, and says who and why', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.pass(1000).ticket('social');
    const move = { ticket: hall.id('A002'), to: { service: 'social' }, place: 'front', why: 'unwell' } as const;
    expect(codeOf(hall.do('MoveTicket', move))).toBe('supervisor-only');
    hall.do('MoveTicket', { ...move, ...supervisor });
    expect(hall.last('TicketMoved')).toMatchObject({ by: { kind: 'supervisor', id: 'zhao' }, why: 'unwell' });
    expect(hall.call('w1')).toBe('A002');
    hall.do('Start', { window: 'w1' });
    hall.do('FreeWindow', { window: 'w1', why: 'clerk ill', ...supervisor });
    // Really in the queue, and the first of it: the wait before the window was emptied counts.
    expect(hall.stage('A002')).toBe('waiting');
    hall.ticket('social');
    expect(windowFacts(hall.state, 'w1')).toMatchObject({ state: 'closed', call: null });
    hall.do('ChangeClass', { ticket: hall.id('A001'), class: 'priority', why: 'elderly', ...supervisor });
    expect(hall.call('w2')).toBe('A001');
    hall.do('SetWindowServices', { window: 'w3', serves: [{ service: 'housing', tier: 1 }], why: 'x', ...supervisor });
    hall.ticket('social');
    expect(hall.call('w3')).toBeUndefined();
  });
});

describe('the wait on the paper', () => {
  test('grows with those ahead, shrinks with windows, and starts at opening time (F19)', () => {
    const hall = new HallInTest();
    const early = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    expect(early).toMatchObject({ ahead: 0 });
    expect(early.meanMs).toBeGreaterThanOrEqual(30 * minuteMs);
    hall.pass(31 * minuteMs);
    hall.do('OpenWindow', { window: 'w1' });
    expect(estimateFor(hall.state, 'social', 'ordinary', hall.now).meanMs).toBe(0);
    for (let count = 0; count < 6; count += 1) hall.pass(1).ticket('social');
    hall.call('w1');
    const alone = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    hall.do('OpenWindow', { window: 'w2' });
    hall.call('w2');
    const both = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    expect(alone.ahead).toBe(5);
    expect(both.ahead).toBe(4);
    expect(both.meanMs).toBeLessThan((alone.meanMs ?? 0) * 0.6);
    expect(both.wait?.lowMs).toBeLessThanOrEqual(both.meanMs ?? 0);
    expect(both.wait?.highMs).toBeGreaterThanOrEqual(both.meanMs ?? 0);
    const priority = estimateFor(hall.state, 'social', 'priority', hall.now);
    expect(priority.meanMs).toBeLessThan(both.meanMs ?? 0);
    expect(serviceFacts(hall.state, 'social', hall.now)).toMatchObject({ waiting: 4, issuing: 'open' });
  });

  test('learns that a matter takes longer than the rules say', () => {
    const hall = openHall();
    hall.pass(31 * minuteMs);
    const before = hall.state.learned.matters.get('pension')?.meanMs ?? 8 * minuteMs;
    for (let count = 0; count < 10; count += 1) {
      hall.ticket('social', { matters: ['pension'] });
      hall.call('w1');
      hall.pass(16 * minuteMs).do('Complete', { window: 'w1', review: [] });
    }
    const after = hall.state.learned.matters.get('pension')?.meanMs ?? 0;
    expect(after).toBeGreaterThan(before * 1.5);
    expect(after).toBeLessThan(16 * minuteMs);
  });

  test('the last number is given while the windows can still serve it', () => {
    const calendar = { ...testHall.calendar, lastTicketByCapacity: true };
    const hall = new HallInTest({ ...testHall, calendar });
    hall.do('OpenWindow', { window: 'w1' });
    hall.now = Date.UTC(2026, 10, 23, 8, 0);
    let given = 0;
    while (given < 50 && hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' }).ok) {
      hall.do('TicketPrinted', { ticket: hall.id(`A${String(given + 1).padStart(3, '0')}`), verdict: 'printed' });
      given += 1;
      if (given === 1) hall.call('w1');
    }
    // One hour left, six to seven minutes each.
    expect(given).toBeGreaterThan(5);
    expect(given).toBeLessThan(11);
    const refused = hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(refused)).toBe('capacity-used-up');
  });
});

test('nobody starves: whoever is called ahead came within a bounded time after', () => {
  // A visitor who has waited W at rate r is passed only by those who came within W x (1 - r / r') after, r' being
  // theirs: later ones have less credit. So the number of those who pass is bounded by arrivals in that time.
  const hall = openHall();
  const pressed = new Map<string, { readonly at: number; readonly rate: number }>();
  const rates = { ordinary: 1, priority: 2, returning: 3 } as const;
  const arrive = (kind: keyof typeof rates) => {
    pressed.set(hall.ticket('company', { class: kind }), { at: hall.now, rate: rates[kind] });
  };
  for (let count = 0; count < 5; count += 1) arrive('ordinary');
  const calledAt = new Map<string, number>();
  for (let minute = 0; minute < 90; minute += 1) {
    // More of the faster classes than the window can serve: strict priority would never call an ordinary one.
    hall.pass(minuteMs);
    arrive(minute % 3 === 0 ? 'returning' : 'priority');
    if (minute % 2 === 0) arrive('priority');
    const number = hall.call('w1');
    if (number !== undefined) calledAt.set(number, hall.now);
    hall.do('Complete', { window: 'w1', review: [] });
  }
  const ordinary = [...calledAt].filter(([number]) => pressed.get(number)?.rate === 1);
  expect(ordinary.length).toBe(5);
  for (const [number, at] of calledAt) {
    const mine = pressed.get(number);
    if (mine === undefined) throw new Error('called and never came');
    for (const [other, otherAt] of calledAt) {
      const theirs = pressed.get(other);
      if (theirs === undefined || theirs.at <= mine.at || otherAt >= at) continue;
      expect(theirs.at - mine.at).toBeLessThanOrEqual((at - mine.at) * (1 - mine.rate / theirs.rate));
    }
  }
});
