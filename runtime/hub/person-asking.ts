/**
 * What a person's message asks: who may ask it is checked first, then its data; out comes the queue's own command, and
 * beside it what is private in the person's words. Some asks are of the hub alone: papers, and private texts.
 */
import {
  isPersonType,
  type PersonData,
  type PersonRole,
  type PersonType,
  personRoles,
  personSchemas,
} from '../../devices/contract/people.ts';
import type { Actor, QueueCommand, QueueCommandType } from '../queue/commands.ts';
import { handlers } from '../queue/decide.ts';
import type { PrivateText } from '../queue/handlers.ts';
import { type Asked, asCommand, badData } from './command-of.ts';

export type Person = Actor & { readonly kind: PersonRole };

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

/** Not for the queue. */
const ofTheHub: Readonly<Record<Exclude<PersonType, QueueCommandType>, true>> = {
  PrintTicket: true,
  HandTicket: true,
  LeaveContact: true,
  ErasePrivate: true,
  AdoptBox: true,
  ConfirmClock: true,
};

export function personAsking(asked: Asked & { readonly by: Person }): PersonAsking {
  const { type, by, data } = asked;
  if (!isPersonType(type)) return wrong('unknown-type', `nobody may ask for "${type.slice(0, 64)}" here`);
  const roles = personRoles(type);
  if (!roles.includes(by.kind))
    return wrong('role', `${type} needs the role ${roles.join(' or ')}; you are signed in as ${by.kind}`);
  const parsed = personSchemas[type].safeParse(data);
  if (!parsed.success) return badData(type, parsed.error);
  const ask = { type, data: parsed.data } as PersonAsk;
  if (isOfTheHub(type)) return { ok: true, ask };
  const { fromPerson, privateText } = handlers[type];
  const secret = privateText?.(parsed.data as never, asked.id);
  const command = asCommand(asked, parsed.data, fromPerson);
  return { ok: true, ask, command, ...(secret === undefined ? {} : { secret }) };
}

function isOfTheHub(type: PersonType): type is keyof typeof ofTheHub {
  return Object.hasOwn(ofTheHub, type);
}

function wrong(code: string, message: string): Extract<PersonAsking, { ok: false }> {
  return { ok: false, error: { code, message } };
}
