import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bitmap, bitAt, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { magnify, qrModules } from '../glyphs/qr.ts';
import { seededRandom } from '../random.ts';
import type { Paper } from '../simulated/ticket-printer/paper-page.ts';
import { composePaper } from '../simulated/ticket-printer/paper-picture.ts';
import { Typesetter } from '../simulated/ticket-printer/typesetter.ts';
import { CommandFraming } from './command-framing.ts';
import { genericEpson, type PrinterProfile } from './profile.ts';
import { encodeRaster, hasRealTimePair } from './raster.ts';

const trimmed = genericEpson;
const fixed: PrinterProfile = { ...genericEpson, raster: { ...genericEpson.raster, trim: false } };
const columns: PrinterProfile = { ...genericEpson, raster: { ...genericEpson.raster, command: 'esc-star' } };

/** What the simulated printer draws from the bytes. */
async function drawn(bytes: Uint8Array): Promise<Bitmap> {
  const framing = new CommandFraming();
  const papers: Paper[] = [];
  const setter = new Typesetter(genericEpson, (paper) => papers.push(paper));
  for (const byte of bytes) {
    const command = framing.push(byte);
    if (command !== undefined) setter.obey(command);
  }
  expect(framing.counters.unknown).toBe(0);
  expect(framing.inside).toBe(false);
  return composePaper(setter.paper);
}

async function expectSame(picture: Bitmap, bytes: Uint8Array): Promise<void> {
  expect(hasRealTimePair(bytes)).toBe(false);
  const page = await drawn(bytes);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (bitAt(picture, x, y) !== bitAt(page, x, y)) throw new Error(`dot ${x},${y} differs`);
    }
  }
}

/** Blobs on paper: what logos and lines of text look like. */
function blobs(seed: number, width = 200, height = 90): Bitmap {
  const random = seededRandom(seed);
  const picture = blankBitmap(width, height);
  for (let blob = 0; blob < 6; blob++) {
    const left = Math.floor(random() * width);
    const top = Math.floor(random() * height);
    const wide = 1 + Math.floor(random() * 40);
    const tall = 1 + Math.floor(random() * 20);
    for (let y = top; y < top + tall; y++)
      for (let x = left; x < left + wide; x++) if (random() < 0.7) setBit(picture, x, y);
  }
  return picture;
}

test.each([
  ['trimmed', trimmed],
  ['with a fixed left edge', fixed],
  ['in columns', columns],
])('a picture sent %s is drawn dot for dot, with no real-time command inside', async (_, profile) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      const picture = blobs(seed);
      await expectSame(picture, encodeRaster(picture, profile));
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['trimmed', trimmed],
  ['with a fixed left edge', fixed],
])('rows made of real-time commands, sent %s, lose their danger and no dot', async (_, profile) => {
  // DLE EOT 1, DLE ENQ 2, DLE DC4 8 as dots, at the very left where no shift is possible, and further in.
  for (const [start, pair] of [
    [0, 0x1004],
    [0, 0x1005],
    [0, 0x1014],
    [5, 0x1004],
    [16, 0x1014],
  ] as const) {
    const picture = blankBitmap(96, 30);
    for (let y = 3; y < 27; y++) {
      setBit(picture, 0, y);
      for (let bit = 0; bit < 16; bit++) if ((pair & (0x8000 >> bit)) !== 0) setBit(picture, start + 8 + bit, y);
      setBit(picture, 90, y);
    }
    await expectSame(picture, encodeRaster(picture, profile));
  }
});

test.each([
  ['trimmed', trimmed],
  ['with a fixed left edge', fixed],
  ['by a printer that does not double', { ...trimmed, raster: { ...trimmed.raster, doubles: false } }],
  ['in columns', columns],
])('at half its size, doubled by the printer, %s: dot for dot the magnified picture', async (_, profile) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      const picture = blobs(seed, 120, 60);
      await expectSame(magnify(picture, 2), encodeRaster(picture, profile, 2));
    }),
    { numRuns: 30 },
  );
});

test('where ESC a places a picture every band is as wide as it: one line of its dots', () => {
  const profile = { ...fixed, raster: { ...fixed.raster, aligns: true } };
  const code = qrModules(Buffer.from('A012'), 'M');
  const framing = new CommandFraming();
  const widths = [...encodeRaster(magnify(code, 3), profile, 2)].flatMap((byte) => {
    const command = framing.push(byte);
    return command?.name === 'GS v' ? [command.bytes[4]] : [];
  });
  expect(new Set(widths)).toEqual(new Set([Math.ceil((code.width * 3) / 8)]));
});

test('a code of even modules goes at half its size: a third of the bytes', () => {
  const code = qrModules(Buffer.from('https://q.example.gov.cn/t/20261123/A012'), 'M');
  const whole = encodeRaster(magnify(code, 6), trimmed);
  const halved = encodeRaster(magnify(code, 3), trimmed, 2);
  expect(halved.length).toBeLessThan(whole.length / 3);
});

test('the bands are the cheapest there are: the same as trying every division', () => {
  for (let seed = 0; seed < 30; seed++) {
    const picture = blobs(seed, 64, 11);
    const bytes = encodeRaster(picture, trimmed);
    if (hasRealTimePair(encodeWhole(picture))) continue;
    expect(bytes.length).toBe(cheapest(picture));
  }
});

function encodeWhole(picture: Bitmap): Uint8Array {
  return picture.data;
}

/** Every way to divide the rows, by trying them all: feed 3, band 8 (+ 4 to move) + bytes. */
function cheapest(picture: Bitmap): number {
  const rows = Array.from({ length: picture.height }, (_, y) => {
    const black = Array.from({ length: picture.width }, (_, x) => x).filter((x) => bitAt(picture, x, y));
    return { left: black[0] ?? Number.POSITIVE_INFINITY, right: black.at(-1) ?? -1 };
  });
  const cost = (from: number, to: number): number => {
    const left = Math.min(...rows.slice(from, to).map((row) => row.left));
    const right = Math.max(...rows.slice(from, to).map((row) => row.right));
    if (right < 0) return 3;
    return 8 + (left > 0 ? 4 : 0) + Math.ceil((right - left + 1) / 8) * (to - from);
  };
  let best = Number.POSITIVE_INFINITY;
  for (let divisions = 0; divisions < 1 << (picture.height - 1); divisions++) {
    let total = 0;
    let from = 0;
    for (let to = 1; to <= picture.height; to++) {
      if (to < picture.height && (divisions & (1 << (to - 1))) === 0) continue;
      total += cost(from, to);
      from = to;
    }
    best = Math.min(best, total);
  }
  return best;
}
