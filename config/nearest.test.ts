import { expect, test } from 'vitest';
import { nearest, suggestion } from './nearest.ts';

const known = ['calendar', 'departments', 'matters', 'services', 'windows', 'debounce_ms', 'return_within_min'];

test.each([
  ['calender', 'calendar'],
  ['claendar', 'calendar'],
  ['Matters', 'matters'],
  ['mater', 'matters'],
  ['servcies', 'services'],
  ['return_within_mins', 'return_within_min'],
  ['debounce', 'debounce_ms'],
  ['x', undefined],
  ['colour', undefined],
  ['', undefined],
])('"%s" is near %s', (word, near) => {
  expect(nearest(word, known)).toBe(near);
});

test('what is not near anything is answered by what there is, shortly', () => {
  expect(suggestion('colour', known, 'known here')).toBe(`known here: ${known.join(', ')}`);
  const many = Array.from({ length: 30 }, (_, n) => `window-number-${n}`);
  expect(suggestion('q', many, 'windows')).toMatch(/^windows: window-number-0, .*window-number-11 and 18 more$/);
  expect(suggestion('q', [], 'windows')).toBe('there are none yet');
});
