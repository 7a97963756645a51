/**
 * The bus over MQTT 3.1.1. The library makes one connection at a time; when to connect again, what a deadline is and who
 * gets a message is decided here (MQTT.js issues 1974 and 2015: a refused publish may never call back, a kept one be lost).
 */
import { createRequire } from 'node:module';
import type { IClientOptions, MqttClient } from 'mqtt';
import { maxMessageBytes } from '../../devices/contract/envelope.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import { type Log, silentLog } from '../../drivers/log.ts';
import type { Random } from '../../drivers/random.ts';
import { Backoff } from './backoff.ts';
import { type Bus, BusError, type BusEvents, type BusFaultPoint, type PublishOptions, type Will } from './bus.ts';
import { openStream } from './open-stream.ts';
import { Pending } from './pending.ts';
import { type Handler, Subscriptions } from './subscriptions.ts';
import { isFilter, isTopic } from './topic-filter.ts';

/** The client alone: by its front door the library brings web sockets and proxies, and a box would hold them all day. */
const here = createRequire(import.meta.url);
const { default: Client } = here('mqtt/lib/client') as { readonly default: typeof MqttClient };
const { writeToStream } = createRequire(here.resolve('mqtt/lib/client'))('mqtt-packet') as {
  readonly writeToStream: { cacheNumbers: boolean };
};
// Else a Buffer is made, and kept, for each of the 65 536 numbers that a packet may have: 8 MB.
writeToStream.cacheNumbers = false;

const defaultDeadlineMs = 5_000;
const connectTimeoutMs = 5_000;
/** Name look-up, TCP, TLS and CONNACK together: then we try again whatever the library thinks. */
const connectDeadlineMs = 8_000;
/** The broker gives a silent box up after 1.5 times this (MQTT 3.1.1, section 3.1.2.10). */
const keepaliveS = 10;
/** How long a clean stop waits for the broker to close. */
const closeDeadlineMs = 1_000;
/** MQTT 3.1.1, section 3.9.3: the broker refuses a subscription. */
const subscriptionRefused = 0x80;

export interface MqttBusOptions {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string;
  readonly clientId: string;
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** PEM texts: the hall's own authority, and this box's certificate where the broker asks for one. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log | undefined;
  readonly fault?: BusFaultPoint | undefined;
}

export class MqttBus implements Bus {
  #options: MqttBusOptions;
  #log: Log;
  /** Of the tries since the last connection, only the first is worth a line above `debug`. */
  #triedBefore = false;
  #clock: Clock;
  #backoff: Backoff;
  #pending: Pending;
  #subscriptions: Subscriptions;
  #events: BusEvents = {};
  #will: (() => Will) | undefined;
  /** The connection being made or standing. */
  #client: MqttClient | undefined;
  #connected = false;
  #sinceMs = 0;
  #timer: Timer | undefined;
  #closed = true;
  #counts = { connects: 0, failures: 0, drops: 0, published: 0, received: 0, threw: 0, tooLarge: 0, unwanted: 0 };

  constructor(options: MqttBusOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#clock = options.clock;
    this.#backoff = new Backoff(options.random);
    this.#pending = new Pending(options.clock);
    this.#subscriptions = new Subscriptions((error, topic) => {
      this.#counts.threw += 1;
      this.#log.defect(error, `a handler of ${topic} failed`);
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, late: this.#pending.late, busy: this.#pending.busy };
  }

