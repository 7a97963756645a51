import { expect, test } from 'vitest';
import { isRight, slowReader, verdictCases } from '../../bench/printers/verdict-cases.ts';
import { runOursVirtually } from '../../bench/printers/verdict-ours.ts';

/** The peers' columns, in real time over TCP, are printed by `npm run bench -- printers`. */
test.each([...verdictCases, slowReader].map((each) => [each.name, each] as const))(
  '%s: our verdict is right',
  async (_, each) => {
    for (const confirm of ['process-id', 'fence'] as const) {
      const { said, truth } = await runOursVirtually(each, confirm);
      expect({ confirm, said, truth, right: isRight(said, truth, each) }).toMatchObject({ right: true });
    }
  },
);

test('the judge itself: each wrong word is seen', () => {
  const plain = { name: 'x', mayBeUnknown: false };
  expect(isRight('printed', { inTime: 0, whole: 0, part: true }, plain)).toBe(false);
  expect(isRight('printed', { inTime: 2, whole: 2, part: false }, plain)).toBe(false);
  expect(isRight('not-printed', { inTime: 1, whole: 1, part: false }, plain)).toBe(false);
  expect(isRight('not-printed', { inTime: 0, whole: 0, part: true }, plain)).toBe(false);
  expect(isRight('unknown', { inTime: 1, whole: 1, part: false }, plain)).toBe(false);
  expect(isRight('printed', { inTime: 0, whole: 1, part: false }, plain)).toBe(false);
  expect(isRight('none', { inTime: 1, whole: 1, part: false }, plain)).toBe(false);
});
