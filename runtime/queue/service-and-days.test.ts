import { describe, expect, test } from 'vitest';
import { hallAsText } from './audit.ts';
import { codeOf, HallInTest, openHall, replayed } from './hall-steps.kit.ts';
import { openTickets, touched, waitingTotal, windowFacts } from './selectors.ts';
import { testHall } from './test-hall.kit.ts';
import { dueAt } from './timers.ts';

const minuteMs = 60_000;

describe('service, review, certificate, rating', () => {
  test('three matters on one number, two stages', () => {
    const hall = openHall();
    const number = hall.ticket('company', { matters: ['licence', 'food-permit', 'company-change'] });
    hall.call('w1');
    hall.do('Start', { window: 'w1' });
    hall.pass(10 * minuteMs).do('Complete', { window: 'w1', review: 'all' });
    expect(hall.last('ServiceCompleted')).toMatchObject({
      serving: '2026-11-23/B001#1',
      review: ['licence', 'food-permit'],
      done: ['company-change'],
      ratingUntil: hall.now + 30_000,
    });
    expect(hall.stage(number)).toBe('review');
    hall.do('MatterReady', { ticket: hall.id(number), matter: 'licence', outcome: 'granted' });
    expect(hall.call('w4')).toBeUndefined();
    hall.do('MatterReady', { ticket: hall.id(number), matter: 'food-permit', outcome: 'refused' });
    expect(hall.call('w1')).toBeUndefined();
    expect(hall.call('w4')).toBe(number);
    expect(windowFacts(hall.state, 'w4')?.call?.call).toBe(2);
    hall.do('Start', { window: 'w4' });
    hall.do('Complete', { window: 'w4', review: [] });
    expect(hall.last('ServiceCompleted')?.serving).toBe('2026-11-23/B001#2');
    expect(hall.last('TicketClosed')).toMatchObject({ ticket: hall.id(number), reason: 'done' });
    expect(openTickets(hall.state, 10)).toEqual([]);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('certificates one by one: a matter decided after the service began waits for the next', () => {
    const hall = openHall({ ...testHall, calling: { ...testHall.calling, certificateWhen: 'first' } });
    const number = hall.ticket('company', { matters: ['licence', 'food-permit'] });
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: 'all' });
    hall.do('MatterReady', { ticket: hall.id(number), matter: 'licence', outcome: 'granted' });
    hall.call('w4');
    hall.pass(1000).do('Start', { window: 'w4' });
    hall.pass(1000).do('MatterReady', { ticket: hall.id(number), matter: 'food-permit', outcome: 'granted' });
    hall.do('Complete', { window: 'w4', review: [] });
    expect(hall.last('ServiceCompleted')?.done).toEqual(['licence']);
    expect(hall.call('w4')).toBe(number);
    hall.do('Complete', { window: 'w4', review: [] });
    expect(hall.stage(number)).toBeUndefined();
  });

  test('F15: a press inside the interval counts once, whenever it arrives', () => {
    const hall = openHall();
    for (const _ of [1, 2, 3]) hall.ticket('social');
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: [] });
    const completedAt = hall.now;
    const serving = hall.id('A001').concat('#1');
    expect(windowFacts(hall.state, 'w1')?.rating).toEqual({ serving, armedUntil: completedAt + 30_000 });
    hall.call('w1');
    expect(windowFacts(hall.state, 'w1')?.rating).not.toBeNull();
    hall.pass(30_000).tick();
    expect(hall.last('RatingNotGiven')).toMatchObject({ serving, reason: 'timed-out' });
    const press = { serving, window: 'w1', level: 5 as const, happenedAt: completedAt + 20_000 };
    expect(codeOf(hall.pass(3_600_000).do('RateService', press))).toBe('ok');
    expect(codeOf(hall.do('RateService', press))).toBe('already-rated');
    expect(hall.last('StrayRating')).toMatchObject({ window: 'w1', key: '5', reason: 'already-rated' });
    hall.do('Complete', { window: 'w1', review: [] });
    const second = hall.id('A002').concat('#1');
    const late = { serving: second, window: 'w1', level: 5 as const, happenedAt: hall.now + 1 };
    hall.pass(31_000);
    expect(codeOf(hall.do('RateService', { ...late, happenedAt: hall.now }))).toBe('too-late');
    expect(codeOf(hall.do('RateService', late))).toBe('ok');
  });

  test('F15: the next service takes the keypad; a completion stuck in an outbox arms nothing', () => {
    const hall = openHall();
    for (const _ of [1, 2, 3]) hall.ticket('social');
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: [] });
    hall.pass(1000).call('w1');
    hall.pass(1000).do('Complete', { window: 'w1', review: [] });
    expect(hall.last('RatingNotGiven')).toMatchObject({ serving: '2026-11-23/A001#1', reason: 'superseded' });
    hall.call('w2');
    hall.pass(minuteMs).do('Complete', { window: 'w2', review: [], happenedAt: hall.now - 31_000 });
    expect(hall.last('RatingNotGiven')).toMatchObject({ serving: '2026-11-23/A003#1', reason: 'hub-away' });
    expect(windowFacts(hall.state, 'w2')?.rating).toBeNull();
  });

  test('the clerk invites once more, for the service that ended last and as long as its visitor may be there', () => {
    const hall = openHall();
    for (const _ of [1, 2, 3]) hall.ticket('social');
    const invite = () => codeOf(hall.do('RequestRating', { window: 'w1' }));
    expect(invite()).toBe('nothing-to-rate');
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: [] });
    const serving = '2026-11-23/A001#1';
    hall.pass(40_000).tick();
    expect(invite()).toBe('ok');
    expect(windowFacts(hall.state, 'w1')?.rating).toEqual({ serving, armedUntil: hall.now + 30_000 });
    hall.pass(20_000);
    expect(invite()).toBe('ok');
    hall.pass(25_000);
    expect(codeOf(hall.do('RateService', { serving, window: 'w1', level: 2 }))).toBe('ok');
    expect(invite()).toBe('already-rated');
    hall.call('w1');
    hall.do('Start', { window: 'w1' });
    expect(invite()).toBe('complete-first');
    hall.do('Complete', { window: 'w1', review: [] });
    expect(codeOf(hall.pass(11_000).do('RequestRating', { window: 'w1', happenedAt: hall.now - 10_001 }))).toBe(
      'stale',
    );
    hall.pass(11 * minuteMs).tick();
    expect(invite()).toBe('nothing-to-rate');
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('reasons for a rating: each once, in the minute after it, of the window that was rated', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: [] });
    const serving = '2026-11-23/A001#1';
    const add = (reason: string, window = 'w1') => codeOf(hall.do('AddRatingReason', { serving, window, reason }));
    expect(add('slow')).toBe('not-rated');
    hall.do('RateService', { serving, window: 'w1', level: 1 });
    expect([add('slow'), add('slow'), add('rude'), add('rude', 'w2')]).toEqual(['ok', 'ok', 'ok', 'not-rated']);
    expect(hall.state.ratings.get(serving)?.reasons).toEqual(['slow', 'rude']);
    hall.pass(61_000);
    expect(add('dear')).toBe('too-late');
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });
});

