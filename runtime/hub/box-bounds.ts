/**
 * What a box claims is held to what the hub gave, or could have given before its journal was lost (F11, F25): numbers,
 * blocks, classes. What is beyond is `implausible`.
 */
import type { EvtEnvelope, WireRefusal } from '../../devices/contract/envelope.ts';
import { dayOf, numberOf, type TicketClass, type TicketId } from '../../devices/contract/terms.ts';
import type { NumberBlock } from '../../devices/contract/ticket.ts';
import { overlap } from '../queue/blocks.ts';
import type { CommandOf, QueueCommand } from '../queue/commands.ts';
import { splitNumber } from '../queue/numbers.ts';
import { blockOfLease, isOfThisHall } from '../queue/reach.ts';
import type { HallState } from '../queue/state.ts';
import { knownLease, leasesAKiosk } from '../queue/topics/blocks.ts';

export type Bounded =
  | { readonly ok: false; readonly refusal: WireRefusal }
  | {
      readonly ok: true;
      readonly command: QueueCommand;
      /** To be decided before it: the block that it names, reported. */
      readonly first?: QueueCommand;
      /** Part of it was taken out of it. */
      readonly fault?: WireRefusal;
    };

export interface Claimed {
  readonly envelope: EvtEnvelope;
  readonly command: QueueCommand;
  readonly state: HallState;
  /** A hub that has just begun still collects who holds what. */
  readonly listening: boolean;
}

/** Of a message that is the box's own: see `BoxAuthority`. */
export function bounded(claimed: Claimed): Bounded {
  const { command } = claimed;
  switch (command.type) {
    case 'IssueTicket':
      return ordinary(command.class) ?? given(claimed, command.given, command.service) ?? { ok: true, command };
    case 'CheckIn':
      return given(claimed, command.given?.ticket, command.given?.service) ?? { ok: true, command };
    case 'IssuedFromBlock':
      return ordinary(command.class) ?? fromBlock(claimed, command);
    case 'LeaseBlocks':
      return heldBlocks(claimed, command);
    default:
      return { ok: true, command };
  }
}

/** No kiosk has a key for another: priority is given by people, the rest by the hub itself. */
function ordinary(kind: TicketClass): Bounded | undefined {
  return kind === 'ordinary' ? undefined : implausible(`no box gives numbers of class ${kind}`);
}

/** F11: only a hub that has forgotten takes a number from a box, and only one that it knows to be missing. */
function given({ state }: Claimed, ticket: TicketId | undefined, service: string | undefined): Bounded | undefined {
  if (ticket === undefined || dayOf(ticket) !== state.day?.day) return undefined;
  const { prefix, count } = splitNumber(numberOf(ticket));
  if (state.index.services.get(service ?? '')?.prefix !== prefix)
    return implausible(`${numberOf(ticket)} is no number of service ${service}`);
  const missing = state.day.gaps.get(prefix) ?? [];
  // One that this hub gave since is on two papers: the queue says so.
  if (state.byNumber.has(numberOf(ticket)) || missing.some(({ from, to }) => from <= count && count <= to))
    return undefined;
  if (count < (state.day.next.get(prefix) ?? 0)) return undefined;
  return implausible(`${numberOf(ticket)} is beyond all that was given`);
}

function fromBlock({ state, listening }: Claimed, command: CommandOf<'IssuedFromBlock'>): Bounded {
  const { prefix, count } = splitNumber(numberOf(command.ticket));
  if (state.index.services.get(command.service)?.prefix !== prefix)
    return implausible(`${numberOf(command.ticket)} is no number of service ${command.service}`);
  const known = knownLease(state, command.lease);
  const block = known ?? blockOfLease(state, command.lease);
  if (block === undefined) return implausible(`this hall leases no block "${command.lease}"`);
  if (block.prefix !== prefix || count < block.from || count > block.to || block.day !== dayOf(command.ticket))
    return implausible(`${numberOf(command.ticket)} is not in the block ${command.lease}`);
  if (known !== undefined) return { ok: true, command };
  if (!mayReport(state, block, { kiosk: command.by.id, listening }))
    return implausible(`the block ${command.lease} was leased to nobody`);
  const { id, at, happenedAt, by } = command;
  const held = [{ ...block, left: 0 }];
  const first = { type: 'LeaseBlocks' as const, id, at, happenedAt, by, prefixes: [], held, grant: false };
  return { ok: true, command, first };
}

/** What is not of this hall is taken back, and moves nothing. */
function heldBlocks({ state, listening }: Claimed, command: CommandOf<'LeaseBlocks'>): Bounded {
  const kiosk = command.by.id;
  const wrong = command.held.filter(
    (block) =>
      block.day >= (state.day?.day ?? '') &&
      knownLease(state, block.lease) === undefined &&
      !mayReport(state, block, { kiosk, listening }),
  );
  if (wrong.length === 0) return { ok: true, command };
  // The first number behind the last one: no block, so the queue answers that it must not be used.
  const held = command.held.map((block) => (wrong.includes(block) ? { ...block, from: 1, to: 0 } : block));
  const names = wrong.map(({ lease }) => lease).slice(0, 5);
  return {
    ok: true,
    command: { ...command, held },
    fault: refusalOf(`blocks that were not leased: ${names.join(', ')}`),
  };
}

interface Reporter {
  readonly kiosk: string;
  readonly listening: boolean;
}

/** A block that this hub does not know: its journal is a copy from before, or it has only just begun. */
function mayReport(state: HallState, block: NumberBlock, { kiosk, listening }: Reporter): boolean {
  const { day, leasesBarredUntil } = state;
  if (day === null || !isOfThisHall(state, block)) return false;
  if (!listening && leasesBarredUntil < block.day) return false;
  const leases = state.leases.get(block.prefix) ?? [];
  if (leases.some((each) => overlap(each, block))) return false;
  const had = leases.filter((each) => each.kiosk === kiosk && each.day === block.day);
  return had.length < leasesAKiosk;
}

function implausible(message: string): Bounded {
  return { ok: false, refusal: refusalOf(message) };
}

export function refusalOf(message: string): WireRefusal {
  return { code: 'implausible', message: message.slice(0, 500) };
}
