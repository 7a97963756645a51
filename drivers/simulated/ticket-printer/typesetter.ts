/** Obeys printing commands: print buffer, sizes, alignment, Chinese mode, pictures, QR. Knows nothing of time, status or ports. */
import { decodeGbk, inGb2312 } from '../../bytes/gbk.ts';
import type { Bitmap } from '../../glyphs/packed-bitmap.ts';
import { type QrLevel, qrModules } from '../../glyphs/qr.ts';
import type { Command } from '../../ticket-printer/command-framing.ts';
import type { PrinterProfile } from '../../ticket-printer/profile.ts';
import { LogoFlash } from './logo-flash.ts';
import { PageMode } from './page-mode.ts';
import { newPaper, type Paper, type Placed } from './paper-page.ts';
import { barcodeBars, barcodeData, columnDots, graphicsDots, overlaid, rasterDots } from './picture-data.ts';
import { applyStyle, freshStyle, type TextStyle } from './text-style.ts';

const latinWidth = 12;
const latinSmallWidth = 9;
const chineseWidth = 24;
const rowHeight = 24;
const mmAnInch = 25.4;
/** A paper that nobody cuts ends here: four metres. */
const maxPaperDots = 32_000;
const maxItems = 20_000;

/** On the line that is being composed: its whole width and height, and what it reads as. */
type Cell = Placed & { readonly width: number; readonly height: number; readonly text: string };

const qrLevels: readonly QrLevel[] = ['L', 'M', 'Q', 'H'];

export class Typesetter {
  paper: Paper;
  readonly counters = { lines: 0, papers: 0, pictures: 0, qrRefused: 0 };
  #profile: PrinterProfile;
  #style: TextStyle;
  #chinese: boolean;
  #line: Cell[] = [];
  #pen = 0;
  #lead: number | undefined;
  #page: PageMode | undefined;
  #glyphs = new Map<number, Bitmap>();
  #flash: LogoFlash;
  #graphics: ReturnType<typeof graphicsDots>;
  #download: Bitmap | undefined;
  #qr = { dots: 3, level: 'L' as QrLevel, data: new Uint8Array() };
  #next = 1;
  #finished: (paper: Paper) => void;

  constructor(profile: PrinterProfile, finished: (paper: Paper) => void, flash = new LogoFlash()) {
    this.#flash = flash;
    this.#profile = profile;
    this.#finished = finished;
    this.#chinese = profile.chinese.font !== 'none';
    this.#style = freshStyle(profile.paper.dots);
    this.paper = this.#fresh();
  }

  /** Power was cut: settings, print buffer and what was defined are gone; the paper stays. */
  reset(): void {
    this.#initialise();
    this.#glyphs.clear();
    this.#chinese = this.#profile.chinese.font !== 'none';
    this.#qr = { dots: 3, level: 'L', data: new Uint8Array() };
  }

  /** A wipe: the print buffer goes, and a page that was not printed. */
  clearLine(): void {
    this.#page?.discard();
    this.#line = [];
    this.#pen = 0;
    this.#lead = undefined;
  }

  /** Returns how many dots the paper moved. */
  obey(command: Command): number {
    const before = this.paper.heightDots;
    const papers = this.counters.papers;
    const cutFrom = this.#obey(command);
    if (this.counters.papers !== papers) return cutFrom - before + this.paper.heightDots;
    if (this.paper.heightDots > maxPaperDots || this.paper.items.length > maxItems) this.cut();
    return this.paper.heightDots - before < 0 ? 0 : this.paper.heightDots - before;
  }

  cut(): number {
    const { heightDots } = this.paper;
    this.paper.printing = false;
    this.counters.papers += 1;
    this.#finished(this.paper);
    this.paper = this.#fresh();
    return heightDots;
  }

  #fresh(): Paper {
    return newPaper(`paper-${this.#next++}`, this.#profile.paper.dots);
  }

