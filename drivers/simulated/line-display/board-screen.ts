/** What stands on a simulated board: areas of text and pictures, or characters; drawn pixel by pixel when somebody looks. */
import { type Bitmap, drawText, makeBitmap, type PixelValue, setPixel } from '../../glyphs/bitmap.ts';
import { type GlyphHeight, textWidth } from '../../glyphs/glyphs.ts';
import { characterCell, digitCell } from '../../line-display/drawn-size.ts';
import type { BoardColour, CivilTime } from '../../line-display/line-display.ts';
import type { BoardEffect, BoardModel, BoardSelf, TextArea } from '../../line-display/protocol.ts';
import { segmentsOf } from '../../line-display/seven-segment.ts';

type Picture = Extract<BoardEffect, { kind: 'bitmap' }>;
type Area = { readonly sinceMs: number } & (
  | { readonly kind: 'area'; readonly area: TextArea }
  | { readonly kind: 'bitmap'; readonly picture: Picture }
);

const pixelOf: Readonly<Record<BoardColour, PixelValue>> = { red: 1, green: 2, amber: 3, white: 4 };
const defaultBrightness = 100;
/** A board's own blinking, on and off. */
const blinkHalfMs = 500;
/** How what moves moves: the cards' own speeds are not in dots a second. */
const scrollStepMs = 100;
const scrollStepPx = 5;
export class BoardScreen {
  #model: BoardModel;
  #areas = new Map<number, Area>();
  #rows: string[];
  #on = true;
  /** Rows that move through, since when. */
  #moving = new Map<number, { readonly text: string; readonly sinceMs: number }>();
  #clock: CivilTime | undefined;
  #blink = false;
  #brightness = defaultBrightness;

  constructor(model: BoardModel) {
    this.#model = model;
    this.#rows = this.#blankRows();
  }

