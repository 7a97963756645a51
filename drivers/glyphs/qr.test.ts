import { expect, test } from 'vitest';
import { magnify, maxQrBytes, qrModules, qrSizeM } from './qr.ts';

test.each([1, 14, 15, 40, 213, 214, 331, 666, 1370, 2331])(
  'the size of a symbol of level M for %i bytes, without making it',
  (bytes) => {
    const modules = qrModules(new Uint8Array(bytes).fill(0x61), 'M');
    expect(qrSizeM(bytes)).toBe(modules.width);
  },
);

test('what does not fit is refused by both', () => {
  expect(qrSizeM(2332)).toBeUndefined();
  expect(() => qrModules(new Uint8Array(2332), 'M')).toThrow(RangeError);
  expect(() => qrModules(new Uint8Array(maxQrBytes + 1), 'L')).toThrow(RangeError);
});

test('magnified, every module is a square', () => {
  const modules = qrModules(Uint8Array.of(1, 2, 3), 'M');
  const large = magnify(modules, 3);
  expect(large.width).toBe(modules.width * 3);
  const black = (data: Uint8Array) => data.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  expect(black(large.data)).toBe(black(modules.data) * 9);
});
