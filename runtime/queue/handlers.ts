/** How a topic states what its commands decide and what its events change; `decide.ts` and `evolve.ts` join the topics. */
import type { EvtData, EvtType } from '../../devices/contract/messages.ts';
import type { PersonData, PersonType } from '../../devices/contract/people.ts';
import type { CommandId } from '../../devices/contract/terms.ts';
import type { CommandData, CommandOf, FromDevice, FromPerson, QueueCommandType } from './commands.ts';
import type { EventOf, QueueEventType } from './events.ts';
import type { Decision } from './queue.ts';
import type { HallState } from './state.ts';

/** What comes beside a message's data. */
export interface Received {
  readonly id: CommandId;
  /** Whether blocks of numbers are leased; absent = not. */
  readonly mayLease?: boolean;
  /** What it was answered by a hub that has forgotten it (F11). */
  readonly answered?: unknown;
}

/** For the encrypted table alone: `reference` is what the journal names. */
export interface PrivateText {
  readonly reference: string;
  readonly kind: 'complaint' | 'answer' | 'follow-up';
  readonly text: string;
}

interface Decides<T extends QueueCommandType> {
  readonly decide: (state: HallState, command: CommandOf<T>) => Decision;
}

/** Where a message's fields are not the command's, the topic gives the one from the other: a missing reading is a type error. */
type ReadsDevice<T extends QueueCommandType> = T extends EvtType
  ? SameFields<FromDevice<T>, CommandData[T]> extends true
    ? { readonly fromDevice?: undefined }
    : { readonly fromDevice: (data: EvtData<T>, received: Received) => CommandData[T] }
  : unknown;
type ReadsPerson<T extends QueueCommandType> = T extends PersonType
  ? {
      /** What the person wrote that no journal may hold. */
      readonly privateText?: (data: PersonData<T>, id: CommandId) => PrivateText | undefined;
    } & (SameFields<FromPerson<T>, CommandData[T]> extends true
      ? { readonly fromPerson?: undefined }
      : { readonly fromPerson: (data: PersonData<T>, received: Received) => CommandData[T] })
  : unknown;
type SameFields<A, B> = [keyof A, keyof B, A] extends [keyof B, keyof A, B] ? true : false;

export type Handlers = {
  readonly [T in QueueCommandType]: Decides<T> & ReadsDevice<T> & ReadsPerson<T>;
};

export type Changes = {
  readonly [T in QueueEventType]: (state: HallState, event: EventOf<T>) => void;
};

/** For reports and readers of the journal: the hall stays as it is. */
export function recordOnly(): void {}
