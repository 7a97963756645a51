/**
 * One day of a hall in virtual time: the real decide and evolve, with visitors and clerks who behave as the plan says.
 * A window that is free calls; one that finds nobody waits until somebody comes whom it may call.
 */
import type { Instant, ServiceId, TicketClass, TicketId, WindowId } from '../../devices/contract/terms.ts';
import { businessDay, scheduleOf } from '../queue/calendar.ts';
import type { QueueCommand } from '../queue/commands.ts';
import { estimateFor } from '../queue/estimate.ts';
import type { QueueEvent } from '../queue/events.ts';
import type { Decision } from '../queue/queue.ts';
import { emptyHall, type HallState, type WindowState } from '../queue/state.ts';
import { step } from '../queue/step.ts';
import { mean } from './figures.ts';
import { HallAgenda } from './hall-agenda.ts';
import type { DayPlan, Visitor } from './plan.ts';

export interface Visit {
  readonly service: ServiceId;
  readonly class: TicketClass;
  readonly arrivedAt: Instant;
  /** `null`: never called. */
  calledAt: Instant | null;
  window: WindowId | null;
  end: 'served' | 'missed' | 'left' | 'refused';
  /** What was said at the kiosk, and what two simple rules would have said. */
  readonly promised: { readonly lowMs: number; readonly highMs: number; readonly meanMs: number } | null;
  readonly rivals: { readonly service: Rivals; readonly hall: Rivals };
}

/** The wait of the last visitor called, and the average of the last ten. */
export interface Rivals {
  readonly lastToEnterMs: number;
  readonly lastTenMs: number;
}

export interface DayResult {
  readonly visits: readonly Visit[];
  /** By window: time occupied by visitors, and time open. */
  readonly windows: readonly { readonly id: WindowId; readonly busyMs: number; readonly openMs: number }[];
  readonly events: number;
  readonly journal: readonly QueueEvent[];
  readonly longestQueue: number;
  /** People waiting, every five minutes. */
  readonly curve: readonly { readonly at: Instant; readonly waiting: number; readonly busy: number }[];
}

const curveStepMs = 5 * 60_000;
/** Services end; whoever is in the hall is served for so long. */
const overtimeMs = 3 * 3_600_000;
const fingerMs = 400;

interface Running {
  readonly visitor: Visitor;
  readonly visit: Visit;
}

interface Desk {
  readonly window: WindowState;
  readonly id: WindowId;
  idle: boolean;
  open: boolean;
  openSince: Instant;
  openMs: number;
  busyMs: number;
  breakDue: boolean;
}

class HallDay {
  readonly #plan: DayPlan;
  readonly #agenda = new HallAgenda();
  readonly #state: HallState;
  readonly #journal: QueueEvent[] = [];
  readonly #running = new Map<TicketId, Running>();
  readonly #visits: Visit[] = [];
  readonly #desks: Desk[] = [];
  readonly #curve: { at: Instant; waiting: number; busy: number }[] = [];
  #idle: Desk[] = [];
  #events = 0;
  #commands = 0;
  #longestQueue = 0;
  /** The last ten waits, by service and in the whole hall. */
  readonly #waits = new Map<ServiceId, number[]>();

  constructor(plan: DayPlan, state: HallState) {
    this.#plan = plan;
    this.#state = state;
  }

