/** Draws a paper from what was printed on it: first the dots as the head burns them, then a photograph-like PNG of the slip. */
import { type Bitmap, bitAt, blankBitmap, setBit } from '../../glyphs/packed-bitmap.ts';
import { type GlyphSource, loadGlyphs } from '../../ticket-printer/glyph-raster.ts';
import type { Paper, PlacedDots, PlacedText } from './paper-page.ts';

/** 80 mm of paper around 72 mm of head, at 8 dots a millimetre. */
const marginDots = 32;
const topDots = 24;
const minHeightDots = 160;
const maxHeightDots = 6_000;
const paperColour: readonly [number, number, number] = [253, 252, 247];
const inkColour: readonly [number, number, number] = [38, 38, 44];
const toothDots = 8;

/** The head's own dots, one pixel each. */
export async function composePaper(paper: Paper): Promise<Bitmap> {
  const glyphs = await loadGlyphs();
  const page = blankBitmap(paper.dots, Math.min(maxHeightDots, Math.max(1, paper.heightDots)));
  for (const item of paper.items) {
    if (item.y >= page.height) continue;
    if (item.kind === 'dots') burnDots(page, item);
    else burnText(page, item, glyphs);
  }
  return page;
}

export async function drawPaper(paper: Paper): Promise<Uint8Array> {
  const page = await composePaper(paper);
  const { createCanvas } = await import('@napi-rs/canvas');
  const width = page.width + 2 * marginDots;
  const height = Math.max(minHeightDots, page.height + topDots);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [red, green, blue] = bitAt(page, x - marginDots, y - topDots) ? inkColour : paperColour;
      image.data[at] = red;
      image.data[at + 1] = green;
      image.data[at + 2] = blue;
      image.data[at + 3] = isTornAway(x, y, height, paper) ? 0 : 255;
    }
  }
  context.putImageData(image, 0, 0);
  // The canvas library keeps memory for the turn it is used in: one picture a turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  return Uint8Array.from(canvas.toBuffer('image/png'));
}

/** A cut edge has small teeth; a paper still in the printer has no lower edge yet. */
function isTornAway(x: number, y: number, height: number, paper: Paper): boolean {
  const tooth = Math.abs((x % toothDots) - toothDots / 2);
  return y < tooth || (!paper.printing && y >= height - tooth);
}

function burnDots(page: Bitmap, { x, y, sx, sy, dots }: PlacedDots): void {
  const height = Math.min(dots.height * sy, page.height - y);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < dots.width * sx; column++) {
      if (bitAt(dots, Math.floor(column / sx), Math.floor(row / sy))) setBit(page, x + column, y + row);
    }
  }
}

function burnText(page: Bitmap, item: PlacedText, glyphs: GlyphSource): void {
  const { width, height, sx, sy, x, y } = item;
  const glyph =
    item.character === ' ' ? undefined : (glyphs.glyph(item.character, width, height, item.bold) ?? box(width, height));
  for (let row = 0; row < height * sy; row++) {
    const line = Math.floor(row / sy);
    for (let column = 0; column < width * sx; column++) {
      const ink = glyph !== undefined && bitAt(glyph, Math.floor(column / sx), line);
      const under = item.underline && line >= height - 2;
      if ((ink || under) !== item.inverse) setBit(page, x + column, y + row);
    }
  }
}

/** What a printer shows for a character its font lacks. */
function box(width: number, height: number): Bitmap {
  const frame = blankBitmap(width, height);
  for (let x = 2; x < width - 2; x++) for (const y of [3, height - 4]) setBit(frame, x, y);
  for (let y = 3; y < height - 3; y++) for (const x of [2, width - 3]) setBit(frame, x, y);
  return frame;
}
