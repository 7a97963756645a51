/** Numbers that kiosks give by themselves (F7): leased once, in a range of their own, and merged by press time. */
import { describe, expect, test } from 'vitest';
import type { LeaseResult, NumberBlock } from '../../devices/contract/ticket.ts';
import { hallAsText } from './audit.ts';
import { codeOf, type HallInTest, openHall, replayed } from './hall-steps.kit.ts';
import { testHall } from './test-hall.kit.ts';

const minuteMs = 60_000;
const withBlocks = { ...testHall, numbering: { ...testHall.numbering, blocks: { from: 5000, to: 5099, size: 10 } } };
type Held = NumberBlock & { readonly left: number };

function ask(hall: HallInTest, kiosk: string, held: readonly Held[] = [], prefixes = ['A'], grant = true): LeaseResult {
  const by = { kind: 'device', id: kiosk } as const;
  const decision = hall.do('LeaseBlocks', { prefixes, held, grant, by } as never);
  if (!decision.ok) throw new Error(decision.refusal.code);
  return decision.answer as LeaseResult;
}

const whole = (blocks: readonly NumberBlock[], left = 10): Held[] => blocks.map((block) => ({ ...block, left }));

describe('leases', () => {
  test('a block of each prefix for today and the next business day, above the hub’s own numbers', () => {
    const hall = openHall(withBlocks);
    const { days, blocks } = ask(hall, 'k1/kiosk', [], ['A', 'B', 'Z']);
    expect(days.map(({ day }) => day)).toEqual(['2026-11-23', '2026-11-24']);
    expect(days[0]?.tickets_from).toBe(Date.UTC(2026, 10, 23, 0, 30));
    expect(blocks.map(({ lease, from, to }) => [lease, from, to])).toEqual([
      ['A5000-2026-11-23', 5000, 5009],
      ['A5010-2026-11-24', 5010, 5019],
      ['B5000-2026-11-23', 5000, 5009],
      ['B5010-2026-11-24', 5010, 5019],
    ]);
    // The 27th is a holiday, the weekend follows.
    hall.now += 3 * 24 * 3_600_000;
    expect(ask(hall, 'k1/kiosk').days.map(({ day }) => day)).toEqual(['2026-11-26', '2026-11-30']);
  });

  test('renewed when half is left, and not before', () => {
    const hall = openHall(withBlocks);
    const first = ask(hall, 'k1/kiosk').blocks;
    expect(ask(hall, 'k1/kiosk', whole(first, 5)).blocks).toEqual([]);
    const more = ask(hall, 'k1/kiosk', [...whole(first.slice(0, 1), 4), ...whole(first.slice(1))]).blocks;
    expect(more.map(({ from, day }) => [from, day])).toEqual([[5020, '2026-11-23']]);
  });

  test('no range twice in a day, to nobody, also after the store of a kiosk is lost, and the range ends', () => {
    const hall = openHall(withBlocks);
    const seen = new Set<number>();
    for (let round = 0; round < 8; round += 1) {
      for (const { from, prefix } of ask(hall, `k${round % 3}/kiosk`).blocks) {
        expect(prefix).toBe('A');
        expect(seen.has(from), `${from} again`).toBe(false);
        seen.add(from);
      }
    }
    expect(seen.size).toBe(10);
    expect(ask(hall, 'k9/kiosk').blocks).toEqual([]);
  });

  test('the circle goes on with the next day, past what is leased for it and past what stays overnight', () => {
    const hall = openHall(withBlocks);
    const today = ask(hall, 'k1/kiosk').blocks[0];
    for (const kiosk of ['k2', 'k3', 'k4', 'k5']) ask(hall, `${kiosk}/kiosk`);
    const paper = { lease: today?.lease ?? '', service: 'social', matters: ['card'], class: 'ordinary' } as const;
    hall.do('IssuedFromBlock', { ...paper, commandId: 'press-0001', ticket: hall.id('A5000') });
    hall.do('TicketPrinted', { ticket: hall.id('A5000'), verdict: 'printed' });
    hall.call('w1');
    hall.do('Complete', { window: 'w1', review: 'all' });
    hall.now = (hall.state.day?.schedule.endsAt ?? 0) + 9 * 3_600_000;
    const next = ask(hall, 'k6/kiosk').blocks.map(({ from }) => from);
    // 5000 is in review since yesterday; 5010, 5030 … are today's, leased yesterday.
    expect(next).toEqual([5020, 5040]);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });

  test('a hub that has forgotten learns from its kiosks; who comes second with the same range must not use it', () => {
    const before = openHall(withBlocks);
    const held = whole(ask(before, 'k1/kiosk').blocks);
    const hall = openHall(withBlocks);
    // Just begun: it listens, and leases nothing.
    expect(ask(hall, 'k1/kiosk', held, ['A'], false)).toMatchObject({ blocks: [], revoked: [] });
    expect(hall.journal.filter(({ type }) => type === 'BlockLeased')).toMatchObject([
      { from: 5000, kiosk: 'k1/kiosk', reported: true },
      { from: 5010, kiosk: 'k1/kiosk', reported: true },
    ]);
    expect(ask(hall, 'k2/kiosk', held.slice(0, 1)).revoked).toEqual([held[0]?.lease]);
    expect(ask(hall, 'k3/kiosk').blocks.map(({ from }) => from)).toEqual([5040, 5050]);
  });

  test('a hall without blocks says so, and the hub’s own numbers end where the blocks begin', () => {
    expect(codeOf(openHall().do('LeaseBlocks', { prefixes: ['A'], held: [], grant: true }))).toBe('no-blocks');
    const hall = openHall({ ...testHall, numbering: { digits: 2, start: 1, blocks: { from: 4, to: 99, size: 10 } } });
    expect([hall.ticket('social'), hall.ticket('social'), hall.ticket('social')]).toEqual(['A01', 'A02', 'A03']);
    const none = hall.do('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
    expect(codeOf(none)).toBe('numbers-used-up');
  });
});

describe('papers of blocks', () => {
  test('merge in the order of the presses, whoever is heard first', () => {
    const hall = openHall(withBlocks);
    for (const kiosk of ['k1', 'k2']) ask(hall, `${kiosk}/kiosk`);
    const began = hall.now;
    hall.pass(3_600_000);
    const presses = [
      ['A5020', 20],
      ['A5021', 40],
      ['A5000', 10],
      ['A5001', 30],
    ] as const;
    for (const [number, minute] of presses) {
      const happenedAt = began + minute * minuteMs;
      const paper = { lease: 'x', service: 'social', matters: [], class: 'ordinary', happenedAt } as const;
      hall.do('IssuedFromBlock', { ...paper, commandId: `press-${number}`, ticket: hall.id(number) });
      hall.do('TicketPrinted', { ticket: hall.id(number), verdict: 'printed', happenedAt: happenedAt + 2_000 });
    }
    const called = ['w1', 'w2', 'w3'].map((window) => hall.call(window));
    expect(called).toEqual(['A5000', 'A5020', 'A5001']);
  });

  test('a service done as one thing has all its matters, also out of a block', () => {
    const services = testHall.services.map((each) => (each.id === 'company' ? { ...each, together: true } : each));
    const hall = openHall({ ...withBlocks, services });
    const paper = { lease: 'x', service: 'company', matters: [], class: 'ordinary' } as const;
    hall.do('IssuedFromBlock', { ...paper, commandId: 'press-0001', ticket: hall.id('B5000') });
    expect(hall.state.tickets.get(hall.id('B5000'))?.matters).toHaveLength(3);
  });

  test('F18: a paper of tomorrow’s block belongs to tomorrow; one of yesterday’s is a record', () => {
    const hall = openHall(withBlocks);
    ask(hall, 'k1/kiosk');
    const paper = { lease: 'x', service: 'social', matters: [], class: 'ordinary' } as const;
    const early = hall.do('IssuedFromBlock', { ...paper, commandId: 'press-0001', ticket: '2026-11-24/A5010' });
    expect(codeOf(early)).toBe('day-not-open');
    hall.now = (hall.state.day?.schedule.endsAt ?? 0) + 1_000;
    hall.do('IssuedFromBlock', { ...paper, commandId: 'press-0002', ticket: '2026-11-24/A5010' });
    expect(hall.stage('A5010')).toBe('printing');
    hall.do('IssuedFromBlock', { ...paper, commandId: 'press-0003', ticket: '2026-11-23/A5000' });
    expect(hall.last('TicketClosed')).toMatchObject({ ticket: '2026-11-23/A5000', reason: 'day-end' });
    expect(hall.stage('A5000')).toBeUndefined();
  });
});