  /** Where lines and pictures go now. */
  get #sheet(): Paper {
    return this.#page?.sheet ?? this.paper;
  }

  #initialise(): void {
    this.#page = undefined;
    this.clearLine();
    this.#style = freshStyle(this.#profile.paper.dots);
  }

  /** Gives the height at which a cut happened. */
  #obey(command: Command): number {
    const { name, bytes } = command;
    const n = bytes[2] ?? 0;
    const style = this.#style;
    if (this.#pageCommand(command)) return 0;
    if (applyStyle(style, command, (units) => this.#units(units), this.#profile.paper.dots)) return 0;
    switch (name) {
      case 'text':
        this.#text(bytes[0] as number);
        break;
      case 'LF':
        this.#flush();
        break;
      case 'HT':
        this.#tab();
        break;
      case 'ESC @':
        this.#initialise();
        break;
      case 'ESC a':
        if (this.#line.length === 0) style.align = (n & 0x0f) % 3;
        break;
      case 'ESC d':
        this.#flush(n === 0);
        for (let line = 1; line < n; line++) this.#feed(style.pitch);
        break;
      case 'ESC J':
        this.#flushTo(this.#units(n));
        break;
      case 'ESC $':
        this.#pen = n | ((bytes[3] ?? 0) << 8);
        break;
      case 'ESC \\':
        this.#pen = Math.max(0, this.#pen + (((n | ((bytes[3] ?? 0) << 8)) << 16) >> 16));
        break;
      case 'ESC *':
        this.#columns(bytes);
        break;
      case 'ESC i':
      case 'ESC m':
        return this.cut();
      case 'ESC Z':
        this.#printQr(
          Uint8Array.from(bytes.slice(7)),
          qrLevels['LMQH'.indexOf(String.fromCharCode(bytes[3] ?? 0))] ?? 'M',
          bytes[4] ?? 4,
        );
        break;
      case 'FS &':
        this.#chinese = this.#profile.chinese.font !== 'none';
        break;
      case 'FS .':
        this.#chinese = false;
        break;
      case 'FS 2':
        if (this.#glyphs.size < 94) this.#glyphs.set((n << 8) | (bytes[3] ?? 0), columnDots(bytes.slice(4), 24, 3));
        break;
      case 'FS q':
        this.#flash.storeNumbered(command);
        break;
      case 'FS p':
        this.#picture(this.#flash.numbered(n), (bytes[3] ?? 0) & 1 ? 2 : 1, (bytes[3] ?? 0) & 2 ? 2 : 1);
        break;
      case 'GS v':
        this.#picture(rasterDots(bytes), (bytes[3] ?? 0) & 1 ? 2 : 1, (bytes[3] ?? 0) & 2 ? 2 : 1);
        break;
      case 'GS *':
        this.#download = columnDots(bytes.slice(4), n * 8, bytes[3] ?? 0);
        break;
      case 'GS /':
        this.#picture(this.#download, n & 1 ? 2 : 1, n & 2 ? 2 : 1);
        break;
      case 'GS k':
        this.#barcode(bytes);
        break;
      case 'GS ( k':
        this.#qrCommand(bytes);
        break;
      case 'GS ( L':
        this.#graphicsCommand(bytes.slice(5));
        break;
      case 'GS 8':
        this.#graphicsCommand(bytes.slice(7));
        break;
      case 'GS V':
        // In page mode there is nothing to cut.
        if (this.#page !== undefined) break;
        this.#flush(true);
        if (n >= 65) this.#feed(this.#profile.paper.dots_per_mm * 15 + this.#units(bytes[3] ?? 0));
        return this.cut();
    }
    return 0;
  }

  /** ESC L enters, FF prints and leaves, ESC FF prints and stays, CAN discards, ESC S leaves with nothing. */
  #pageCommand(command: Command): boolean {
    const { name } = command;
    const page = this.#page;
    if (name === 'ESC L' && page === undefined) {
      this.clearLine();
      this.#page = new PageMode(this.#profile.paper.dots);
      return true;
    }
    if (page === undefined) return name === 'FF' || name === 'CAN' || name === 'ESC S' || name === 'ESC \f';
    switch (name) {
      case 'FF':
      case 'ESC \f':
        this.#flush(true);
        page.printOn(this.paper);
        if (name === 'FF') this.#page = undefined;
        return true;
      case 'CAN':
        this.clearLine();
        return true;
      case 'ESC S':
        this.clearLine();
        this.#page = undefined;
        return true;
      default:
        return page.place(command, (units) => this.#units(units));
    }
  }

  #units(n: number): number {
    const { unitsAnInch } = this.#style;
    if (unitsAnInch > 0) return Math.round((n * this.#profile.paper.dots_per_mm * mmAnInch) / unitsAnInch);
    return this.#profile.motion_unit === 'half-dot' ? Math.ceil(n / 2) : n;
  }

  #text(byte: number): void {
    const lead = this.#lead;
    this.#lead = undefined;
    if (lead !== undefined && byte >= 0x40) this.#chineseCharacter((lead << 8) | byte);
    else if (lead !== undefined) {
      // A four-byte code of GB 18030 on firmware with two-byte zones only: a blank and a digit, twice.
      this.#add(' ', latinWidth);
      this.#latin(byte);
    } else if (this.#chinese && byte >= 0x81 && byte <= 0xfe) this.#lead = byte;
    else this.#latin(byte);
  }

  #chineseCharacter(code: number): void {
    const { chineseX, chineseY, chineseSpace } = this.#style;
    const [before, after] = chineseSpace;
    this.#pen += before * chineseX;
    const defined = this.#glyphs.get(code);
    if (defined !== undefined) this.#addDots(defined, chineseX, chineseY, '□');
    else {
      const character = decodeGbk(Uint8Array.of(code >> 8, code & 0xff)).slice(0, 1);
      const lacks = this.#profile.chinese.font === 'gb2312' && !inGb2312(character);
      this.#add(lacks ? '□' : character, chineseWidth, [chineseX, chineseY]);
    }
    this.#pen += after * chineseX;
  }

  #latin(byte: number): void {
    const { encoding, yuan, font, sx, sy } = this.#style;
    const ascii = byte === 0x24 && yuan ? '¥' : String.fromCharCode(byte);
    const character = byte < 0x80 ? ascii : new TextDecoder(encoding).decode(Uint8Array.of(byte));
    this.#add(character, font === 1 ? latinSmallWidth : latinWidth, [sx, sy]);
  }

  #add(character: string, width: number, [sx, sy]: readonly [number, number] = [1, 1]): void {
    const { bold, underline, inverse, spacing } = this.#style;
    this.#room((width + spacing) * sx);
    const looks = { kind: 'text' as const, x: this.#pen, y: 0, character, sx, sy, bold, underline, inverse };
    this.#line.push({ ...looks, width: width * sx, height: rowHeight * sy, text: character });
    this.#pen += (width + spacing) * sx;
  }

  #addDots(dots: Bitmap, sx: number, sy: number, text: string): void {
    this.#room(dots.width * sx);
    const looks = { kind: 'dots' as const, x: this.#pen, y: 0, sx, sy, dots };
    this.#line.push({ ...looks, width: dots.width * sx, height: dots.height * sy, text });
    this.#pen += dots.width * sx;
  }

  /** A printer breaks a line that is too long by itself. */
  #room(width: number): void {
    if (this.#pen > 0 && this.#pen + width > this.#style.width - this.#style.left) this.#flush();
  }

  #tab(): void {
    const column = this.#pen / latinWidth;
    const next = this.#style.tabs.find((tab) => tab > column);
    if (next !== undefined) this.#pen = next * latinWidth;
  }

  #feed(dots: number): void {
    this.#sheet.heightDots += dots;
  }

  /** Prints the line and moves on; `quiet`: nothing happens when there is nothing to print. */
  #flush(quiet = false): void {
    if (quiet && this.#line.length === 0) return;
    // Characters stand on the line of the tallest; the rest of the pitch is white below them.
    const height = Math.max(0, ...this.#line.map((cell) => cell.height));
    this.#place(height);
    this.#feed(Math.max(this.#style.pitch, height));
  }

  #flushTo(dots: number): void {
    const height = Math.max(0, ...this.#line.map((cell) => cell.height));
    this.#place(height);
    this.#feed(Math.max(dots, height));
  }

  #place(height: number): void {
    this.#lead = undefined;
    const cells = this.#line;
    if (cells.length > 0) {
      const used = Math.max(...cells.map((cell) => cell.x + cell.width));
      const offset = this.#style.left + this.#offset(used);
      for (const { text: _, width, height: own, ...cell } of cells) {
        const placed = { ...cell, x: cell.x + offset, y: this.#sheet.heightDots + height - own };
        const size = cell.kind === 'text' ? { width: width / cell.sx, height: rowHeight } : {};
        this.#sheet.items.push({ ...placed, ...size } as Placed);
      }
      const text = cells.map((cell) => cell.text).join('');
      const large = Math.max(...cells.map((cell) => Math.max(cell.sx, cell.sy)));
      if (text !== '') this.#sheet.lines.push(large > 1 ? `${text} ×${large}` : text);
      this.counters.lines += 1;
    }
    this.#line = [];
    this.#pen = 0;
  }

  #offset(used: number): number {
    const spare = Math.max(0, this.#style.width - used);
    return this.#style.align === 1 ? spare >> 1 : this.#style.align === 2 ? spare : 0;
  }

  /** A picture stands on a line of its own, at ESC $ where that was given, else by alignment. */
  #picture(dots: Bitmap | undefined, sx = 1, sy = 1): void {
    if (dots === undefined || dots.width === 0 || dots.height === 0) return;
    const start = this.#line.length === 0 ? this.#pen : 0;
    if (this.#line.length > 0) this.#flush();
    const x = this.#style.left + (start > 0 ? start : this.#offset(dots.width * sx));
    this.#sheet.items.push({ kind: 'dots', x, y: this.#sheet.heightDots, sx, sy, dots });
    this.counters.pictures += 1;
    this.#pen = 0;
    this.#feed(dots.height * sy);
  }

  /** ESC *: 8 or 24 dots high, single or double density. */
  #columns(bytes: readonly number[]): void {
    const mode = bytes[2] ?? 0;
    const tall = mode >= 32;
    const count = (bytes[3] ?? 0) | ((bytes[4] ?? 0) << 8);
    if (count === 0) return;
    const dots = columnDots(bytes.slice(5), count, tall ? 3 : 1);
    this.#addDots(dots, (mode & 1) === 1 ? 1 : 2, tall ? 1 : 3, '');
  }

  #graphicsCommand(data: readonly number[]): void {
    const fn = data[1];
    const colour = fn === 112 ? graphicsDots(data) : undefined;
    if (fn === 112 && colour === undefined) return;
    if (colour !== undefined) this.#graphics = { ...colour, dots: overlaid(this.#graphics?.dots, colour.dots) };
    else if ((fn === 50 || fn === 2) && this.#graphics !== undefined) {
      this.#picture(this.#graphics.dots, this.#graphics.sx, this.#graphics.sy);
      this.#graphics = undefined;
    } else if (fn === 69) {
      const key = String.fromCharCode(data[2] ?? 0, data[3] ?? 0);
      this.#picture(this.#flash.keyed(key), data[4] === 2 ? 2 : 1, data[5] === 2 ? 2 : 1);
    } else this.#flash.change(data);
  }

  #qrCommand(bytes: readonly number[]): void {
    if (bytes[5] !== 0x31) return;
    const n = bytes[7] ?? 0;
    if (bytes[6] === 0x43) this.#qr.dots = Math.min(16, Math.max(1, n));
    else if (bytes[6] === 0x45) this.#qr.level = qrLevels[n - 48] ?? 'L';
    else if (bytes[6] === 0x50) this.#qr.data = Uint8Array.from(bytes.slice(8));
    else if (bytes[6] === 0x51) this.#printQr(this.#qr.data, this.#qr.level, this.#qr.dots);
  }

  #printQr(data: Uint8Array, level: QrLevel, dots: number): void {
    if (data.length === 0) return;
    let modules: Bitmap;
    try {
      modules = qrModules(data, level);
    } catch {
      // Too long for a symbol: a printer prints nothing then.
      this.counters.qrRefused += 1;
      return;
    }
    if (modules.width * dots > this.#style.width) return;
    this.#sheet.qr.push(new TextDecoder().decode(data));
    this.#picture(modules, dots, dots);
  }

  #barcode(bytes: readonly number[]): void {
    const data = barcodeData(bytes);
    this.#picture(barcodeBars(data, this.#style.width));
    this.#sheet.lines.push(`[barcode ${String.fromCharCode(...data).replace(/[^ -~]/g, '')}]`);
  }
}
