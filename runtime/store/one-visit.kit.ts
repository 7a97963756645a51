/** One visit through intake and certificate, a number from a block, and a paper after its day: what the tests of tables and reports count. */
import type { TicketId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';
import { testHall } from '../queue/test-hall.kit.ts';

export const day = '2026-11-23';
export const start = 1_795_395_600_000;
export const minute = 60_000;
/** Midnight in Shanghai; the visit begins at nine. */
const endsAt = start + 15 * 60 * minute;
const [a1, a2]: readonly TicketId[] = [`${day}/A001`, `${day}/A002`];
if (a1 === undefined || a2 === undefined) throw new Error('two tickets');
export const visitor: TicketId = a1;

type Bare = {
  readonly [T in QueueEvent['type']]: Omit<Extract<QueueEvent, { type: T }>, 'at' | 'happenedAt' | 'by' | 'commandId'>;
}[QueueEvent['type']];

/** `pressed`: before the hub took it. */
export const at = (minutes: number, event: Bare, pressed = 0) =>
  ({
    ...event,
    at: start + minutes * minute,
    happenedAt: start + minutes * minute - pressed,
    by: { kind: 'device', id: 'k1/panel' },
    commandId: `command-${minutes}`,
  }) as QueueEvent;

export const oneVisit: readonly QueueEvent[] = [
  at(0, { type: 'HallConfigured', rules: testHall }),
  at(0, { type: 'DayOpened', day, schedule: { spans: [], ticketsFrom: start, ticketsUntil: endsAt, endsAt } }),
  at(0, { type: 'WindowOpened', window: 'w1' }),
  at(0, { type: 'ClerkLoggedIn', window: 'w1', clerk: 'li' }),
  at(
    1,
    {
      type: 'TicketIssued',
      ticket: a1,
      service: 'social',
      matters: ['pension', 'card'],
      class: 'ordinary',
      promised: { ahead: 0, lowMs: 1, highMs: 2 },
    },
    500,
  ),
  at(1, { type: 'TicketPrinted', ticket: a1, verdict: 'printed' }),
  at(2, { type: 'TicketIssued', ticket: a2, service: 'social', matters: [], class: 'priority', lease: 'k1-a' }),
  at(2, { type: 'TicketPrinted', ticket: a2, verdict: 'unknown', reason: 'no answer' }),
  at(11, { type: 'TicketCalled', ticket: a1, window: 'w1', call: 1, why: 'A001: first', how: 'policy' }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b1', ticket: a1, call: 1, outcome: 'sent', delayMs: 90 }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b2', ticket: a1, call: 1, outcome: 'shown', delayMs: 140 }),
  at(11, { type: 'CallShown', window: 'w1', board: 'b3', ticket: a1, call: 1, outcome: 'shown', delayMs: 900 }),
  at(12, { type: 'TicketCalled', ticket: a1, window: 'w1', call: 2, why: 'A001: again', how: 'recall' }),
  at(13, { type: 'ServiceStarted', ticket: a1, window: 'w1', serving: `${a1}#1`, clerk: 'li' }),
  at(20, {
    type: 'ServiceCompleted',
    ticket: a1,
    window: 'w1',
    serving: `${a1}#1`,
    clerk: 'li',
    review: ['pension'],
    done: ['card'],
    ratingUntil: start + 21 * minute,
  }),
  at(21, { type: 'RatingNotGiven', serving: `${a1}#1`, window: 'w1', reason: 'timed-out' }),
  at(22, { type: 'RatingRequested', serving: `${a1}#1`, window: 'w1', ratingUntil: start + 23 * minute }),
  at(22, { type: 'ServiceRated', serving: `${a1}#1`, window: 'w1', clerk: 'li', level: 4 }, 90_000),
  at(22, { type: 'RatingReasonGiven', serving: `${a1}#1`, window: 'w1', reason: 'slow' }),
  at(22, { type: 'RatingReasonGiven', serving: `${a1}#1`, window: 'w1', reason: 'unclear' }),
  at(23, { type: 'RatingNotGiven', serving: `${a1}#1`, window: 'w1', reason: 'superseded' }),
  at(30, { type: 'MatterDecided', ticket: a1, matter: 'pension', outcome: 'granted' }),
  at(30, { type: 'CertificateReady', ticket: a1 }),
  at(33, { type: 'TicketCalled', ticket: a1, window: 'w3', call: 3, why: 'A001: certificate', how: 'policy' }),
  at(34, { type: 'ServiceStarted', ticket: a1, window: 'w3', serving: `${a1}#2`, clerk: null }),
  at(36, {
    type: 'ServiceCompleted',
    ticket: a1,
    window: 'w3',
    serving: `${a1}#2`,
    clerk: null,
    review: [],
    done: ['pension'],
    ratingUntil: start + 37 * minute,
  }),
  at(36, { type: 'TicketClosed', ticket: a1, reason: 'done' }),
  at(40, { type: 'TicketVoided', ticket: a2, reason: 'left' }),
  at(500, { type: 'DayClosed', day }),
  at(501, {
    type: 'TicketIssued',
    ticket: `${day}/A801`,
    service: 'social',
    matters: [],
    class: 'ordinary',
    lease: 'k1-b',
  }),
];
