import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFilter, isTopic, matchesFilter } from './topic-filter.ts';

// The examples of OASIS MQTT 3.1.1, sections 4.7.1 and 4.7.2, and a few of our own.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'sport/tennis', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/broker', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/monitor/Clients', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['ACCOUNTS', 'Accounts', false],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/b', false],
  ['a/+/c/#', 'a/b/c', true],
])('%s takes %s: %s', (filter, topic, takes) => {
  expect(matchesFilter(filter, topic)).toBe(takes);
});

test.each(['', 'a/#/b', 'a#', 'a/b+', '+a/b', 'a/\u0000', 'x'.repeat(65_536)])('%j is no filter', (filter) => {
  expect(isFilter(filter)).toBe(false);
});

test.each(['', 'a/+', '#', 'a/\u0000', '€'.repeat(21_846)])('no publishing to %j', (topic) => {
  expect(isTopic(topic)).toBe(false);
});

test('the matcher says the same as one written by the letter of the standard', () => {
  const level = fc.constantFrom('a', 'b', '', '$x');
  const wild = fc.oneof({ weight: 3, arbitrary: level }, { weight: 1, arbitrary: fc.constant('+') });
  fc.assert(
    fc.property(
      fc.array(level, { minLength: 1, maxLength: 4 }),
      fc.array(wild, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (topic, filter, rest) => {
        const filters = rest ? [...filter, '#'] : filter;
        expect(matchesFilter(filters.join('/'), topic.join('/'))).toBe(reference(filters, topic));
      },
    ),
  );
});

/** As a pattern: `+` is a level without a slash, `/#` is nothing or a slash and the rest. */
function reference(filter: readonly string[], topic: readonly string[]): boolean {
  if (topic[0]?.startsWith('$') && (filter[0] === '+' || filter[0] === '#')) return false;
  const escaped = filter.map((level) => (level === '+' ? '[^/]*' : level.replace('$', '\\$'))).join('/');
  return new RegExp(`^${escaped.replace(/(^|\/)#$/, (_, slash) => (slash ? '(/.*)?' : '.*'))}$`).test(topic.join('/'));
}
