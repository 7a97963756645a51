import { expect, test } from 'vitest';
import { SealKey, seal } from './seal.ts';

const key = new SealKey();

test('opens for its hub and its command alone, and says nothing of itself', () => {
  const sealed = seal('471108', key.public, 'command-1') ?? '';
  expect(key.open(sealed, 'command-1')).toBe('471108');
  expect(key.open(sealed, 'command-2')).toBeUndefined();
  expect(new SealKey().open(sealed, 'command-1')).toBeUndefined();
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('4711');
  // Neither its length nor two alike can be told.
  expect(seal('', key.public, 'command-1')).toHaveLength(sealed.length);
  expect(seal('471108', key.public, 'command-1')).not.toBe(sealed);
  expect(key.open(seal('', key.public, 'c') ?? '', 'c')).toBe('');
});

test('any octet changed, cut or added: it does not open', () => {
  const sealed = Buffer.from(seal('4711', key.public, 'c') ?? '', 'base64url');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    expect(key.open(changed.toString('base64url'), 'c')).toBeUndefined();
    expect(key.open(sealed.subarray(0, at).toString('base64url'), 'c')).toBeUndefined();
  }
  expect(key.open(Buffer.concat([sealed, Buffer.from([0])]).toString('base64url'), 'c')).toBeUndefined();
});

test('a key that is none seals nothing, nor does a secret that is too long', () => {
  expect(seal('1', '', 'c')).toBeUndefined();
  expect(seal('1', Buffer.alloc(32).toString('base64url'), 'c')).toBeUndefined();
  expect(seal('x'.repeat(32), key.public, 'c')).toBeUndefined();
});
