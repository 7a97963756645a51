/**
 * Characters as dots, for what a printer's own font lacks and for pictures of simulated paper. The canvas and the font
 * load at the first call. Noto Sans SC comes in some hundred subset files; each is registered when its first character
 * is drawn, under a name of its own (one name for all would keep only the last file).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Bitmap, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';

export interface GlyphSource {
  /** `undefined` when the font has no such character. */
  glyph(character: string, width: number, height: number, heavy?: boolean): Bitmap | undefined;
}

const fontPackage = '@fontsource/noto-sans-sc';
const fallbackPackage = '@fontsource/unifont';
const fallbackAlias = 'hall-glyphs-unifont';
/** Below this a dot burns: chosen so that strokes of 24-dot Chinese stay open. */
const blackBelow = 140;
/** Noto Sans SC's ascent in an em box of 1 is 0.88; a dot higher, Chinese stands nearer to the line of the Latin beside it. */
const baseline = 0.84;
const latinSize = 0.84;
/** As low as the tails of g, p and y allow inside the cell. */
const latinBaseline = 0.79;
/** Unifont's strokes are 1.5 dots thick here: every dot that one touches. */
const fallbackBlackBelow = 235;
const maxGlyphs = 8_000;

let loading: Promise<GlyphSource> | undefined;

export function loadGlyphs(): Promise<GlyphSource> {
  loading ??= makeGlyphs();
  return loading;
}

interface Subset {
  readonly name: string;
  readonly ranges: readonly (readonly [number, number])[];
}

async function makeGlyphs(): Promise<GlyphSource> {
  const { createCanvas, GlobalFonts } = await import('@napi-rs/canvas');
  const folder = dirname(createRequire(import.meta.url).resolve(`${fontPackage}/package.json`));
  const subsets = readSubsets(folder);
  const registered = new Set<string>();
  const canvas = createCanvas(64, 64);
  const context = canvas.getContext('2d');
  const known = new Map<string, Bitmap | undefined>();

  /** GNU Unifont draws every character of the basic plane, coarsely: what Noto lacks is still readable. */
  const fallback = (): string | undefined => {
    if (registered.has(fallbackAlias)) return fallbackAlias;
    const files = dirname(createRequire(import.meta.url).resolve(`${fallbackPackage}/package.json`));
    const file = join(files, 'files', 'unifont-latin-400-normal.woff2');
    if (GlobalFonts.registerFromPath(file, fallbackAlias) === null) return undefined;
    registered.add(fallbackAlias);
    return fallbackAlias;
  };

  const family = (point: number): string | undefined => {
    const subset = subsets.find(({ ranges }) => ranges.some(([from, to]) => point >= from && point <= to));
    if (subset === undefined) return undefined;
    const alias = `hall-glyphs-${subset.name}`;
    if (!registered.has(alias)) {
      const file = join(folder, 'files', `noto-sans-sc-${subset.name}-500-normal.woff2`);
      if (GlobalFonts.registerFromPath(file, alias) === null) return undefined;
      registered.add(alias);
    }
    return alias;
  };

  const draw = (character: string, alias: string, width: number, height: number, heavy: boolean): Bitmap => {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 64, 64);
    context.fillStyle = '#000';
    const latin = width < height;
    context.font = `${Math.round(height * (latin ? latinSize : 1))}px "${alias}"`;
    const advance = context.measureText(character).width;
    const squeeze = Math.min(1, width / Math.max(1, advance));
    context.setTransform(squeeze, 0, 0, 1, (width - advance * squeeze) / 2, 0);
    context.fillText(character, 0, Math.round(height * (latin ? latinBaseline : baseline)));
    const { data } = context.getImageData(0, 0, width, height);
    const below = alias === fallbackAlias ? fallbackBlackBelow : blackBelow;
    const bitmap = blankBitmap(width, height);
    for (let at = 0; at < width * height; at++) {
      if ((data[at * 4] ?? 255) >= below) continue;
      const x = at % width;
      setBit(bitmap, x, Math.floor(at / width));
      // As a printer's head does: each dot once more, one to the right.
      if (heavy && x + 1 < width) setBit(bitmap, x + 1, Math.floor(at / width));
    }
    return bitmap;
  };

  const drawKnown = (character: string, alias: string | undefined, width: number, height: number, heavy: boolean) => {
    if (alias === undefined) return undefined;
    const bitmap = draw(character, alias, width, height, heavy);
    if (character.trim() === '') return bitmap;
    // A noncharacter shows what this font draws for "missing".
    const missing = draw('\u{10FFFE}', alias, width, height, heavy);
    const blank = bitmap.data.every((byte) => byte === 0);
    return blank || Buffer.from(missing.data).equals(bitmap.data) ? undefined : bitmap;
  };

  return {
    glyph(character, width, height, heavy = false) {
      const key = `${character}/${width}/${height}/${heavy}`;
      if (known.has(key)) return known.get(key);
      if (known.size >= maxGlyphs) known.clear();
      const noto = family(character.codePointAt(0) ?? 0);
      const bitmap =
        drawKnown(character, noto, width, height, heavy) ?? drawKnown(character, fallback(), width, height, heavy);
      known.set(key, bitmap);
      return bitmap;
    },
  };
}

/** `unicode.json` of the package: subset name to CSS unicode ranges. */
function readSubsets(folder: string): readonly Subset[] {
  const table = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>;
  return Object.entries(table)
    .reverse()
    .map(([name, ranges]) => ({
      name: name.replace(/[[\]]/g, ''),
      ranges: ranges.split(',').map((range) => {
        const [from = '', to = from] = range.replace(/^U\+/i, '').split('-');
        return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
      }),
    }));
}
