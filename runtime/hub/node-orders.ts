/** Acts the hub asks of a box (`cmd`), and the answers (`res`): each has a life, is asked again while it lives, and ends once. */
import type { NodeCmd, NodeRes } from '../../devices/contract/presence.ts';
import { zNodeRes } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus } from '../bus/bus.ts';
import { parseJson } from '../bus/json.ts';
import type { LiveQueue } from './command-loop.ts';
import type { CurrentEpoch } from './hub-epoch.ts';

export interface NodeOrder {
  readonly node: string;
  readonly device?: string;
  readonly type: string;
  readonly data: unknown;
  /** Its identity: the box does one id once. */
  readonly id: string;
  /** The box does not begin it later than this. */
  readonly ttlMs: number;
  /** An answer may take so long; a box that does not know the order answers at once. */
  readonly answerWithinMs: number;
}

export type OrderAnswer = Pick<NodeRes, 'ok' | 'result' | 'error'>;

export interface NodeOrdersSettings {
  readonly hall: string;
  readonly bus: Bus;
  readonly epoch: CurrentEpoch;
  readonly queue: LiveQueue;
}

const againMs = 700;
const mostOpen = 200;
/** Orders that ended, kept for whoever asks again with the same id. */
const mostEnded = 200;

interface OpenOrder {
  readonly node: string;
  readonly answer: Promise<OrderAnswer>;
  readonly answered: (answer: OrderAnswer) => void;
  readonly done: (answer: OrderAnswer) => void;
}

export class NodeOrders {
  readonly counters = { orders: 0, ordersUnanswered: 0 };
  #clock: Clock;
  #log: Log;
  #settings: NodeOrdersSettings;
  #open = new Map<string, OpenOrder>();
  #ended = new Map<string, OrderAnswer>();

  constructor({ clock, log }: Context, settings: NodeOrdersSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
  }

  give(order: NodeOrder): Promise<OrderAnswer> {
    const { queue, epoch } = this.#settings;
    const { node, device, type, data, id, ttlMs } = order;
    const before = this.#open.get(id)?.answer ?? this.#ended.get(id);
    if (before !== undefined) return Promise.resolve(before);
    if (this.#open.size >= mostOpen) return Promise.resolve(refusal('busy', 'too many orders are open: wait a moment'));
    this.counters.orders += 1;
    const command: NodeCmd = {
      v: 1,
      id,
      corr: id,
      type,
      issued_at: queue.now(),
      ttl_ms: ttlMs,
      epoch: epoch.current,
      data,
      ...(device === undefined ? {} : { device }),
    };
    const { promise, resolve } = Promise.withResolvers<OrderAnswer>();
    let again: Timer | undefined;
    const late = this.#clock.after(order.answerWithinMs, () => {
      this.counters.ordersUnanswered += 1;
      done(refusal('no-answer', `box ${node} did not answer: check that it is on and whether the paper came out`));
    });
    const done = (answer: OrderAnswer) => {
      if (!this.#open.delete(id)) return;
      late.cancel();
      again?.cancel();
      this.#ended.set(id, answer);
      if (this.#ended.size > mostEnded) this.#ended.delete(this.#ended.keys().next().value ?? '');
      resolve(answer);
    };
    let busy: OrderAnswer | undefined;
    const send = () => {
      if (queue.now() - command.issued_at >= ttlMs) return busy === undefined ? undefined : done(busy);
      this.#publish(node, command);
      again = this.#clock.after(againMs, send);
      return undefined;
    };
    // A device at work is asked again while the order lives.
    const answered = (answer: OrderAnswer) => {
      busy = answer.error?.code === 'busy' ? answer : undefined;
      if (busy === undefined) done(answer);
    };
    this.#open.set(id, { node, answer: promise, answered, done });
    send();
    return promise;
  }

  /** A reason if the message cannot be used. */
  take(node: string, payload: Uint8Array): string | undefined {
    const json = parseJson(payload);
    const parsed = json.ok ? zNodeRes.safeParse(json.value).data : undefined;
    if (parsed === undefined || parsed.node !== node) return 'res';
    const open = this.#open.get(parsed.corr);
    // A repeat after the answer, or another box's name for the order: it is ended already.
    if (open?.node === node) open.answered(parsed);
    return undefined;
  }

  stop(): void {
    for (const { done } of [...this.#open.values()]) done(refusal('hub-away', 'the hub stops'));
  }

  #publish(node: string, command: NodeCmd): void {
    const { bus, hall } = this.#settings;
    // A connection that is down comes back, and the order is sent again while it lives.
    if (!bus.connected) return;
    bus.publish(topics.nodeCmd(hall, node), JSON.stringify(command), { qos: 1 }).catch((error: unknown) => {
      this.#log.debug({ node, order: command.type, error: String(error) }, 'an order was not sent');
    });
  }
}

function refusal(code: string, message: string): OrderAnswer {
  return { ok: false, error: { code, message } };
}
