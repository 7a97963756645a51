/** What a device's message asks of the queue: checks its data by its type's schema and gives the queue's own command. */
import type { z } from 'zod';
import { type EvtType, evtSchemas, isEvtType } from '../../devices/contract/messages.ts';
import type { CommandId, Instant } from '../../devices/contract/terms.ts';
import { zCheckInResult, zIssueResult, zLeaseResult } from '../../devices/contract/ticket.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';

export interface Asked {
  readonly id: CommandId;
  readonly type: string;
  readonly data: unknown;
  readonly at: Instant;
  readonly happenedAt: Instant;
  readonly by: Actor;
  /** Whether blocks of numbers are leased; absent = not. */
  readonly mayLease?: boolean;
  /** What it was answered by a hub that has forgotten it (F11). */
  readonly answered?: unknown;
}

export type Asking =
  | {
      readonly ok: true;
      readonly command: QueueCommand;
      readonly login?: Login;
    }
  | { readonly ok: false; readonly error: { readonly code: 'unknown-type' | 'bad-data'; readonly message: string } };

/** Who logs in, with the PIN as it came. */
export interface Login {
  readonly clerk: string;
  readonly pin?: string | undefined;
  readonly sealed_pin?: string | undefined;
}

export type Head = Pick<Asked, 'id' | 'at' | 'happenedAt' | 'by'>;
export type Reader = (asked: Asked) => QueueCommand | z.core.$ZodIssue;

/** One type: its schema, and the command that its parsed data makes. */
export function reads<S extends z.ZodType>(
  schema: S,
  make: (data: z.output<S>, head: Head, asked: Asked) => QueueCommand,
): Reader {
  return (asked) => {
    const { data, id, at, happenedAt, by } = asked;
    const parsed = schema.safeParse(data);
    if (parsed.success) return make(parsed.data, { id, at, happenedAt, by }, asked);
    return parsed.error.issues[0] ?? { code: 'custom', path: [], message: 'wrong', input: data };
  };
}

/** The wire writes `window_rev`. */
function atWindow<D extends { readonly window_rev?: number | undefined }>({ window_rev: windowRev, ...rest }: D) {
  return { ...rest, windowRev };
}

