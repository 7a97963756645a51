/** Halls as textbooks have them, run through the real queue and held against the formulas. */
import type { CallPolicy, HallRules } from '../../devices/contract/hall.ts';
import type { TicketClass } from '../../devices/contract/terms.ts';
import { seededRandom } from '../../drivers/random.ts';
import { exponential, logNormal } from './chance.ts';
import { simulateDay } from './day.ts';
import { confidence, type Interval, mean } from './figures.ts';
import { type PriorityClass, waitAccumulating, waitMg1, waitMmc, waitPriority } from './formulas.kit.ts';
import { bareBehaviour, type Visitor } from './plan.ts';

/** Open around the clock, so that a day is one long run. Times are short: a day holds tens of thousands of services. */
function textbookHall(windows: number, policy: CallPolicy): HallRules {
  return {
    rev: 1,
    hall: 'textbook',
    name: { zh: '教科书', en: 'textbook' },
    timeZone: 'UTC',
    calendar: {
      week: Array.from({ length: 7 }, () => [{ from: 0, to: 24 * 60 }]),
      exceptions: {},
      ticketingLeadMs: 0,
      lastTicketBeforeCloseMs: 0,
      lastTicketByCapacity: false,
    },
    numbering: { digits: 5, start: 1 },
    departments: [],
    matters: [
      {
        id: 'm',
        code: 'm',
        name: { zh: '事项', en: 'matter' },
        department: 'd',
        documents: [],
        standardMs: 10_000,
        decided: 'on-the-spot',
      },
    ],
    services: [
      { id: 's', prefix: 'A', name: { zh: '业务', en: 'service' }, matters: ['m'], tier: 1, dailyQuota: null },
    ],
    windows: Array.from({ length: windows }, (_, index) => ({
      id: `w${index + 1}`,
      number: index + 1,
      name: { zh: '窗口', en: 'window' },
      zone: '',
      role: 'intake' as const,
      serves: 'all' as const,
    })),
    clerks: [],
    calling: {
      policy,
      recallLimit: 3,
      recallPauseMs: 0,
      minCallsBeforeMiss: 1,
      minMsBeforeMiss: 0,
      returnWithinMs: 3_600_000,
      commandLifeMs: 10_000,
      certificateWhen: 'all',
    },
    rating: { timeoutMs: 1, followUpLevel: 2, followUpWorkingDays: 5 },
  };
}

interface Stream {
  readonly class: TicketClass;
  readonly arrivalRate: number;
  readonly serviceMs: number;
  /** 1 = exponential. */
  readonly law: 'exponential' | 'log-normal' | 'fixed';
  readonly variation: number;
}

interface Case {
  readonly name: string;
  readonly windows: number;
  readonly policy: CallPolicy;
  readonly streams: readonly Stream[];
  /** Mean wait by stream, ms. */
  readonly expected: readonly number[];
}

export interface TextbookResult {
  readonly name: string;
  readonly class: TicketClass;
  readonly formulaMs: number;
  readonly measured: Interval;
  /** The formula lies in the 99 % interval. */
  readonly within: boolean;
  readonly visits: number;
}

const serviceMs = 10_000;
const fifo: CallPolicy = { kind: 'fifo' };
const accumulating: CallPolicy = {
  kind: 'accumulating',
  ratesPerMinute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 },
};
const strict: CallPolicy = { kind: 'strict', order: ['priority', 'appointment', 'returning', 'ordinary'] };

function stream(kind: TicketClass, load: number, law: Stream['law'], variation: number): Stream {
  return { class: kind, arrivalRate: load / serviceMs, serviceMs, law, variation };
}

function theory(streams: readonly Stream[], rates: Readonly<Record<TicketClass, number>>): PriorityClass[] {
  return streams.map((each) => ({
    arrivalRate: each.arrivalRate,
    serviceMs: each.serviceMs,
    serviceSquared: each.serviceMs ** 2 * (1 + each.variation ** 2),
    rate: rates[each.class],
  }));
}

