/**
 * The bus of whoever shares the process with the embedded broker, which is the hub: the same promises as over a socket, without
 * the socket. A hall's every command and answer passes here, so the way through the kernel and back is saved twice.
 */
import { maxMessageBytes } from '../../devices/contract/envelope.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import { type Bus, BusError, type BusEvents, type BusMessage, type PublishOptions, type Will } from './bus.ts';
import { Pending } from './pending.ts';
import type { Handler } from './subscriptions.ts';
import { isFilter, isTopic } from './topic-filter.ts';

const defaultDeadlineMs = 5_000;

export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** The running broker, as seen from inside. */
export interface BrokerInside {
  publish(publication: Publication, done: (error?: Error | null) => void): void;
  /** What comes from now on; returns how to stop. */
  listen(filter: string, take: (message: BusMessage) => void, done: () => void): () => void;
  retained(filter: string): readonly BusMessage[];
}

export interface BrokerBusParts {
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when it starts and when it ends: the broker connects it, or no more. */
  readonly joined: (bus: BrokerBus) => void;
  readonly left: (bus: BrokerBus) => void;
}

export class BrokerBus implements Bus {
  readonly clientId: string;
  #parts: BrokerBusParts;
  #pending: Pending;
  #events: BusEvents = {};
  #askWill: (() => Will) | undefined;
  #will: Will | undefined;
  #inside: BrokerInside | undefined;
  #stops: (() => void)[] = [];
  #counts = { connects: 0, drops: 0, published: 0, received: 0, threw: 0, tooLarge: 0 };

  constructor(parts: BrokerBusParts) {
    this.#parts = parts;
    this.clientId = parts.clientId;
    this.#pending = new Pending(parts.clock);
  }

  get connected(): boolean {
    return this.#inside !== undefined;
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, late: this.#pending.late, busy: this.#pending.busy };
  }

  start(events: BusEvents, will?: () => Will): void {
    this.#events = events;
    this.#askWill = will;
    this.#parts.joined(this);
  }

  async close(): Promise<void> {
    this.#parts.left(this);
    this.#forget('closed');
  }

  async abort(): Promise<void> {
    this.#parts.left(this);
    this.#leaveWill();
    this.#forget('aborted');
  }

  /** For the broker: it runs. */
  opened(inside: BrokerInside): void {
    this.#will = this.#askWill?.();
    this.#inside = inside;
    this.#counts.connects += 1;
    this.#events.up?.(this.#counts.connects);
  }

  /** For the broker: it ends, and says nothing more; or another has come under the same name, and the will goes out. */
  shut(reason: string, will: boolean): void {
    if (this.#inside === undefined) return;
    if (will) this.#leaveWill();
    this.#forget(reason);
    this.#counts.drops += 1;
    this.#events.down?.(reason);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (!isTopic(topic)) return Promise.reject(new BusError('refused', `"${topic}" is no topic to publish to`));
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    if (bytes.length > maxMessageBytes) {
      this.#counts.tooLarge += 1;
      const size = `${bytes.length} bytes, at most ${maxMessageBytes} are allowed`;
      return Promise.reject(new BusError('too-large', `message on ${topic} has ${size}`));
    }
    return this.#ask(topic, options.deadlineMs ?? defaultDeadlineMs, (inside, done, refuse) => {
      this.#counts.published += 1;
      const { qos = 1, retain = false } = options;
      inside.publish({ topic, payload: bytes, qos, retain }, (error) => {
        if (error) refuse(new BusError('refused', `the broker refused ${topic}: ${error.message}`, { cause: error }));
        else done();
      });
    });
  }

  subscribe(filter: string, handler: Handler): Promise<void> {
    if (!isFilter(filter)) return Promise.reject(new BusError('refused', `"${filter}" is no topic filter`));
    return this.#ask(filter, defaultDeadlineMs, (inside, done) => {
      const take = (message: BusMessage) => {
        if (this.#inside === inside) this.#hand(handler, message);
      };
      const stop = inside.listen(filter, take, () => {
        done();
        for (const message of inside.retained(filter)) take(message);
      });
      this.#stops.push(stop);
    });
  }

  #ask(
    what: string,
    deadlineMs: number,
    ask: (inside: BrokerInside, done: () => void, refuse: (error: BusError) => void) => void,
  ): Promise<void> {
    const inside = this.#inside;
    if (inside === undefined) return Promise.reject(new BusError('not-connected', 'the broker does not run'));
    return this.#pending.ask(
      what,
      deadlineMs,
      (done, refuse) => ask(inside, done, refuse),
      () => this.#parts.log.warn({ what }, `the broker did not take ${what} within ${deadlineMs} ms`),
    );
  }

  #hand(handler: Handler, message: BusMessage): void {
    this.#counts.received += 1;
    try {
      handler(message);
    } catch (error) {
      this.#counts.threw += 1;
      this.#parts.log.defect(error, `a handler of ${message.topic} failed`);
    }
  }

  #leaveWill(): void {
    const will = this.#will;
    if (will !== undefined)
      this.#inside?.publish(
        { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain },
        (error) => {
          if (error) this.#parts.log.warn({ error: error.message }, `the will on ${will.topic} was not sent`);
        },
      );
  }

  #forget(reason: string): void {
    this.#inside = undefined;
    this.#will = undefined;
    for (const stop of this.#stops.splice(0)) stop();
    this.#pending.endAll(`the connection went away: ${reason}`);
  }
}
