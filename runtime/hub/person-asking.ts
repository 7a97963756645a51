/**
 * What a person's message asks: who may ask it is checked first, then its data; out comes the queue's own command, and
 * beside it what is private in the person's words. Some asks are of the hub alone: papers, and private texts.
 */
import { createHash } from 'node:crypto';
import {
  isPersonType,
  type PersonData,
  type PersonRole,
  type PersonType,
  personRoles,
  personSchemas,
} from '../../devices/contract/people.ts';
import type { CommandId } from '../../devices/contract/terms.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';
import type { PrivateKind } from '../store/private-store.ts';
import { type Asked, badData, deviceReaders, type Head, type Reader, reads } from './command-of.ts';

export type Person = Actor & { readonly kind: PersonRole };

/** For the encrypted table alone. */
export interface PrivateText {
  readonly reference: string;
  readonly kind: PrivateKind;
  readonly text: string;
}

export type PersonAsk = {
  readonly [T in PersonType]: { readonly type: T; readonly data: PersonData<T> };
}[PersonType];

export type PersonAsking =
  | {
      readonly ok: true;
      readonly ask: PersonAsk;
      /** Absent where the queue has nothing to decide. */
      readonly command?: QueueCommand;
      readonly secret?: PrivateText;
    }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

const of = <T extends PersonType>(type: T, make: (data: PersonData<T>, head: Head) => QueueCommand): Reader =>
  // One type parameter for schema and data: zod's own output type does not see that they belong together.
  reads(personSchemas[type], (data, head) => make(data as PersonData<T>, head));

/** `null`: not for the queue. */
const readers: Readonly<Record<PersonType, Reader | null>> = {
  PrintTicket: null,
  HandTicket: null,
  LeaveContact: null,
  ErasePrivate: null,
  AdoptBox: null,
  IssueTicket: of('IssueTicket', ({ service, matters, class: asked }, head) => ({
    service,
    matters,
    class: asked,
    ...head,
    type: 'IssueTicket',
  })),
  VoidTicket: of('VoidTicket', (data, head) => ({ ...data, ...head, type: 'VoidTicket' })),
  ReprintTicket: of('ReprintTicket', ({ ticket, reason }, head) => ({
    ticket,
    reason,
    ...head,
    type: 'ReprintTicket',
  })),
  ReturnTicket: of('ReturnTicket', (data, head) => ({ ...data, ...head, type: 'ReturnTicket' })),
  ChangeMatters: of('ChangeMatters', (data, head) => ({ ...data, ...head, type: 'ChangeMatters' })),
  ChangeClass: of('ChangeClass', (data, head) => ({ ...data, ...head, type: 'ChangeClass' })),
  RecordAssistance: of('RecordAssistance', (data, head) => ({ ...data, ...head, type: 'RecordAssistance' })),
  RecordComplaint: of('RecordComplaint', ({ ticket, kind }, head) => {
    const complaint = codeOf(head.id);
    return { complaint, ticket, kind, reference: complaintText(complaint), ...head, type: 'RecordComplaint' };
  }),
  BookAppointment: of('BookAppointment', ({ appointment, ...rest }, head) => ({
    ...rest,
    appointment: appointment ?? codeOf(head.id),
    ...head,
    type: 'BookAppointment',
  })),
  CancelAppointment: of('CancelAppointment', (data, head) => ({ ...data, ...head, type: 'CancelAppointment' })),
  CheckIn: of('CheckIn', ({ appointment }, head) => ({ appointment, ...head, type: 'CheckIn' })),
  MatterReady: of('MatterReady', (data, head) => ({ ...data, ...head, type: 'MatterReady' })),
  OpenWindow: deviceReaders.OpenWindow,
  CloseWindow: deviceReaders.CloseWindow,
  PauseWindow: deviceReaders.PauseWindow,
  ResumeWindow: deviceReaders.ResumeWindow,
  CallNext: deviceReaders.CallNext,
  CallNumber: deviceReaders.CallNumber,
  Recall: deviceReaders.Recall,
  Start: deviceReaders.Start,
  Miss: deviceReaders.Miss,
  Complete: deviceReaders.Complete,
  Hold: deviceReaders.Hold,
  Park: deviceReaders.Park,
  Transfer: deviceReaders.Transfer,
  SetWindowRole: of('SetWindowRole', (data, head) => ({ ...data, ...head, type: 'SetWindowRole' })),
  SetWindowServices: of('SetWindowServices', (data, head) => ({ ...data, ...head, type: 'SetWindowServices' })),
  MoveTicket: of('MoveTicket', (data, head) => ({ ...data, ...head, type: 'MoveTicket' })),
  FreeWindow: of('FreeWindow', (data, head) => ({ ...data, ...head, type: 'FreeWindow' })),
  AcceptBalance: of('AcceptBalance', (data, head) => ({ ...data, ...head, type: 'AcceptBalance' })),
  DeclineBalance: of('DeclineBalance', (data, head) => ({ ...data, ...head, type: 'DeclineBalance' })),
  SettleComplaint: of('SettleComplaint', ({ complaint, outcome }, head) => ({
    complaint,
    outcome,
    ...head,
    type: 'SettleComplaint',
  })),
  RecordFollowUp: of('RecordFollowUp', ({ serving, step, text }, head) => ({
    serving,
    step,
    reference: text === undefined ? '' : followUpText(head.id),
    ...head,
    type: 'RecordFollowUp',
  })),
};

export function personAsking(asked: Asked & { readonly by: Person }): PersonAsking {
  const { type, by, data } = asked;
  if (!isPersonType(type)) return wrong('unknown-type', `nobody may ask for "${type.slice(0, 64)}" here`);
  const roles = personRoles(type);
  if (!roles.includes(by.kind))
    return wrong('role', `${type} needs the role ${roles.join(' or ')}; you are signed in as ${by.kind}`);
  const parsed = personSchemas[type].safeParse(data);
  if (!parsed.success) return badData(type, parsed.error.issues[0] as (typeof parsed.error.issues)[number]);
  const ask = { type, data: parsed.data } as PersonAsk;
  const command = readers[type]?.(asked);
  if (command !== undefined && 'path' in command) return badData(type, command);
  const secret = secretOf(ask, asked.id);
  return { ok: true, ask, ...(command === undefined ? {} : { command }), ...(secret === undefined ? {} : { secret }) };
}

function secretOf({ type, data }: PersonAsk, id: CommandId): PrivateText | undefined {
  switch (type) {
    case 'RecordComplaint':
      return { reference: complaintText(codeOf(id)), kind: 'complaint', text: data.text };
    case 'SettleComplaint':
      return data.text === undefined
        ? undefined
        : { reference: `answer/${data.complaint}`, kind: 'answer', text: data.text };
    case 'RecordFollowUp':
      return data.text === undefined ? undefined : { reference: followUpText(id), kind: 'follow-up', text: data.text };
    default:
      return undefined;
  }
}

const complaintText = (complaint: string) => `complaint/${complaint}`;
const followUpText = (id: CommandId) => `follow-up/${codeOf(id)}`;

/** Letters and digits that nobody confuses when they are read out. */
const codeLetters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const codeLength = 8;

/** A short code of a command, the same for every repeat of it. */
export function codeOf(id: CommandId): string {
  const digest = createHash('sha256').update(id).digest();
  return [...digest.subarray(0, codeLength)].map((byte) => codeLetters[byte % codeLetters.length]).join('');
}

function wrong(code: string, message: string): Extract<PersonAsking, { ok: false }> {
  return { ok: false, error: { code, message } };
}
