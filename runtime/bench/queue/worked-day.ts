/** `npm run -s queue:day`: the worked day of docs/queue.md, as Markdown, from the queue itself. */
import type { TicketId, TicketNumber } from '../../../devices/contract/terms.ts';
import type { QueueCommand } from '../../queue/commands.ts';
import type { QueueEvent } from '../../queue/events.ts';
import { emptyHall } from '../../queue/state.ts';
import { step } from '../../queue/step.ts';
import { testHall } from '../../queue/test-hall.kit.ts';
import { dueAt } from '../../queue/timers.ts';

const state = emptyHall();
const midnight = Date.UTC(2026, 10, 22, 16);
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: testHall.timeZone, timeStyle: 'medium' });
const dates = new Intl.DateTimeFormat('en-CA', { timeZone: testHall.timeZone, dateStyle: 'short' });
let commands = 0;

type Body = { readonly type: QueueCommand['type'] } & Readonly<Record<string, unknown>>;

/** Fields of every event, and the two that are a page long. */
const untold = new Set(['at', 'happenedAt', 'by', 'commandId', 'type', 'rules', 'schedule']);

function told(event: QueueEvent): string {
  const fields = Object.entries(event)
    .filter(([key]) => !untold.has(key))
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : inWords(key, value)}`);
  return `**${event.type}** ${fields.join(', ')}`.trim();
}

function inWords(key: string, value: unknown): string {
  if (key === 'ratingUntil') return clock.format(value as number);
  if (key === 'dueAt') return `${dates.format(value as number)} ${clock.format(value as number)}`;
  if (key === 'promised') {
    const { ahead, lowMs, highMs } = value as { ahead: number; lowMs?: number; highMs?: number };
    return lowMs === undefined || highMs === undefined
      ? `${ahead} ahead`
      : `${ahead} ahead, ${lowMs / 60_000} to ${highMs / 60_000} min`;
  }
  return JSON.stringify(value).replaceAll('"', '');
}

function at(time: string, who: string, body: Body, remark = ''): void {
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  const now = midnight + ((hour * 60 + minute) * 60 + second) * 1000;
  for (let due = dueAt(state); due !== null && due <= now; due = dueAt(state)) {
    give(due, 'by itself', { type: 'Tick' }, '');
  }
  give(now, who, body, remark);
}

function give(now: number, who: string, body: Body, remark: string): void {
  commands += 1;
  const command = {
    id: `day-${String(commands).padStart(4, '0')}`,
    at: now,
    happenedAt: now,
    by: { kind: 'device', id: who },
    ...body,
  } as unknown as QueueCommand;
  const { decision, events } = step(state, command);
  const fields = Object.entries(body).filter(([key]) => !['type', 'rules', 'by'].includes(key));
  const asked = fields.map(([key, value]) => `${key} ${typeof value === 'string' ? value : inWords(key, value)}`);
  const outcome = decision.ok
    ? events.map(told)
    : [`refused, \`${decision.refusal.code}\`: ${decision.refusal.message}`, ...events.map(told)];
  console.log(
    `| ${clock.format(now)} | ${who} | ${body.type}${asked.length > 0 ? `: ${asked.join(', ')}` : ''} | ${outcome.join('<br>')} | ${remark} |`,
  );
}

const id = (number: TicketNumber): TicketId => `2026-11-23/${number}`;
const supervisor = { by: { kind: 'supervisor', id: 'zhao' } };

