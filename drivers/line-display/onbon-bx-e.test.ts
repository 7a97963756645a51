import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { drawText, makeBitmap } from '../glyphs/bitmap.ts';
import { onbonBxE } from './onbon-bx-e.ts';
import {
  type BxeArea,
  bxeAnswer,
  bxeDelete,
  bxePing,
  bxeRequest,
  bxeUpdate,
  encodeBxeMessage,
  findBxeMessage,
  parseBxeUpdate,
} from './onbon-bx-e-codec.ts';
import type { FittedLine } from './protocol.ts';

/** Bytes of the vendor's Java SDK (BX_05_06_SDK_20200210) for a 64x16 mono picture with the dots below. */
const dots = [[0, 0], [9, 1], [31, 2], [32, 3], [63, 4], ...Array.from({ length: 8 }, (_, x) => [x, 5])];
const picture = new Uint8Array(64 * 16);
for (const [x = 0, y = 0] of dots) picture[y * 64 + x] = 1;
const area: BxeArea = {
  ...{
    id: 0,
    runMode: 0,
    timeoutS: 60,
    x: 0,
    y: 0,
    width: 64,
    height: 16,
    pages: [picture],
    stay: 0,
    show: 1,
    speed: 1,
    colour: 'mono',
  },
};
const lead = 'A5A5A5A5A5A5A5A5';
const dark = 'FF'.repeat(80);
const packed = (text: string) => text.replace(/\s+/g, '');

const frames: readonly (readonly [name: string, made: Uint8Array, printed: string, length: number])[] = [
  [
    '6E picture',
    bxeRequest(1, 'bx-6e2', bxeUpdate('6', area)),
    `${lead} 0100 0080 F000 7402 00000000 CA000000 01A700C500 0100 3F000000 00 00 3C00 01 0000 01 00000000 10 0000 0000 4000 1000
     00 00 65 00 00 0000000000 0100 1A000000 00 01 01 01 0000 01 4000 000000000000000000 00000000 80000000
     FFFFFF7FFFFFFFFF FFFFBFFFFFFFFFFF FEFFFFFFFFFFFFFF FFFFFFFFFFFFFF7F FFFFFFFFFEFFFFFF FFFFFF00FFFFFFFF ${dark} 0C33 5A`,
    229,
  ],
  [
    '6E delete all',
    bxeRequest(1, 'bx-6e2', bxeDelete('all')),
    `${lead} 0100 0080 F000 7402 00000000 06000000 01A7010100FF AB6C 5A`,
    0,
  ],
  [
    '6E delete one',
    bxeRequest(1, 'bx-6e2', bxeDelete([0])),
    `${lead} 0100 0080 F000 7402 00000000 07000000 01A70102000100 6967 5A`,
    0,
  ],
  [
    '5E picture, its check escaped',
    bxeRequest(1, 'bx-5e2', bxeUpdate('5e', area)),
    `${lead} 0100 0080 F000 5402 00000000 B2000000 01A700AD00 A9000000 00 00 3C00 01 0000 01 00000000 10 0000 0000 4000 1000
     00 0100 8D000000 00 01 00 01 0000 01 4000 00000000 7FFFFFFFFFFFFFFF FFBFFFFFFFFFFFFF FFFFFFFEFFFFFFFF FFFFFFFF7FFFFFFF FFFFFFFFFFFFFFFE 00FFFFFFFFFFFFFF ${dark} A601C3 5A`,
    206,
  ],
  // Checked in the vendor's manual.
  [
    'ping, wildcard',
    bxeRequest(0xfffe, 'any', bxePing),
    `${lead} FEFF 0080 F000 FEFF 00000000 05000000 01A2000000 C686 5A`,
    0,
  ],
];

test.each(frames)('%s', (_, made, printed, length) => {
  expect(hex(made)).toBe(packed(printed));
  if (length > 0) expect(made).toHaveLength(length);
  const found = findBxeMessage(unhex(printed));
  expect(found.kind === 'message' && hex(encodeBxeMessage(found.message))).toBe(packed(printed));
});

test.each(['5e', '6'] as const)('a %s card reads the picture back, one colour and two, several pages', (series) => {
  const dual: BxeArea = {
    ...area,
    ...{
      id: 3,
      y: 16,
      colour: 'dual',
      stay: 300,
      pages: [picture.map((dot, index) => (dot === 0 ? 0 : 1 + (index % 3))), picture],
    },
  };
  for (const each of [area, dual]) {
    expect(parseBxeUpdate(series, bxeUpdate(series, each).subarray(5), each.colour)).toEqual(each);
  }
  expect(parseBxeUpdate(series, bxeUpdate(series, dual).subarray(5, -1), 'dual')).toBeUndefined();
});

