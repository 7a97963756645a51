import { expect, test } from 'vitest';
import { breakAt, breaks, jobBytes } from '../../bench/printers/byte-offsets.ts';

/** The short form; `npm run every-byte:printers` takes every offset. */
const offsets = [1, 4, 40, 99, 300, 331, 357, 360, 366, jobBytes];

test.each(breaks)('%s lost at chosen bytes of a ticket: the promises hold', async (how) => {
  for (const confirm of ['process-id', 'fence'] as const) {
    for (const offset of offsets) {
      const total = confirm === 'fence' ? jobBytes - 8 : jobBytes;
      expect({ confirm, offset, violations: await breakAt(Math.min(offset, total), how, confirm) }).toEqual({
        confirm,
        offset,
        violations: [],
      });
    }
  }
});
