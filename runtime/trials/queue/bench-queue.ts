/** Bench part `queue`: decide and evolve in memory. The journal on disk is the store's figure, not this one. */
import type { TicketId } from '../../../devices/contract/terms.ts';
import { seededRandom } from '../../../drivers/random.ts';
import type { QueueCommand } from '../../queue/commands.ts';
import { decide } from '../../queue/decide.ts';
import { evolve } from '../../queue/evolve.ts';
import { emptyHall, type HallState } from '../../queue/state.ts';
import { step } from '../../queue/step.ts';
import { testHall } from '../../queue/test-hall.ts';
import { simulateDay } from '../../simulate/day.ts';
import { quantile } from '../../simulate/figures.ts';
import { largeHall } from '../../simulate/large-hall.ts';
import { usualBehaviour } from '../../simulate/plan.ts';
import { drawVisitors, usualHours } from '../../simulate/visitors.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';

const opening = Date.UTC(2026, 10, 23, 1, 0);
const replayEvents = 1_000_000;
const callRounds = 3_000;

export const queueBench: BenchPart = {
  async run() {
    return [callTable(), dayTable(), replayTable()];
  },
};

class Bench {
  readonly state: HallState = emptyHall();
  at = opening;
  #count = 0;

  give(body: { readonly type: QueueCommand['type'] } & Readonly<Record<string, unknown>>) {
    this.#count += 1;
    const id = `bench-${this.#count}`;
    return step(this.state, {
      id,
      at: this.at,
      happenedAt: this.at,
      by: { kind: 'device', id: 'bench' },
      ...body,
    } as unknown as QueueCommand);
  }
}

/** A hall with so many waiting; each round calls one, completes it, and one more arrives, so that the number stays. */
function callTable(): BenchTable {
  const rows = [100, 10_000, 100_000].map((waiting) => {
    const bench = new Bench();
    // Numbers of one prefix end at 99,999: three services share them out.
    const services = testHall.services.map((service) => ({ ...service, dailyQuota: null }));
    bench.give({ type: 'ConfigureHall', rules: { ...testHall, services } });
    bench.give({ type: 'OpenWindow', window: 'w1' });
    const classes = ['ordinary', 'ordinary', 'ordinary', 'priority'];
    let arrived = 0;
    const arrive = () => {
      arrived += 1;
      bench.at += 1;
      const service = services[arrived % services.length]?.id;
      const { decision } = bench.give({
        type: 'IssueTicket',
        service,
        matters: [],
        class: classes[arrived % classes.length],
      });
      const { ticket } = (decision.ok ? decision.answer : undefined) as { ticket: TicketId };
      bench.give({ type: 'TicketPrinted', ticket, verdict: 'printed' });
    };
    while (arrived < waiting) arrive();
    const calls: number[] = [];
    const arrivals: number[] = [];
    for (let round = 0; round < callRounds; round += 1) {
      bench.at += 1;
      const before = performance.now();
      const { decision } = bench.give({ type: 'CallNext', window: 'w1' });
      calls.push((performance.now() - before) * 1000);
      if (!decision.ok) throw new Error(decision.refusal.message);
      bench.give({ type: 'Complete', window: 'w1', review: [] });
      const arriving = performance.now();
      arrive();
      arrivals.push((performance.now() - arriving) * 1000);
    }
    calls.sort((a, b) => a - b);
    arrivals.sort((a, b) => a - b);
    return {
      waiting,
      'CallNext median µs': round1(quantile(calls, 0.5)),
      'p99 µs': round1(quantile(calls, 0.99)),
      'issue and print median µs': round1(quantile(arrivals, 0.5)),
    };
  });
  return {
    title: 'CallNext, decided and applied in memory, by the number waiting',
    rows,
    notes: ['target: the same cost with 100,000 waiting as with 100'],
  };
}

function dayTable(): BenchTable {
  const rules = largeHall();
  const rows = [1, 2, 3].map((seed) => {
    const visitors = drawVisitors(
      rules,
      '2026-11-23',
      { visitors: 6000, hours: usualHours },
      usualBehaviour,
      seededRandom(seed),
    );
    const started = performance.now();
    const cpu = process.cpuUsage();
    const result = simulateDay({
      rules,
      day: opening,
      visitors,
      behaviour: usualBehaviour,
      random: seededRandom(seed),
    });
    const elapsedMs = performance.now() - started;
    const usedMs = process.cpuUsage(cpu).user / 1000;
    return {
      seed,
      visitors: visitors.length,
      events: result.events,
      's by the clock': round2(elapsedMs / 1000),
      's of processor': round2(usedMs / 1000),
      'events a second': Math.round(result.events / (elapsedMs / 1000)),
    };
  });
  return {
    title: 'One hall day in the simulator: 186 windows, 6,000 visitors',
    rows,
    notes: ['target: at most 2 s; the first seed warms the compiler up'],
  };
}

/** Days of the large hall one after another; only `evolve` is timed, as a hub replays its journal at start. */
function replayTable(): BenchTable {
  const rules = largeHall();
  const visitors = drawVisitors(
    rules,
    '2026-11-23',
    { visitors: 6000, hours: usualHours },
    usualBehaviour,
    seededRandom(1),
  );
  const day = simulateDay({
    rules,
    day: opening,
    visitors,
    behaviour: usualBehaviour,
    random: seededRandom(1),
    keepJournal: true,
  }).journal;
  // The same day again and again, each ended by its Tick and begun anew: as many tickets come and go as in weeks.
  const first = day.filter((event) => event.type === 'HallConfigured');
  const rest = day.filter((event) => event.type !== 'HallConfigured');
  let state = emptyHall();
  const ended = rest.reduce(evolve, first.reduce(evolve, state));
  const endsAt = ended.day?.schedule.endsAt ?? opening;
  const end = decide(ended, { type: 'Tick', id: 'end', at: endsAt, happenedAt: endsAt, by: { kind: 'hub', id: 'b' } });
  const close = end.events.filter((event) => event.type !== 'DayOpened');
  const events = [...rest, ...close];
  state = first.reduce(evolve, emptyHall());
  let applied = 0;
  const started = performance.now();
  while (applied < replayEvents) {
    for (const event of events) state = evolve(state, event);
    applied += events.length;
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    title: 'Replay in memory',
    rows: [
      {
        events: applied,
        's by the clock': round2(seconds),
        'events a second': Math.round(applied / seconds),
        'tickets left open': state.tickets.size,
      },
    ],
    notes: ['target with the journal on disk: 1,000,000 events in at most 15 s'],
  };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
