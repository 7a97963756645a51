/** A hall that tests speak to: commands get ids and times, every event is audited, and the journal is kept. */
import { auditHall, hallAsText } from './audit.ts';
import type { QueueCommand, QueueCommandType } from './commands.ts';
import type { QueueEvent, QueueEventType } from './events.ts';
import { evolve } from './evolve.ts';
import type { Decision } from './queue.ts';
import type { HallState } from './state.ts';
import { emptyHall } from './state.ts';
import { step } from './step.ts';
import { testHall } from './test-hall.kit.ts';

type Fields<T extends QueueCommandType> = Omit<
  Extract<QueueCommand, { type: T }>,
  'type' | 'id' | 'at' | 'happenedAt' | 'by'
> & { readonly id?: string; readonly happenedAt?: number };

/** 08:30 on Monday 2026-11-23 in Shanghai: numbers are given from now. */
export const ticketingStarts = Date.UTC(2026, 10, 23, 0, 30);

export class HallInTest {
  readonly state: HallState = emptyHall();
  readonly journal: QueueEvent[] = [];
  now = ticketingStarts;
  #commands = 0;

  constructor(rules = testHall) {
    this.do('ConfigureHall', { rules });
  }

  do<T extends QueueCommandType>(type: T, fields: Fields<T>): Decision {
    this.#commands += 1;
    const command = {
      id: `cmd-${String(this.#commands).padStart(6, '0')}`,
      at: this.now,
      happenedAt: this.now,
      by: { kind: 'device', id: 'test' },
      ...fields,
      type,
    } as unknown as QueueCommand;
    const { decision, events } = step(this.state, command);
    this.journal.push(...events);
    const wrong = auditHall(this.state);
    if (wrong.length > 0) throw new Error(`after ${type}: ${wrong.join('; ')}`);
    return decision;
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  tick(): Decision {
    return this.do('Tick', {} as Fields<'Tick'>);
  }

  /** A printed ticket's number. */
  ticket(service: string, fields: Partial<Fields<'IssueTicket'>> = {}): string {
    const decision = this.do('IssueTicket', { service, matters: [], class: 'ordinary', ...fields });
    if (!decision.ok) throw new Error(`no number: ${decision.refusal.message}`);
    const { ticket, number } = decision.answer as { ticket: `${string}/${string}`; number: string };
    this.do('TicketPrinted', { ticket, verdict: 'printed' });
    return number;
  }

  id(number: string): `${string}/${string}` {
    return `${this.state.day?.day}/${number}`;
  }

  stage(number: string): string | undefined {
    const id = this.state.byNumber.get(number);
    return id === undefined ? undefined : this.state.tickets.get(id)?.stage;
  }

  /** What the window called. */
  call(window: string): string | undefined {
    return this.do('CallNext', { window }).ok ? this.at(window) : undefined;
  }

  at(window: string): string | undefined {
    return this.state.windows.get(window)?.call?.ticket.split('/')[1];
  }

  last<T extends QueueEventType>(type: T): Extract<QueueEvent, { type: T }> | undefined {
    return this.journal.findLast((event) => event.type === type) as Extract<QueueEvent, { type: T }> | undefined;
  }
}

export function codeOf(decision: Decision): string {
  return decision.ok ? 'ok' : decision.refusal.code;
}

/** With every window open. */
export function openHall(rules = testHall): HallInTest {
  const hall = new HallInTest(rules);
  for (const window of ['w1', 'w2', 'w3', 'w4']) hall.do('OpenWindow', { window });
  return hall;
}

/** What the journal alone gives. */
export function replayed(hall: HallInTest): string {
  return hallAsText(hall.journal.reduce(evolve, emptyHall()));
}
