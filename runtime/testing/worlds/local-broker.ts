/**
 * A broker in memory for halls in virtual time: MQTT 3.1.1 as the nodes see it, with every fault of a real one on
 * request. Nothing here is random but by the given `random`, so a seed gives the same day again.
 */
import type { Clock } from '../../../drivers/clock.ts';
import type { Random } from '../../../drivers/random.ts';
import type { BusFaultPoint, BusMessage, Will } from '../../bus/bus.ts';
import { matchesFilter } from '../../bus/topic-filter.ts';

export interface LocalFaults {
  /** Acknowledged to the sender and then not delivered to one receiver: what a killed broker does. */
  loseRate: number;
  /** Delivered once more, later: what QoS 1 may do. */
  repeatRate: number;
  /** Each way, per packet; a connection keeps its order. */
  delayMs: readonly [number, number];
}

/** A box that froze or lost its cable is noticed after 1.5 keepalives of 10 s (MQTT 3.1.1, section 3.1.2.10). */
const silentConnectionMs = 15_000;
/** A repeat comes within this after the first. */
const repeatWithinMs = 2_000;

export interface LocalPeer {
  received(message: BusMessage): void;
  closed(reason: string): void;
}

export class LocalConnection {
  readonly clientId: string;
  readonly filters = new Set<string>();
  readonly peer: LocalPeer;
  will: Will | undefined;
  open = true;
  stalled = false;
  #clock: Clock;
  #delay: () => number;
  #lanes = { up: { queue: [] as (() => void)[], atMs: 0 }, down: { queue: [] as (() => void)[], atMs: 0 } };

  constructor(clientId: string, peer: LocalPeer, will: Will | undefined, clock: Clock, delay: () => number) {
    this.clientId = clientId;
    this.peer = peer;
    this.will = will;
    this.#clock = clock;
    this.#delay = delay;
  }

  /** Runs `task` at the other end, in order with everything else that went this way; never, when the connection is gone. */
  send(way: 'up' | 'down', task: () => void): void {
    if (this.stalled) return;
    const lane = this.#lanes[way];
    const nowMs = this.#clock.monotonicMs();
    lane.atMs = Math.max(lane.atMs, nowMs + this.#delay());
    lane.queue.push(task);
    this.#clock.after(lane.atMs - nowMs, () => {
      const due = lane.queue.shift();
      if (this.open && !this.stalled) due?.();
    });
  }
}

export interface LocalBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults?: Partial<LocalFaults>;
}

export class LocalBroker {
  readonly clock: Clock;
  readonly random: Random;
  /** May be changed at any time. */
  readonly faults: LocalFaults;
  /** For all its clients; settable at any time. */
  fault: BusFaultPoint = () => {};
  readonly counters = { connects: 0, takeovers: 0, published: 0, delivered: 0, lost: 0, repeated: 0, wills: 0 };
  #up = true;
  #connections = new Map<string, LocalConnection>();
  #retained = new Map<string, Uint8Array>();
  #taps = new Set<(message: BusMessage, clientId: string) => void>();

  constructor(options: LocalBrokerOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.faults = { loseRate: 0, repeatRate: 0, delayMs: [0, 0], ...options.faults };
  }

  get up(): boolean {
    return this.#up;
  }

  /** Client ids connected now. */
  get clients(): readonly string[] {
    return [...this.#connections.keys()];
  }

  retained(topic: string): Uint8Array | undefined {
    return this.#retained.get(topic);
  }

  /** Everything published, as it arrives here; returns how to stop. */
  onMessage(tap: (message: BusMessage, clientId: string) => void): () => void {
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  /** The cable of one client is cut: its will goes out. */
  cut(clientId: string): void {
    const connection = this.#connections.get(clientId);
    if (connection !== undefined) this.#drop(connection, 'the connection was cut', true);
  }

  /** One client freezes with its connection open: nothing passes, and both ends notice by the keepalive. */
  stall(clientId: string): void {
    const connection = this.#connections.get(clientId);
    if (connection === undefined) return;
    connection.stalled = true;
    this.clock.after(silentConnectionMs, () => this.#drop(connection, 'keepalive timeout', true));
  }

  /** Dies like a killed process: no wills, and nothing kept. */
  stop(): void {
    this.#up = false;
    for (const connection of this.#connections.values()) this.#drop(connection, 'the broker is gone', false);
    this.#retained.clear();
  }

  start(): void {
    this.#up = true;
  }

  restart(): void {
    this.stop();
    this.start();
  }

  /** For `LocalBus`. `undefined`: nobody listens. */
  connect(clientId: string, peer: LocalPeer, will: Will | undefined): LocalConnection | undefined {
    if (!this.#up) return undefined;
    const older = this.#connections.get(clientId);
    if (older !== undefined) {
      this.counters.takeovers += 1;
      this.#drop(older, 'taken over by the same client id', true);
    }
    const connection = new LocalConnection(clientId, peer, will, this.clock, () => this.delayMs());
    this.#connections.set(clientId, connection);
    this.counters.connects += 1;
    return connection;
  }

  /** For `LocalBus`: the broker takes DISCONNECT, and forgets the will. */
  disconnect(connection: LocalConnection): void {
    this.#drop(connection, 'disconnected', false);
  }

  /** For `LocalBus`: a packet arrived. */
  receive(from: LocalConnection, topic: string, payload: Uint8Array, retain: boolean): void {
    this.#publish(topic, payload, retain, from.clientId);
  }

  /** For `LocalBus`: the client gets what is retained after its acknowledgement. */
  subscribe(connection: LocalConnection, filter: string, acknowledged: () => void): void {
    connection.filters.add(filter);
    connection.send('down', acknowledged);
    for (const [topic, payload] of this.#retained)
      if (matchesFilter(filter, topic)) this.#deliver(connection, { topic, payload, retained: true });
  }

  delayMs(): number {
    const [low, high] = this.faults.delayMs;
    return high > low ? low + this.random() * (high - low) : low;
  }

  #publish(topic: string, payload: Uint8Array, retain: boolean, clientId: string): void {
    this.counters.published += 1;
    if (retain && payload.length > 0) this.#retained.set(topic, payload);
    else if (retain) this.#retained.delete(topic);
    for (const tap of this.#taps) tap({ topic, payload, retained: retain }, clientId);
    for (const connection of [...this.#connections.values()]) {
      const wanted = [...connection.filters].some((filter) => matchesFilter(filter, topic));
      if (wanted) this.#deliver(connection, { topic, payload, retained: false });
    }
  }

  #deliver(connection: LocalConnection, message: BusMessage): void {
    if (this.faults.loseRate > 0 && this.random() < this.faults.loseRate) {
      this.counters.lost += 1;
      return;
    }
    this.counters.delivered += 1;
    connection.send('down', () => connection.peer.received(message));
    if (this.faults.repeatRate > 0 && this.random() < this.faults.repeatRate) {
      this.counters.repeated += 1;
      this.clock.after(this.random() * repeatWithinMs, () =>
        connection.send('down', () => connection.peer.received(message)),
      );
    }
  }

  #drop(connection: LocalConnection, reason: string, withWill: boolean): void {
    if (!connection.open) return;
    connection.open = false;
    if (this.#connections.get(connection.clientId) === connection) this.#connections.delete(connection.clientId);
    connection.peer.closed(reason);
    if (withWill && connection.will !== undefined) {
      this.counters.wills += 1;
      const { topic, payload, retain } = connection.will;
      this.#publish(topic, new TextEncoder().encode(payload), retain, connection.clientId);
    }
  }
}
