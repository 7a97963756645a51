/** Everything a hub hears on the bus: who is there, what nodes report, and their events, which go to the command loop. */
import type { DeviceState, NodeBirth } from '../../devices/contract/presence.ts';
import { filters, parseTopic } from '../../devices/contract/topics.ts';
import type { Clock } from '../../drivers/clock.ts';
import { type Log, OnceLog } from '../../drivers/log.ts';
import type { Bus, BusMessage } from '../bus/bus.ts';
import type { Actor } from '../queue/commands.ts';
import type { Acknowledger } from './acknowledger.ts';
import type { CommandLoop } from './command-loop.ts';
import { commandOf } from './command-of.ts';
import { parseEvt } from './evt-message.ts';
import type { LoginCheck } from './login-check.ts';
import type { NodeOrders } from './node-orders.ts';
import type { NodeRegistry } from './node-registry.ts';
import type { Streams } from './streams.ts';

export interface InboxParts {
  readonly hall: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodes: NodeRegistry;
  readonly streams: Streams;
  readonly orders: NodeOrders;
  readonly logins: LoginCheck;
  readonly loop: () => CommandLoop;
  readonly acks: () => Acknowledger | undefined;
  readonly changed: () => void;
  /** What a box says of itself may tell that this hub has forgotten (F11). */
  readonly born: (birth: NodeBirth) => void;
  /** A device's state changed: what is told of faults may have. */
  readonly deviceChanged: (state: DeviceState, retained: boolean) => void;
  /** A box that has just come should not wait for the next beat to know that a hub is there. */
  readonly greet: () => void;
  readonly fatal: (error: unknown) => void;
}

/** Never decides anything: types are looked at, not obeyed. */
const nobody: Actor = { kind: 'hub', id: 'hub' };

export class HubInbox {
  readonly counters = { badMessages: 0, foreignTopics: 0 };
  #parts: InboxParts;
  #once: OnceLog;
  #open = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#once = new OnceLog(parts.log);
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
  }

  /** At each connection; rejects when it breaks while subscribing. */
  async subscribe(): Promise<void> {
    const { hall, bus } = this.#parts;
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
    const { hall, nodes, orders, greet, deviceChanged } = this.#parts;
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
        return this.#heard(topic, parsed.node, nodes.takeState(parsed.node, payload));
      case 'node-birth':
        this.#heard(topic, parsed.node, nodes.takeBirth(parsed.node, payload));
        this.#born(parsed.node);
        if (!retained) greet();
        return;
      case 'node-device': {
        this.#heard(topic, parsed.node, nodes.takeDevice(parsed.node, parsed.device, payload));
        const device = nodes.get(parsed.node)?.devices.get(parsed.device);
        if (device !== undefined) deviceChanged(device, retained);
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

  /** Also one that the broker kept: it says what the box had seen. */
  #born(node: string): void {
    const birth = this.#parts.nodes.get(node)?.birth;
    if (birth !== undefined) this.#parts.born(birth);
  }

  #takeEvt(node: string, topic: string, payload: Uint8Array): void {
    const { streams, nodes, acks, loop, logins, clock, fatal } = this.#parts;
    const parsed = parseEvt(node, payload);
    if (!parsed.ok) return this.#bad(topic, parsed.reason);
    const { envelope } = parsed;
    const placed = streams.place(envelope);
    if (placed.kind === 'refused') {
      this.#once.warn(
        `stream ${node} ${envelope.stream}`,
        { node },
        `node ${node} came back with another store: a technician has to adopt it`,
      );
      const bound = streams.mark(node)?.stream;
      // The box that was taken first is at work: this is a second one with its id.
      const second = bound !== undefined && nodes.hears(node, bound);
      acks()?.refuseStream(node, envelope.stream, second ? 'duplicate-node' : placed.error);
      return;
    }
    // Also one that seems to come too early: in the loop's turn it may be the next.
    const asking =
      envelope.type === 'ClerkLogin' && placed.kind !== 'repeat'
        ? commandOf({ ...envelope, at: 0, happenedAt: 0, by: nobody })
        : undefined;
    if (asking?.ok !== true || asking.login === undefined) {
      loop().fromNode(envelope);
      return;
    }
    // Later events of this stream look like a gap until the PIN is checked, and come again by themselves.
    logins
      .atBox(envelope.id, asking.login, clock.monotonicMs())
      .then((refusal) => loop().fromNode(envelope, refusal), fatal);
  }

  #heard(topic: string, node: string, heard: ReturnType<NodeRegistry['takeState']>): void {
    if (!heard.ok) return this.#bad(topic, heard.reason);
    if (heard.wantsBirth) this.#parts.log.info({ node }, 'a node that has not said what it is: waiting for its birth');
    if (heard.changed) this.#parts.changed();
  }

  #bad(topic: string, reason: string): void {
    this.counters.badMessages += 1;
    this.#once.warn(`${topic} ${reason}`, { topic, reason }, 'a message that cannot be used was dropped');
  }
}
