/** A piece of paper as a list of what was printed where; dots are drawn only when somebody wants a picture. */
import type { Bitmap } from '../../glyphs/packed-bitmap.ts';

export interface PlacedText {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly character: string;
  /** Of the unmagnified character. */
  readonly width: number;
  readonly height: number;
  readonly sx: number;
  readonly sy: number;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export interface PlacedDots {
  readonly kind: 'dots';
  readonly x: number;
  readonly y: number;
  readonly sx: number;
  readonly sy: number;
  readonly dots: Bitmap;
}

export type Placed = PlacedText | PlacedDots;

export interface Paper {
  readonly id: string;
  readonly dots: number;
  readonly items: Placed[];
  /** Decoded lines; a line of larger characters ends with ` ×4`. */
  readonly lines: string[];
  readonly qr: string[];
  heightDots: number;
  printing: boolean;
  torn: boolean;
  /** Drawn back by the printer: nobody took it. */
  retained: boolean;
}

export function newPaper(id: string, dots: number): Paper {
  return { id, dots, items: [], lines: [], qr: [], heightDots: 0, printing: true, torn: false, retained: false };
}
