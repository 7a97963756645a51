/** Data for every message type out of pools of values: what a box may honestly hold, and what belongs to others, other days and no hall. */
import type { EvtInput, EvtType } from '../../../devices/contract/messages.ts';
import type { TicketId } from '../../../devices/contract/terms.ts';
import type { NumberBlock } from '../../../devices/contract/ticket.ts';

export interface FieldPools {
  readonly windows: readonly string[];
  readonly services: readonly string[];
  readonly matters: readonly string[];
  readonly prefixes: readonly string[];
  readonly tickets: readonly TicketId[];
  readonly blocks: readonly NumberBlock[];
  readonly commandIds: readonly string[];
  readonly appointments: readonly string[];
  readonly boards: readonly string[];
  readonly clerks: readonly string[];
  readonly classes: readonly ('ordinary' | 'priority' | 'appointment' | 'returning')[];
  readonly days: readonly string[];
}

/** One of a pool. */
export type Pick = <T>(from: readonly T[]) => T;

/** `pick` decides all; the same picks give the same message. */
export const messageData: { readonly [T in EvtType]: (pick: Pick, pools: FieldPools) => EvtInput<T> } = {
  IssueTicket: (pick, p) => ({ service: pick(p.services), matters: [pick(p.matters)], class: pick(p.classes) }),
  IssuedFromBlock: (pick, p) => ({
    ...{ commandId: pick(p.commandIds), ticket: pick(p.tickets), lease: pick(p.blocks).lease },
    ...{ service: pick(p.services), matters: [], class: pick(p.classes) },
  }),
  LeaseBlocks: (pick, p) => ({
    prefixes: [pick(p.prefixes)],
    held: [
      { ...pick(p.blocks), left: pick([0, 3, 99_999]) },
      { ...pick(p.blocks), day: pick(p.days), left: 0 },
    ],
  }),
  CancelIssue: (pick, p) => ({ commandId: pick(p.commandIds), reason: pick(['restart', 'superseded', 'x']) }),
  CheckIn: (pick, p) => ({ appointment: pick(p.appointments) }),
  ReturnTicket: (pick, p) => ({ ticket: pick(p.tickets) }),
  TicketPrinted: (pick, p) => ({ ticket: pick(p.tickets), verdict: pick(['printed', 'unknown'] as const) }),
  TicketPrintFailed: (pick, p) => ({ ticket: pick(p.tickets), reason: 'jam' }),
  PressRefused: (pick) => ({ key: pick(['1', '?']), reason: 'paper-out' }),
  CallNext: atWindow,
  CallNumber: (pick, p) => ({ ...atWindow(pick, p), number: numberOf(pick(p.tickets)) }),
  Recall: atWindow,
  Start: atWindow,
  Miss: atWindow,
  Complete: (pick, p) => ({ ...atWindow(pick, p), review: pick(['all' as const, [pick(p.matters)], []]) }),
  Hold: atWindow,
  Park: atWindow,
  Transfer: (pick, p) => ({
    ...atWindow(pick, p),
    to: pick([{ service: pick(p.services) }, { window: pick(p.windows) }]),
    place: pick(['front', 'end', 'age'] as const),
  }),
  OpenWindow: (pick, p) => ({ window: pick(p.windows) }),
  CloseWindow: (pick, p) => ({ window: pick(p.windows) }),
  PauseWindow: (pick, p) => ({ window: pick(p.windows), reason: 'lunch' }),
  ResumeWindow: (pick, p) => ({ window: pick(p.windows) }),
  ClerkLogin: (pick, p) => ({ window: pick(p.windows), clerk: pick(p.clerks), sealed_pin: 'A'.repeat(107) }),
  ClerkLogout: (pick, p) => ({ window: pick(p.windows) }),
  CalledByHand: (pick, p) => ({
    window: pick(p.windows),
    number: numberOf(pick(p.tickets)),
    day: pick(p.days),
  }),
  CallShown: (pick, p) => ({
    ...{ window: pick(p.windows), board: pick(p.boards), ticket: pick(p.tickets), call: pick([1, 2]) },
    ...{ epoch: pick([1, 2 ** 40]), rev: pick([0, 3]), outcome: pick(['shown', 'sent'] as const) },
  }),
  RateService: (pick, p) => ({ ...serving(pick, p), level: pick([1, 5] as const) }),
  StrayRating: (pick, p) => ({ window: pick(p.windows), key: '5', reason: pick(['not-armed', 'stuck'] as const) }),
  RatingUnavailable: (pick, p) => ({ ...serving(pick, p), reason: pick(['pad-away', 'declined'] as const) }),
  RequestRating: (pick, p) => ({ window: pick(p.windows) }),
  AddRatingReason: (pick, p) => ({ ...serving(pick, p), reason: 'attitude' }),
};

function atWindow(pick: Pick, { windows }: FieldPools) {
  return { window: pick(windows), ...pick([{}, { window_rev: 0 }, { window_rev: 2 ** 40 }]) };
}

function serving(pick: Pick, { tickets, windows }: FieldPools) {
  return { serving: `${pick(tickets)}#${pick([1, 2])}`, window: pick(windows) };
}

function numberOf(ticket: TicketId): string {
  return ticket.slice(ticket.indexOf('/') + 1);
}
