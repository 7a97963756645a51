/** A ticket's blocks as one run of ESC/POS bytes: text by the printer's font, what it lacks as user-defined characters or one picture line, QR and cut by profile. */
import { encodeGbk, inGb2312, inGbk, missingMark } from '../bytes/gbk.ts';
import { type Bitmap, bitAt, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { magnify, qrModules, qrSizeM } from '../glyphs/qr.ts';
import { TicketBuffer } from './escpos-adapter.ts';
import * as command from './escpos-commands.ts';
import { type GlyphSource, loadGlyphs } from './glyph-raster.ts';
import type { Align, LogoBlock, PaperBlock, QrBlock, TextBlock } from './paper.ts';
import { columnsOf, type PrinterProfile } from './profile.ts';
import { encodeRaster, glyphColumns, hasRealTimePair } from './raster.ts';
import { cleanText, columnsOfCharacter, columnsOfText, layRow, type Widths, wrap } from './text-layout.ts';

export interface ComposeSettings {
  readonly profile: PrinterProfile;
  /** What prints a logo from the printer's own memory, where it is there. */
  readonly storedLogo?: (name: string) => Uint8Array | undefined;
  /** Logos sent as dots. */
  readonly logos?: ReadonlyMap<string, Promise<Bitmap | undefined>>;
  readonly glyphs?: () => Promise<GlyphSource>;
}

export interface Composed {
  readonly bytes: Uint8Array;
  /** Paper it takes, cut included. */
  readonly heightDots: number;
  /** Characters that nothing could draw: a mark stands in their place. */
  readonly missing: number;
  readonly missingLogos: number;
}

/** The ticket cannot be printed as it is; the message gives the reason. */
export class ComposeRefusal extends Error {}

const glyphRows = 24;
/** FS 2 takes the codes FEA1h to FEFEh. */
const firstSlot = 0xa1;
const reprintMark: readonly PaperBlock[] = [
  { kind: 'text', text: '补打 / REPRINT', align: 'centre', size: 2, bold: true },
];

export async function composeTicket(
  blocks: readonly PaperBlock[],
  settings: ComposeSettings,
  reprint = false,
): Promise<Composed> {
  const composer = new Composer(settings);
  for (const block of reprint ? [...reprintMark, ...blocks] : blocks) await composer.add(block);
  return composer.finish();
}

class Composer {
  #out = new TicketBuffer();
  #settings: ComposeSettings;
  #profile: PrinterProfile;
  #widths: Widths;
  #align: Align = 'left';
  #size = 1;
  #bold = false;
  #heightDots = 0;
  #missing = 0;
  #missingLogos = 0;
  /** User-defined characters of this ticket, by slot. */
  #slots = new Map<string, number>();
  #glyphs: GlyphSource | undefined;

  constructor(settings: ComposeSettings) {
    this.#settings = settings;
    this.#profile = settings.profile;
    this.#widths = this.#profile.chinese.font === 'none' ? 'code-page' : 'chinese';
    this.#out.command(command.initialise);
    if (this.#profile.chinese.font !== 'none') this.#out.command(command.chineseOn);
    else if (this.#profile.code_page !== undefined) this.#out.command(command.codePage(this.#profile.code_page.number));
  }

  async add(block: PaperBlock): Promise<void> {
    switch (block.kind) {
      case 'text':
        return this.#text(block);
      case 'row':
        return this.#row(block.cells);
      case 'rule':
        return this.#row([{ text: '-'.repeat(columnsOf(this.#profile)), width: columnsOf(this.#profile) }]);
      case 'qr':
        return this.#qr(block);
      case 'logo':
        return this.#logo(block);
      case 'feed':
        this.#out.feed(block.lines);
        this.#heightDots += block.lines * this.#lineDots(1);
        return;
    }
  }

  finish(): Composed {
    this.#style(1, false);
    this.#out.command(command.cut(this.#profile));
    this.#heightDots += this.#profile.cutter_dots;
    const bytes = this.#out.take();
    if (hasRealTimePair(bytes)) throw new ComposeRefusal('the ticket would contain a real-time printer command');
    return {
      bytes,
      heightDots: this.#heightDots,
      missing: this.#missing,
      missingLogos: this.#missingLogos,
    };
  }

  async #text(block: TextBlock): Promise<void> {
    const size = Math.min(this.#profile.max_size, Math.max(1, Math.floor(block.size ?? 1)));
    const columns = Math.max(2, Math.floor(columnsOf(this.#profile) / size));
    for (const line of wrap(cleanText(block.text), columns, this.#widths)) {
      await this.#line(line, block.align ?? 'left', size, block.bold ?? false);
    }
  }

  async #row(cells: Parameters<typeof layRow>[0]): Promise<void> {
    const width = cells.reduce((sum, cell) => sum + cell.width, 0);
    if (width > columnsOf(this.#profile))
      throw new ComposeRefusal(`a row of ${width} columns does not fit on ${columnsOf(this.#profile)}`);
    for (const line of layRow(cells, this.#widths)) await this.#line(line, 'left', 1, false);
  }

  async #line(line: string, align: Align, size: number, bold: boolean): Promise<void> {
    const lacking = [...new Set(line)].filter((character) => !this.#has(character));
    const encoded = lacking.length === 0 ? this.#encode(line) : await this.#encodeWithGlyphs(line, lacking);
    this.#heightDots += this.#lineDots(size);
    if (encoded !== undefined) {
      this.#alignTo(align);
      this.#style(size, bold);
      this.#out.line(encoded);
      return;
    }
    this.#style(1, false);
    this.#picture(await this.#drawLine(line, size, bold), align);
  }

  #has(character: string): boolean {
    if (character >= ' ' && character <= '~') return true;
    const { font } = this.#profile.chinese;
    if (font !== 'none') return font === 'gbk' ? inGbk(character) : inGb2312(character);
    const page = this.#profile.code_page;
    return page !== undefined && pageCode(page.encoding, character) !== undefined;
  }

  #encode(line: string): Uint8Array {
    const page = this.#profile.code_page;
    if (this.#profile.chinese.font !== 'none' || page === undefined) return encodeGbk(line);
    return Uint8Array.from([...line], (character) => pageCode(page.encoding, character) ?? 0x3f);
  }

  /** The line with user-defined characters; `undefined` when it must go as a picture. */
  async #encodeWithGlyphs(line: string, lacking: readonly string[]): Promise<Uint8Array | undefined> {
    const fresh = lacking.filter((character) => !this.#slots.has(character));
    const { font, user_glyphs } = this.#profile.chinese;
    if (font === 'none' || this.#slots.size + fresh.length > user_glyphs) {
      if (font !== 'none' && (await this.#allMissing(lacking))) return this.#encode(line);
      return undefined;
    }
    const source = await this.#source();
    const drawn = new Map<string, Uint8Array>();
    for (const character of fresh) {
      const glyph = source.glyph(character, glyphRows, glyphRows);
      if (glyph === undefined) continue;
      const columns = glyphColumns(glyph);
      if (hasRealTimePair(columns)) return undefined;
      drawn.set(character, columns);
    }
    for (const [character, columns] of drawn) {
      const slot = firstSlot + this.#slots.size;
      this.#slots.set(character, slot);
      this.#out.command(command.defineGlyph(slot, columns));
    }
    const parts = [...line].map((character) => {
      const slot = this.#slots.get(character);
      if (slot !== undefined) return Uint8Array.of(0xfe, slot);
      if (!this.#has(character)) this.#missing += 1;
      return encodeGbk(this.#has(character) ? character : missingMark);
    });
    return Buffer.concat(parts);
  }

  /** Nothing can draw them: a picture would be no better than marks. */
  async #allMissing(lacking: readonly string[]): Promise<boolean> {
    const source = await this.#source();
    const none = lacking.every((character) => source.glyph(character, glyphRows, glyphRows) === undefined);
    if (none) this.#missing += lacking.length;
    return none;
  }

  async #source(): Promise<GlyphSource> {
    this.#glyphs ??= await (this.#settings.glyphs ?? loadGlyphs)();
    return this.#glyphs;
  }

  async #drawLine(line: string, size: number, bold: boolean): Promise<Bitmap> {
    const source = await this.#source();
    const cell = this.#profile.paper.cell_dots;
    const width = Math.min(this.#profile.paper.dots, columnsOfText(line, this.#widths) * cell * size);
    const picture = blankBitmap(width, Math.max(this.#profile.paper.line_dots, glyphRows * size));
    let x = 0;
    for (const character of line) {
      const glyphWidth = columnsOfCharacter(character, this.#widths) * cell;
      let glyph = source.glyph(character, glyphWidth, glyphRows, bold);
      if (glyph === undefined) {
        this.#missing += 1;
        glyph = source.glyph(missingMark, glyphWidth, glyphRows, bold) ?? blankBitmap(glyphWidth, glyphRows);
      }
      stamp(picture, glyph, x, size);
      x += glyphWidth * size;
    }
    return picture;
  }

  /** A picture narrower than the paper is put in its place by widening it: alignment of rasters differs by model. */
  #picture(picture: Bitmap, align: Align, scale: 1 | 2 = 1): void {
    const spare = Math.floor(this.#profile.paper.dots / scale) - picture.width;
    if (spare < 0) throw new ComposeRefusal(`a picture of ${picture.width} dots is wider than the paper`);
    if (this.#profile.raster.aligns) {
      this.#alignTo(align);
      this.#out.command(encodeRaster(picture, this.#profile, scale));
      return;
    }
    this.#alignTo('left');
    const left = align === 'left' ? 0 : align === 'right' ? spare : spare >> 1;
    let placed = picture;
    if (left > 0) {
      placed = blankBitmap(picture.width + left, picture.height);
      stamp(placed, picture, left, 1);
    }
    this.#out.command(encodeRaster(placed, this.#profile, scale));
  }

  #qr(block: QrBlock): void {
    const data = new TextEncoder().encode(cleanText(block.data));
    const size = qrSizeM(data.length);
    if (data.length === 0 || size === undefined) throw new ComposeRefusal(`a QR code cannot hold ${data.length} bytes`);
    const dots = Math.min(16, Math.max(1, Math.floor(block.moduleDots ?? 6)));
    if (size * dots > this.#profile.paper.dots)
      throw new ComposeRefusal(`a QR code of ${size * dots} dots is wider than the paper`);
    const { dialect, select_model } = this.#profile.qr;
    this.#heightDots += size * dots;
    this.#style(1, false);
    if (dialect === 'raster') {
      const scale = dots % 2 === 0 ? 2 : 1;
      this.#picture(magnify(qrModules(data, 'M'), dots / scale), block.align ?? 'left', scale);
      return;
    }
    this.#alignTo(block.align ?? 'left');
    this.#out.command(
      dialect === 'gs-k' ? command.nativeQr(data, dots, select_model) : command.escZQr(data, Math.min(dots, 8)),
    );
  }

  async #logo(block: LogoBlock): Promise<void> {
    const stored = this.#settings.storedLogo?.(block.logo);
    const picture = await this.#settings.logos?.get(block.logo);
    if (stored !== undefined) {
      this.#heightDots += picture?.height ?? 0;
      this.#alignTo(block.align ?? 'left');
      this.#out.command(stored);
    } else if (picture !== undefined) {
      this.#heightDots += picture.height;
      this.#picture(picture, block.align ?? 'left');
    } else {
      // A ticket without its logo is still a ticket.
      this.#missingLogos += 1;
    }
  }

  #alignTo(align: Align): void {
    if (align === this.#align) return;
    this.#align = align;
    this.#out.align(align);
  }

  #style(size: number, bold: boolean): void {
    if (size !== this.#size) this.#out.command(command.characterSize(size));
    if (bold !== this.#bold) this.#out.command(command.bold(bold));
    this.#size = size;
    this.#bold = bold;
  }

  #lineDots(size: number): number {
    return Math.max(this.#profile.paper.line_dots, glyphRows * size);
  }
}

function stamp(target: Bitmap, glyph: Bitmap, left: number, factor: number): void {
  for (let y = 0; y < glyph.height * factor; y++) {
    for (let x = 0; x < glyph.width * factor; x++) {
      if (bitAt(glyph, Math.floor(x / factor), Math.floor(y / factor))) setBit(target, left + x, y);
    }
  }
}

const pages = new Map<string, ReadonlyMap<string, number>>();

/** A single-byte code page's code for a character above ASCII. */
function pageCode(encoding: string, character: string): number | undefined {
  if (character.charCodeAt(0) < 0x80) return character.charCodeAt(0);
  let page = pages.get(encoding);
  if (page === undefined) {
    const decoder = new TextDecoder(encoding);
    page = new Map(Array.from({ length: 128 }, (_, at) => [decoder.decode(Uint8Array.of(0x80 + at)), 0x80 + at]));
    pages.set(encoding, page);
  }
  return page.get(character);
}
