import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { frameRecipe } from './frame-recipe.ts';
import type { FittedLine } from './protocol.ts';
import { buildRecipe, matchRecipe, recipeFrame, zEscapes, zPart } from './recipe-frame.ts';

const line = (text: string): FittedLine => ({ pages: [text], colour: 'red', align: 'left', blink: false });
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const parts = (list: readonly unknown[]) => list.map((part) => zPart.parse(part));

/** Modbus RTU, AM03127 and Alpha as recipes: their makers' frames must come out. */
const amplus = parts([
  { part: 'hex', hex: '3C 49 44 30 31 3E' },
  { part: 'hex', name: 'page', hex: '3C 4C 31 3E 3C 50 41 3E 3C 46 41 3E 3C 4D 41 3E 3C 57 41 3E 3C 46 41 3E' },
  { part: 'line', name: 'text', line: 1, width: 6 },
  { part: 'check', check: 'xor', as: 'hex', of: { from: 'page', to: 'text' } },
  { part: 'hex', hex: '3C 45 3E' },
]);

test('XOR as hex digits: the AM03127 page of its manual', () => {
  const made = buildRecipe(recipeFrame(amplus, undefined), { address: 1, level: 0, lines: [bytesOf('A012 3')] });
  expect(Buffer.from(made).toString('latin1')).toBe('<ID01><L1><PA><FA><MA><WA><FA>A012 317<E>');
});

test('SUM16 as hex digits: the Alpha priority text', () => {
  const frame = recipeFrame(
    parts([
      { part: 'hex', hex: '00 00 00 00 00 01 5A 30 30' },
      { part: 'hex', name: 'stx', hex: '02 41 30 1B 20 62' },
      { part: 'line', line: 1 },
      { part: 'hex', name: 'etx', hex: '03' },
      { part: 'check', check: 'sum16', as: 'hex', of: { from: 'stx', to: 'etx' } },
      { part: 'hex', hex: '04' },
    ]),
    undefined,
  );
  const made = buildRecipe(frame, { address: 0, level: 0, lines: [bytesOf('A012 > 3')] });
  expect(hex(made)).toBe('00000000000 15A303002413 01B206241303132203E20330330323938 04'.replaceAll(' ', ''));
});

test('CRC16-MODBUS and lengths: function 16 with "A012"', () => {
  const frame = recipeFrame(
    parts([
      { part: 'hex', name: 'unit', hex: '01' },
      { part: 'hex', hex: '10 03 E8 00 02' },
      { part: 'length', of: { from: 'text', to: 'text' } },
      { part: 'line', name: 'text', line: 1 },
      { part: 'check', check: 'crc16-modbus', little: true, of: { from: 'unit', to: 'text' } },
    ]),
    undefined,
  );
  expect(hex(buildRecipe(frame, { address: 1, level: 0, lines: [bytesOf('A012')] }))).toBe(
    '011003E80002044130313268C7',
  );
});

const stuffed = recipeFrame(
  parts([
    { part: 'hex', hex: '7E' },
    { part: 'address', name: 'to', bytes: 2, little: true },
    { part: 'length', of: { from: 'text', to: 'text' }, bytes: 2, add: 3 },
    { part: 'hex', hex: '01' },
    { part: 'line', name: 'text', line: 1 },
    { part: 'check', name: 'crc', check: 'crc16-arc', of: { from: 'to', to: 'text' } },
    { part: 'hex', hex: '7E' },
  ]),
  zEscapes.parse({
    pairs: [
      { plain: '7E', as: '7D 5E' },
      { plain: '7D', as: '7D 5D' },
    ],
  }),
);

test('any content, any address: what was built is matched, escapes and all, in pieces and after noise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 0xffff }), (text, address) => {
      const made = buildRecipe(stuffed, { address, level: 0, lines: [text] });
      expect([...made.subarray(1, -1)].includes(0x7e)).toBe(false);
      const match = matchRecipe(stuffed, made);
      expect(match).toMatchObject({ kind: 'match', bytes: made.length, address });
      expect(match.kind === 'match' && [...(match.lines.get(1) ?? [])]).toEqual([...text]);
      expect(matchRecipe(stuffed, made.subarray(0, -1)).kind).toBe('more');
    }),
  );
});

test('one wrong byte is never a match', () => {
  const made = buildRecipe(stuffed, { address: 1, level: 0, lines: [bytesOf('A012 ~}')] });
  for (let index = 1; index < made.length - 1; index += 1) {
    const wrong = made.slice();
    wrong[index] = (wrong[index] ?? 0) ^ 0x01;
    expect(matchRecipe(stuffed, wrong).kind).not.toBe('match');
  }
});

test('a description that cannot be a frame is refused with the reason', () => {
  expect(() =>
    recipeFrame(
      parts([
        { part: 'hex', hex: 'AA' },
        { part: 'line', line: 1 },
      ]),
      undefined,
    ),
  ).toThrow(/width/);
  expect(() => recipeFrame(parts([{ part: 'line', line: 1, width: 4 }]), undefined)).toThrow(/begins/);
  const lost = [
    { part: 'hex', hex: 'AA' },
    { part: 'check', check: 'xor', of: { from: 'a', to: 'b' } },
  ];
  expect(() => recipeFrame(parts(lost), undefined)).toThrow(/no parts "a"/);
  expect(() => zPart.parse({ part: 'hex', hex: 'A' })).toThrow(/pairs/);
});

const board = {
  columns: 16,
  paint: [
    [
      { part: 'hex', hex: 'AA 55' },
      { part: 'address', name: 'to' },
      { part: 'length', of: { from: 'one', to: 'two' } },
      { part: 'line', name: 'one', line: 1, width: 16 },
      { part: 'line', name: 'two', line: 2 },
      { part: 'check', check: 'sum8', of: { from: 'to', to: 'two' } },
      { part: 'hex', hex: '0D' },
    ],
  ],
  answer: { ok: 'AA @@ 06', refuse: 'AA @@ 15' },
};

test('a private board of two lines: the call is acknowledged; the neighbour does not listen', () => {
  const language = frameRecipe.bind(7, board);
  const [frame] = language.encode({ kind: 'paint', lines: [line('A012'), line('请到3号窗口')], fresh: true });
  const bytes = frame?.bytes ?? new Uint8Array(0);
  const heard = language.decode(bytes);
  expect(heard).toMatchObject({
    kind: 'frame',
    bytes: bytes.length,
    effects: [{ area: { rows: ['A012'] } }, { area: { rows: ['请到3号窗口'] } }],
  });
  expect(frameRecipe.bind(8, board).decode(bytes).kind).toBe('skip');
  expect(frame?.answer?.parse(Uint8Array.of(0xaa, 7, 0x06))).toMatchObject({ answer: { kind: 'done' } });
  expect(frame?.answer?.parse(Uint8Array.of(0xaa, 7))).toEqual({ kind: 'more' });
  expect(frame?.answer?.parse(Uint8Array.of(0xaa, 7, 0x15))).toMatchObject({ answer: { kind: 'refused' } });
  expect(frame?.answer?.parse(Uint8Array.of(0xaa, 8, 0x06))).toMatchObject({ kind: 'skip' });
});

test('without an answer a board is one way', () => {
  const { answer: _, ...silent } = board;
  expect(frameRecipe.bind(1, silent).model.acknowledges).toBe(false);
});
