/** The balancer: tasks and services of windows follow where people wait, slowly, within limits, each change with its reason. */
import { describe, expect, test } from 'vitest';
import type { BalanceRules, HallRules } from '../../devices/contract/hall.ts';
import { hallAsText } from './audit.ts';
import { codeOf, type HallInTest, openHall, replayed } from './hall-steps.kit.ts';
import { testHall } from './test-hall.kit.ts';

const minuteMs = 60_000;
const supervisor = { by: { kind: 'supervisor', id: 'zhao' } } as object;
const balancing: BalanceRules = {
  mode: 'act',
  everyMs: minuteMs,
  ratio: 2,
  leastWaitMs: 10 * minuteMs,
  pauseMs: 15 * minuteMs,
  leastIntake: 1,
  leastCertificate: 1,
  mostChanged: 10,
  proposalLifeMs: 10 * minuteMs,
};

/** One stall a service, at windows 1 to 3. */
function stalls(more: Partial<BalanceRules> = {}): HallRules {
  const services = ['social', 'company', 'housing'];
  const windows = testHall.windows.map((window, index) => {
    const service = services[index];
    return service === undefined ? window : { ...window, serves: [{ service, tier: 1 }] };
  });
  return { ...testHall, windows, balancing: { ...balancing, ...more } };
}

const crowd = (hall: HallInTest, service: string, count: number) => {
  for (let each = 0; each < count; each += 1) hall.ticket(service);
};
const changes = (hall: HallInTest) =>
  hall.journal.flatMap((event) =>
    event.type === 'WindowServesChanged' || event.type === 'WindowRoleChanged' ? [event] : [],
  );

