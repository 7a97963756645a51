import { expect, test } from 'vitest';
import { measureDead, measureRefresh } from '../../bench/boards/bus.ts';
import { measureSilence } from '../../bench/boards/silence.ts';
import { soak } from '../../bench/boards/soak.ts';

/** Short forms of the programs beside: `npm run bench -- bus` and `npm run soak:boards`. */
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

test('an idle board of thirty-two at 9600 that falls silent is noticed within 5 s, and a call waits for one question', async () => {
  const { noticedMs, callShownMs, busyShare, collisions } = await measureSilence(32, 9600, 20261123, 12);
  expect(Math.max(...noticedMs)).toBeLessThanOrEqual(5000);
  // The question under way with its answer, and the call's own 160 ms.
  expect(Math.max(...callShownMs)).toBeLessThanOrEqual(350);
  expect(busyShare).toBeLessThan(0.95);
  expect(collisions).toBe(0);
});

test('half an hour of twenty-nine boards with loss, noise, power cuts and pulled adapters ends with every board right', async () => {
  const report = await soak({ windows: 29, calls: 150, hours: 0.5, seed: 20261123 });
  expect(report.wrong).toEqual([]);
  expect(report.calls).toBe(150);
  expect(report.powerCuts).toBeGreaterThan(0);
  expect(report.unplugs).toBeGreaterThan(0);
  expect(report.framesLost).toBeGreaterThan(0);
}, 60_000);