export const deviceReaders = {
  // Told again to a restored hub: the number is on paper.
  IssueTicket: reads(evtSchemas.IssueTicket, (data, head, { answered }) => {
    const given = zIssueResult.safeParse(answered).data?.ticket;
    return { ...data, ...head, ...(given === undefined ? {} : { given }), type: 'IssueTicket' };
  }),
  IssuedFromBlock: reads(evtSchemas.IssuedFromBlock, (data, head) => ({ ...data, ...head, type: 'IssuedFromBlock' })),
  LeaseBlocks: reads(evtSchemas.LeaseBlocks, (data, head, { mayLease = false, answered }) => {
    // Told again: what was leased then is held, and nothing new is asked for.
    const before = (zLeaseResult.safeParse(answered).data?.blocks ?? []).map((block) => ({ ...block, left: 0 }));
    const grant = mayLease && answered === undefined;
    return { ...data, held: [...data.held, ...before], ...head, grant, type: 'LeaseBlocks' };
  }),
  CheckIn: reads(evtSchemas.CheckIn, (data, head, { answered }) => {
    const given = zCheckInResult.safeParse(answered).data;
    return { ...data, ...head, ...(given === undefined ? {} : { given }), type: 'CheckIn' };
  }),
  ReturnTicket: reads(evtSchemas.ReturnTicket, (data, head) => ({ ...data, ...head, type: 'ReturnTicket' })),
  CancelIssue: reads(evtSchemas.CancelIssue, (data, head) => ({ ...data, ...head, type: 'CancelIssue' })),
  TicketPrinted: reads(evtSchemas.TicketPrinted, (data, head) => ({ ...data, ...head, type: 'TicketPrinted' })),
  TicketPrintFailed: reads(evtSchemas.TicketPrintFailed, (data, head) => ({
    ...data,
    ...head,
    type: 'TicketPrintFailed',
  })),
  PressRefused: reads(evtSchemas.PressRefused, (data, head) => ({ ...data, ...head, type: 'PressRefused' })),
  CallNext: reads(evtSchemas.CallNext, (data, head) => ({ ...atWindow(data), ...head, type: 'CallNext' })),
  CallNumber: reads(evtSchemas.CallNumber, (data, head) => ({ ...atWindow(data), ...head, type: 'CallNumber' })),
  Recall: reads(evtSchemas.Recall, (data, head) => ({ ...atWindow(data), ...head, type: 'Recall' })),
  Start: reads(evtSchemas.Start, (data, head) => ({ ...atWindow(data), ...head, type: 'Start' })),
  Miss: reads(evtSchemas.Miss, (data, head) => ({ ...atWindow(data), ...head, type: 'Miss' })),
  Complete: reads(evtSchemas.Complete, (data, head) => ({ ...atWindow(data), ...head, type: 'Complete' })),
  Hold: reads(evtSchemas.Hold, (data, head) => ({ ...atWindow(data), ...head, type: 'Hold' })),
  Park: reads(evtSchemas.Park, (data, head) => ({ ...atWindow(data), ...head, type: 'Park' })),
  Transfer: reads(evtSchemas.Transfer, (data, head) => ({ ...atWindow(data), ...head, type: 'Transfer' })),
  OpenWindow: reads(evtSchemas.OpenWindow, (data, head) => ({ ...data, ...head, type: 'OpenWindow' })),
  CloseWindow: reads(evtSchemas.CloseWindow, (data, head) => ({ ...data, ...head, type: 'CloseWindow' })),
  PauseWindow: reads(evtSchemas.PauseWindow, (data, head) => ({ ...data, ...head, type: 'PauseWindow' })),
  ResumeWindow: reads(evtSchemas.ResumeWindow, (data, head) => ({ ...data, ...head, type: 'ResumeWindow' })),
  // The PIN goes no further than here: see `loginOf`.
  ClerkLogin: reads(evtSchemas.ClerkLogin, ({ window, clerk }, head) => ({
    window,
    clerk,
    ...head,
    type: 'ClerkLogin',
  })),
  ClerkLogout: reads(evtSchemas.ClerkLogout, (data, head) => ({ ...data, ...head, type: 'ClerkLogout' })),
  CalledByHand: reads(evtSchemas.CalledByHand, (data, head) => ({ ...data, ...head, type: 'CalledByHand' })),
  CallShown: reads(evtSchemas.CallShown, (data, head) => ({ ...data, ...head, type: 'CallShown' })),
  RateService: reads(evtSchemas.RateService, (data, head) => ({ ...data, ...head, type: 'RateService' })),
  StrayRating: reads(evtSchemas.StrayRating, (data, head) => ({ ...data, ...head, type: 'StrayRating' })),
  RatingUnavailable: reads(evtSchemas.RatingUnavailable, (data, head) => ({
    ...data,
    ...head,
    type: 'RatingUnavailable',
  })),
  RequestRating: reads(evtSchemas.RequestRating, (data, head) => ({ ...data, ...head, type: 'RequestRating' })),
  AddRatingReason: reads(evtSchemas.AddRatingReason, (data, head) => ({ ...data, ...head, type: 'AddRatingReason' })),
} satisfies Readonly<Record<EvtType, Reader>>;

export function commandOf(asked: Asked): Asking {
  if (!isEvtType(asked.type)) {
    return {
      ok: false,
      error: { code: 'unknown-type', message: `this hall knows no message type "${asked.type.slice(0, 64)}"` },
    };
  }
  const command = deviceReaders[asked.type](asked);
  if ('path' in command) return badData(asked.type, command);
  const login = loginOf(asked);
  return { ok: true, command, ...(login === undefined ? {} : { login }) };
}

function loginOf({ type, data }: Asked): Login | undefined {
  return type === 'ClerkLogin' ? evtSchemas.ClerkLogin.safeParse(data).data : undefined;
}

export function badData(type: string, issue: z.core.$ZodIssue): Extract<Asking, { ok: false }> {
  return { ok: false, error: { code: 'bad-data', message: `${type}: ${issue.path.join('.')} ${issue.message}` } };
}
