/** A logo's file as dots: scaled to the paper, grey made of dots by error diffusion (Floyd and Steinberg, 1976). Only logos are dithered; text never is. */
import { type Bitmap, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';

const maxHeightDots = 1_600;
const middleGrey = 128;

/** Rejects when the file cannot be read or is no picture. */
export async function loadLogo(file: string, widthDots: number): Promise<Bitmap> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(file);
  const width = Math.max(8, Math.min(widthDots, image.width));
  const height = Math.max(1, Math.min(maxHeightDots, Math.round((image.height * width) / image.width)));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return dither(
    Float32Array.from({ length: width * height }, (_, at) => brightness(data, at * 4)),
    width,
    height,
  );
}

/** ITU-R BT.601, as the eye weighs the colours. */
function brightness(data: ArrayLike<number>, at: number): number {
  return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
}

/** `grey`: 0 black to 255 white, row by row; used up on the way. */
export function dither(grey: Float32Array, width: number, height: number): Bitmap {
  const bitmap = blankBitmap(width, height);
  const spread = (x: number, y: number, error: number) => {
    if (x < 0 || x >= width || y >= height) return;
    grey[y * width + x] = (grey[y * width + x] ?? 0) + error;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = grey[y * width + x] ?? 255;
      const black = value < middleGrey;
      if (black) setBit(bitmap, x, y);
      const error = value - (black ? 0 : 255);
      spread(x + 1, y, (error * 7) / 16);
      spread(x - 1, y + 1, (error * 3) / 16);
      spread(x, y + 1, (error * 5) / 16);
      spread(x + 1, y + 1, error / 16);
    }
  }
  return bitmap;
}