const line = (text: string): FittedLine => ({ pages: [text], colour: 'red', align: 'centre', blink: false });

test('only the line that changed is sent; the same call again is sent whole', () => {
  const language = onbonBxE.bind(1, { width: 128, height: 32 });
  const before = [line('A012'), line('请到3号窗口')];
  const after = [line('A013'), line('请到3号窗口')];
  const areas = (painted: readonly FittedLine[] | undefined, lines: readonly FittedLine[]) =>
    language
      .encode({ kind: 'paint', lines, fresh: painted === undefined, ...(painted === undefined ? {} : { painted }) })
      .map(({ bytes }) => language.decode(bytes))
      .flatMap((heard) => (heard.kind === 'frame' ? heard.effects : []))
      .map((effect) => (effect.kind === 'bitmap' ? effect.id : effect.kind));
  expect(areas(undefined, before)).toEqual(['delete', 0, 1]);
  expect(areas(before, after)).toEqual([0]);
  expect(areas(after, after)).toEqual([0, 1]);
});

test('the picture is the glyphs, dot by dot', () => {
  const language = onbonBxE.bind(1, { width: 128, height: 16, colour: 'dual' });
  const [, frame] = language.encode({ kind: 'paint', lines: [{ ...line('A012号'), colour: 'amber' }], fresh: true });
  const heard = language.decode(frame?.bytes ?? new Uint8Array(0));
  const drawn = makeBitmap(128, 16);
  drawText(drawn, { x: 0, y: 0, width: 128, height: 16, align: 'centre' }, 'A012号', 16, 3);
  expect(heard).toMatchObject({ kind: 'frame', effects: [{ kind: 'bitmap', pages: [drawn.pixels] }] });
});

test('answers: yes, busy, and no with its reason', () => {
  const language = onbonBxE.bind(1, {});
  const [frame] = language.encode({ kind: 'check', painted: [], thorough: true, percent: 100 });
  const parse = (error: number) => frame?.answer?.parse(bxeAnswer(1, 0x0274, 0xa0, error === 0 ? 0 : 1, error));
  expect(parse(0)).toMatchObject({ answer: { kind: 'done' } });
  expect(parse(3)).toMatchObject({ answer: { kind: 'busy' } });
  expect(parse(0x12)).toMatchObject({ answer: { kind: 'refused', code: 'board-size' } });
  expect(frame?.answer?.parse(bxeAnswer(2, 0x0274, 0xa0, 0, 0))).toMatchObject({ kind: 'skip' });
});

/** Appendix 2 of the manual: RGB888, red in the lowest bits, left to right, top to bottom. */
test('a 6Q card gets three bytes a pixel, and reads them back', () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, ...new Uint8Array(60));
  const full: BxeArea = { ...area, height: 1, width: 64, pages: [pixels], colour: 'full' };
  const made = bxeUpdate('6', full);
  expect(hex(made.subarray(-192, -180))).toBe('FF000000FF00FFFF00FFFFFF');
  expect(parseBxeUpdate('6', made.subarray(5), 'full')).toEqual(full);
  const language = onbonBxE.bind(1, { device: 'bx-6q2', colour: 'full', width: 64, height: 16 });
  expect(language.model.colours).toContain('white');
  const [, frame] = language.encode({ kind: 'paint', lines: [{ ...line('A012'), colour: 'white' }], fresh: true });
  const heard = language.decode(frame?.bytes ?? new Uint8Array(0));
  const [effect] = heard.kind === 'frame' ? heard.effects : [];
  expect(effect?.kind === 'bitmap' && effect.pages[0]?.includes(4)).toBe(true);
  expect(() => onbonBxE.bind(1, { device: 'bx-6q2' })).toThrow(/full/);
});

test('what moves is cut into pictures of the width, one behind the other, shown without a gap', () => {
  const language = onbonBxE.bind(1, { width: 64, height: 16 });
  const lines = [{ ...line('请到三号窗口'), scroll: true }];
  const heard = language.decode(language.encode({ kind: 'paint', lines, fresh: false })[0]?.bytes ?? new Uint8Array(0));
  const [effect] = heard.kind === 'frame' ? heard.effects : [];
  const strip = makeBitmap(128, 16);
  drawText(strip, { x: 0, y: 0, width: 128, height: 16, align: 'left' }, '请到三号窗口', 16, 1);
  const half = (from: number) =>
    Uint8Array.from({ length: 64 * 16 }, (_, at) => strip.pixels[Math.floor(at / 64) * 128 + from + (at % 64)] ?? 0);
  expect(effect).toMatchObject({ kind: 'bitmap', scroll: true, pages: [half(0), half(64)] });
});
