/** A hall link for a device's own tests: records what was sent, answers and shows views when told. Notes live as long as the object. */
import type { WireAnswer } from './contract/envelope.ts';
import type { Answered, HallLink, HubSight, NoteChange, NotWritten, Sent, Written } from './contract/hall-link.ts';
import type { EvtType } from './contract/messages.ts';
import type { CommandId } from './contract/terms.ts';
import type { HallView, SeenWindowView, ServiceView } from './contract/view.ts';

export interface Recorded {
  readonly id: CommandId;
  readonly type: EvtType;
  readonly data: unknown;
}

type Handlers<View> = Set<(view: View | undefined) => void>;

export class RecordingHallLink implements HallLink {
  /** Everything ever sent, oldest first. */
  readonly sent: Recorded[] = [];
  readonly notes = new Map<string, unknown>();
  /** Why nothing is written from now on; `full` holds for events alone, as at an outbox's limit. */
  refuses: NotWritten | undefined;
  hubNow = 1_000_000;
  /** Events of other devices of the box that wait. */
  otherBacklog = 0;
  #unanswered = new Map<CommandId, Recorded & { readonly beforeRestart: boolean; readonly ageMs: number | null }>();
  #answerHandler: Parameters<HallLink['onAnswer']>[0] | undefined;
  #windows = new Map<string, { view: SeenWindowView | undefined; handlers: Handlers<SeenWindowView> }>();
  #services = new Map<string, { view: ServiceView | undefined; handlers: Handlers<ServiceView> }>();
  #hall: { view: HallView | undefined; handlers: Handlers<HallView> } = { view: undefined, handlers: new Set() };
  #hub: HubSight = { fresh: true, epoch: 1 };
  #hubHandlers = new Set<(sight: HubSight) => void>();
  #writableHandlers = new Set<(writable: boolean) => void>();
  #next = 1;

  send(events: readonly Sent[], notes: readonly NoteChange[] = []): Written {
    if (this.refuses !== undefined) return { ok: false, reason: this.refuses };
    this.note(notes);
    const ids = events.map((event) => {
      const recorded = { id: event.id ?? `command-${this.#next++}`, type: event.type, data: event.data };
      this.sent.push(recorded);
      this.#unanswered.set(recorded.id, { ...recorded, beforeRestart: false, ageMs: 0 });
      return recorded.id;
    });
    return { ok: true, ids };
  }

  seal(secret: string, id: CommandId): string | undefined {
    return this.#hub.epoch === 0 ? undefined : `sealed ${secret} for ${id}`;
  }

  note(changes: readonly NoteChange[]): Written {
    if (this.refuses !== undefined && this.refuses !== 'full') return { ok: false, reason: this.refuses };
    for (const { key, value } of changes) {
      if (value === undefined) this.notes.delete(key);
      else this.notes.set(key, structuredClone(value));
    }
    return { ok: true, ids: [] };
  }

  readNotes(): ReadonlyMap<string, unknown> {
    return this.notes;
  }

  onAnswer(handler: Parameters<HallLink['onAnswer']>[0]): void {
    this.#answerHandler = handler;
  }

  pending(): ReturnType<HallLink['pending']> {
    return [...this.#unanswered.values()];
  }

  /** Plants an ask from before a restart. */
  plantPending(recorded: Recorded, ageMs: number | null): void {
    this.#unanswered.set(recorded.id, { ...recorded, beforeRestart: true, ageMs });
  }

  /** The hub answers; what the device returns is applied as the node would. */
  answer(
    id: CommandId,
    answer: { ok: true; result?: unknown } | { ok: false; error: { code: string; message: string } },
  ): void {
    const asked = this.#unanswered.get(id);
    if (asked === undefined) throw new Error(`nothing unanswered has the id ${id}`);
    const wire: WireAnswer = { id, seq: 1, ...answer };
    const answered: Answered = { id, type: asked.type, data: asked.data, answer: wire };
    const reaction = this.#answerHandler?.(answered);
    // As in the node: not on disk, so it is still unanswered, and its answer comes again.
    if (reaction !== undefined && !this.send(reaction.events ?? [], reaction.notes).ok) return;
    this.#unanswered.delete(id);
    reaction?.onceWritten?.();
  }

  /** Everything unanswered is answered, in a way that nobody looks at. */
  drop(): void {
    this.#unanswered.clear();
  }

  showWindow(window: string, view: SeenWindowView | undefined): void {
    const slot = this.#slot(this.#windows, window);
    slot.view = view;
    for (const handler of slot.handlers) handler(view);
  }

  showService(service: string, view: ServiceView | undefined): void {
    const slot = this.#slot(this.#services, service);
    slot.view = view;
    for (const handler of slot.handlers) handler(view);
  }

  showHall(view: HallView | undefined): void {
    this.#hall.view = view;
    for (const handler of this.#hall.handlers) handler(view);
  }

  setHub(sight: HubSight): void {
    this.#hub = sight;
    for (const handler of this.#hubHandlers) handler(sight);
  }

  onWindowView(window: string, handler: (view: SeenWindowView | undefined) => void): () => void {
    return subscribe(this.#slot(this.#windows, window), handler);
  }

  onServiceView(service: string, handler: (view: ServiceView | undefined) => void): () => void {
    return subscribe(this.#slot(this.#services, service), handler);
  }

  onHallView(handler: (view: HallView | undefined) => void): () => void {
    return subscribe(this.#hall, handler);
  }

  get writable(): boolean {
    return this.refuses !== 'disk';
  }

  onWritable(handler: (writable: boolean) => void): () => void {
    this.#writableHandlers.add(handler);
    return () => this.#writableHandlers.delete(handler);
  }

  /** The disk fills up, or has room again. */
  setDisk(takes: boolean): void {
    this.refuses = takes ? undefined : 'disk';
    for (const handler of this.#writableHandlers) handler(takes);
  }

  get backlog(): number {
    return this.#unanswered.size + this.otherBacklog;
  }

  get hub(): HubSight {
    return this.#hub;
  }

  onHub(handler: (sight: HubSight) => void): () => void {
    this.#hubHandlers.add(handler);
    handler(this.#hub);
    return () => this.#hubHandlers.delete(handler);
  }

  hubNowMs(): number {
    return this.hubNow;
  }

  #slot<View>(
    slots: Map<string, { view: View | undefined; handlers: Handlers<View> }>,
    id: string,
  ): { view: View | undefined; handlers: Handlers<View> } {
    const present = slots.get(id) ?? { view: undefined, handlers: new Set() };
    slots.set(id, present);
    return present;
  }
}

function subscribe<View>(
  slot: { view: View | undefined; handlers: Handlers<View> },
  handler: (view: View | undefined) => void,
): () => void {
  slot.handlers.add(handler);
  handler(slot.view);
  return () => slot.handlers.delete(handler);
}
