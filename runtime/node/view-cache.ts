/** The latest views, ordered by (epoch, rev) and shown only while that epoch's hub is fresh (F12). */
import { parseTopic, topics } from '../../devices/contract/topics.ts';
import {
  type HallView,
  type SeenWindowView,
  type ServiceView,
  type WindowView,
  zHallView,
  zServiceView,
  zWindowView,
} from '../../devices/contract/view.ts';
import type { HubSight } from './hub-sight.ts';

type AnyView = WindowView | ServiceView | HallView;
type Handler = (view: AnyView | undefined) => void;

interface Slot {
  view: AnyView | undefined;
  /** Shown instead, with a hub or without. */
  local: SeenWindowView | undefined;
  readonly handlers: Set<Handler>;
  /** What the handlers were told last. */
  told: AnyView | undefined;
}

export class ViewCache {
  readonly counters = { views: 0, oldViews: 0, bad: 0 };
  #hall: string;
  #sight: HubSight;
  #slots = new Map<string, Slot>();
  /** Told of each topic that somebody begins to follow: a box hears only what it shows, not the whole hall. */
  onWanted: (topic: string) => void = () => {};
  /** Told of each whole window view that came, newer or not. */
  onWindowTaken: (window: string) => void = () => {};

  constructor(hall: string, sight: HubSight) {
    this.#hall = hall;
    this.#sight = sight;
    let epochBefore = sight.sight.epoch;
    sight.onSight(({ epoch }) => {
      // A person has healed the hall: views of epochs that never were are not newer than what comes now.
      if (epoch < epochBefore)
        for (const slot of this.#slots.values()) if ((slot.view?.epoch ?? 0) > epoch) slot.view = undefined;
      epochBefore = epoch;
      for (const slot of this.#slots.values()) this.#tell(slot);
    });
  }

  /** Gives a reason for a message that cannot be used. */
  take(topic: string, value: unknown): string | undefined {
    const parsed = parseTopic(this.#hall, topic);
    if (parsed === undefined) return 'foreign topic';
    const key = keyOf(parsed);
    if (key === undefined) return 'not a view';
    const schema =
      parsed.kind === 'window-view' ? zWindowView : parsed.kind === 'service-view' ? zServiceView : zHallView;
    const checked = schema.safeParse(value);
    if (!checked.success) {
      this.counters.bad += 1;
      return `view: ${checked.error.issues[0]?.path.join('.') ?? ''} ${checked.error.issues[0]?.message ?? 'wrong'}`;
    }
    const view: AnyView = checked.data;
    const slot = this.#slot(key);
    const known = slot.view;
    const taken = () => {
      if (parsed.kind === 'window-view') this.onWindowTaken(parsed.window);
    };
    if (known !== undefined && (view.epoch < known.epoch || (view.epoch === known.epoch && view.rev <= known.rev))) {
      this.counters.oldViews += 1;
      taken();
      return undefined;
    }
    this.counters.views += 1;
    slot.view = view;
    this.#tell(slot);
    taken();
    return undefined;
  }

  /** The last view of a window that the hub gave, fresh or not. */
  lastWindow(window: string): WindowView | undefined {
    return this.#slots.get(`window/${window}`)?.view as WindowView | undefined;
  }

  /** Puts a view of this box's own in the place of the hub's; `undefined` takes it away. */
  showLocal(window: string, view: SeenWindowView | undefined): void {
    const slot = this.#slot(`window/${window}`);
    slot.local = view;
    this.#tell(slot);
  }

  onWindow(window: string, handler: (view: SeenWindowView | undefined) => void): () => void {
    return this.#subscribe(`window/${window}`, handler as Handler);
  }

  onService(service: string, handler: (view: ServiceView | undefined) => void): () => void {
    return this.#subscribe(`service/${service}`, handler as Handler);
  }

  onHall(handler: (view: HallView | undefined) => void): () => void {
    return this.#subscribe('hall', handler as Handler);
  }

  /** Topics of all views that are followed. */
  wanted(): readonly string[] {
    return [...this.#slots].flatMap(([key, { handlers }]) => (handlers.size > 0 ? [this.#topic(key)] : []));
  }

  #topic(key: string): string {
    const [kind, id = ''] = key.split('/');
    if (kind === 'window') return topics.windowView(this.#hall, id);
    return kind === 'service' ? topics.serviceView(this.#hall, id) : topics.hallView(this.#hall);
  }

  #subscribe(key: string, handler: Handler): () => void {
    const slot = this.#slot(key);
    slot.handlers.add(handler);
    if (slot.handlers.size === 1) this.onWanted(this.#topic(key));
    handler(slot.told);
    return () => slot.handlers.delete(handler);
  }

  #slot(key: string): Slot {
    const present = this.#slots.get(key);
    if (present !== undefined) return present;
    const fresh: Slot = { view: undefined, local: undefined, handlers: new Set(), told: undefined };
    this.#slots.set(key, fresh);
    return fresh;
  }

  #tell(slot: Slot): void {
    const { fresh, epoch } = this.#sight.sight;
    const now = this.#sight.hubTime();
    const usable = fresh && slot.view?.epoch === epoch && (now === undefined || now <= slot.view.valid_until);
    const shown = slot.local ?? (usable ? slot.view : undefined);
    if (shown === slot.told) return;
    slot.told = shown;
    for (const handler of slot.handlers) handler(shown);
  }
}

function keyOf(parsed: NonNullable<ReturnType<typeof parseTopic>>): string | undefined {
  if (parsed.kind === 'window-view') return `window/${parsed.window}`;
  if (parsed.kind === 'service-view') return `service/${parsed.service}`;
  return parsed.kind === 'hall-view' ? 'hall' : undefined;
}
