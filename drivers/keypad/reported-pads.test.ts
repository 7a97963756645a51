/** What real pads sent: a descriptor whose Usage Page stands behind the usages, the 00 key, a receiver that measures. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unhex } from '../bytes/hex.ts';
import { HidStandardPad } from './hid-standard.ts';

function rows(name: string): string[] {
  return readFileSync(new URL(`reported/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
}

test('a Usage Page behind the usages binds at the Main item: key + is next', () => {
  const [descriptor = '', report = ''] = rows('hid-usage-page-behind-usages.hex').map((row) => row.split(':')[1] ?? '');
  const pad = new HidStandardPad([{ key: 'next', code: 'usage:07:57' } as never], undefined);
  pad.opened(unhex(descriptor));
  expect(pad.receive(unhex(report))).toEqual([{ kind: 'held', keys: ['next'], answer: false }]);
});