describe('services', () => {
  test('the neediest service gets the window whose own visitors wait least, and it goes back when that is over', () => {
    const hall = openHall(stalls());
    hall.now += 3_600_000;
    crowd(hall, 'social', 12);
    crowd(hall, 'company', 1);
    hall.do('Balance', {});
    expect(changes(hall)).toMatchObject([
      {
        window: 'w3',
        lends: 'social',
        serves: [
          { service: 'housing', tier: 1 },
          { service: 'social', tier: 1 },
        ],
        why: expect.stringMatching(
          /^social: 12 waiting at 1 windows, \d+ min to wait: window 3 helps, its own have nobody/,
        ),
      },
    ]);
    expect(hall.call('w3')).toBe('A001');
    for (let served = 0; served < 12; served += 1) {
      hall.pass(20_000).call('w1');
      hall.do('Complete', { window: 'w1', review: [] });
    }
    hall.pass(16 * minuteMs).do('Balance', {});
    expect(changes(hall).at(-1)).toMatchObject({ window: 'w3', serves: [{ service: 'housing', tier: 1 }] });
    expect(changes(hall).at(-1)?.why).toContain('it goes back to its own');
    expect(hall.state.lent.size).toBe(0);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('not twice before the pause, and never more windows than the limit', () => {
    const hall = openHall(stalls({ mostChanged: 1 }));
    hall.now += 3_600_000;
    crowd(hall, 'social', 20);
    for (let minute = 0; minute < 60; minute += 1) hall.pass(minuteMs).do('Balance', {});
    expect(changes(hall)).toHaveLength(1);
    const freer = openHall(stalls());
    freer.now += 3_600_000;
    crowd(freer, 'social', 20);
    for (let minute = 0; minute < 14; minute += 1) freer.pass(minuteMs).do('Balance', {});
    expect(changes(freer)).toHaveLength(1);
    freer.pass(2 * minuteMs).do('Balance', {});
    expect(changes(freer).map(({ window }) => window)).toEqual(['w2', 'w3']);
  });

  test('a small difference moves nobody; nor does a clerk who may not take the service', () => {
    const hall = openHall(stalls());
    hall.now += 3_600_000;
    crowd(hall, 'social', 8);
    crowd(hall, 'company', 4);
    crowd(hall, 'housing', 4);
    hall.do('Balance', {});
    expect(changes(hall)).toEqual([]);
    const restricted = openHall(stalls());
    restricted.now += 3_600_000;
    for (const window of ['w1', 'w3']) restricted.do('CloseWindow', { window });
    restricted.do('ClerkLogin', { window: 'w1', clerk: 'wang' });
    crowd(restricted, 'company', 12);
    restricted.do('Balance', {});
    // Wang at window 1 does social insurance only.
    expect(changes(restricted)).toEqual([]);
  });
});

describe('tasks', () => {
  test('intake windows hand out certificates when those wait longer, but the last intake window stays', () => {
    const hall = openHall({ ...testHall, balancing });
    hall.now += 3_600_000;
    const numbers = Array.from({ length: 20 }, () => hall.ticket('social', { matters: ['card'] }));
    for (const number of numbers) {
      hall.pass(1_000).call('w1');
      hall.do('Complete', { window: 'w1', review: 'all' });
      hall.do('MatterReady', { ticket: hall.id(number), matter: 'card', outcome: 'granted' });
    }
    hall.do('Balance', {});
    expect(changes(hall)).toMatchObject([{ type: 'WindowRoleChanged', window: 'w1', role: 'certificate' }]);
    expect(changes(hall)[0]?.why).toMatch(/^certificate: 20 waiting at 1 windows, 40 min to wait, intake: 0 waiting/);
  });
});

describe('proposals', () => {
  const propose = () => {
    const hall = openHall(stalls({ mode: 'propose' }));
    hall.now += 3_600_000;
    crowd(hall, 'social', 12);
    hall.do('Balance', {});
    return hall;
  };
  const id = (hall: HallInTest) => hall.state.proposal?.id ?? '';

  test('said once, changes nothing until a supervisor accepts, and bears who did', () => {
    const hall = propose();
    hall.pass(minuteMs).do('Balance', {});
    expect(hall.journal.filter(({ type }) => type === 'BalanceProposed')).toHaveLength(1);
    expect(changes(hall)).toEqual([]);
    expect(codeOf(hall.do('AcceptBalance', { proposal: id(hall) }))).toBe('supervisor-only');
    expect(codeOf(hall.do('AcceptBalance', { proposal: 'another', ...supervisor }))).toBe('no-proposal');
    const proposal = id(hall);
    expect(codeOf(hall.do('AcceptBalance', { proposal, ...supervisor }))).toBe('ok');
    expect(changes(hall)).toMatchObject([{ window: 'w2', lends: 'social', proposal, by: { kind: 'supervisor' } }]);
    expect(hall.state.proposal).toBeNull();
    expect(codeOf(hall.do('AcceptBalance', { proposal, ...supervisor }))).toBe('no-proposal');
  });

  test('declined: not said again before the pause', () => {
    const hall = propose();
    hall.do('DeclineBalance', { proposal: id(hall), why: 'window 2 is at lunch', ...supervisor });
    expect(hall.last('BalanceWithdrawn')).toMatchObject({ reason: 'declined', why: 'window 2 is at lunch' });
    hall.pass(14 * minuteMs).do('Balance', {});
    expect(hall.state.proposal).toBeNull();
    hall.pass(2 * minuteMs).do('Balance', {});
    expect(hall.state.proposal).not.toBeNull();
  });

  test('ends by itself: nobody answered, the need is gone, the day is over, or a hand was faster', () => {
    const unanswered = propose();
    unanswered.pass(10 * minuteMs).do('Balance', {});
    expect(unanswered.last('BalanceWithdrawn')).toMatchObject({ reason: 'expired' });
    const eased = propose();
    for (const [ticket] of eased.state.tickets) eased.do('VoidTicket', { ticket, reason: 'left' });
    eased.do('Balance', {});
    expect(eased.last('BalanceWithdrawn')).toMatchObject({ reason: 'not-needed' });
    const byHand = propose();
    byHand.do('SetWindowServices', { window: 'w2', serves: 'all', why: 'seen by myself', ...supervisor });
    expect(byHand.state.proposal).toBeNull();
    const night = propose();
    night.now = night.state.day?.schedule.endsAt ?? 0;
    night.tick();
    expect(night.state.proposal).toBeNull();
  });

  test('off: nothing is looked at', () => {
    const hall = openHall(stalls({ mode: 'off' }));
    hall.now += 3_600_000;
    crowd(hall, 'social', 12);
    expect(hall.do('Balance', {})).toEqual({ ok: true, events: [] });
  });
});
