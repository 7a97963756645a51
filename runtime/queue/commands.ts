/**
 * What can be asked of the hall's queue. Time, ids and the business day come in with the command. Each topic in `topics/`
 * adds its commands here; what a device or a person may write is the contract's, and is not written twice.
 */
import type { EvtData, EvtType } from '../../devices/contract/messages.ts';
import type { PersonData, PersonType } from '../../devices/contract/people.ts';
import type { CommandId, Instant } from '../../devices/contract/terms.ts';

/** Who asks: a device at a node, a person at a page, the hub itself. Never a name or a phone number. */
export interface Actor {
  readonly kind: 'device' | 'desk' | 'office' | 'supervisor' | 'hub';
  /** `k1/panel` for a device, the desk's id, …  */
  readonly id: string;
}

/** The box of a device. */
export function nodeOf({ id }: Actor): string {
  const slash = id.indexOf('/');
  return slash < 0 ? id : id.slice(0, slash);
}

export interface CommandHead {
  readonly id: CommandId;
  /** When the hub took it, hub time; rises from command to command. */
  readonly at: Instant;
  /** When it happened, hub time, never later than `at` (F8): press time decides waiting credit. */
  readonly happenedAt: Instant;
  readonly by: Actor;
}

/** What each type of command carries beside its head. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the topics.
export interface CommandData {}

export type QueueCommandType = keyof CommandData;
export type CommandOf<T extends QueueCommandType> = T extends QueueCommandType
  ? CommandHead & { readonly type: T } & CommandData[T]
  : never;
export type QueueCommand = CommandOf<QueueCommandType>;

/** A device's message as a command; a pad repeats the window revision it saw (F13). */
export type FromDevice<T extends EvtType> = InQueue<EvtData<T>>;
/** The same of a person's. */
export type FromPerson<T extends PersonType> = InQueue<PersonData<T>>;

/** Messages write `window_rev`. */
type InQueue<D> = Frozen<Omit<D, 'window_rev'>> &
  (D extends { window_rev?: number | undefined } ? { readonly windowRev?: number | undefined } : unknown);
type Frozen<D> = D extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : D extends object
    ? { readonly [K in keyof D]: Frozen<D[K]> }
    : D;
