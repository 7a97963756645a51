/**
 * Our streams read by another hand: `npos`, an ESC/POS interpreter on npm, takes the bytes apart by its own rules, decodes text
 * with iconv-lite's tables and pictures with its own codec. It has no rules for the native QR command and for the two old
 * cuts; these are added as its manual shows, with its own splitters. It lives in `second-hand/`, apart from the product's packages, since it names `usb`.
 */
import { createRequire } from 'node:module';
import { type Bitmap, bitAt, blankBitmap, setBit } from '../../../drivers/glyphs/packed-bitmap.ts';

interface Node {
  readonly ascii: string;
  readonly fn: string;
  readonly offset: number;
  readonly length: number;
}
interface Npos {
  readonly Parser: new (rules: object) => { analyze(raw: Buffer): { readonly error?: Error; readonly tree: Node[] } };
  readonly rules: Record<number, Record<string, unknown>>;
  readonly raster: {
    decode(
      raw: Buffer,
      nodes: readonly object[],
    ): { readonly width: number; readonly height: number; getPixel(x: number, y: number): number };
  };
  readonly iconv: { decode(bytes: Buffer, encoding: string): string };
}

const fromThere = createRequire(new URL('second-hand/package.json', import.meta.url));
let loaded: Npos | undefined;

function loadNpos(): Npos {
  const rules = fromThere('npos/lib/parser/rules.js') as Npos['rules'];
  return {
    Parser: fromThere('npos/lib/parser/index.js') as Npos['Parser'],
    rules: { ...rules, [gs]: { ...rules[gs], '(k': [0, 'd16'] }, [esc]: { ...rules[esc], i: 0, m: 0 } },
    raster: fromThere('npos/lib/codecs/raster.js') as Npos['raster'],
    iconv: createRequire(fromThere.resolve('npos/package.json'))('iconv-lite') as Npos['iconv'],
  };
}

const esc = 0x1b;
const gs = 0x1d;
const lineFeed = 0x0a;
const storeData = 0x50;

export interface SecondReading {
  /** Lines with anything on them. */
  readonly lines: readonly string[];
  readonly qr: readonly string[];
  /** What was drawn, each picture where ESC $ and the feeds before it put it. */
  readonly dots: Bitmap;
}

/** Throws where the other hand finds a command it does not know. */
export function readAgain(bytes: Uint8Array, widthDots: number, encoding = 'gb18030'): SecondReading {
  loaded ??= loadNpos();
  const { Parser, rules, raster, iconv } = loaded;
  const raw = Buffer.from(bytes);
  const { error, tree } = new Parser(rules).analyze(raw);
  if (error !== undefined) throw error;
  const text: number[] = [];
  const qr: string[] = [];
  const placed: { readonly x: number; readonly y: number; readonly dots: Bitmap }[] = [];
  let x = 0;
  let y = 0;
  for (const node of tree) {
    const { offset, length } = node;
    const at = (n: number) => raw[offset + n] ?? 0;
    switch (`${node.ascii} ${node.fn}`) {
      case 'STX ':
        text.push(...raw.subarray(offset, offset + length));
        break;
      case 'ESC $':
        x = at(2) + 256 * at(3);
        break;
      case 'ESC J':
        y += at(2);
        break;
      case 'GS (k':
        if (at(6) === storeData) qr.push(raw.subarray(offset + 8, offset + 5 + at(3) + 256 * at(4)).toString('utf8'));
        break;
      case 'GS v0': {
        const image = raster.decode(raw, [{ offset }]);
        const dots = blankBitmap(image.width, image.height);
        for (let row = 0; row < dots.height; row++) {
          for (let column = 0; column < dots.width; column++)
            if (image.getPixel(column, row) === 0) setBit(dots, column, row);
        }
        placed.push({ x, y, dots });
        y += dots.height;
        x = 0;
        break;
      }
      default:
    }
  }
  const page = blankBitmap(widthDots, Math.max(1, ...placed.map(({ y: top, dots }) => top + dots.height)));
  for (const { x: left, y: top, dots } of placed) {
    for (let row = 0; row < dots.height; row++) {
      for (let column = 0; column < dots.width; column++) {
        // A raster is whole bytes wide: its last may reach over the edge, blank.
        if (bitAt(dots, column, row)) setBit(page, left + column, top + row);
      }
    }
  }
  const lines = splitAt(text, lineFeed).map((line) => iconv.decode(Buffer.from(line), encoding));
  return { lines: lines.filter((line) => line !== ''), qr, dots: page };
}

function splitAt(bytes: readonly number[], mark: number): readonly number[][] {
  const parts: number[][] = [[]];
  for (const byte of bytes) {
    if (byte === mark) parts.push([]);
    else parts.at(-1)?.push(byte);
  }
  return parts;
}
