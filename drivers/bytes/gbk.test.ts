import { expect, test } from 'vitest';
import { decodeGbk, encodeGbk, gbkCode, inGb2312, inGbk, missingMark } from './gbk.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Code tables of GB 18030-2022: two-byte region. */
test('known codes', () => {
  expect(hex(encodeGbk('中文'))).toBe('d6d0cec4');
  expect(hex(encodeGbk('￥'))).toBe('a3a4');
  expect(hex(encodeGbk('龘'))).toBe('fd93');
  expect(hex(encodeGbk('A012号'))).toBe('41303132bac5');
});

test('what has only a four-byte code is never encoded as such, and is seen', () => {
  for (const character of ['¥', '㐂', '😀']) {
    expect(inGbk(character)).toBe(false);
    expect(hex(encodeGbk(character))).toBe(hex(encodeGbk(missingMark)));
  }
});

test('GB2312 has its 6763 characters and 682 symbols, GBK 21886 and the later assignments', () => {
  let gb2312Hanzi = 0;
  let gb2312Symbols = 0;
  let gbk = 0;
  for (let point = 0x80; point < 0x10000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCharCode(point);
    const code = gbkCode(character);
    if (code === undefined) continue;
    gbk += 1;
    if (!inGb2312(character)) continue;
    if (code >= 0xb000) gb2312Hanzi += 1;
    else gb2312Symbols += 1;
  }
  expect(gb2312Hanzi).toBe(6763);
  expect(gb2312Symbols).toBe(682);
  expect(gbk).toBeGreaterThanOrEqual(21886);
});

test('every character comes back as itself', () => {
  for (let point = 0x80; point < 0x10000; point++) {
    const character = String.fromCharCode(point);
    if (gbkCode(character) !== undefined) expect(decodeGbk(encodeGbk(character))).toBe(character);
  }
});

test('broken pairs are seen and do not swallow the text after them', () => {
  expect(decodeGbk(Uint8Array.of(0xd6))).toBe('\ufffd');
  expect(decodeGbk(Uint8Array.of(0xd6, 0x20, 0x41))).toBe('\ufffd A');
  expect(decodeGbk(Uint8Array.of(0xff, 0xff, 0x41))).toBe('\ufffdA');
});
