/** Everything a hub receives from the bus: which nodes are there, what they report, and their events, which go to the command loop. */
import type { DeviceState, NodeBirth } from '../../devices/contract/presence.ts';
import { filters, parseTopic } from '../../devices/contract/topics.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { type Log, OnceLog } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Bus, BusMessage } from '../bus/bus.ts';
import type { Actor } from '../queue/commands.ts';
import type { Acknowledger } from './acknowledger.ts';
import type { BoxGate } from './box-gate.ts';
import type { CommandLoop } from './command-loop.ts';
import { commandOf } from './command-of.ts';
import { parseEvt } from './evt-message.ts';
import type { LoginCheck } from './login-check.ts';
import type { NodeOrders } from './node-orders.ts';
import type { NodeRegistry } from './node-registry.ts';
import type { Streams } from './streams.ts';

export interface HubInboxSettings {
  readonly hall: string;
  readonly bus: Bus;
  readonly nodes: NodeRegistry;
  readonly streams: Streams;
  readonly orders: NodeOrders;
  readonly logins: LoginCheck;
  readonly loop: CommandLoop;
  readonly acks: Acknowledger;
  readonly gate: BoxGate;
}

/** For reading the type of an event before it is decided. */
const nobody: Actor = { kind: 'hub', id: 'hub' };

export class HubInbox {
  readonly counters = { badMessages: 0, foreignTopics: 0 };
  /** What is known of a node or device changed. */
  readonly changed: Signal;
  /** A node's birth, also one that the broker kept: it says what the box had seen (F11). */
  readonly born: Signal<NodeBirth>;
  /** A node has just connected: it should not wait for the next beat to know that a hub is there. */
  readonly arrived: Signal;
  /** The state of a device, as sent just now. */
  readonly deviceReported: Signal<DeviceState>;
  /** A PIN could not be checked. */
  readonly failed: Signal<unknown>;
  #clock: Clock;
  #log: Log;
  #settings: HubInboxSettings;
  #once: OnceLog;
  #open = false;

  constructor({ clock, log }: Context, settings: HubInboxSettings) {
    this.changed = new Signal(log);
    this.born = new Signal(log);
    this.arrived = new Signal(log);
    this.deviceReported = new Signal(log);
    this.failed = new Signal(log);
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#once = new OnceLog(log);
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
  }

  /** At each connection; rejects when it breaks while subscribing. */
  async subscribe(): Promise<void> {
    const { hall, bus } = this.#settings;
    const topics = [
      filters.everyNode(hall, 'evt'),
      filters.everyNode(hall, 'state'),
      filters.everyNode(hall, 'birth'),
      filters.everyNode(hall, 'res'),
      filters.everyDevice(hall),
    ];
    await Promise.all(topics.map((filter) => bus.subscribe(filter, (message) => this.#take(message))));
  }

  #take({ topic, payload, retained }: BusMessage): void {
    if (!this.#open) return;
    const { hall, nodes, orders } = this.#settings;
    const parsed = parseTopic(hall, topic);
    if (parsed === undefined) {
      this.counters.foreignTopics += 1;
      return;
    }
    switch (parsed.kind) {
      case 'node-evt':
        if (!retained) this.#takeEvt(parsed.node, topic, payload);
        return;
      case 'node-state':
        return this.#known(topic, parsed.node, nodes.takeState(parsed.node, payload));
      case 'node-birth':
        this.#known(topic, parsed.node, nodes.takeBirth(parsed.node, payload));
        this.#born(parsed.node);
        if (!retained) this.arrived.emit();
        return;
      case 'node-device': {
        this.#known(topic, parsed.node, nodes.takeDevice(parsed.node, parsed.device, payload));
        const device = nodes.get(parsed.node)?.devices.get(parsed.device);
        if (device !== undefined && !retained) this.deviceReported.emit(device);
        return;
      }
      case 'node-res': {
        const reason = retained ? undefined : orders.take(parsed.node, payload);
        if (reason !== undefined) this.#bad(topic, reason);
        return;
      }
      default:
        return;
    }
  }

  #born(node: string): void {
    const birth = this.#settings.nodes.get(node)?.birth;
    if (birth !== undefined) this.born.emit(birth);
  }

  #takeEvt(node: string, topic: string, payload: Uint8Array): void {
    const { streams, nodes, acks, loop, logins, gate } = this.#settings;
    const parsed = parseEvt(node, payload);
    if (!parsed.ok) return this.#bad(topic, parsed.reason);
    const { envelope } = parsed;
    const placed = streams.place(envelope);
    if (placed.kind === 'refused') {
      this.#once.warn(
        `stream ${node} ${envelope.stream}`,
        { node },
        `node ${node} has another store than before: a technician has to adopt it (page, or AdoptBox)`,
      );
      const bound = streams.mark(node)?.stream;
      // The box that was taken first is at work: this is a second one with its id.
      const second = bound !== undefined && nodes.isActive(node, bound);
      acks.refuseStream(node, envelope.stream, second ? 'duplicate-node' : placed.error);
      return;
    }
    // Also one that seems to come too early: in the loop's turn it may be the next.
    const asking =
      envelope.type === 'ClerkLogin' && placed.kind !== 'repeat'
        ? commandOf({ ...envelope, at: 0, happenedAt: 0, by: nobody })
        : undefined;
    // Only at its own window: nobody else's tries count, and none is checked.
    const own = asking?.ok === true && gate.take(envelope, asking.command, loop.state, false).ok;
    if (!own || asking.login === undefined) {
      loop.fromNode(envelope);
      return;
    }
    // Later events of this stream look like a gap until the PIN is checked, and come again by themselves.
    logins.atBox(envelope.id, asking.login, this.#clock.monotonicMs()).then(
      (refusal) => loop.fromNode(envelope, refusal),
      (error) => this.failed.emit(error),
    );
  }

  #known(topic: string, node: string, known: ReturnType<NodeRegistry['takeState']>): void {
    if (!known.ok) return this.#bad(topic, known.reason);
    if (known.wantsBirth) this.#log.debug({ node }, `node ${node} has not sent its birth yet`);
    if (known.changed) this.changed.emit();
  }

  #bad(topic: string, reason: string): void {
    this.counters.badMessages += 1;
    this.#once.warn(`${topic} ${reason}`, { topic, reason }, `a message on ${topic} was dropped: ${reason}`);
  }
}
