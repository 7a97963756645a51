/** For tests: buses on a real broker in real time. Waiting looks again until it is so, and says what it waited for. */
import { systemClock } from '../../drivers/clock.ts';
import { seededRandom } from '../../drivers/random.ts';
import type { BusWorld } from './bus.conformance.ts';
import type { Bus } from './bus.ts';
import { MqttBus, type MqttBusOptions } from './mqtt-bus.ts';

const lookEveryMs = 5;
const waitAtMostMs = 15_000;

export function realWorld(
  options: () => Pick<MqttBusOptions, 'url'> & Partial<MqttBusOptions>,
  broker: { restart(): Promise<void>; stop(): Promise<void> },
  /** Another bus than one over a socket. */
  inside: (clientId: string) => Bus | undefined = () => undefined,
): BusWorld {
  const buses = new Set<Bus>();
  return {
    bus: (clientId) => {
      const bus =
        inside(clientId) ?? new MqttBus({ clientId, clock: systemClock, random: seededRandom(1), ...options() });
      buses.add(bus);
      return bus;
    },
    until,
    run: (promise) => promise,
    restartBroker: () => broker.restart(),
    end: async () => {
      for (const bus of buses) await bus.close();
      await broker.stop();
    },
  };
}

export async function until(done: () => boolean): Promise<void> {
  const endMs = performance.now() + waitAtMostMs;
  while (!done()) {
    if (performance.now() > endMs) throw new Error(`not so after ${waitAtMostMs} ms: ${done}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
