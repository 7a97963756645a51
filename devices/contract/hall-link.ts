/**
 * How a device reaches the hall, as an interface; `runtime/node` implements it, over the outbox, for each device. A
 * device knows neither MQTT nor another device.
 */
import type { WireAnswer } from './envelope.ts';
import type { EvtInput, EvtType } from './messages.ts';
import type { CommandId, ServiceId, WindowId } from './terms.ts';
import type { HallView, SeenWindowView, ServiceView } from './view.ts';

/** A device's own durable notes: small JSON values by key, changed in the same transaction as the outbox. */
export interface NoteChange {
  readonly key: string;
  /** `undefined` removes the note. */
  readonly value: unknown;
}

export interface Sent<T extends EvtType = EvtType> {
  readonly type: T;
  readonly data: EvtInput<T>;
  /** Given when the effect had its id before (a key press); else the link makes one. */
  readonly id?: CommandId;
  /** `Clock.monotonicMs` when it happened; default now. Becomes hub time on the wire (F8). */
  readonly atMs?: number;
  /** Repeated at these ages first, before the ordinary back-off: an ask after 100 and 200 ms. */
  readonly eagerMs?: readonly number[];
}

/** A hub answer for something this device sent, possibly before a restart. */
export interface Answered {
  readonly id: CommandId;
  readonly type: EvtType;
  readonly data: unknown;
  readonly answer: WireAnswer;
}

/** Why nothing was written: the outbox is at its limit, the disk does not take it, or a defect (in the log). */
export type NotWritten = 'full' | 'disk' | 'defect';

/** `ok`: everything is on disk, `ids` are those of the events in their order. Else nothing at all was written. */
export type Written =
  | { readonly ok: true; readonly ids: readonly CommandId[] }
  | { readonly ok: false; readonly reason: NotWritten };

/** What a device makes of an answer. It changes nothing of its own before `onceWritten`: the disk may not take it. */
export interface Reaction {
  readonly notes?: readonly NoteChange[];
  readonly events?: readonly Sent[];
  /**
   * Called once what is above is on disk with the end of the answered event: the first moment at which a paper may begin
   * (F2). Where the disk does not take it, this is not called: the event stays, is repeated, and its answer comes again.
   */
  readonly onceWritten?: () => void;
}

export interface HubSight {
  /** A fresh `hub/state` is known (F12). */
  readonly fresh: boolean;
  readonly epoch: number;
}

export interface HallLink {
  /**
   * One transaction on the node's disk: writes the events to the outbox and changes notes. When it returns `ok`, all is on
   * disk; sending, repeating and acknowledging go on by themselves. Else nothing was written, and the press must be refused
   * visibly. Never throws.
   */
  send(events: readonly Sent[], notes?: readonly NoteChange[]): Written;
  /** A secret for the hub's eyes alone, bound to the command `id`: what is written to disk. `undefined`: no hub was ever seen. */
  seal(secret: string, id: CommandId): string | undefined;
  /** Changes notes alone, durably. */
  note(changes: readonly NoteChange[]): Written;
  readNotes(): ReadonlyMap<string, unknown>;
  /**
   * The hub's answers to this device's events. What the handler returns is written in the same transaction that removes
   * the answered event from the outbox (F2). One handler a device.
   */
  onAnswer(handler: (answered: Answered) => Reaction | undefined): void;
  /** Events of this device still unanswered, oldest first (F3): `ageMs` is `null` for one from before a reboot. */
  pending(): readonly {
    readonly id: CommandId;
    readonly type: EvtType;
    readonly data: unknown;
    readonly ageMs: number | null;
    readonly beforeRestart: boolean;
  }[];
  /** Views; the handler is called at once with the latest if there is one, then with each newer. `undefined` = stale (F12). */
  onWindowView(window: WindowId, handler: (view: SeenWindowView | undefined) => void): () => void;
  onServiceView(service: ServiceId, handler: (view: ServiceView | undefined) => void): () => void;
  onHallView(handler: (view: HallView | undefined) => void): () => void;
  /** `false`: this box's disk takes nothing at the moment; it is tried again every few seconds. */
  readonly writable: boolean;
  /** Called at each change of `writable`. */
  onWritable(handler: (writable: boolean) => void): () => void;
  /** Events of the whole box that the hub has not answered. */
  readonly backlog: number;
  readonly hub: HubSight;
  onHub(handler: (sight: HubSight) => void): () => void;
  /** Hub time now, in ms since 1970, by offset on the monotonic clock; the wall clock where no hub was ever seen. */
  hubNowMs(): number;
}
