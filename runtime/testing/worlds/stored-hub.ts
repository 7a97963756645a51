/** A hub over a real SQLite journal, on a bus in memory and in virtual time, and boxes that send it whatever a test wants. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HallRules } from '../../../devices/contract/hall.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { RecordingLog } from '../../../drivers/recording-log.kit.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { Hub } from '../../hub/hub.ts';
import type { HubSettings } from '../../hub/hub-settings.ts';
import type { HallState } from '../../queue/state.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import type { StoredAnswer } from '../../store/store.ts';
import { LocalBroker } from './local-broker.ts';
import { LocalBus } from './local-bus.ts';

/** A Monday morning with the test hall open. */
const mondayMs = Date.UTC(2026, 10, 23, 2, 0);
const streams = '11111111-2222-4333-8444-5555555555';

export class StoredHub {
  readonly clock: VirtualClock;
  readonly broker: LocalBroker;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'halld-stored-'));
  readonly log = new RecordingLog();
  /** Why the hub ended, if it did. */
  ended: unknown;
  hub!: Hub;
  store!: SqliteHallStore;
  readonly boxes = new Map<string, SendingBox>();
  #rules: HallRules;
  #more: Partial<HubSettings>;
  #bus!: LocalBus;

  constructor(rules: HallRules, more: Partial<HubSettings> = {}, startMs = mondayMs) {
    this.clock = new VirtualClock(startMs);
    this.broker = new LocalBroker({ clock: this.clock, random: seededRandom(7) });
    this.#rules = rules;
    this.#more = more;
  }

  get file(): string {
    return path.join(this.folder, 'hall.sqlite');
  }

  get state(): HallState {
    return this.hub.loop.state;
  }

  async start(...nodes: readonly string[]): Promise<void> {
    this.#bus = new LocalBus(this.broker, 'hub');
    this.store = new SqliteHallStore({ file: this.file });
    this.hub = new Hub(
      { clock: this.clock, random: seededRandom(11), log: this.log },
      {
        hubId: 'hub',
        rules: this.#rules,
        store: this.store,
        bus: this.#bus,
        onFatal: (error) => {
          this.ended = error ?? 'the hub ended';
        },
        ...this.#more,
      },
    );
    await this.run(this.hub.start());
    for (const node of nodes) await this.box(node);
    await this.clock.advance(100);
  }

  async box(node: string): Promise<SendingBox> {
    const known = this.boxes.get(node);
    if (known !== undefined) return known;
    const stream = `${streams}${String(this.boxes.size + 10)}`;
    const box = new SendingBox(this, { node, stream, hall: this.#rules.hall });
    this.boxes.set(node, box);
    await box.start();
    return box;
  }

  /** A promise of this world settles only as its time moves. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    for (let i = 0; i < 10_000 && !done; i++) await this.clock.advance(1);
    return settled;
  }

  async restart(): Promise<void> {
    await this.run(this.hub.stop());
    await this.start();
  }

  /** What the journal has of a type, in order. */
  async events(type: string): Promise<readonly Record<string, unknown>[]> {
    const all: Record<string, unknown>[] = [];
    await this.store.replay(0, (entries) => {
      for (const { event } of entries) if (event.type === type) all.push({ ...event });
    });
    return all;
  }

  async close(): Promise<void> {
    if (this.hub.leading) await this.run(this.hub.stop());
    else await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface EnvelopeMore {
  readonly id?: string;
  readonly seq?: number;
  readonly device?: string;
  readonly [field: string]: unknown;
}

/** The credential of one box, and nothing else of a box: it sends envelopes and keeps the answers. */
export class SendingBox {
  readonly node: string;
  readonly stream: string;
  readonly answers = new Map<number, StoredAnswer>();
  seq = 0;
  #world: StoredHub;
  #hall: string;
  #bus: LocalBus;

  constructor(
    world: StoredHub,
    { node, stream, hall }: { readonly node: string; readonly stream: string; readonly hall: string },
  ) {
    this.#world = world;
    this.node = node;
    this.stream = stream;
    this.#hall = hall;
    this.#bus = new LocalBus(world.broker, node);
  }

  async start(): Promise<void> {
    this.#bus.start({
      up: () => {
        void this.#bus.subscribe(topics.nodeAck(this.#hall, this.node), ({ payload }) => {
          const { answers } = JSON.parse(Buffer.from(payload).toString());
          for (const answer of answers) this.answers.set(answer.seq, answer);
        });
      },
    });
    await this.#world.clock.advance(100);
  }

  /** The next event of the stream; gives its answer, `undefined` where none came. */
  async send(type: string, data: unknown, more: EnvelopeMore = {}): Promise<StoredAnswer | undefined> {
    const seq = more.seq ?? this.seq + 1;
    this.seq = Math.max(this.seq, seq);
    await this.post(type, data, { ...more, seq });
    await this.#world.clock.advance(20);
    return this.answers.get(seq);
  }

  /** Without waiting for anything. */
  async post(type: string, data: unknown, more: EnvelopeMore): Promise<void> {
    const envelope = {
      v: 1,
      id: `${this.node}-command-${more.seq}`,
      type,
      node: this.node,
      stream: this.stream,
      at: new Date(this.#world.clock.wallMs()).toISOString(),
      data,
      ...more,
    };
    await this.raw(topics.nodeEvt(this.#hall, this.node), envelope);
  }

  async raw(topic: string, payload: unknown, retain = false): Promise<void> {
    await this.#world.run(this.#bus.publish(topic, JSON.stringify(payload), { retain }));
  }

  async birth(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.raw(topics.nodeState(this.#hall, this.node), { v: 1, state: 'ready', session: 1, stream: this.stream });
    await this.raw(topics.nodeBirth(this.#hall, this.node), {
      ...{ v: 1, node: this.node, session: 1, stream: this.stream, last_seq: this.seq, epoch_seen: 0, acked: 0 },
      ...{ numbers: [], software: 'test', config_rev: 1, devices: [] },
      ...more,
    });
    await this.#world.clock.advance(50);
  }
}