console.log('| time | who | command | events | remark |\n| --- | --- | --- | --- | --- |');
at('08:20:00', 'hub', { type: 'ConfigureHall', rules: testHall }, 'numbers from 08:30, windows from 09:00');
at('08:29:00', 'kiosk', { type: 'IssueTicket', service: 'company', matters: [], class: 'ordinary' });
at(
  '08:31:00',
  'kiosk',
  { type: 'IssueTicket', service: 'company', matters: ['licence', 'food-permit', 'company-change'], class: 'ordinary' },
  'three matters, one number',
);
at(
  '08:31:02',
  'printer',
  { type: 'TicketPrinted', ticket: id('B001'), verdict: 'printed' },
  'from now on it can be called',
);
at('08:52:00', 'kiosk', { type: 'IssueTicket', service: 'social', matters: ['pension'], class: 'priority' });
at('08:52:02', 'printer', { type: 'TicketPrinted', ticket: id('A001'), verdict: 'printed' });
at('08:55:00', 'kiosk', { type: 'IssueTicket', service: 'social', matters: [], class: 'ordinary' });
at(
  '09:00:00',
  'window 1',
  { type: 'ClerkLogin', window: 'w1', clerk: 'wang' },
  'the printer has not said a word about A002: unknown, and callable (F4); Wang does social insurance only',
);
at('09:00:05', 'pad 1', { type: 'CallNext', window: 'w1' }, 'B001 is not for her');
at('09:00:06', 'board 1', {
  type: 'CallShown',
  window: 'w1',
  board: 'board-1',
  ticket: id('A001'),
  call: 1,
  outcome: 'shown',
});
at('09:00:20', 'window 2', { type: 'ClerkLogin', window: 'w2', clerk: 'li' });
at('09:00:25', 'pad 2', { type: 'CallNext', window: 'w2' });
at('09:00:50', 'pad 2', { type: 'Start', window: 'w2' });
at('09:00:55', 'pad 1', { type: 'Recall', window: 'w1' });
at('09:01:30', 'pad 1', { type: 'Miss', window: 'w1' });
at('09:01:35', 'pad 1', { type: 'CallNext', window: 'w1', windowRev: 2 }, 'the pad had not seen the miss yet (F13)');
at('09:01:37', 'pad 1', { type: 'CallNext', window: 'w1' });
at('09:05:00', 'desk', { type: 'ReturnTicket', ticket: id('A001') }, 'she was at the copier');
at(
  '09:09:00',
  'pad 1',
  { type: 'Complete', window: 'w1', review: [] },
  'no start key pressed: the service began with the call',
);
at(
  '09:09:12',
  'keypad 1',
  { type: 'RateService', serving: `${id('A002')}#1`, window: 'w1', level: 2, reasons: ['slow'] },
  'a follow-up, five working days; the 27th is a holiday',
);
at('09:09:14', 'keypad 1', { type: 'RateService', serving: `${id('A002')}#1`, window: 'w1', level: 5 });
at('09:09:20', 'pad 1', { type: 'CallNext', window: 'w1' });
at('09:18:00', 'pad 2', { type: 'Complete', window: 'w2', review: 'all' }, 'one matter done, two to the back office');
at(
  '09:19:00',
  'pad 1',
  { type: 'Transfer', window: 'w1', to: { service: 'housing' }, place: 'front', matters: ['title'] },
  'it was about her house',
);
at('09:19:10', 'pad 2', { type: 'CallNext', window: 'w2' }, 'the rating of B001 timed out at 09:18:30');
at('09:30:00', 'pad 2', { type: 'Complete', window: 'w2', review: [] });
at('10:40:00', 'office', { type: 'MatterReady', ticket: id('B001'), matter: 'licence', outcome: 'granted' });
at(
  '10:55:00',
  'office',
  { type: 'MatterReady', ticket: id('B001'), matter: 'food-permit', outcome: 'granted' },
  'the last of the two: the same number queues again',
);
at('10:55:30', 'window 4', { type: 'OpenWindow', window: 'w4' });
at('10:56:00', 'pad 4', { type: 'CallNext', window: 'w4' });
at('10:57:00', 'pad 4', { type: 'Complete', window: 'w4', review: [] });
at('16:49:00', 'kiosk', { type: 'IssueTicket', service: 'housing', matters: ['title'], class: 'ordinary' });
at('16:49:02', 'printer', { type: 'TicketPrinted', ticket: id('C001'), verdict: 'printed' });
at('16:51:00', 'kiosk', { type: 'IssueTicket', service: 'housing', matters: ['title'], class: 'ordinary' });
at(
  '16:52:00',
  'page',
  { type: 'FreeWindow', window: 'w1', why: 'clerk taken ill', ...supervisor },
  'by supervisor zhao',
);
at(
  '24:00:01',
  'desk',
  { type: 'RecordAssistance', ticket: null, kind: 'guidance', outcome: 'solved' },
  'the first command of the next day; before it, the end of the last: C001 was never called',
);
