import { expect, test } from 'vitest';
import { runMorning } from '../../bench/blocks/morning.ts';

// `npm run morning` is the whole morning: three hours, twelve presses a kiosk.
test('forty kiosks go on without their hub: no number twice, one paper a press, all merge in the order of the presses', async () => {
  const { papers, fromBlocks, worstPressErrorMs } = await runMorning({ kiosks: 40, minutes: 3, rounds: 2, seed: 21 });
  expect(papers).toBe(81);
  expect(fromBlocks).toBe(81);
  expect(worstPressErrorMs).toBeLessThan(50);
}, 60_000);
