/** How the hall knows that there is a hub: its state as a retained message, at every beat, at its end, and as its will (F12). */
import { type HubState, hubHeartbeatMs } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus, Will } from '../bus/bus.ts';
import type { Beats } from './beats.ts';
import type { LiveQueue } from './command-loop.ts';
import type { CurrentEpoch } from './hub-epoch.ts';
import type { LoginCheck } from './login-check.ts';

const greetEveryMs = 500;

export interface HubPresenceSettings {
  readonly hubId: string;
  readonly hall: string;
  readonly bus: Bus;
  readonly beats: Beats;
  readonly epoch: CurrentEpoch;
  readonly queue: LiveQueue;
  /** Its public key for sealed PINs. */
  readonly logins: LoginCheck;
}

export class HubPresence {
  #clock: Clock;
  #log: Log;
  #settings: HubPresenceSettings;
  /** When it was last, monotonic. */
  #beatMs = Number.NEGATIVE_INFINITY;
  #greet = () => this.beat();

  constructor({ clock, log }: Context, settings: HubPresenceSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
  }

  /** Asked by the bus before each connection. */
  will = (): Will => ({ topic: this.#topic(), payload: JSON.stringify(this.#state('lost')), retain: true });

  start(): void {
    this.#settings.beats.every(hubHeartbeatMs, this.beat);
  }

  /** The new box should not wait for the next beat; but for a thousand that come back together it is sent twice a second, not a thousand times. */
  greetSoon(): void {
    this.#settings.beats.soon(Math.max(0, greetEveryMs - (this.#clock.monotonicMs() - this.#beatMs)), this.#greet);
  }

  beat = (): void => {
    const { bus, logins } = this.#settings;
    if (!bus.connected) return;
    this.#beatMs = this.#clock.monotonicMs();
    const payload = JSON.stringify({ ...this.#state('leading'), seal_key: logins.sealKey });
    bus.publish(this.#topic(), payload, { qos: 0, retain: true }).catch(this.#notSent);
  };

  async goodbye(): Promise<void> {
    const { bus } = this.#settings;
    if (!bus.connected) return;
    const payload = JSON.stringify(this.#state('disconnected'));
    await bus.publish(this.#topic(), payload, { qos: 1, retain: true }).catch(this.#notSent);
  }

  /** The next beat is a second away. */
  #notSent = (error: unknown): void => this.#log.debug({ error: String(error) }, 'the state of the hub was not sent');

  #topic(): string {
    return topics.hubState(this.#settings.hall);
  }

  #state(state: HubState['state']): HubState {
    const { hubId: hub, epoch, queue } = this.#settings;
    const { current, voided } = epoch;
    return { v: 1, state, hub, epoch: current, time: queue.now(), ...(voided && { void_epochs: voided }) };
  }
}
