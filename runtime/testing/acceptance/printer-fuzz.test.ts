import { expect, test } from 'vitest';
import { fuzzPrinter, fuzzReplies } from '../../bench/printers/fuzz.ts';

/** Short forms; `npm run fuzz:printers` runs five million bytes each. */
test.each([1, 2, 3])('replies of any bytes: no crash, bounded (seed %i)', (seed) => {
  const { replies = 0, kept } = fuzzReplies(40_000, seed);
  expect(replies).toBeGreaterThan(1_000);
  expect(kept).toBeLessThanOrEqual(257);
});

test.each([1, 2])('commands of any bytes: the printer goes on and keeps little (seed %i)', async (seed) => {
  const { papers = 0 } = await fuzzPrinter(60_000, seed);
  expect(papers).toBeGreaterThan(10);
});