  start(events: BusEvents, will?: () => Will): void {
    this.#events = events;
    this.#will = will;
    this.#closed = false;
    this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const client = this.#client;
    this.#forget('closed');
    if (client === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(closeDeadlineMs, () => {
        client.end(true);
        resolve();
      });
      client.end(false, () => {
        timer.cancel();
        resolve();
      });
    });
  }

  async abort(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const client = this.#client;
    this.#forget('aborted');
    client?.stream.destroy();
    client?.end(true);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (!isTopic(topic)) return Promise.reject(new BusError('refused', `"${topic}" is no topic to publish to`));
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    if (bytes.length > maxMessageBytes) {
      this.#counts.tooLarge += 1;
      const size = `${bytes.length} bytes, at most ${maxMessageBytes} are allowed`;
      return Promise.reject(new BusError('too-large', `message on ${topic} has ${size}`));
    }
    return this.#ask(topic, options.deadlineMs ?? defaultDeadlineMs, (client, done, refuse) => {
      this.#options.fault?.('before-publish', this.#options.clientId, topic);
      this.#counts.published += 1;
      client.publish(topic, bytes, { qos: options.qos ?? 1, retain: options.retain ?? false }, (error) => {
        if (error)
          refuse(new BusError('refused', `the broker refused ${topic}: ${messageOf(error)}`, { cause: error }));
        else {
          this.#options.fault?.('after-publish', this.#options.clientId, topic);
          done();
        }
      });
    });
  }

  subscribe(filter: string, handler: Handler): Promise<void> {
    if (!isFilter(filter)) return Promise.reject(new BusError('refused', `"${filter}" is no topic filter`));
    return this.#ask(filter, defaultDeadlineMs, (client, done, refuse) => {
      // Before the answer: retained messages may come with it.
      this.#subscriptions.add(filter, handler);
      client.subscribe(filter, { qos: 1 }, (error, granted) => {
        const refused = granted?.some(({ qos }) => Number(qos) >= subscriptionRefused);
        if (!error && !refused) return done();
        if (this.#client === client) this.#subscriptions.remove(filter, handler);
        refuse(new BusError('refused', `the broker refused the subscription to ${filter}`, { cause: error }));
      });
    });
  }

  #ask(
    what: string,
    deadlineMs: number,
    ask: (client: MqttClient, done: () => void, refuse: (error: BusError) => void) => void,
  ): Promise<void> {
    const client = this.#client;
    if (client === undefined || !this.#connected)
      return Promise.reject(new BusError('not-connected', 'no connection to the broker'));
    return this.#pending.ask(
      what,
      deadlineMs,
      (done, refuse) => ask(client, done, refuse),
      () => this.#lost(client, `no answer within ${deadlineMs} ms`),
    );
  }

  #connect(): void {
    if (this.#closed) return;
    const { clientId, credentials } = this.#options;
    const will = this.#will?.();
    const options: IClientOptions = {
      clientId,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: connectTimeoutMs,
      keepalive: keepaliveS,
      ...credentials,
    };
    if (will !== undefined)
      options.will = { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain };
    const client = new Client((made) => {
      const stream = openStream(this.#options);
      // The library passes over errors that have no code.
      stream.on('error', (error) => this.#lost(made, messageOf(error)));
      return stream;
    }, options);
    this.#client = client;
    this.#timer = this.#clock.after(connectDeadlineMs, () => this.#lost(client, 'the broker did not answer'));
    client.on('connect', () => this.#up(client));
    client.on('message', (topic, payload, packet) => this.#received(client, topic, payload, packet.retain));
    // After bytes that are no MQTT the library keeps the connection and reads nothing more: any error ends it.
    client.on('error', (error) => this.#lost(client, messageOf(error)));
    client.on('close', () => this.#lost(client, 'the broker closed the connection'));
  }

  #up(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#timer?.cancel();
    this.#connected = true;
    this.#sinceMs = this.#clock.monotonicMs();
    this.#counts.connects += 1;
    this.#triedBefore = false;
    this.#log.info({}, `connected to the broker at ${this.#options.url}`);
    this.#events.up?.(this.#counts.connects);
  }

  #received(client: MqttClient, topic: string, payload: Buffer, retained: boolean): void {
    if (this.#client !== client) return;
    this.#counts.received += 1;
    if (payload.length > maxMessageBytes) {
      this.#counts.tooLarge += 1;
      const bytes = payload.length;
      this.#log.warn(
        { topic, bytes },
        `a message of ${bytes} bytes was dropped, at most ${maxMessageBytes} are allowed`,
      );
      return;
    }
    if (this.#subscriptions.dispatch({ topic, payload, retained }) === 0) this.#counts.unwanted += 1;
  }

  /** Each connection is given up once, by whoever notices first. */
  #lost(client: MqttClient, reason: string): void {
    if (this.#client !== client) return;
    const stood = this.#connected;
    this.#timer?.cancel();
    this.#forget(reason);
    client.end(true);
    if (stood) this.#counts.drops += 1;
    else this.#counts.failures += 1;
    const waitMs = this.#backoff.next();
    this.#logLoss(stood, `${reason}; next try in ${Math.round(waitMs)} ms`);
    if (stood) this.#events.down?.(reason);
    if (!this.#closed) this.#timer = this.#clock.after(waitMs, () => this.#connect());
  }

  #forget(reason: string): void {
    if (this.#connected) this.#backoff.stood(this.#clock.monotonicMs() - this.#sinceMs);
    this.#client = undefined;
    this.#connected = false;
    this.#subscriptions.clear();
    this.#pending.endAll(`the connection went away: ${reason}`);
  }

  #logLoss(stood: boolean, why: string): void {
    const { url } = this.#options;
    const sentence = stood
      ? `connection to the broker at ${url} lost: ${why}`
      : `no connection to the broker at ${url}: ${why}`;
    if (this.#triedBefore && !stood) this.#log.debug({}, sentence);
    else this.#log.warn({}, sentence);
    this.#triedBefore = true;
  }
}

/** `AggregateError` of a name with several addresses has no message of its own. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as { code?: string }).code || error.name;
}
