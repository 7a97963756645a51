/** The hall link of one device: its events into the outbox, its answers, its notes, the views it follows. */
import type { Ack } from '../../devices/contract/envelope.ts';
import type {
  Answered,
  HallLink,
  NoteChange,
  Sent,
  HubSight as Sight,
  Written,
} from '../../devices/contract/hall-link.ts';
import { type EvtType, isEvtType } from '../../devices/contract/messages.ts';
import type { CommandId } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import { uuidFrom } from '../../drivers/random.ts';
import { seal } from '../bus/seal.ts';
import type { NodeChange, NodeStore, OutboxRow } from '../store/store.ts';
import type { ByHandViews } from './by-hand-views.ts';
import type { HubSight } from './hub-sight.ts';
import type { NodeWriter } from './node-writer.ts';
import type { Outbox } from './outbox.ts';
import type { ViewCache } from './view-cache.ts';

export interface LinkSettings {
  readonly device: string;
  readonly store: Pick<NodeStore, 'notes'>;
  readonly writer: NodeWriter;
  readonly outbox: Outbox;
  readonly sight: HubSight;
  readonly views: ViewCache;
  readonly byHand: ByHandViews;
  /** This process's life: monotonic ages are known within it alone. */
  readonly boot: string;
}

type AnswerHandler = Parameters<HallLink['onAnswer']>[0];

export class DeviceLink implements HallLink {
  #context: Context;
  #device: string;
  #parts: LinkSettings;
  #handler: AnswerHandler | undefined;

  constructor(context: Context, settings: LinkSettings) {
    this.#context = context;
    this.#device = settings.device;
    this.#parts = settings;
  }

  send(events: readonly Sent[], notes: readonly NoteChange[] = []): Written {
    const { append, eager } = this.#rows(events);
    const stored = this.#parts.writer.write({ append, notes: this.#notes(notes) });
    if (!stored.ok) return stored;
    this.#committed(stored.rows, eager);
    return { ok: true, ids: stored.rows.map((row) => row.id) };
  }

  seal(secret: string, id: CommandId): string | undefined {
    const { sealKey } = this.#parts.sight;
    return sealKey === undefined ? undefined : seal(secret, sealKey, id);
  }

  note(changes: readonly NoteChange[]): Written {
    const stored = this.#parts.writer.write({ notes: this.#notes(changes) });
    return stored.ok ? { ok: true, ids: [] } : stored;
  }

  readNotes(): ReadonlyMap<string, unknown> {
    return this.#parts.store.notes(this.#device);
  }

  onAnswer(handler: AnswerHandler): void {
    this.#handler = handler;
  }

  pending(): ReturnType<HallLink['pending']> {
    const { outbox, boot } = this.#parts;
    const { clock } = this.#context;
    return outbox.rows().flatMap((row) => {
      if (row.device !== this.#device || !isEvtType(row.type)) return [];
      const beforeRestart = row.boot !== boot;
      return [
        {
          id: row.id,
          type: row.type,
          data: row.data,
          beforeRestart,
          ageMs: beforeRestart ? null : clock.monotonicMs() - row.monotonicMs,
        },
      ];
    });
  }

  onWindowView: HallLink['onWindowView'] = (window, handler) => this.#parts.views.onWindow(window, handler);
  onServiceView: HallLink['onServiceView'] = (service, handler) => this.#parts.views.onService(service, handler);
  onHallView: HallLink['onHallView'] = (handler) => this.#parts.views.onHall(handler);

  get writable(): boolean {
    return this.#parts.writer.writable;
  }

  onWritable(handler: (writable: boolean) => void): () => void {
    return this.#parts.writer.writableChanged.on(handler, this.#context.log);
  }

  get backlog(): number {
    return this.#parts.outbox.length;
  }

  get hub(): Sight {
    return this.#parts.sight.sight;
  }

  onHub(handler: (sight: Sight) => void): () => void {
    handler(this.hub);
    return this.#parts.sight.onSight(handler);
  }

  hubNowMs(): number {
    return this.#parts.sight.hubTime() ?? this.#context.clock.wallMs();
  }

  /** For the node: what this device makes of an answer, to be written in the transaction that removes the row. */
  react(
    row: OutboxRow,
    answer: Ack['answers'][number],
  ): NodeChange & { readonly eager: ReadonlyMap<string, readonly number[]>; readonly onceWritten: () => void } {
    const answered: Answered = { id: row.id, type: row.type as EvtType, data: row.data, answer };
    // Devices listen before the bus starts; one that does not want answers has none to react to.
    const reaction = this.#guarded('the answer to an event was not taken', () => this.#handler?.(answered));
    const { append, eager } = this.#rows(reaction?.events ?? []);
    const onceWritten = () => this.#guarded('what follows an answer failed', () => reaction?.onceWritten?.());
    return { append, eager, notes: this.#notes(reaction?.notes ?? []), onceWritten };
  }

  /** The rows are on disk: whatever fails from here on is a defect, and no reason to believe that nothing was written. */
  #committed(rows: readonly OutboxRow[], eager: ReadonlyMap<string, readonly number[]>): void {
    const { outbox, byHand } = this.#parts;
    this.#guarded('a written event was not sent', () => outbox.appended(rows, eager));
    this.#guarded('a call by hand was not shown', () => byHand.written(rows));
  }

  #guarded<T>(what: string, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#context.log.defect(error, what);
      return undefined;
    }
  }

  #notes(changes: readonly NoteChange[]) {
    return changes.map(({ key, value }) => ({ device: this.#device, key, value }));
  }

  #rows(events: readonly Sent[]) {
    const { sight, boot } = this.#parts;
    const { clock, random } = this.#context;
    const eager = new Map<string, readonly number[]>();
    const append = events.map((event): Omit<OutboxRow, 'seq'> => {
      const monotonicMs = event.atMs ?? clock.monotonicMs();
      const id = event.id ?? uuidFrom(random);
      if (event.eagerMs !== undefined) eager.set(id, event.eagerMs);
      const at = new Date(clock.wallMs()).toISOString();
      return {
        id,
        type: event.type,
        device: this.#device,
        data: event.data,
        at,
        hubAt: sight.hubTime(monotonicMs) ?? null,
        boot,
        monotonicMs,
      };
    });
    return { append, eager };
  }
}
