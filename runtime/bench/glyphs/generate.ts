/**
 * Makes the packed glyph files from the OFL fonts in node_modules: `node runtime/bench/glyphs/generate.ts`. Only this program
 * draws with a canvas: ten times too large, and looks at the middle of each pixel, so neither hinting nor smoothing decides anything.
 * Layout of a file: "HGL1", height, full width, count (16 bit); then per glyph its code point (16 bit) and width (8
 * bit); then the rows of all glyphs, each row padded to whole bytes, bit 7 leftmost. Numbers are little-endian.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';

interface Source {
  readonly out: string;
  readonly family: string;
  readonly file: string;
  readonly height: number;
  /** Baseline from the top, in pixels, as the font's maker draws it. */
  readonly baseline: number;
}

const glyphs = new URL('../../../drivers/glyphs/', import.meta.url);
const fonts = new URL('../../../node_modules/@fontsource/', import.meta.url);
const sources: readonly Source[] = [
  {
    out: 'unifont-16.bin',
    family: 'generator-unifont',
    file: 'unifont/files/unifont-latin-400-normal.woff2',
    height: 16,
    baseline: 14,
  },
  {
    out: 'fusion-pixel-12.bin',
    family: 'generator-fusion-pixel',
    file: 'fusion-pixel-12px-monospaced-sc/files/fusion-pixel-12px-monospaced-sc-latin-400-normal.woff2',
    height: 12,
    baseline: 10,
  },
];

/** ASCII and GB 2312-80: all that a board of these alphabets can be asked to show. */
function characters(): string[] {
  const decoder = new TextDecoder('gb18030');
  const found = new Set(Array.from({ length: 0x7e - 0x20 + 1 }, (_, index) => String.fromCharCode(0x20 + index)));
  for (let lead = 0xa1; lead <= 0xf7; lead += 1) {
    if (lead > 0xa9 && lead < 0xb0) continue;
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      const point = character.codePointAt(0) ?? 0;
      if (point < 0xe000 || point > 0xf8ff) found.add(character);
    }
  }
  return [...found].filter((character) => character !== '\ufffd').sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0));
}

const opaque = 128;
const scale = 10;

function make({ out, family, file, height, baseline }: Source): void {
  const path = fileURLToPath(new URL(file, fonts));
  if (GlobalFonts.registerFromPath(path, family) === null) throw new Error(`no font at ${path}`);
  const canvas = createCanvas(2 * height * scale, height * scale);
  const pen = canvas.getContext('2d');
  pen.font = `${height * scale}px "${family}"`;
  pen.textBaseline = 'alphabetic';
  pen.fillStyle = '#fff';
  const heads: number[] = [];
  const rows: number[] = [];
  let count = 0;
  let doubtful = 0;
  for (const character of characters()) {
    const width = Math.round(pen.measureText(character).width / scale);
    if (width === 0 || width > height) continue;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillText(character, 0, baseline * scale);
    const { data } = pen.getImageData(0, 0, width * scale, height * scale);
    const point = character.charCodeAt(0);
    heads.push(point & 0xff, point >> 8, width);
    for (let y = 0; y < height; y += 1) {
      for (let left = 0; left < width; left += 8) {
        let byte = 0;
        for (let bit = 0; bit < 8 && left + bit < width; bit += 1) {
          const alpha = data[((y + 0.5) * scale * width * scale + (left + bit + 0.5) * scale) * 4 + 3] ?? 0;
          if (alpha > 40 && alpha < 215) doubtful += 1;
          if (alpha >= opaque) byte |= 0x80 >> bit;
        }
        rows.push(byte);
      }
    }
    count += 1;
  }
  const head = [0x48, 0x47, 0x4c, 0x31, height, height, count & 0xff, count >> 8];
  const packed = Uint8Array.from([...head, ...heads, ...rows]);
  writeFileSync(new URL(out, glyphs), packed);
  console.log(`${out}: ${count} glyphs, ${packed.length} bytes, ${doubtful} pixels neither on nor off`);
}

for (const source of sources) make(source);
