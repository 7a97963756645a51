/** A node's life on the wire: session, will, birth, state and heartbeat (the contract's section 4). */

import type { NodeBirth, NodeState } from '../../devices/contract/presence.ts';
import { nodeHeartbeatMs } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus, Will } from '../bus/bus.ts';
import { unsent } from '../bus/unsent.ts';

export interface PresenceParts {
  readonly hall: string;
  readonly node: string;
  readonly stream: () => string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The stored session counter plus one, written down before it is used. */
  readonly nextSession: () => number;
  readonly birth: (session: number) => NodeBirth;
  /** `alert` when a device is at fault, with its code; else `ready`. */
  readonly condition: () => { readonly state: 'ready' | 'alert'; readonly code?: string };
}

const takeoverLimit = 3;
const takeoverWindowMs = 60_000;

export class Presence {
  readonly counters = { sessions: 0, takeovers: 0 };
  #parts: PresenceParts;
  #session = 0;
  #beat: Timer | undefined;
  #takeovers: number[] = [];
  /** Two boxes with one id kick each other endlessly: then this one falls silent and waits for a human. */
  duplicate = false;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  get session(): number {
    return this.#session;
  }

  /** Asked by the bus before each connection. */
  will = (): Will => {
    this.#session = this.#parts.nextSession();
    this.counters.sessions += 1;
    return { topic: this.#topic(), payload: JSON.stringify(this.#state('lost')), retain: true };
  };

  announce(): void {
    const { bus, hall, node, birth } = this.#parts;
    bus
      .publish(topics.nodeBirth(hall, node), JSON.stringify(birth(this.#session)), { qos: 1, retain: true })
      .catch(unsent(this.#parts.log, 'the birth of this node'));
    this.tell();
    this.#beatAgain();
  }

  tell(): void {
    if (!this.#parts.bus.connected) return;
    const { state, code } = this.#parts.condition();
    const payload = JSON.stringify({ ...this.#state(state), ...(code === undefined ? {} : { code }) });
    this.#parts.bus
      .publish(this.#topic(), payload, { qos: 0, retain: true })
      .catch(unsent(this.#parts.log, 'the state of this node'));
  }

  /** Our own topic says `lost` although we stand: a broker sent the old will at a takeover, or another box has our id. */
  heardOwn(state: NodeState): void {
    if (state.state !== 'lost' || state.session > this.#session) return;
    const nowMs = this.#parts.clock.monotonicMs();
    if (state.session === this.#session) {
      this.counters.takeovers += 1;
      this.#takeovers = [...this.#takeovers.filter((at) => nowMs - at < takeoverWindowMs), nowMs];
      if (this.#takeovers.length >= takeoverLimit) this.duplicate = true;
    }
    if (!this.duplicate) this.tell();
  }

  async goodbye(): Promise<void> {
    this.stop();
    if (!this.#parts.bus.connected) return;
    await this.#parts.bus
      .publish(this.#topic(), JSON.stringify(this.#state('disconnected')), { qos: 1, retain: true })
      .catch(unsent(this.#parts.log, 'the end of this node'));
  }

  stop(): void {
    this.#beat?.cancel();
    this.#beat = undefined;
  }

  #beatAgain(): void {
    this.#beat?.cancel();
    this.#beat = this.#parts.clock.after(nodeHeartbeatMs, () => {
      this.tell();
      this.#beatAgain();
    });
  }

  #topic(): string {
    return topics.nodeState(this.#parts.hall, this.#parts.node);
  }

  #state(state: NodeState['state']): NodeState {
    return { v: 1, state, session: this.#session, stream: this.#parts.stream() };
  }
}
