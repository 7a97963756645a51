/** Whatever the queue or the hub may refuse a clerk's key is said at the pad in words that its display has room for. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { padWords } from '../../../config/locales/pads.ts';
import { refusalText } from '../../../devices/call-pad/pad-words.ts';

/** Where commands of a pad are decided. */
const files = [
  ...['call', 'aside', 'window', 'serve', 'rate'].map((topic) => `queue/topics/${topic}.ts`),
  ...['queue/answer.ts', 'queue/decide.ts', 'hub/clerk-pin.ts', 'hub/login-check.ts', 'hub/command-loop.ts'],
];
/** Asked by the back office, a page, a board, a scanner or a rating pad: no call pad hears these. */
const ofOthers = [
  ...['no-follow-up', 'not-armed', 'not-aside', 'not-in-review', 'not-rated', 'old-call', 'supervisor-only'],
  ...['too-late', 'too-many', 'wrong-window', 'unknown-ticket', 'stray'],
];
/** Codes that are put together. */
const built: Readonly<Record<string, readonly string[]>> = {
  'not-for-this-': ['role', 'service', 'clerk'],
  'window-': ['closed', 'paused', 'busy'],
};
const columns = 16;

const codes = files.flatMap((file) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const plain = [
    ...text.matchAll(/(?:refuse|stray|refuseForTheRecord)\(\s*(?:command,\s*)?'([a-z-]+)'|code: '([a-z-]+)'/g),
  ];
  const parts = [...text.matchAll(/refuse\(\s*`([a-z-]+)\$\{/g)].flatMap(([, head = '']) =>
    (built[head] ?? ['']).map((tail) => `${head}${tail}`),
  );
  return [...plain.map(([, one, other]) => one ?? other ?? ''), ...parts];
});
const ours = [...new Set(codes)].filter((code) => !ofOthers.includes(code));

test('the sources name them', () => {
  for (const code of ['stale', 'window-paused', 'not-for-this-clerk', 'pin-locked', 'login-again', 'held-elsewhere'])
    expect(ours).toContain(code);
  expect(ours.length).toBeGreaterThan(30);
});

test.each(ours)('%s', (code) => {
  const [zh, en] = [refusalText(code, padWords, 'zh'), refusalText(code, padWords, 'en')];
  expect(zh).not.toMatch(/^拒绝 /);
  expect([...zh].reduce((width, character) => width + (character > '\u007f' ? 2 : 1), 0)).toBeLessThanOrEqual(columns);
  expect(en.length).toBeLessThanOrEqual(columns);
});
