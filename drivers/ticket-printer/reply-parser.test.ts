import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyParser } from './reply-parser.ts';

const parse = (hex: string, options = { stripFlowControl: false, fullStatus: false }) =>
  new ReplyParser(options).push(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 0);

/** Epson, "transmission status identification": one stream of every kind. */
test('a mixed stream comes apart', () => {
  expect(parse('12 10 00 03 00 37 22 30 30 30 31 00 00')).toEqual([
    { kind: 'real-time', status: 0x12 },
    { kind: 'frame', bytes: [0x10, 0, 3, 0] },
    { kind: 'process-id', id: '0001' },
    { kind: 'lone', status: 0 },
  ]);
});

test('XOFF may stand inside a frame on an XON/XOFF line, and is noise elsewhere', () => {
  expect(parse('10 13 00 00 00', { stripFlowControl: true, fullStatus: false })).toEqual([
    { kind: 'frame', bytes: [0x10, 0, 0, 0] },
  ]);
  const [first, ...rest] = parse('10 13 00 00 00');
  expect(first).toEqual({ kind: 'noise', byte: 0x10 });
  expect(rest.some((reply) => reply.kind === 'frame')).toBe(false);
});

test('a frame that breaks off is given up and what follows is not lost', () => {
  expect(parse('10 00 12 14 00 00 0f')).toEqual([
    { kind: 'noise', byte: 0x10 },
    { kind: 'lone', status: 0 },
    { kind: 'real-time', status: 0x12 },
    { kind: 'frame', bytes: [0x14, 0, 0, 0x0f] },
  ]);
});

test('buffers cleared, maker name, Custom full status', () => {
  expect(parse('37 25 00')).toEqual([{ kind: 'cleared' }]);
  expect(parse('5f 45 50 53 4f 4e 00')).toEqual(
    [{ kind: 'block', header: 0x5f, data: Buffer.from('EPSON') }].map((b) => ({ ...b, data: Uint8Array.from(b.data) })),
  );
  expect(parse('10 0f 24 00 00 00', { stripFlowControl: false, fullStatus: true })).toEqual([
    { kind: 'full-status', bytes: [0x24, 0, 0, 0] },
  ]);
});

test('a part that stands for more than a second is noise', () => {
  const parser = new ReplyParser({ stripFlowControl: false, fullStatus: false });
  expect(parser.push(Uint8Array.of(0x37, 0x22), 0)).toEqual([]);
  expect(parser.push(Uint8Array.of(0x12), 2_000).at(-1)).toEqual({ kind: 'real-time', status: 0x12 });
});

test('any bytes in any chunks: bounded, and the same as in one piece', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 17 }), (bytes, chunk) => {
      const whole = new ReplyParser({ stripFlowControl: false, fullStatus: false }).push(bytes, 0);
      const parser = new ReplyParser({ stripFlowControl: false, fullStatus: false });
      const parts = [];
      for (let at = 0; at < bytes.length; at += chunk) parts.push(...parser.push(bytes.subarray(at, at + chunk), 0));
      expect(parts).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
