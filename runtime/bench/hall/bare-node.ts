/** A node without devices, for a crowd of them: the real bus, outbox, presence and sight of the hub, over a store in memory. */
import { zAck } from '../../../devices/contract/envelope.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { uuidFrom } from '../../../drivers/random.ts';
import type { BusMessage } from '../../bus/bus.ts';
import { parseJson } from '../../bus/json.ts';
import { MqttBus } from '../../bus/mqtt-bus.ts';
import { HubSight } from '../../node/hub-sight.ts';
import { Outbox } from '../../node/outbox.ts';
import { Presence } from '../../node/presence.ts';
import { MemoryNodeStore } from '../../testing/worlds/memory-node-store.ts';

export class BareNode {
  readonly id: string;
  /** Of every answered command, in ms; `undefined`: refused. */
  readonly answered: (number | undefined)[] = [];
  #hall: string;
  #store = new MemoryNodeStore({ random: Math.random });
  #bus: MqttBus;
  #sight = new HubSight(systemClock, 0);
  #outbox: Outbox;
  #presence: Presence;
  #sentMs = new Map<string, number>();
  #session = 0;

  constructor(hall: string, id: string, url: string) {
    this.#hall = hall;
    this.id = id;
    this.#bus = new MqttBus({ url, clientId: `${hall}-${id}`, clock: systemClock, random: Math.random });
    const { stream, lastSeq } = this.#store.open();
    const shared = { hall, node: id, bus: this.#bus, clock: systemClock };
    this.#outbox = new Outbox(
      { clock: systemClock, random: Math.random, log: silentLog },
      {
        ...shared,
        stream,
        lastSeq,
        store: this.#store,
        keptAbove: () => [],
        answered: (answers, durableThrough) => {
          this.#store.transact({ answered: answers.map(({ row }) => row.seq), durableThrough });
          for (const { row, answer } of answers) {
            const tookMs = performance.now() - (this.#sentMs.get(row.id) ?? Number.NaN);
            this.answered.push(answer.ok ? tookMs : undefined);
          }
          return true;
        },
        streamRefused: () => {},
      },
    );
    this.#presence = new Presence({
      ...shared,
      log: silentLog,
      stream: () => stream,
      nextSession: () => ++this.#session,
      condition: () => ({ state: 'ready' }),
      birth: (session) => ({
        v: 1,
        node: id,
        session,
        stream,
        last_seq: this.#outbox.lastSeq,
        epoch_seen: this.#sight.sight.epoch,
        acked: 0,
        numbers: [],
        software: 'bench',
        config_rev: 1,
        devices: [],
      }),
    });
  }

  get connected(): boolean {
    return this.#sight.sight.fresh;
  }

  start(): void {
    this.#bus.start({ up: () => this.#up(), down: () => this.#sight.brokerLost() }, this.#presence.will);
  }

  /** Durable at the hub, with an answer: what a kiosk asks. */
  ask(service: string): void {
    const id = uuidFrom(Math.random);
    this.#sentMs.set(id, performance.now());
    const at = new Date().toISOString();
    const data = { service, matters: [], class: 'ordinary' };
    const row = { id, type: 'IssueTicket', device: 'k', data, at, hubAt: null, boot: 'b', monotonicMs: 0 };
    this.#outbox.appended(this.#store.transact({ append: [row] }), new Map());
  }

  #up(): void {
    const subscribe = (topic: string, take: (value: unknown, message: BusMessage) => void) =>
      this.#bus.subscribe(topic, (message) => {
        const json = parseJson(message.payload);
        if (json.ok) take(json.value, message);
      });
    Promise.all([
      subscribe(topics.nodeAck(this.#hall, this.id), (value) => {
        const parsed = zAck.safeParse(value);
        if (parsed.success) this.#outbox.takeAck(parsed.data);
      }),
      subscribe(topics.hubState(this.#hall), (value, { retained }) => this.#sight.take(value, retained)),
      subscribe(topics.nodeCmd(this.#hall, this.id), () => {}),
    ]).then(
      () => {
        this.#presence.announce();
        this.#outbox.connected();
      },
      () => {},
    );
  }
}
