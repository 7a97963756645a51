/**
 * One day of a hall in virtual time: the real decide and evolve, with visitors and clerks who behave as the plan says.
 * A window that is free calls; one that finds nobody waits until somebody comes whom it may call.
 */
import type { BusinessDay, Instant, ServiceId, TicketId, WindowId } from '../../devices/contract/terms.ts';
import { businessDay, scheduleOf } from '../queue/calendar.ts';
import type { QueueCommand } from '../queue/commands.ts';
import { estimateFor } from '../queue/estimate.ts';
import type { QueueEvent } from '../queue/events.ts';
import type { Decision } from '../queue/queue.ts';
import { emptyHall, type HallState, type WindowState } from '../queue/state.ts';
import { step } from '../queue/step.ts';
import { Clerks } from './clerks.ts';
import type { DayResult, Rivals, Visit } from './day-result.ts';
import { mean } from './figures.ts';
import { HallAgenda } from './hall-agenda.ts';
import type { DayPlan, Visitor } from './plan.ts';

const curveStepMs = 5 * 60_000;
/** Services end; whoever is in the hall is served for so long. */
const overtimeMs = 3 * 3_600_000;
const fingerMs = 400;
/** How often the hub lets the balancer look. */
const balanceEveryMs = 60_000;
/** Somebody who is too early for the booked time tries again. */
const tryAgainMs = 60_000;

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
  readonly #day: BusinessDay;
  readonly #clerks: Clerks;
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
  #balanced = 0;
  /** The last ten waits, by service and in the whole hall. */
  readonly #waits = new Map<ServiceId, number[]>();

  constructor(plan: DayPlan, state: HallState) {
    this.#plan = plan;
    this.#day = businessDay(plan.rules.timeZone, plan.day);
    this.#clerks = new Clerks(plan.rules);
    this.#state = state;
  }

  run(): DayResult {
    const { rules, visitors } = this.#plan;
    const agenda = this.#agenda;
    const schedule = scheduleOf(rules, this.#day);
    agenda.now = Math.min(schedule.ticketsFrom, visitors[0]?.at ?? schedule.ticketsFrom) - 60_000;
    this.#give({ type: 'ConfigureHall', rules: this.#clerks.rules });
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
    for (const [index, visitor] of visitors.entries()) {
      if (visitor.booked !== undefined && visitor.booked !== null) this.#book(visitor, visitor.booked, index);
      agenda.at(visitor.at, () => this.#arrive(visitor, index));
    }
    for (const span of schedule.spans) {
      agenda.at(span.from, () => {
        for (const desk of this.#desks) this.#open(desk);
      });
      agenda.at(span.to, () => {
        for (const desk of this.#desks) if (desk.idle) this.#lockUp(desk);
      });
      this.#planBreaks(span.from, span.to);
      if (rules.balancing !== undefined) this.#planBalance(span.from, span.to);
    }
    const last = schedule.spans[schedule.spans.length - 1]?.to ?? agenda.now;
    for (let at = schedule.ticketsFrom; at < last + overtimeMs; at += curveStepMs) {
      agenda.at(at, () => this.#curve.push({ at, waiting: this.#state.waiting, busy: this.#busy() }));
    }
    agenda.runUntil(Math.min(last + overtimeMs, schedule.endsAt - 1));
    for (const desk of this.#desks) if (desk.open) desk.openMs += agenda.now - desk.openSince;
    return {
      visits: this.#visits,
      windows: this.#desks.map(({ id, busyMs, openMs, window }) => ({ id, role: window.rules.role, busyMs, openMs })),
      events: this.#events,
      journal: this.#journal,
      longestQueue: this.#longestQueue,
      balanced: this.#balanced,
      curve: this.#curve,
    };
  }

  #give(body: { readonly type: QueueCommand['type'] } & Readonly<Record<string, unknown>>): Decision {
    this.#commands += 1;
    const at = this.#agenda.now;
    const { decision, events } = step(this.#state, {
      // A hall that has lived before remembers the commands of its last day.
      id: `sim-${this.#day}-${this.#commands}`,
      at,
      happenedAt: at,
      by: { kind: 'device', id: 'sim' },
      ...body,
    } as unknown as QueueCommand);
    this.#events += events.length;
    if (this.#plan.keepJournal === true) this.#journal.push(...events);
    return decision;
  }

  /** Before the day's first number; an appointment of a past day cannot be booked. */
  #book(visitor: Visitor, { from, to }: { readonly from: Instant; readonly to: Instant }, index: number): void {
    const { service, matters } = visitor;
    this.#give({ type: 'BookAppointment', appointment: this.#appointment(index), service, matters, from, to });
  }

  #appointment(index: number): string {
    return `booked-${this.#day}-${index}`;
  }

  #arrive(visitor: Visitor, index: number): void {
    const at = this.#agenda.now;
    const { meanMs, wait } = estimateFor(this.#state, visitor.service, visitor.class, at);
    const visit: Visit = {
      service: visitor.service,
      class: visitor.class,
      arrivedAt: at,
      calledAt: null,
      window: null,
      matters: visitor.matters.length,
      bookedFor: visitor.booked?.from ?? null,
      doneAt: null,
      readyAt: null,
      certificateCalledAt: null,
      end: 'left',
      promised: meanMs === undefined || wait === undefined ? null : { ...wait, meanMs },
      rivals: { service: rivalsOf(this.#waits.get(visitor.service)), hall: rivalsOf(this.#waits.get(hallKey)) },
    };
    const { service, matters } = visitor;
    const decision =
      visit.bookedFor === null
        ? this.#give({ type: 'IssueTicket', service, matters, class: visitor.class })
        : this.#give({ type: 'CheckIn', appointment: this.#appointment(index) });
    if (!decision.ok && decision.refusal.code === 'too-early') {
      this.#agenda.at(at + tryAgainMs, () => this.#arrive(visitor, index));
      return;
    }
    this.#visits.push(visit);
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

  /** Somebody can be called: the window idle for longest takes it, if it and its clerk may. */
  #wake(role: 'intake' | 'certificate', service: ServiceId): void {
    for (const desk of this.#idle) {
      if (!desk.idle || desk.window.role !== role) continue;
      const { serves } = desk.window;
      if (serves !== 'all' && !serves.some((each) => each.service === service)) continue;
      if (this.#next(desk)) break;
    }
    if (this.#idle.some((desk) => !desk.idle)) this.#idle = this.#idle.filter((desk) => desk.idle);
  }

  /** `true`: it called somebody. */
  #next(desk: Desk): boolean {
    if (desk.breakDue) {
      this.#rest(desk);
      return false;
    }
    const closed = this.#closed();
    if (closed === 'break') {
      this.#lockUp(desk);
      return false;
    }
    const decision = this.#give({ type: 'CallNext', window: desk.id });
    if (!decision.ok) {
      if (closed === 'evening') {
        this.#lockUp(desk);
        return false;
      }
      if (!desk.idle) this.#idle.push(desk);
      desk.idle = true;
      return false;
    }
    desk.idle = false;
    const call = desk.window.call;
    const running = call === null ? undefined : this.#running.get(call.ticket);
    if (call === null || running === undefined) throw new Error(`window ${desk.id} called a stranger`);
    this.#receive(desk, call.ticket, running);
    return true;
  }

  #receive(desk: Desk, ticket: TicketId, { visitor, visit }: Running): void {
    const at = this.#agenda.now;
    const { behaviour } = this.#plan;
    const phase = this.#state.tickets.get(ticket)?.phase ?? 'intake';
    if (phase === 'intake') {
      visit.calledAt = at;
      visit.window = desk.id;
      const waitedMs = at - visit.arrivedAt;
      for (const key of [visit.service, hallKey]) {
        this.#waits.set(key, [...(this.#waits.get(key) ?? []).slice(-9), waitedMs]);
      }
    } else {
      visit.certificateCalledAt = at;
    }
    if (visitor.noShow && phase === 'intake') {
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
    const serviceMs = phase === 'intake' ? visitor.serviceMs : visitor.certificateMs;
    this.#agenda.at(at + visitor.walkMs + serviceMs, () => {
      desk.busyMs += visitor.walkMs + serviceMs;
      visit.end = 'served';
      const serving = desk.window.call?.serving ?? '';
      const review = phase === 'intake' && visitor.officeMs !== null ? 'all' : [];
      this.#give({ type: 'Complete', window: desk.id, review });
      if (!this.#state.tickets.has(ticket)) visit.doneAt = this.#agenda.now;
      if (behaviour.ratedShare > 0 && this.#plan.random() < behaviour.ratedShare) {
        const level = this.#plan.random() < 0.9 ? 5 : 4;
        this.#agenda.at(this.#agenda.now + 5_000, () => {
          this.#give({ type: 'RateService', serving, window: desk.id, level });
        });
      }
      if (phase === 'intake' && visitor.officeMs !== null) {
        this.#agenda.at(this.#agenda.now + visitor.officeMs, () => this.#decided(ticket, visitor.service, visit));
      }
      this.#free(desk);
    });
  }

  #decided(ticket: TicketId, service: ServiceId, visit: Visit): void {
    for (const matter of this.#state.tickets.get(ticket)?.matters ?? []) {
      if (matter.state === 'review') {
        this.#give({ type: 'MatterReady', ticket, matter: matter.matter, outcome: 'granted' });
      }
    }
    visit.readyAt = this.#agenda.now;
    this.#wake('certificate', service);
  }

  #planBalance(from: Instant, to: Instant): void {
    for (let at = from + balanceEveryMs; at < to; at += balanceEveryMs) {
      this.#agenda.at(at, () => {
        const { events } = this.#give({ type: 'Balance' });
        if (events.length === 0) return;
        this.#balanced += events.length;
        // Whoever has nothing to do in the old task may have something in the new one.
        for (const desk of [...this.#idle]) if (desk.idle) this.#next(desk);
      });
    }
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
    this.#give(this.#clerks.opening(desk.id));
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
