import { expect, test } from 'vitest';
import { StoreBench } from '../../bench/store/store-bench.ts';

test('the bench runs in its short form, and every table has figures', async () => {
  const tables = await new StoreBench({ events: 5_000, share: 0.02 }).run();
  expect(tables.map(({ rows }) => rows.length)).toEqual([1, 3, 1, 6]);
  for (const { rows } of tables)
    for (const row of rows) for (const value of Object.values(row)) expect(value).not.toBeNaN();
});
