/** A picture of one byte a pixel, and text drawn into it. */
import { type GlyphHeight, glyph, textWidth } from './glyphs.ts';

/** 0 off, 1 red, 2 green, 3 amber, 4 white. */
export type PixelValue = 0 | 1 | 2 | 3 | 4;

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export function makeBitmap(width: number, height: number): Bitmap {
  return { width, height, pixels: new Uint8Array(width * height) };
}

export interface TextBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly align: 'left' | 'centre' | 'right';
}

/** One row of text, in the middle of the box's height, cut at its edges. */
export function drawText(bitmap: Bitmap, box: TextBox, text: string, fontPx: GlyphHeight, value: PixelValue): void {
  const free = box.width - textWidth(text, fontPx);
  let left = box.x + (box.align === 'left' ? 0 : Math.floor(free / (box.align === 'centre' ? 2 : 1)));
  if (free < 0) left = box.x;
  const top = box.y + Math.floor((box.height - fontPx) / 2);
  for (const character of text) {
    const { width, height, lit } = glyph(character, fontPx);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const inBox = left + x < box.x + box.width && top + y >= box.y && top + y < box.y + box.height;
        if (inBox && lit(x, y)) setPixel(bitmap, left + x, top + y, value);
      }
    }
    left += width;
  }
}

export function setPixel(bitmap: Bitmap, x: number, y: number, value: PixelValue): void {
  if (x >= 0 && y >= 0 && x < bitmap.width && y < bitmap.height) bitmap.pixels[y * bitmap.width + x] = value;
}

/**
 * A text wider than its area as pictures of the area's width, which a card moves through one behind the other. The last
 * one is filled up with dark dots, so that the repeated text does not run into its end.
 */
export function scrollFrames(
  text: string,
  width: number,
  height: number,
  fontPx: GlyphHeight,
  value: PixelValue,
): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(textWidth(text, fontPx) / width));
  const strip = makeBitmap(count * width, height);
  drawText(strip, { x: 0, y: 0, width: strip.width, height, align: 'left' }, text, fontPx, value);
  return Array.from({ length: count }, (_, frame) => {
    const picture = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
      const from = y * strip.width + frame * width;
      picture.set(strip.pixels.subarray(from, from + width), y * width);
    }
    return picture;
  });
}
