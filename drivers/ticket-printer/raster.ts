/**
 * Pictures in the fewest bytes: GS v 0 bands chosen by dynamic programming over the rows (blank rows are fed, blank
 * columns left out by ESC $), and never a real-time command by accident inside the data.
 */
import { type Bitmap, bitAt, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { magnify } from '../glyphs/qr.ts';
import { columnHeader, feedDots, moveTo, rasterHeader, rasterHeaderBytes } from './escpos-commands.ts';
import type { PrinterProfile } from './profile.ts';

const feedCost = 3;
const moveCost = 4;
const maxFeed = 255;
const columnRows = 24;

type Scale = 1 | 2;

interface Extent {
  /** First and last black dot; left > right when the row is blank. */
  readonly left: number;
  readonly right: number;
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly band: boolean;
}

/** DLE with EOT, ENQ or DC4 after it is obeyed wherever it stands (Epson, "DLE EOT", notes). */
export function hasRealTimePair(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x10); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0x10, at + 1)) {
    const next = bytes[at + 1];
    if (next === 0x04 || next === 0x05 || next === 0x14) return true;
  }
  return false;
}

/** `scale` 2: the printer makes four dots of each (GS v 0, m = 3), a quarter of the bytes for a code of even modules. */
export function encodeRaster(picture: Bitmap, profile: PrinterProfile, scale: Scale = 1): Uint8Array {
  const doubles = profile.raster.command === 'gs-v-0' && profile.raster.doubles;
  if (scale === 2) {
    const small = doubles ? inBands(picture, profile, 2) : undefined;
    return small ?? encodeRaster(magnify(picture, 2), profile);
  }
  const out: Uint8Array[] = [];
  if (profile.raster.command === 'esc-star') {
    for (let y = 0; y < picture.height; y += columnRows) out.push(columnBand(picture, y, profile));
    return Buffer.concat(out);
  }
  const bands = inBands(picture, profile, 1);
  if (bands === undefined) throw new Error('every picture can be sent at its own size');
  return bands;
}

/** `undefined`: a row cannot be sent at this scale without a real-time command. */
function inBands(picture: Bitmap, profile: PrinterProfile, scale: Scale): Uint8Array | undefined {
  const out: Uint8Array[] = [];
  const extents = Array.from({ length: picture.height }, (_, y) => extentOf(picture, y, profile.raster.aligns));
  let y = 0;
  for (const step of plan(extents, profile, scale)) {
    // A fallback in columns may have covered rows of the next steps already.
    const from = Math.max(y, step.from);
    if (from >= step.to) continue;
    if (step.band) {
      const reached = band({ picture, extents, profile, scale, out }, from, step.to);
      if (reached === undefined) return undefined;
      y = reached;
    } else out.push(feedDots((step.to - from) * scale, profile));
    y = Math.max(y, step.to);
  }
  return Buffer.concat(out);
}

/** `whole`: each band is aligned by itself, so all that is not blank is as wide as the picture. */
function extentOf(picture: Bitmap, y: number, whole: boolean): Extent {
  let left = picture.width;
  let right = -1;
  for (let x = 0; x < picture.width; x++) {
    if (!bitAt(picture, x, y)) continue;
    if (right < 0) left = x;
    right = x;
  }
  if (whole && right >= 0) return { left: 0, right: picture.width - 1 };
  return { left, right };
}

/** Least bytes from the first row to each row, then the way back. */
function plan(extents: readonly Extent[], profile: PrinterProfile, scale: Scale): readonly Step[] {
  const mostFeed = Math.floor(maxFeed / scale);
  const { max_bytes, max_rows, avoid_rows: avoided, trim } = profile.raster;
  const cost: number[] = [0];
  const steps: Step[] = [];
  for (let to = 1; to <= extents.length; to++) {
    let best = Number.POSITIVE_INFINITY;
    let left = Number.POSITIVE_INFINITY;
    let right = -1;
    for (let from = to - 1; from >= 0 && to - from <= Math.max(max_rows, mostFeed); from--) {
      const row = extents[from] as Extent;
      left = Math.min(left, row.left);
      right = Math.max(right, row.right);
      const before = cost[from] as number;
      const rows = to - from;
      if (right < 0) {
        if (rows <= mostFeed && before + feedCost < best) {
          best = before + feedCost;
          steps[to] = { from, to, band: false };
        }
        continue;
      }
      const bytes = Math.ceil((right + 1 - (trim ? left : 0)) / 8) * rows;
      if (rows > max_rows || bytes > max_bytes) break;
      if (avoided > 0 && rows % avoided === 0) continue;
      const total = before + rasterHeaderBytes + (trim && left > 0 ? moveCost : 0) + bytes;
      if (total < best) {
        best = total;
        steps[to] = { from, to, band: true };
      }
    }
    cost[to] = best;
  }
  const way: Step[] = [];
  for (let at = extents.length; at > 0; ) {
    const step = steps[at] ?? { from: at - 1, to: at, band: true };
    way.push(step);
    at = step.from;
  }
  return way.reverse();
}