export function textbookCases(): readonly Case[] {
  const two = [stream('ordinary', 0.5, 'exponential', 1), stream('priority', 0.3, 'exponential', 1)];
  const twoLog = [stream('ordinary', 0.5, 'log-normal', 0.7), stream('priority', 0.3, 'log-normal', 0.7)];
  const rates = { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 };
  return [
    {
      name: 'M/M/1, load 0.8',
      windows: 1,
      policy: fifo,
      streams: [stream('ordinary', 0.8, 'exponential', 1)],
      expected: [waitMmc(0.8 / serviceMs, serviceMs, 1)],
    },
    {
      name: 'M/M/5, load 0.85',
      windows: 5,
      policy: fifo,
      streams: [stream('ordinary', 4.25, 'exponential', 1)],
      expected: [waitMmc(4.25 / serviceMs, serviceMs, 5)],
    },
    {
      name: 'M/D/1, load 0.8',
      windows: 1,
      policy: fifo,
      streams: [stream('ordinary', 0.8, 'fixed', 0)],
      expected: [waitMg1(0.8 / serviceMs, serviceMs, 0)],
    },
    {
      name: 'M/G/1 log-normal (0.7), load 0.8',
      windows: 1,
      policy: fifo,
      streams: [stream('ordinary', 0.8, 'log-normal', 0.7)],
      expected: [waitMg1(0.8 / serviceMs, serviceMs, 0.7)],
    },
    {
      name: 'strict priority, M/M/1',
      windows: 1,
      policy: strict,
      streams: two,
      expected: waitPriority(theory(two.toReversed(), rates)).toReversed(),
    },
    {
      name: 'accumulating priority 1 : 2, M/M/1',
      windows: 1,
      policy: accumulating,
      streams: two,
      expected: waitAccumulating(theory(two, rates)),
    },
    {
      name: 'accumulating priority 1 : 2, M/G/1 log-normal (0.7)',
      windows: 1,
      policy: accumulating,
      streams: twoLog,
      expected: waitAccumulating(theory(twoLog, rates)),
    },
  ];
}

const day = Date.UTC(2026, 10, 23);
const warmUpMs = 2 * 3_600_000;

/** Independent days, one a seed; the first two hours and those not called by midnight are left out. */
export function runTextbook(each: Case, seeds: number, hours = 24): TextbookResult[] {
  const waits = each.streams.map((): number[] => []);
  let visits = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed * 7919);
    const visitors = each.streams.flatMap((one) => draw(one, random, hours)).sort((a, b) => a.at - b.at);
    const result = simulateDay({
      rules: textbookHall(each.windows, each.policy),
      day,
      visitors,
      behaviour: bareBehaviour,
      random,
    });
    const endMs = day + hours * 3_600_000 - 10 * 60_000;
    const counted = result.visits.filter((visit) => visit.arrivedAt > day + warmUpMs && visit.arrivedAt < endMs);
    visits += counted.length;
    for (const [index, one] of each.streams.entries()) {
      const mine = counted.filter((visit) => visit.class === one.class && visit.calledAt !== null);
      waits[index]?.push(mean(mine.map((visit) => (visit.calledAt ?? 0) - visit.arrivedAt)));
    }
  }
  return each.streams.map((one, index) => {
    const measured = confidence(waits[index] ?? [], 99);
    const formulaMs = each.expected[index] ?? 0;
    return {
      name: each.name,
      class: one.class,
      formulaMs,
      measured,
      within: Math.abs(measured.mean - formulaMs) <= measured.half,
      visits,
    };
  });
}

function draw(one: Stream, random: () => number, hours: number): Visitor[] {
  const visitors: Visitor[] = [];
  const end = day + hours * 3_600_000;
  for (let at = day; ; ) {
    at += exponential(random, 1 / one.arrivalRate);
    if (at >= end) return visitors;
    visitors.push({
      at: Math.round(at),
      service: 's',
      matters: ['m'],
      class: one.class,
      serviceMs: Math.round(time(one, random)),
      walkMs: 0,
      noShow: false,
      officeMs: null,
      certificateMs: 0,
    });
  }
}

function time(one: Stream, random: () => number): number {
  switch (one.law) {
    case 'exponential':
      return exponential(random, one.serviceMs);
    case 'log-normal':
      return logNormal(random, one.serviceMs, one.variation);
    case 'fixed':
      return one.serviceMs;
  }
}
