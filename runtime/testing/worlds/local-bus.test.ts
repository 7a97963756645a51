import { seededRandom } from '../../../drivers/random.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { busConformance } from '../../bus/bus.conformance.ts';
import { LocalBroker } from './local-broker.ts';
import { LocalBus } from './local-bus.ts';

for (const delayMs of [
  [0, 0],
  [1, 40],
] as const) {
  busConformance(`in memory, ${delayMs[0]} to ${delayMs[1]} ms`, async () => {
    const clock = new VirtualClock();
    const broker = new LocalBroker({ clock, random: seededRandom(5), faults: { delayMs } });
    const until = (done: () => boolean) => clock.until(done, 120_000);
    return {
      bus: (clientId) => new LocalBus(broker, clientId),
      until,
      run: async (promise) => {
        let settled = false;
        const end = () => {
          settled = true;
        };
        promise.then(end, end);
        await until(() => settled);
        return promise;
      },
      restartBroker: async () => broker.restart(),
      end: async () => undefined,
    };
  });
}