describe('days', () => {
  test('F18: what waits ends with its day, what is in review keeps its number and is not given twice', () => {
    const hall = openHall();
    for (const service of ['social', 'company', 'social']) hall.ticket(service);
    expect([hall.call('w1'), hall.call('w2')]).toEqual(['A001', 'B001']);
    hall.do('Complete', { window: 'w1', review: 'all' });
    hall.do('Complete', { window: 'w2', review: [] });
    hall.now = hall.state.day?.schedule.endsAt ?? 0;
    expect(dueAt(hall.state)).toBeLessThanOrEqual(hall.now);
    hall.tick();
    expect(hall.state.day?.day).toBe('2026-11-24');
    expect([...hall.state.tickets.keys()]).toEqual(['2026-11-23/A001']);
    expect(hall.last('TicketClosed')).toMatchObject({ ticket: '2026-11-23/A002', reason: 'day-end' });
    expect(windowFacts(hall.state, 'w1')?.state).toBe('closed');
    hall.now += 9 * 3_600_000;
    for (const window of ['w1', 'w4']) hall.do('OpenWindow', { window });
    expect(hall.ticket('social')).toBe('A002');
    hall.do('MatterReady', { ticket: '2026-11-23/A001', matter: 'card', outcome: 'granted' });
    expect(hall.call('w4')).toBeUndefined();
    expect(codeOf(hall.do('CallNumber', { window: 'w4', number: 'A001' }))).toBe('ok');
    const old = hall.do('IssuedFromBlock', {
      commandId: 'ask-00009',
      ticket: '2026-11-23/A801',
      lease: 'k1',
      service: 'social',
      matters: [],
      class: 'ordinary',
    });
    expect(codeOf(old)).toBe('ok');
    expect(hall.stage('A801')).toBeUndefined();
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('a hall that stood still for a week opens today', () => {
    const hall = openHall();
    hall.ticket('social');
    hall.pass(7 * 24 * 3_600_000);
    expect(hall.ticket('social')).toBe('A001');
    expect(hall.state.day?.day).toBe('2026-11-30');
    expect(waitingTotal(hall.state)).toBe(1);
  });

  test('holidays give no numbers; clocks that change give a whole day', () => {
    const hall = new HallInTest();
    hall.now = Date.UTC(2026, 10, 27, 2);
    const holiday = hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(holiday)).toBe('closed');
    const berlin = new HallInTest({
      ...testHall,
      timeZone: 'Europe/Berlin',
      calendar: { ...testHall.calendar, exceptions: { '2027-03-28': [{ from: 9 * 60, to: 17 * 60 }] } },
    });
    // Summer time begins on 2027-03-28: the day has 23 hours, and 09:00 is 07:00 UTC.
    berlin.now = Date.UTC(2027, 2, 27, 23);
    berlin.tick();
    expect(berlin.state.day?.day).toBe('2027-03-28');
    expect(berlin.state.day?.schedule.spans[0]?.from).toBe(Date.UTC(2027, 2, 28, 7));
    expect(berlin.state.day?.schedule.endsAt).toBe(Date.UTC(2027, 2, 28, 22));
  });

  test('new rules: a window that goes away gives its visitors back', () => {
    const hall = openHall();
    for (const _ of [1, 2]) hall.ticket('social');
    hall.call('w1');
    hall.do('Hold', { window: 'w1' });
    hall.call('w1');
    expect(hall.do('ConfigureHall', { rules: testHall })).toEqual({ ok: true, events: [] });
    hall.do('ConfigureHall', { rules: { ...testHall, rev: 2, windows: testHall.windows.slice(1) } });
    expect([hall.stage('A001'), hall.stage('A002')]).toEqual(['parked', 'waiting']);
    expect(hall.state.windows.has('w1')).toBe(false);
    expect(codeOf(hall.do('CallNumber', { window: 'w2', number: 'A002' }))).toBe('ok');
    expect(hall.journal.map((event) => touched(event).windows)).toContain('all');
  });

  test('clerks with PINs: a window opens by login alone', () => {
    const clerks = testHall.clerks.map((clerk) => ({ ...clerk, pinHash: 'aa:bb' }));
    const hall = new HallInTest({ ...testHall, clerks });
    expect(codeOf(hall.do('OpenWindow', { window: 'w1' }))).toBe('login-first');
    expect(codeOf(hall.do('ClerkLogin', { window: 'w1', clerk: 'li' }))).toBe('ok');
    expect(windowFacts(hall.state, 'w1')).toMatchObject({ state: 'open', clerk: 'li' });
    hall.do('ClerkLogin', { window: 'w2', clerk: 'li' });
    expect(windowFacts(hall.state, 'w1')).toMatchObject({ state: 'closed', clerk: null });
    hall.do('ClerkLogout', { window: 'w2' });
    expect(windowFacts(hall.state, 'w2')).toMatchObject({ state: 'closed', clerk: null });
  });
});
