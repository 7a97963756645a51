import { expect, test } from 'vitest';
import { fuzzAll } from '../../bench/keypads/fuzz-decoders.ts';

/** The short form of `node runtime/bench/keypads/fuzz.ts`, which feeds 5 million. */
/** It has no keys that come as reports. */
const lampsOnly = 'delcom-indicator: driver';

const octets = 20_000;

test('no octets make a decoder fall over or hang', async () => {
  const seed = 1;
  console.log(`fuzz seed ${seed}`);
  const rows = await fuzzAll(octets, seed);
  expect(rows.length).toBeGreaterThan(20);
  // A fuzz that reaches nothing proves nothing: real messages among the noise are still understood.
  for (const { decoder, understood } of rows)
    if ((decoder.endsWith(': driver') && decoder !== lampsOnly) || decoder === 'report descriptor')
      expect(`${decoder} ${understood > 0}`).toBe(`${decoder} true`);
});
