import { expect, test } from 'vitest';
import { rowsOf, scenes } from '../../bench/queue/wait-estimate.ts';

test('the wait on the paper is nearer than either simple rule, and its range holds what it says (short form)', () => {
  const [scene] = scenes;
  if (scene === undefined) throw new Error('no scene');
  const [all] = rowsOf(scene, 2);
  if (all === undefined) throw new Error('no row');
  expect(all.visits).toBeGreaterThan(500);
  // The goal is 20 % below the better of the two.
  expect(all['error, halld']).toBeLessThan(0.8 * Math.min(all['error, last to enter'], all['error, last ten']));
  const inside = Number.parseInt(all['inside the printed range'], 10);
  expect(inside).toBeGreaterThanOrEqual(85);
  expect(all['range width']).toBeLessThan(16);
});