  /** Areas live in RAM: a power cut leaves a dark board, but for those whose memory keeps what was written. */
  forget(): void {
    if (this.#model.keepsContent !== true) this.#clear();
    this.#clock = undefined;
    this.#on = true;
    this.#blink = false;
    this.#brightness = defaultBrightness;
  }

  apply(effect: BoardEffect, nowMs: number): void {
    switch (effect.kind) {
      case 'area':
        this.#areas.set(effect.area.id, { kind: 'area', area: effect.area, sinceMs: nowMs });
        break;
      case 'bitmap':
        this.#areas.set(effect.id, { kind: 'bitmap', picture: effect, sinceMs: nowMs });
        break;
      case 'delete':
        if (effect.areas === 'all') this.#areas.clear();
        else for (const id of effect.areas) this.#areas.delete(id);
        break;
      case 'put':
        this.#moving.delete(effect.row);
        this.#put(effect.row, effect.column, effect.text);
        break;
      case 'scroll':
        this.#put(effect.row, 0, effect.text.padEnd(this.#model.columns, ' '));
        this.#moving.set(effect.row, { text: effect.text, sinceMs: nowMs });
        break;
      case 'clear':
        this.#clear();
        break;
      case 'clock':
        this.#clock = effect.time;
        break;
      case 'blink':
        this.#blink = effect.on;
        break;
      case 'brightness':
        this.#brightness = effect.percent;
        break;
      case 'address':
        break;
      case 'power':
        this.#on = effect.on;
        break;
    }
  }

  self(nowMs: number, wallMs: number): BoardSelf {
    this.#expire(nowMs);
    return {
      on: this.#on,
      brightness: this.#brightness,
      areas: [...this.#areas.keys()].sort((a, b) => a - b),
      rows: [...this.#rows],
      wallMs,
    };
  }

  /** What its own clock was set to last. */
  get clock(): CivilTime | undefined {
    return this.#clock;
  }

  get digits(): string | undefined {
    return this.#model.kind === 'digits' ? (this.#rows[0] ?? '') : undefined;
  }

  /** The rows of text that can be read now; pictures are not text. */
  texts(nowMs: number): string[] {
    this.#expire(nowMs);
    if (!this.#on) return [];
    if (this.#model.kind !== 'pixels') {
      const rows = this.#rows.map((row, index) => this.#moving.get(index)?.text ?? row);
      return rows.map((row) => row.trim()).filter((row) => row !== '');
    }
    return this.#textAreas().flatMap(({ area, sinceMs }) =>
      rowsNow(area, nowMs - sinceMs).filter((row) => row.trim() !== ''),
    );
  }

  /** All pages of every text area, top to bottom: what a visitor who waits reads. */
  pages(): string[][] {
    return this.#textAreas().map(({ area }) => area.rows.filter((row) => row.trim() !== ''));
  }

  /** When the picture changes by itself next; `undefined` = never. */
  nextChangeMs(nowMs: number): number | undefined {
    let next: number | undefined;
    const consider = (atMs: number) => {
      if (atMs > nowMs && (next === undefined || atMs < next)) next = atMs;
    };
    for (const each of this.#areas.values()) {
      const periodMs = each.kind === 'bitmap' ? picturePeriodMs(each.picture) : pagePeriodMs(each.area);
      if (periodMs > 0) consider(each.sinceMs + (Math.floor((nowMs - each.sinceMs) / periodMs) + 1) * periodMs);
      const { clearAfterMs } = each.kind === 'area' ? each.area : each.picture;
      if (clearAfterMs > 0) consider(each.sinceMs + clearAfterMs);
    }
    const moves = this.#moving.size > 0 || [...this.#areas.values()].some(scrolls);
    if (moves) consider((Math.floor(nowMs / scrollStepMs) + 1) * scrollStepMs);
    if (this.#blink) consider((Math.floor(nowMs / blinkHalfMs) + 1) * blinkHalfMs);
    return next;
  }

  draw(nowMs: number): Bitmap {
    this.#expire(nowMs);
    const { width, height, kind } = this.#model;
    const bitmap = makeBitmap(width, height);
    if (!this.#on || (this.#blink && Math.floor(nowMs / blinkHalfMs) % 2 === 1)) return bitmap;
    if (kind === 'characters') this.#drawCharacters(bitmap, nowMs);
    if (kind === 'digits') this.#drawDigits(bitmap);
    for (const each of this.#areas.values()) {
      if (each.kind === 'area') drawArea(bitmap, each.area, nowMs - each.sinceMs);
      else drawPicture(bitmap, each.picture, nowMs - each.sinceMs);
    }
    return bitmap;
  }

  #textAreas(): { readonly area: TextArea; readonly sinceMs: number }[] {
    return [...this.#areas.values()]
      .filter((each) => each.kind === 'area')
      .sort((a, b) => a.area.y - b.area.y || a.area.x - b.area.x);
  }

  #expire(nowMs: number): void {
    for (const [id, each] of this.#areas) {
      const { clearAfterMs } = each.kind === 'area' ? each.area : each.picture;
      if (clearAfterMs > 0 && nowMs - each.sinceMs >= clearAfterMs) this.#areas.delete(id);
    }
  }

  #blankRows(): string[] {
    return Array.from({ length: this.#model.lines }, () => ' '.repeat(this.#model.columns));
  }

  #put(row: number, column: number, text: string): void {
    const present = this.#rows[row];
    if (present === undefined) return;
    this.#rows[row] = (present.slice(0, column) + text + present.slice(column + text.length)).slice(
      0,
      this.#model.columns,
    );
  }

  #clear(): void {
    this.#areas.clear();
    this.#moving.clear();
    this.#rows = this.#blankRows();
  }

  #drawCharacters(bitmap: Bitmap, nowMs: number): void {
    const value = pixelOf[this.#model.colours[0] ?? 'green'];
    for (const [row, text] of this.#rows.entries()) {
      const box = {
        x: 0,
        y: row * characterCell.height,
        width: bitmap.width,
        height: characterCell.height,
        align: 'left' as const,
      };
      const moving = this.#moving.get(row);
      if (moving === undefined) drawText(bitmap, box, text, characterCell.height, value);
      else drawMoving(bitmap, box, moving.text, characterCell.height, value, nowMs - moving.sinceMs);
    }
  }

  #drawDigits(bitmap: Bitmap): void {
    const value = pixelOf[this.#model.colours[0] ?? 'red'];
    for (const [index, character] of [...(this.#rows[0] ?? '')].entries()) {
      drawSegments(bitmap, index * digitCell.width, segmentsOf(character), value);
    }
  }
}

const scrolls = (each: Area) => (each.kind === 'area' ? each.area.scroll : each.picture.scroll) === true;

/** How far what is `length` long and comes round after a gap of `width` has moved, from the right edge. */
function movedPx(length: number, width: number, ageMs: number): number {
  return (Math.floor(ageMs / scrollStepMs) * scrollStepPx) % (length + width);
}

/** Comes in at the right edge, leaves at the left, and comes again. */
function drawMoving(
  bitmap: Bitmap,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  text: string,
  fontPx: GlyphHeight,
  value: PixelValue,
  ageMs: number,
): void {
  const strip = makeBitmap(textWidth(text, fontPx), box.height);
  drawText(strip, { x: 0, y: 0, width: strip.width, height: box.height, align: 'left' }, text, fontPx, value);
  const left = box.width - movedPx(strip.width, box.width, ageMs);
  for (let y = 0; y < box.height; y += 1) {
    for (let x = Math.max(0, left); x < Math.min(box.width, left + strip.width); x += 1)
      setPixel(bitmap, box.x + x, box.y + y, (strip.pixels[y * strip.width + x - left] ?? 0) as PixelValue);
  }
}

function pagePeriodMs(area: TextArea): number {
  return rowsAPage(area) < area.rows.length && area.scroll !== true ? area.pageMs : 0;
}

function picturePeriodMs(picture: Picture): number {
  return picture.pages.length > 1 && picture.scroll !== true ? picture.pageMs : 0;
}

function rowsAPage(area: TextArea): number {
  return Math.max(1, Math.floor(area.height / area.fontPx));
}

function rowsNow(area: TextArea, ageMs: number): readonly string[] {
  const count = rowsAPage(area);
  const pages = Math.max(1, Math.ceil(area.rows.length / count));
  const page = area.pageMs > 0 ? Math.floor(ageMs / area.pageMs) % pages : 0;
  return area.rows.slice(page * count, (page + 1) * count);
}

function drawArea(bitmap: Bitmap, area: TextArea, ageMs: number): void {
  const rows = rowsNow(area, ageMs);
  const rowHeight = Math.floor(area.height / Math.max(1, rows.length));
  for (const [index, row] of rows.entries()) {
    const box = { x: area.x, y: area.y + index * rowHeight, width: area.width, height: rowHeight, align: area.align };
    if (area.scroll === true) drawMoving(bitmap, box, row, area.fontPx, pixelOf[area.colour], ageMs);
    else drawText(bitmap, box, row, area.fontPx as GlyphHeight, pixelOf[area.colour]);
  }
}

function drawPicture(bitmap: Bitmap, picture: Picture, ageMs: number): void {
  const { width, pages } = picture;
  if (picture.scroll === true) {
    // One strip after the other, without a gap.
    const moved = Math.floor(ageMs / scrollStepMs) * scrollStepPx;
    for (let x = 0; x < width; x += 1) {
      const at = (moved + x) % (width * pages.length);
      const page = pages[Math.floor(at / width)];
      for (let y = 0; y < picture.height; y += 1)
        setPixel(bitmap, picture.x + x, picture.y + y, (page?.[y * width + (at % width)] ?? 0) as PixelValue);
    }
    return;
  }
  const turn = picturePeriodMs(picture) > 0 ? Math.floor(ageMs / picture.pageMs) % picture.pages.length : 0;
  const pixels = picture.pages[turn];
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const value = pixels?.[y * picture.width + x] ?? 0;
      setPixel(bitmap, picture.x + x, picture.y + y, value as PixelValue);
    }
  }
}

/** Segments a to g as x, y, width, height inside the digit's box. */
const strokes = [
  [3, 1, 6, 2],
  [8, 2, 2, 8],
  [8, 10, 2, 8],
  [3, 17, 6, 2],
  [2, 10, 2, 8],
  [2, 2, 2, 8],
  [3, 9, 6, 2],
] as const;

function drawSegments(bitmap: Bitmap, left: number, lit: number, value: PixelValue): void {
  for (const [segment, [x, y, width, height]] of strokes.entries()) {
    if ((lit & (1 << segment)) === 0) continue;
    for (let dy = 0; dy < height; dy += 1)
      for (let dx = 0; dx < width; dx += 1) setPixel(bitmap, left + x + dx, y + dy, value);
  }
}
