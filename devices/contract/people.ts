/**
 * What people ask of a hall through a page or another system: the desk at the door, the back office, the supervisor. They
 * come over HTTP with a token, never over `evt`; `personRoles` says who may ask what, and the hub holds everybody to it.
 */
import { z } from 'zod';
import * as call from './call.ts';
import { zAppointmentId, zCommandId, zId, zInstant, zServingId, zTicketClass, zTicketId } from './terms.ts';
import { zIssueResult, zIssueTicket } from './ticket.ts';

export const personRoleNames = ['desk', 'office', 'supervisor'] as const;
export type PersonRole = (typeof personRoleNames)[number];

/** A run of digits as long as a telephone's or an identity card's: those belong in no journal. */
const personalNumber = /\d(?:[ -]?\d){6,}/;
/** Why somebody did it. It is kept for ever in the journal, so it names nobody. */
const why = (max: number) =>
  z
    .string()
    .trim()
    .min(2, 'say why, in a few words')
    .max(max)
    .refine((text) => !personalNumber.test(text), 'this stays in the journal: no telephone or identity numbers');
const zWhy = why(200);
/** What a visitor said, or what was answered: kept encrypted outside the journal, and erased after its time. */
const zPrivateText = z.string().trim().min(1).max(2_000);
/** Separators are for the eye; what is kept is digits and perhaps a "+". */
const zPhone = z
  .string()
  .max(24)
  .transform((text) => text.replaceAll(/[ ()-]/g, ''))
  .pipe(z.string().regex(/^\+?\d{6,15}$/, 'a telephone number has 6 to 15 digits'));

/** A printer that gives tickets: a kiosk's, or a slip printer's. */
const zPrinterAt = z.object({ node: zId, device: zId });
export type PrinterAt = z.infer<typeof zPrinterAt>;

const zMatters = z.array(zId).max(20).default([]);
const zComplaintId = z.string().regex(/^[A-Za-z0-9-]{4,40}$/);
const zTarget = z.union([z.object({ service: zId }), z.object({ window: zId })]);
const zPlace = z.enum(['front', 'end', 'age']).default('age');

/** A number given by a person. `print_at` prints it there; without it the person says or writes the number. */
const zIssueByHand = zIssueTicket.extend({ phone: zPhone.optional(), print_at: zPrinterAt.optional() });

const deskSchemas = {
  IssueTicket: zIssueByHand,
  VoidTicket: z.object({ ticket: zTicketId, reason: why(64) }),
  /** The paper of a number that has none yet, or (after `ReprintTicket`) one more. */
  PrintTicket: z.object({ ticket: zTicketId, print_at: zPrinterAt }),
  /** A person said or wrote the number: nobody can know of its paper, and it may be called. */
  HandTicket: z.object({ ticket: zTicketId }),
  /** The same number once more, marked as a copy. */
  ReprintTicket: z.object({ ticket: zTicketId, reason: zWhy, print_at: zPrinterAt.optional() }),
  /** A missed or parked visitor is here again. */
  ReturnTicket: z.object({ ticket: zTicketId }),
  ChangeMatters: z.object({ ticket: zTicketId, add: zMatters, remove: zMatters }),
  ChangeClass: z.object({ ticket: zTicketId, class: zTicketClass, why: zWhy }),
  /** 帮办代办 and 引导. */
  RecordAssistance: z.object({
    ticket: zTicketId.nullable().default(null),
    kind: z.enum(['assistance', 'guidance']),
    outcome: z.enum(['solved', 'number-issued', 'referred', 'not-solved']),
    matter: zId.optional(),
  }),
  RecordComplaint: z.object({
    ticket: zTicketId.nullable().default(null),
    kind: z.enum(['complaint', 'suggestion']),
    text: zPrivateText,
  }),
  /** Without `appointment` the hub makes the code that the visitor brings. */
  BookAppointment: z.object({
    appointment: zAppointmentId.optional(),
    service: zId,
    matters: zMatters,
    from: zInstant,
    to: zInstant,
  }),
  CancelAppointment: z.object({ appointment: zAppointmentId }),
  CheckIn: z.object({ appointment: zAppointmentId, print_at: zPrinterAt.optional() }),
  /** Where to reach the visitor of an open number; erased when the number ends. */
  LeaveContact: z.object({ ticket: zTicketId, phone: zPhone }),
} as const;

