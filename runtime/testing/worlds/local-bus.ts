/** A client of the broker in memory: the same promises, errors and reconnecting as over MQTT. */

import { maxMessageBytes } from '../../../devices/contract/envelope.ts';
import type { Clock, Timer } from '../../../drivers/clock.ts';
import { Backoff } from '../../bus/backoff.ts';
import { type Bus, BusError, type BusEvents, type BusMessage, type PublishOptions, type Will } from '../../bus/bus.ts';
import { Pending } from '../../bus/pending.ts';
import { type Handler, Subscriptions } from '../../bus/subscriptions.ts';
import { isFilter, isTopic } from '../../bus/topic-filter.ts';
import type { LocalBroker, LocalConnection } from './local-broker.ts';

const defaultDeadlineMs = 5_000;

export class LocalBus implements Bus {
  readonly clientId: string;
  #broker: LocalBroker;
  #clock: Clock;
  #backoff: Backoff;
  #events: BusEvents = {};
  #will: (() => Will) | undefined;
  #connection: LocalConnection | undefined;
  #sinceMs = 0;
  #retry: Timer | undefined;
  #closed = true;
  #pending: Pending;
  #counts = { connects: 0, drops: 0, refused: 0, published: 0, received: 0, threw: 0, tooLarge: 0 };
  #subscriptions = new Subscriptions(() => {
    this.#counts.threw += 1;
  });

  constructor(broker: LocalBroker, clientId: string) {
    this.#broker = broker;
    this.#clock = broker.clock;
    this.#backoff = new Backoff(broker.random);
    this.#pending = new Pending(broker.clock);
    this.clientId = clientId;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, late: this.#pending.late, busy: this.#pending.busy };
  }

  start(events: BusEvents, will?: () => Will): void {
    this.#events = events;
    this.#will = will;
    this.#closed = false;
    this.#connectIn(this.#broker.delayMs());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    const connection = this.#connection;
    this.#lost();
    // Goes behind what was sent before it, as on a socket.
    connection?.send('up', () => this.#broker.disconnect(connection));
  }

  /** Like a killed process: no DISCONNECT, so the will goes out. */
  kill(): void {
    this.#closed = true;
    this.#retry?.cancel();
    const stillThere = this.#connection;
    this.#lost();
    if (stillThere !== undefined) this.#broker.cut(this.clientId);
  }

  async abort(): Promise<void> {
    this.kill();
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload.slice();
    const connection = this.#connection;
    if (!isTopic(topic)) return Promise.reject(new BusError('refused', `"${topic}" is no topic to publish to`));
    if (bytes.length > maxMessageBytes) {
      this.#counts.tooLarge += 1;
      const size = `${bytes.length} bytes, at most ${maxMessageBytes} are allowed`;
      return Promise.reject(new BusError('too-large', `message on ${topic} has ${size}`));
    }
    if (connection === undefined) return Promise.reject(new BusError('not-connected', 'no connection to the broker'));
    this.#broker.fault('before-publish', this.clientId, topic);
    if (this.#connection !== connection) return Promise.reject(new BusError('not-connected', 'cut before it was sent'));
    this.#counts.published += 1;
    const retain = options.retain ?? false;
    if ((options.qos ?? 1) === 0) {
      connection.send('up', () => this.#broker.receive(connection, topic, bytes, retain));
      return Promise.resolve();
    }
    return this.#ask(topic, options.deadlineMs ?? defaultDeadlineMs, connection, (done) => {
      connection.send('up', () => {
        this.#broker.receive(connection, topic, bytes, retain);
        connection.send('down', () => {
          this.#broker.fault('after-publish', this.clientId, topic);
          done();
        });
      });
    });
  }

  subscribe(filter: string, handler: Handler): Promise<void> {
    const connection = this.#connection;
    if (!isFilter(filter)) return Promise.reject(new BusError('refused', `"${filter}" is no topic filter`));
    if (connection === undefined) return Promise.reject(new BusError('not-connected', 'no connection to the broker'));
    this.#subscriptions.add(filter, handler);
    return this.#ask(filter, defaultDeadlineMs, connection, (done) => {
      connection.send('up', () => this.#broker.subscribe(connection, filter, done));
    });
  }

  #ask(what: string, deadlineMs: number, connection: LocalConnection, ask: (done: () => void) => void): Promise<void> {
    return this.#pending.ask(what, deadlineMs, ask, () => {
      if (this.#connection === connection) this.#broker.cut(this.clientId);
    });
  }

  #connectIn(delayMs: number): void {
    this.#retry = this.#clock.after(delayMs, () => this.#connect());
  }

  #connect(): void {
    if (this.#closed) return;
    const peer = {
      received: (message: BusMessage) => this.#received(message),
      closed: (reason: string) => {
        if (this.#connection !== connection || connection === undefined) return;
        this.#counts.drops += 1;
        this.#lost();
        this.#events.down?.(reason);
        if (!this.#closed) this.#connectIn(this.#backoff.next());
      },
    };
    const connection = this.#broker.connect(this.clientId, peer, this.#will?.());
    if (connection === undefined) {
      this.#counts.refused += 1;
      this.#connectIn(this.#backoff.next());
      return;
    }
    this.#connection = connection;
    this.#sinceMs = this.#clock.monotonicMs();
    this.#counts.connects += 1;
    this.#events.up?.(this.#counts.connects);
  }

  #lost(): void {
    if (this.#connection !== undefined) this.#backoff.stood(this.#clock.monotonicMs() - this.#sinceMs);
    this.#connection = undefined;
    this.#subscriptions.clear();
    this.#pending.endAll('the connection went away');
  }

  #received(message: BusMessage): void {
    this.#counts.received += 1;
    if (this.#connection !== undefined) this.#subscriptions.dispatch(message);
  }
}
