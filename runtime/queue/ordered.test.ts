import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ordered } from './ordered.ts';

test('behaves as a sorted array under any inserts and removes', () => {
  const compare = (a: number, b: number) => a - b;
  const act = fc.record({ insert: fc.boolean(), value: fc.nat({ max: 900 }) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 1500, size: 'max' }), (acts) => {
      const list = new Ordered(compare);
      const model = new Set<number>();
      for (const { insert, value } of acts) {
        if (insert && !model.has(value)) {
          list.insert(value);
          model.add(value);
        } else if (!insert) {
          expect(list.remove(value)).toBe(model.delete(value));
        }
      }
      const sorted = [...model].sort(compare);
      expect([...list]).toEqual(sorted);
      expect(list.size).toBe(sorted.length);
      expect(list.first()).toBe(sorted[0]);
      for (const probe of [0, 450, 901]) {
        expect(list.countBefore(probe)).toBe(sorted.filter((each) => each < probe).length);
      }
    }),
    { numRuns: 60 },
  );
});

test('keeps its order over many chunks, filled from both ends', () => {
  const list = new Ordered<number>((a, b) => a - b);
  for (let each = 0; each < 5000; each += 1) list.insert(each % 2 === 0 ? each : -each);
  expect(list.first()).toBe(-4999);
  expect(list.countBefore(0)).toBe(2500);
  const all = [...list];
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  for (const each of all) expect(list.remove(each)).toBe(true);
  expect([list.size, list.first()]).toEqual([0, undefined]);
});