const supervisorSchemas = {
  OpenWindow: call.zOpenWindow,
  CloseWindow: call.zCloseWindow,
  PauseWindow: call.zPauseWindow,
  ResumeWindow: call.zResumeWindow,
  CallNext: call.zCallNext,
  CallNumber: call.zCallNumber,
  Recall: call.zRecall,
  Start: call.zStart,
  Miss: call.zMiss,
  Complete: call.zComplete,
  Hold: call.zHold,
  Park: call.zPark,
  Transfer: call.zTransfer,
  SetWindowRole: z.object({ window: zId, role: z.enum(['intake', 'certificate', 'desk']), why: zWhy }),
  SetWindowServices: z.object({
    window: zId,
    serves: z.union([
      z.literal('all'),
      z.array(z.object({ service: zId, tier: z.int().min(1).max(9).default(1) })).max(200),
    ]),
    why: zWhy,
  }),
  MoveTicket: z.object({ ticket: zTicketId, to: zTarget, place: zPlace, why: zWhy }),
  /** A window that nobody can finish: its visitor queues again with his credit, it closes. */
  FreeWindow: z.object({ window: zId, why: zWhy }),
  /** What the balancer proposes, by the id that the page shows. */
  AcceptBalance: z.object({ proposal: zCommandId }),
  DeclineBalance: z.object({ proposal: zCommandId, why: zWhy }),
  SettleComplaint: z.object({
    complaint: zComplaintId,
    outcome: z.enum(['resolved', 'explained', 'forwarded', 'unfounded', 'withdrawn']),
    text: zPrivateText.optional(),
  }),
  /** A low rating is looked after; `wrong-rating` sets it aside. */
  RecordFollowUp: z.object({
    serving: zServingId,
    step: z.enum(['called-back', 'not-reached', 'settled', 'wrong-rating']),
    text: zPrivateText.optional(),
  }),
  /** A new box, or one whose store is new, stands for this node from now on (F10). */
  AdoptBox: z.object({ node: zId }),
  /** The hub's wall clock is right, says a person: what a wrong clock opened or closed is taken back (F22). */
  ConfirmClock: z.object({}),
  /** A text or a telephone number goes before its time, at its owner's wish. */
  ErasePrivate: z.object({ reference: z.string().min(4).max(80) }),
} as const;

/** The ticket goes to the certificate queue when all its matters are decided, or the first. */
const officeSchemas = {
  MatterReady: z.object({ ticket: zTicketId, matter: zId, outcome: z.enum(['granted', 'refused']).default('granted') }),
} as const;

export const personSchemas = { ...deskSchemas, ...officeSchemas, ...supervisorSchemas } as const;

export type PersonType = keyof typeof personSchemas;
export type PersonData<T extends PersonType> = z.output<(typeof personSchemas)[T]>;

export function isPersonType(type: string): type is PersonType {
  return Object.hasOwn(personSchemas, type);
}

/** Who may ask what. A supervisor may do the desk's and the back office's work too. */
export function personRoles(type: PersonType): readonly PersonRole[] {
  if (Object.hasOwn(deskSchemas, type)) return ['desk', 'supervisor'];
  return Object.hasOwn(officeSchemas, type) ? ['office', 'supervisor'] : ['supervisor'];
}

/** What travels: the body of a request. The id makes a repeat harmless. */
export const zAsk = z.object({
  commandId: zCommandId.regex(/^[\w-]+$/, 'a command id has letters, digits, "-" and "_"').optional(),
  type: z.string().min(1).max(64),
  data: z.unknown(),
});

/** What became of a paper that a person asked for. */
export const zPaperOutcome = z.object({
  verdict: z.enum(['printed', 'unknown', 'not-printed']),
  reason: z.string().max(64).optional(),
  message: z.string().max(500).optional(),
});
export type PaperOutcome = z.infer<typeof zPaperOutcome>;

/** `cmd` of type `ticket.print`: one paper for a number that the hub has given. Its `res` carries the outcome. */
export const printTicketType = 'ticket.print';
export const zPrintOrder = z.object({
  result: zIssueResult,
  service: zId,
  matters: z.array(zId).max(50),
  /** From 2 on the paper bears the reprint mark. */
  copy: z.int().min(1).max(99),
});
export type PrintOrder = z.infer<typeof zPrintOrder>;
