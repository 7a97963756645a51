/** How the hall knows that there is a hub: its state on the wire, at every beat, at its end, and as its will (F12). */
import { type HubState, hubHeartbeatMs } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Bus, Will } from '../bus/bus.ts';
import type { Beats } from './beats.ts';

const greetEveryMs = 500;

export interface HubPresenceParts {
  readonly hubId: string;
  readonly hall: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly beats: Beats;
  readonly epoch: () => number;
  readonly now: () => number;
  readonly sealKey: () => HubState['seal_key'];
}

export class HubPresence {
  #parts: HubPresenceParts;
  /** When it was last, monotonic. */
  #beatMs = Number.NEGATIVE_INFINITY;
  #greet = () => this.beat();

  constructor(parts: HubPresenceParts) {
    this.#parts = parts;
  }

  /** Asked by the bus before each connection. */
  will = (): Will => ({ topic: this.#topic(), payload: JSON.stringify(this.#state('lost')), retain: true });

  start(): void {
    this.#parts.beats.every(hubHeartbeatMs, this.beat);
  }

  /** The new box should not wait for the next beat; but a thousand that come back together hear two a second, not a thousand. */
  greetSoon(): void {
    const { clock, beats } = this.#parts;
    beats.soon(Math.max(0, greetEveryMs - (clock.monotonicMs() - this.#beatMs)), this.#greet);
  }

  beat = (): void => {
    const { bus, clock } = this.#parts;
    if (!bus.connected) return;
    this.#beatMs = clock.monotonicMs();
    const payload = JSON.stringify({ ...this.#state('leading'), seal_key: this.#parts.sealKey() });
    bus.publish(this.#topic(), payload, { qos: 0, retain: true }).catch(() => {});
  };

  async goodbye(): Promise<void> {
    const { bus } = this.#parts;
    if (!bus.connected) return;
    const payload = JSON.stringify(this.#state('disconnected'));
    await bus.publish(this.#topic(), payload, { qos: 1, retain: true }).catch(() => {});
  }

  #topic(): string {
    return topics.hubState(this.#parts.hall);
  }

  #state(state: HubState['state']): HubState {
    const { hubId: hub, epoch, now } = this.#parts;
    return { v: 1, state, hub, epoch: epoch(), time: now() };
  }
}
