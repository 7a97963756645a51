/** `npm run journeys [-- COUNT [SEED]]`: so many journeys one after the other in virtual time, on a wire that loses and repeats; prints how long it took. */
import path from 'node:path';
import { loadHall } from '../../../config/load.ts';
import { runJourney } from '../../boot/journey.ts';
import { VirtualHall } from '../../testing/worlds/virtual-hall.ts';

const count = Number(process.argv[2] ?? 1_000);
const seed = Number(process.argv[3] ?? 1);
/** A day's numbers of one prefix end at 999; a new hall starts a new day. */
const journeysAHall = 250;
const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));
const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w2' };
const started = performance.now();
let virtualMs = 0;
let lost = 0;
let repeated = 0;
for (let done = 0; done < count; ) {
  const hall = new VirtualHall(config, seed + done);
  await hall.start();
  Object.assign(hall.broker.faults, { loseRate: 0.02, repeatRate: 0.05, delayMs: [0, 20] });
  const here = Math.min(journeysAHall, count - done);
  for (let n = 0; n < here; n++) await runJourney(hall.journey, plan);
  await hall.clock.advance(30_000);
  const issued = hall.journal().filter(({ type }) => type === 'TicketIssued').length;
  const closed = hall.journal().filter(({ type }) => type === 'TicketClosed').length;
  if (issued !== here || closed !== here)
    throw new Error(`${here} journeys, ${issued} issued, ${closed} closed (seed ${seed + done})`);
  done += here;
  virtualMs += hall.clock.monotonicMs();
  lost += hall.broker.counters.lost;
  repeated += hall.broker.counters.repeated;
}
const tookS = (performance.now() - started) / 1000;
console.log(
  `${count} journeys, seed ${seed}: ${tookS.toFixed(1)} s for ${(virtualMs / 3_600_000).toFixed(1)} h of hall time; ${lost} messages lost, ${repeated} repeated, each journey once`,
);
process.exit(0);
