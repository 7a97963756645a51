import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { boardLanguage } from '../drivers/line-display/registry.ts';
import { driverCatalogue } from './catalogue.ts';

const folder = new URL('./profiles/line-display/', import.meta.url);
const line = { pages: ['A012'], colour: 'red', align: 'centre', blink: false } as const;

test.each(readdirSync(folder))('%s says its source, and its options are a board', (file) => {
  const profile = driverCatalogue.classes['line-display']?.profile.parse(
    parse(readFileSync(new URL(file, folder), 'utf8')),
  ) as { readonly protocol: string; readonly source: string };
  expect(profile.source).not.toBe('');
  const language = boardLanguage({ protocol: profile.protocol, profile, address: 1, options: {} });
  const frames = language.encode({ kind: 'paint', lines: [line, line], fresh: true });
  expect(frames.length).toBeGreaterThan(0);
  for (const { bytes } of frames) {
    // Some frames have a lead-in that is no part of them.
    let heard = language.decode(bytes);
    if (heard.kind === 'skip') heard = language.decode(bytes.subarray(heard.bytes));
    expect(heard).toMatchObject({ kind: 'frame' });
  }
});
