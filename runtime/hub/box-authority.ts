/**
 * What a box may say (F25): each message type comes from a device of certain roles that the hall's file puts on that box,
 * and is about its own window, board, ticket, ask or lease. Anything else is refused as `not-yours`.
 */
import type { EvtEnvelope, WireRefusal } from '../../devices/contract/envelope.ts';
import { type EvtType, isEvtType } from '../../devices/contract/messages.ts';
import type { ServingId, TicketId, WindowId } from '../../devices/contract/terms.ts';
import { nodeOf, type QueueCommand } from '../queue/commands.ts';
import type { HallState } from '../queue/state.ts';
import { knownLease } from '../queue/topics/blocks.ts';
import { askKey } from '../queue/topics/issue.ts';

export const boxRoles = [
  'ticket-kiosk',
  'check-in',
  'call-pad',
  'window-board',
  'rating-keypad',
  'slip-printer',
  'hall-board',
] as const;
export type BoxRole = (typeof boxRoles)[number];

/**
 * `window`: the device stands at it. `board`: it is that device. `ticket`: this box gave it, or the hub ordered its paper
 * here. `lease`: it was leased to this box. `serving`: that service was given at the device's window. `ask`: made by this
 * box; every box has command ids of its own, so those of others are never found.
 */
export type Own = 'window' | 'board' | 'ticket' | 'lease' | 'serving' | 'ask';

export interface Authority {
  readonly from: readonly BoxRole[];
  readonly own: readonly Own[];
}

const kiosk = { from: ['ticket-kiosk'], own: [] } as const satisfies Authority;
const scanner = { from: ['check-in'], own: [] } as const satisfies Authority;
const paper = { from: ['ticket-kiosk', 'check-in', 'slip-printer'], own: ['ticket'] } as const satisfies Authority;
const pad = { from: ['call-pad'], own: ['window'] } as const satisfies Authority;
const rating = { from: ['rating-keypad'], own: ['window', 'serving'] } as const satisfies Authority;

/** The one table; docs/authority.md is made from it. */
export const boxAuthority: { readonly [T in EvtType]: Authority } = {
  IssueTicket: kiosk,
  IssuedFromBlock: { from: ['ticket-kiosk'], own: ['lease', 'ask'] },
  LeaseBlocks: kiosk,
  CancelIssue: { from: ['ticket-kiosk'], own: ['ask'] },
  PressRefused: kiosk,
  CheckIn: scanner,
  // Whoever holds the paper is its visitor, whichever box gave it.
  ReturnTicket: scanner,
  TicketPrinted: paper,
  TicketPrintFailed: paper,
  CallNext: pad,
  CallNumber: pad,
  Recall: pad,
  Start: pad,
  Miss: pad,
  Complete: pad,
  Hold: pad,
  Park: pad,
  Transfer: pad,
  OpenWindow: pad,
  CloseWindow: pad,
  PauseWindow: pad,
  ResumeWindow: pad,
  ClerkLogin: pad,
  ClerkLogout: pad,
  CalledByHand: pad,
  RequestRating: pad,
  CallShown: { from: ['window-board'], own: ['window', 'board'] },
  RateService: rating,
  StrayRating: { from: ['rating-keypad'], own: ['window'] },
  RatingUnavailable: rating,
  AddRatingReason: rating,
};

export interface BoxDevice {
  readonly id: string;
  readonly role: BoxRole;
  readonly window?: WindowId;
}

export interface BoxPlace {
  readonly node: string;
  readonly devices: readonly BoxDevice[];
}

/** What of a command names something that may be another box's. */
interface Names {
  readonly window?: WindowId;
  readonly board?: string;
  readonly ticket?: TicketId;
  readonly lease?: string;
  readonly serving?: ServingId;
}

export class BoxAuthority {
  #boxes: ReadonlyMap<string, readonly BoxDevice[]> | undefined;

  /** `undefined`: no file says what a box has, and any may say anything (a bench without a hall's file). */
  constructor(boxes: readonly BoxPlace[] | undefined) {
    this.#boxes = boxes && new Map(boxes.map(({ node, devices }) => [node, devices]));
  }

  /** Why this box may not say that; `undefined` when it may. */
  refusal(envelope: EvtEnvelope, command: QueueCommand, state: HallState): WireRefusal | undefined {
    const { node, type, device } = envelope;
    if (this.#boxes === undefined || !isEvtType(type)) return undefined;
    const { from, own } = boxAuthority[type];
    const names = command as Names;
    const speaking = (this.#boxes.get(node) ?? []).filter(
      (each) => from.includes(each.role) && (device === undefined || each.id === device),
    );
    if (speaking.length === 0)
      return notYours(`box ${node} has no such device for ${type}: compare its config with the hub's`);
    for (const what of own) {
      const its = speaking.some((each) => isOwn(what, each, names, envelope.node, state));
      if (!its) return notYours(`box ${node} says ${type} of a ${what} that is not its own`);
    }
    return undefined;
  }
}

function isOwn(what: Own, { id, window }: BoxDevice, names: Names, node: string, state: HallState): boolean {
  switch (what) {
    case 'window':
      return window !== undefined && names.window === window;
    case 'board':
      return names.board === id;
    case 'ticket':
      return names.ticket === undefined || isOwnTicket(names.ticket, node, state);
    case 'lease':
      return names.lease === undefined || isOwnLease(names.lease, node, state);
    case 'serving': {
      const rated = names.serving === undefined ? undefined : state.ratings.get(names.serving);
      return rated === undefined || rated.window === names.window;
    }
    case 'ask':
      return true;
  }
}

/** One that is not open any more is nobody's: the queue refuses it. */
function isOwnTicket(ticket: TicketId, node: string, state: HallState): boolean {
  const open = state.tickets.get(ticket);
  if (open === undefined) return true;
  const by = { kind: 'device', id: node } as const;
  if (state.asks.get(askKey(by, open.commandId))?.ticket === ticket) return true;
  return state.papersAt.get(ticket)?.includes(node) === true;
}

/** One that the hub does not know is held to what it could have given: see `BoxBounds`. */
function isOwnLease(lease: string, node: string, state: HallState): boolean {
  const known = knownLease(state, lease);
  return known === undefined || nodeOf({ kind: 'device', id: known.kiosk }) === node;
}

function notYours(message: string): WireRefusal {
  return { code: 'not-yours', message };
}