  run(): DayResult {
    const { rules, visitors } = this.#plan;
    const agenda = this.#agenda;
    const schedule = scheduleOf(rules, businessDay(rules.timeZone, this.#plan.day));
    agenda.now = Math.min(schedule.ticketsFrom, visitors[0]?.at ?? schedule.ticketsFrom) - 60_000;
    this.#give({ type: 'ConfigureHall', rules });
    this.#give({ type: 'Tick' });
    for (const window of this.#state.windows.values()) {
      const { id } = window;
      const desk: Desk = {
        window,
        id,
        idle: false,
        open: false,
        openSince: 0,
        openMs: 0,
        busyMs: 0,
        breakDue: false,
      };
      this.#desks.push(desk);
    }
    for (const visitor of visitors) agenda.at(visitor.at, () => this.#arrive(visitor));
    for (const span of schedule.spans) {
      agenda.at(span.from, () => {
        for (const desk of this.#desks) this.#open(desk);
      });
      agenda.at(span.to, () => {
        for (const desk of this.#desks) if (desk.idle) this.#lockUp(desk);
      });
      this.#planBreaks(span.from, span.to);
    }
    const last = schedule.spans[schedule.spans.length - 1]?.to ?? agenda.now;
    for (let at = schedule.ticketsFrom; at < last + overtimeMs; at += curveStepMs) {
      agenda.at(at, () => this.#curve.push({ at, waiting: this.#state.waiting, busy: this.#busy() }));
    }
    agenda.runUntil(Math.min(last + overtimeMs, schedule.endsAt - 1));
    for (const desk of this.#desks) if (desk.open) desk.openMs += agenda.now - desk.openSince;
    return {
      visits: this.#visits,
      windows: this.#desks.map(({ id, busyMs, openMs }) => ({ id, busyMs, openMs })),
      events: this.#events,
      journal: this.#journal,
      longestQueue: this.#longestQueue,
      curve: this.#curve,
    };
  }

  #give(body: { readonly type: QueueCommand['type'] } & Readonly<Record<string, unknown>>): Decision {
    this.#commands += 1;
    const at = this.#agenda.now;
    const { decision, events } = step(this.#state, {
      id: `sim-${this.#commands}`,
      at,
      happenedAt: at,
      by: { kind: 'device', id: 'sim' },
      ...body,
    } as unknown as QueueCommand);
    this.#events += events.length;
    if (this.#plan.keepJournal === true) this.#journal.push(...events);
    return decision;
  }

  #arrive(visitor: Visitor): void {
    const at = this.#agenda.now;
    const { meanMs, wait } = estimateFor(this.#state, visitor.service, visitor.class, at);
    const visit: Visit = {
      service: visitor.service,
      class: visitor.class,
      arrivedAt: at,
      calledAt: null,
      window: null,
      end: 'left',
      promised: meanMs === undefined || wait === undefined ? null : { ...wait, meanMs },
      rivals: { service: rivalsOf(this.#waits.get(visitor.service)), hall: rivalsOf(this.#waits.get(hallKey)) },
    };
    this.#visits.push(visit);
    const decision = this.#give({
      type: 'IssueTicket',
      service: visitor.service,
      matters: visitor.matters,
      class: visitor.class,
    });
    if (!decision.ok) {
      visit.end = 'refused';
      return;
    }
    const { ticket } = decision.answer as { readonly ticket: TicketId };
    this.#running.set(ticket, { visitor, visit });
    this.#give({ type: 'TicketPrinted', ticket, verdict: 'printed' });
    this.#longestQueue = Math.max(this.#longestQueue, this.#state.waiting);
    this.#wake('intake', visitor.service);
  }

  /** Somebody can be called: the window idle for longest takes it, if it may. */
  #wake(role: 'intake' | 'certificate', service: ServiceId): void {
    for (const desk of this.#idle) {
      if (!desk.idle || desk.window.role !== role) continue;
      const { serves } = desk.window;
      if (serves !== 'all' && !serves.some((each) => each.service === service)) continue;
      this.#next(desk);
      break;
    }
    if (this.#idle.some((desk) => !desk.idle)) this.#idle = this.#idle.filter((desk) => desk.idle);
  }

  #next(desk: Desk): void {
    if (desk.breakDue) {
      this.#rest(desk);
      return;
    }
    const closed = this.#closed();
    if (closed === 'break') {
      this.#lockUp(desk);
      return;
    }
    const decision = this.#give({ type: 'CallNext', window: desk.id });
    if (!decision.ok) {
      if (closed === 'evening') {
        this.#lockUp(desk);
        return;
      }
      if (!desk.idle) this.#idle.push(desk);
      desk.idle = true;
      return;
    }
    desk.idle = false;
    const call = desk.window.call;
    const running = call === null ? undefined : this.#running.get(call.ticket);
    if (call === null || running === undefined) throw new Error(`window ${desk.id} called a stranger`);
    this.#receive(desk, call.ticket, running);
  }

  #receive(desk: Desk, ticket: TicketId, { visitor, visit }: Running): void {
    const at = this.#agenda.now;
    const { behaviour } = this.#plan;
    const leg = this.#state.tickets.get(ticket)?.leg ?? 'intake';
    if (leg === 'intake') {
      visit.calledAt = at;
      visit.window = desk.id;
      const waitedMs = at - visit.arrivedAt;
      for (const key of [visit.service, hallKey]) {
        this.#waits.set(key, [...(this.#waits.get(key) ?? []).slice(-9), waitedMs]);
      }
    }
    if (visitor.noShow && leg === 'intake') {
      this.#agenda.at(at + behaviour.missAfterMs, () => {
        visit.end = 'missed';
        desk.busyMs += behaviour.missAfterMs;
        this.#give({ type: 'Miss', window: desk.id });
        this.#free(desk);
      });
      return;
    }
    this.#agenda.at(at + visitor.walkMs, () => {
      this.#give({ type: 'Start', window: desk.id });
    });
    const serviceMs = leg === 'intake' ? visitor.serviceMs : visitor.certificateMs;
    this.#agenda.at(at + visitor.walkMs + serviceMs, () => {
      desk.busyMs += visitor.walkMs + serviceMs;
      visit.end = 'served';
      const serving = desk.window.call?.serving ?? '';
      const review = leg === 'intake' && visitor.officeMs !== null ? 'all' : [];
      this.#give({ type: 'Complete', window: desk.id, review });
      if (behaviour.ratedShare > 0 && this.#plan.random() < behaviour.ratedShare) {
        const level = this.#plan.random() < 0.9 ? 5 : 4;
        this.#agenda.at(this.#agenda.now + 5_000, () => {
          this.#give({ type: 'RateService', serving, window: desk.id, level });
        });
      }
      if (leg === 'intake' && visitor.officeMs !== null) {
        this.#agenda.at(this.#agenda.now + visitor.officeMs, () => this.#decided(ticket, visitor.service));
      }
      this.#free(desk);
    });
  }

  #decided(ticket: TicketId, service: ServiceId): void {
    for (const matter of this.#state.tickets.get(ticket)?.matters ?? []) {
      if (matter.state === 'review') {
        this.#give({ type: 'MatterReady', ticket, matter: matter.matter, outcome: 'granted' });
      }
    }
    this.#wake('certificate', service);
  }

  #free(desk: Desk): void {
    const restMs = this.#plan.behaviour.restMs;
    this.#agenda.at(this.#agenda.now + (restMs === 0 ? 0 : restMs + fingerMs), () => {
      if (desk.open) this.#next(desk);
    });
  }

  #open(desk: Desk): void {
    if (desk.open) return;
    desk.open = true;
    desk.openSince = this.#agenda.now;
    this.#give({ type: 'OpenWindow', window: desk.id });
    this.#next(desk);
  }

  #lockUp(desk: Desk): void {
    desk.idle = false;
    if (!desk.open) return;
    desk.open = false;
    desk.openMs += this.#agenda.now - desk.openSince;
    this.#give({ type: 'CloseWindow', window: desk.id });
  }

  #planBreaks(from: Instant, to: Instant): void {
    const { breakMs } = this.#plan.behaviour;
    if (breakMs === 0) return;
    for (const desk of this.#desks) {
      this.#agenda.at(from + (0.25 + 0.5 * this.#plan.random()) * (to - from), () => {
        desk.breakDue = true;
        if (desk.idle) this.#rest(desk);
      });
    }
  }

  #rest(desk: Desk): void {
    desk.breakDue = false;
    desk.idle = false;
    this.#give({ type: 'PauseWindow', window: desk.id, reason: 'break' });
    this.#agenda.at(this.#agenda.now + this.#plan.behaviour.breakMs, () => {
      if (!desk.open) return;
      this.#give({ type: 'ResumeWindow', window: desk.id });
      this.#next(desk);
    });
  }

  /** At noon clerks go; in the evening they serve whoever is still in the hall. */
  #closed(): 'no' | 'break' | 'evening' {
    const { now } = this.#agenda;
    const spans = this.#state.day?.schedule.spans ?? [];
    if (spans.some((span) => now >= span.from && now < span.to)) return 'no';
    return spans.some((span) => span.from > now) ? 'break' : 'evening';
  }

  #busy(): number {
    let busy = 0;
    for (const desk of this.#desks) if (desk.window.call !== null) busy += 1;
    return busy;
  }
}

const hallKey = '*';

function rivalsOf(waits: readonly number[] = []): Rivals {
  return { lastToEnterMs: waits[waits.length - 1] ?? 0, lastTenMs: mean(waits) };
}

/** `state`: a hall that has lived before keeps what it has learned. */
export function simulateDay(plan: DayPlan, state: HallState = emptyHall()): DayResult {
  return new HallDay(plan, state).run();
}
