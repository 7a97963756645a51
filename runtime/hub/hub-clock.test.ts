import { expect, test } from 'vitest';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { HubClock } from './hub-clock.ts';

test('hub time runs on elapsed time, whatever the wall clock does', async () => {
  const clock = new VirtualClock(1_000_000);
  const hub = new HubClock(clock);
  hub.set(clock.wallMs());
  let last = hub.now();
  for (const stepMs of [8 * 3_600_000, -16 * 3_600_000, -900_000, 60_000]) {
    clock.stepWall(stepMs);
    for (let second = 0; second < 20; second += 1) {
      await clock.advance(1_000);
      hub.follow();
      const now = hub.now();
      expect(now - last).toBe(1_000);
      last = now;
    }
  }
});

test('a small drift is made good slowly, never backwards', async () => {
  for (const driftMs of [1_500, -1_500]) {
    const clock = new VirtualClock(1_000_000);
    const hub = new HubClock(clock);
    hub.set(clock.wallMs());
    clock.stepWall(driftMs);
    let last = hub.now();
    for (let second = 0; second < 300; second += 1) {
      await clock.advance(1_000);
      hub.follow();
      const now = hub.now();
      expect(Math.abs(now - last - 1_000)).toBeLessThanOrEqual(11);
      last = now;
    }
    expect(Math.abs(hub.differenceMs)).toBeLessThanOrEqual(20);
  }
});
