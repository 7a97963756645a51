/** A text wider than its area as pictures of the area's width, which a card moves through one behind the other. */
import { drawText, makeBitmap, type PixelValue } from './bitmap.ts';
import { type GlyphHeight, textWidth } from './glyphs.ts';

/** The last picture is filled up with darkness: what comes round again does not run into the end. */
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
