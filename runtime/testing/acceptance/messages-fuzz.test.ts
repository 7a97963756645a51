import { expect, test } from 'vitest';
import { fuzzBox, kindsOfBox } from '../../bench/messages/fuzz-box.ts';

/** The short form of `npm run fuzz:messages`. */
const messages = 100;
const seed = 11;

test.each(Array.from({ length: kindsOfBox }, (_, kind) => kind))(
  'one bad box of kind %i changes nothing that is the others’',
  async (kind) => {
    console.log(`fuzz seed ${seed + kind}`);
    const { wrong, refused } = await fuzzBox(kind, messages, seed + kind);
    expect(wrong).toEqual([]);
    expect(Object.keys(refused)).toContain('not-yours');
  },
);
