import { expect, test } from 'vitest';
import { QueueBench } from '../../bench/queue/bench-queue.ts';

test('the bench runs in its short form, and every target has a result', async () => {
  const [targets, ...tables] = await new QueueBench(0.005).run();
  expect(targets?.rows.map((row) => row.what)).toHaveLength(4);
  for (const { rows } of [...tables, ...(targets === undefined ? [] : [targets])])
    for (const row of rows) for (const value of Object.values(row)) expect(String(value)).not.toMatch(/NaN|undefined/);
});