interface Job {
  readonly picture: Bitmap;
  readonly extents: readonly Extent[];
  readonly profile: PrinterProfile;
  readonly scale: Scale;
  readonly out: Uint8Array[];
}

/** One band, moved or divided until no real-time command stands in it; returns the row after it. */
function band(job: Job, from: number, to: number): number | undefined {
  const { picture, extents, profile, scale, out } = job;
  const rows = extents.slice(from, to);
  const left = profile.raster.trim ? Math.min(...rows.map((row) => row.left)) : 0;
  const right = Math.max(...rows.map((row) => row.right));
  for (let shift = 0; shift < 8 && left - shift >= 0; shift++) {
    const data = cutOut(picture, left - shift, right, from, to);
    const start = left - shift > 0 ? moveTo((left - shift) * scale) : new Uint8Array();
    if (!hasRealTimePair(data)) {
      out.push(start, rasterHeader(data.length / (to - from), to - from, scale === 2 ? 3 : 0), data);
      return to;
    }
    if (!profile.raster.trim) break;
  }
  if (to - from > 1) {
    const { avoid_rows: avoided } = profile.raster;
    const half = (from + to) >> 1;
    // Neither half may have a height that the firmware does not survive.
    const bad = (rows: number) => avoided > 1 && rows % avoided === 0;
    const middle = bad(half - from) || bad(to - half) ? half + 1 : half;
    const reached = band(job, from, middle);
    return reached === undefined || reached >= to ? reached : band(job, Math.max(reached, middle), to);
  }
  if (scale === 2) return undefined;
  out.push(columnBand(picture, from, profile));
  return from + columnRows;
}

function cutOut(picture: Bitmap, left: number, right: number, from: number, to: number): Uint8Array {
  const part = blankBitmap(right - left + 1, to - from);
  for (let y = from; y < to; y++) {
    for (let x = left; x <= right; x++) if (bitAt(picture, x, y)) setBit(part, x - left, y - from);
  }
  return part.data;
}

/** 24 rows as ESC * columns: segments side by side may be divided anywhere, so every picture can be sent this way. */
function columnBand(picture: Bitmap, y: number, profile: PrinterProfile): Uint8Array {
  let width = 0;
  for (let row = y; row < y + columnRows; row++) {
    for (let x = picture.width - 1; x >= width; x--) if (bitAt(picture, x, row)) width = x + 1;
  }
  const out: Uint8Array[] = [];
  for (let from = 0; from < width; ) {
    let to = width;
    let data = columnsOf(picture, y, from, to);
    while (hasRealTimePair(data) && to > from + 1) {
      to = from + Math.max(1, (to - from) >> 1);
      data = columnsOf(picture, y, from, to);
    }
    // One column that is a real-time command by itself: its lowest dot is left out.
    if (hasRealTimePair(data)) data[data.indexOf(0x10) + 1] = (data[data.indexOf(0x10) + 1] ?? 0) & 0x10;
    out.push(columnHeader(to - from), data);
    from = to;
  }
  out.push(feedDots(Math.min(columnRows, picture.height - y), profile));
  return Buffer.concat(out);
}

function columnsOf(picture: Bitmap, y: number, from: number, to: number): Uint8Array {
  return glyphColumns(picture, from, to, y);
}

/** Columns from left to right, three bytes each, uppermost dot first: the order of ESC * 33 and FS 2. */
export function glyphColumns(picture: Bitmap, from = 0, to = columnRows, y = 0): Uint8Array {
  const data = new Uint8Array((to - from) * 3);
  for (let x = from; x < to; x++) {
    for (let row = 0; row < columnRows; row++) {
      if (!bitAt(picture, x, y + row)) continue;
      const at = (x - from) * 3 + (row >> 3);
      data[at] = (data[at] ?? 0) | (0x80 >> (row & 7));
    }
  }
  return data;
}
