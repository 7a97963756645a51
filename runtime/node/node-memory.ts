/** What a node remembers of its hub, on its own disk: the time there, the numbers it gave, its answers (F8, F11). */
import type { TicketId } from '../../devices/contract/terms.ts';
import { zIssueResult } from '../../devices/contract/ticket.ts';
import type { NodeChange, NodeStore } from '../store/store.ts';
import type { OutboxSettings } from './outbox.ts';

/** Worth writing down: press times after a restart are then right to a second. */
const offsetSlackMs = 1_000;
const offsetFact = 'hub_wall_offset';
const numberFact = 'number ';
const givesNumbers = new Set(['IssueTicket', 'CheckIn']);

/** Hub time minus the box's wall clock. */
export function storedOffset(store: NodeStore): number | undefined {
  const stored = store.facts()[offsetFact];
  return typeof stored === 'number' ? stored : undefined;
}

/** Seldom: a node's disk is not for clocks. `undefined` = what is stored is right. */
export function offsetToStore(store: NodeStore, offset: number | undefined): NodeChange | undefined {
  if (offset === undefined) return undefined;
  const stored = storedOffset(store);
  if (stored !== undefined && Math.abs(offset - stored) < offsetSlackMs) return undefined;
  return { facts: { [offsetFact]: offset } };
}

/** To be told again with its row, and the highest number of a prefix that a hub gave here (F11). */
export function told(answers: Parameters<OutboxSettings['answered']>[0]): Pick<NodeChange, 'answers' | 'facts'> {
  const facts: Record<string, string> = {};
  for (const { row, answer } of answers) {
    const given = givesNumbers.has(row.type) && answer.ok ? zIssueResult.safeParse(answer.result).data : undefined;
    if (given !== undefined) facts[`${numberFact}${given.number.replace(/\d+$/, '')}`] = given.ticket;
  }
  return {
    answers: Object.fromEntries(answers.map(({ row, answer: { id: _id, seq: _seq, ...said } }) => [row.seq, said])),
    facts,
  };
}

export function numbersGiven(store: NodeStore): TicketId[] {
  return Object.entries(store.facts()).flatMap(([key, value]) =>
    key.startsWith(numberFact) ? [value as TicketId] : [],
  );
}
