import { expect, test } from 'vitest';
import { measureDead, measureRefresh } from './bus.ts';
import { soak } from './soak.ts';

/** Short forms of the programs beside: `npm run bench -- bus` and `node runtime/trials/boards/soak.ts`. */
test('a full refresh of eight boards comes within 1.05 of the wire, and a call waits for the frame under way', async () => {
  const { refreshMs, wireMs, callShownMs, collisions } = await measureRefresh(8, 9600, 3);
  expect(refreshMs / wireMs).toBeLessThanOrEqual(1.05);
  // The frame under way, and the call's own.
  expect(Math.max(...callShownMs)).toBeLessThanOrEqual(2.1 * (wireMs / 8));
  expect(collisions).toBe(0);
});

test('a dead board costs the others at most one time-out a minute', async () => {
  const { costMsAMinute, callWorstMs } = await measureDead(8, 9600, 1, 3);
  expect(costMsAMinute).toBeLessThanOrEqual(2000);
  expect(callWorstMs).toBeLessThanOrEqual(2000);
});

test('an hour of twenty-nine boards with loss, noise, power cuts and pulled adapters ends with every board right', async () => {
  const report = await soak({ windows: 29, calls: 300, hours: 1, seed: 20261123 });
  expect(report.wrong).toEqual([]);
  expect(report.calls).toBe(300);
  expect(report.powerCuts).toBeGreaterThan(0);
  expect(report.unplugs).toBeGreaterThan(0);
  expect(report.framesLost).toBeGreaterThan(0);
});
