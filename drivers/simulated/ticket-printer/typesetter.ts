/** Obeys printing commands: print buffer, sizes, alignment, Chinese mode, pictures, QR. Knows nothing of time, status or ports. */
import { decodeGbk } from '../../bytes/gbk.ts';
import { type Bitmap, blankBitmap, setBit } from '../../glyphs/packed-bitmap.ts';
import { type QrLevel, qrModules } from '../../glyphs/qr.ts';
import type { PrinterProfile } from '../../ticket-printer/profile.ts';
import type { Command } from './command-framing.ts';
import { newPaper, type Paper, type Placed } from './paper-page.ts';

const latinWidth = 12;
const latinSmallWidth = 9;
const chineseWidth = 24;
const rowHeight = 24;
/** A paper that nobody cuts ends here: four metres. */
const maxPaperDots = 32_000;
const maxItems = 20_000;
const maxStored = 64;

type Cell = { -readonly [K in keyof Placed]: Placed[K] } & { width: number; height: number; text: string };

const freshStyle = () => ({
  align: 0,
  sx: 1,
  sy: 1,
  bold: false,
  underline: false,
  inverse: false,
  font: 0,
  pitch: 30,
  left: 0,
  width: 0,
  spacing: 0,
  tabs: [8, 16, 24, 32, 40],
  encoding: 'windows-1252',
  pageMode: false,
});

/** ESC t: the pages that the decoder here knows. */
const codePages = new Map([
  [16, 'windows-1252'],
  [17, 'ibm866'],
  [45, 'windows-1250'],
  [46, 'windows-1251'],
]);
const qrLevels: readonly QrLevel[] = ['L', 'M', 'Q', 'H'];

export class Typesetter {
  paper: Paper;
  readonly counters = { lines: 0, papers: 0, pictures: 0 };
  #profile: PrinterProfile;
  #style = freshStyle();
  #chinese: boolean;
  #line: Cell[] = [];
  #pen = 0;
  #lead: number | undefined;
  #glyphs = new Map<number, Bitmap>();
  #stored = new Map<number, Bitmap>();
  #graphics: { dots: Bitmap; sx: number; sy: number } | undefined;
  #download: Bitmap | undefined;
  #qr = { dots: 3, level: 'L' as QrLevel, data: new Uint8Array() };
  #next = 1;
  #finished: (paper: Paper) => void;

  constructor(profile: PrinterProfile, finished: (paper: Paper) => void) {
    this.#profile = profile;
    this.#finished = finished;
    this.#chinese = profile.chinese.font !== 'none';
    this.#style.width = profile.paper.dots;
    this.paper = this.#fresh();
  }

  /** Power was cut: settings, print buffer and what was defined are gone; the paper stays. */
  reset(): void {
    this.#initialise();
    this.#glyphs.clear();
    this.#chinese = this.#profile.chinese.font !== 'none';
    this.#qr = { dots: 3, level: 'L', data: new Uint8Array() };
  }

  /** ESC @ and a wipe: the print buffer goes. */
  clearLine(): void {
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

  #initialise(): void {
    this.clearLine();
    this.#style = freshStyle();
    this.#style.width = this.#profile.paper.dots;
  }

  /** Gives the height at which a cut happened. */
  #obey({ name, bytes }: Command): number {
    const n = bytes[2] ?? 0;
    const style = this.#style;
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
      case 'FF':
        if (style.pageMode) this.#flush();
        style.pageMode = false;
        break;
      case 'CAN':
        if (style.pageMode) this.clearLine();
        break;
      case 'ESC @':
        this.#initialise();
        break;
      case 'ESC L':
        style.pageMode = true;
        break;
      case 'ESC S':
        style.pageMode = false;
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
      case 'ESC 3':
        style.pitch = this.#units(n);
        break;
      case 'ESC 2':
        style.pitch = 30;
        break;
      case 'ESC $':
        this.#pen = n | ((bytes[3] ?? 0) << 8);
        break;
      case 'ESC \\':
        this.#pen = Math.max(0, this.#pen + (((n | ((bytes[3] ?? 0) << 8)) << 16) >> 16));
        break;
      case 'ESC D':
        style.tabs = bytes.slice(2, -1).slice(0, 32);
        break;
      case 'ESC E':
      case 'ESC G':
        style.bold = (n & 1) === 1;
        break;
      case 'ESC -':
        style.underline = (n & 3) !== 0;
        break;
      case 'ESC M':
        style.font = n & 1;
        break;
      case 'ESC  ':
        style.spacing = n;
        break;
      case 'ESC !':
        style.font = n & 1;
        style.bold = (n & 8) !== 0;
        style.sy = (n & 16) !== 0 ? 2 : 1;
        style.sx = (n & 32) !== 0 ? 2 : 1;
        style.underline = (n & 128) !== 0;
        break;
      case 'ESC t':
        style.encoding = codePages.get(n) ?? 'windows-1252';
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
      case 'FS !':
        style.sx = (n & 4) !== 0 ? 2 : 1;
        style.sy = (n & 8) !== 0 ? 2 : 1;
        break;
      case 'FS W':
        style.sx = n & 1 ? 2 : 1;
        style.sy = n & 1 ? 2 : 1;
        break;
      case 'FS -':
        style.underline = (n & 3) !== 0;
        break;
      case 'FS 2':
        if (this.#glyphs.size < 94) this.#glyphs.set((n << 8) | (bytes[3] ?? 0), columnDots(bytes.slice(4), 24, 3));
        break;
      case 'FS q':
        this.#store(bytes);
        break;
      case 'FS p':
        this.#picture(this.#stored.get(n), (bytes[3] ?? 0) & 1 ? 2 : 1, (bytes[3] ?? 0) & 2 ? 2 : 1);
        break;
      case 'GS !':
        style.sx = ((n >> 4) & 7) + 1;
        style.sy = (n & 7) + 1;
        break;
      case 'GS B':
        style.inverse = (n & 1) === 1;
        break;
      case 'GS L':
        style.left = n | ((bytes[3] ?? 0) << 8);
        break;
      case 'GS W':
        style.width = Math.max(chineseWidth, Math.min(this.#profile.paper.dots, n | ((bytes[3] ?? 0) << 8)));
        break;
      case 'GS v':
        this.#raster(bytes);
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
        this.#flush(true);
        if (n >= 65) this.#feed(this.#profile.paper.dots_per_mm * 15 + this.#units(bytes[3] ?? 0));
        return this.cut();
    }
    return 0;
  }

  #units(n: number): number {
    return this.#profile.motion_unit === 'half-dot' ? Math.ceil(n / 2) : n;
  }

  #text(byte: number): void {
    if (this.#lead !== undefined) {
      const code = (this.#lead << 8) | byte;
      this.#lead = undefined;
      const defined = this.#glyphs.get(code);
      if (defined !== undefined) this.#addDots(defined, this.#style.sx, this.#style.sy, '□');
      else this.#add(decodeGbk(Uint8Array.of(code >> 8, code & 0xff)).slice(0, 1), chineseWidth);
    } else if (this.#chinese && byte >= 0x81 && byte <= 0xfe) {
      this.#lead = byte;
    } else {
      const character =
        byte < 0x80 ? String.fromCharCode(byte) : new TextDecoder(this.#style.encoding).decode(Uint8Array.of(byte));
      this.#add(character, this.#style.font === 1 ? latinSmallWidth : latinWidth);
    }
  }

  #add(character: string, width: number): void {
    const { sx, sy, bold, underline, inverse, spacing } = this.#style;
    this.#room((width + spacing) * sx);
    this.#line.push({
      kind: 'text',
      x: this.#pen,
      y: 0,
      character,
      width: width * sx,
      height: rowHeight * sy,
      sx,
      sy,
      bold,
      underline,
      inverse,
      text: character,
    } as unknown as Cell);
    this.#pen += (width + spacing) * sx;
  }

  #addDots(dots: Bitmap, sx: number, sy: number, text: string): void {
    this.#room(dots.width * sx);
    this.#line.push({
      kind: 'dots',
      x: this.#pen,
      y: 0,
      sx,
      sy,
      dots,
      width: dots.width * sx,
      height: dots.height * sy,
      text,
    } as unknown as Cell);
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
    this.paper.heightDots += dots;
  }

  /** Prints the line and moves on; `quiet`: nothing happens when there is nothing to print. */
  #flush(quiet = false): void {
    if (quiet && this.#line.length === 0) return;
    const height = Math.max(this.#style.pitch, ...this.#line.map((cell) => cell.height));
    this.#place(height);
    this.#feed(height);
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
        const placed = { ...cell, x: cell.x + offset, y: this.paper.heightDots + height - own };
        const size = cell.kind === 'text' ? { width: width / cell.sx, height: rowHeight } : {};
        this.paper.items.push({ ...placed, ...size } as Placed);
      }
      const text = cells.map((cell) => cell.text).join('');
      const large = Math.max(...cells.map((cell) => Math.max(cell.sx, cell.sy)));
      if (text !== '') this.paper.lines.push(large > 1 ? `${text} ×${large}` : text);
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
    this.paper.items.push({ kind: 'dots', x, y: this.paper.heightDots, sx, sy, dots });
    this.counters.pictures += 1;
    this.#pen = 0;
    this.#feed(dots.height * sy);
  }

  #raster(bytes: readonly number[]): void {
    const stride = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8);
    const height = (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8);
    const mode = (bytes[3] ?? 0) & 3;
    const dots = { width: stride * 8, height, stride, data: Uint8Array.from(bytes.slice(8)) };
    this.#picture(dots, mode & 1 ? 2 : 1, mode & 2 ? 2 : 1);
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

  #store(bytes: readonly number[]): void {
    this.#stored.clear();
    let at = 3;
    for (let number = 1; number <= Math.min(maxStored, bytes[2] ?? 0); number++) {
      const x = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      const y = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
      this.#stored.set(number, columnDots(bytes.slice(at + 4, at + 4 + x * y * 8), x * 8, y));
      at += 4 + x * y * 8;
    }
  }

  #graphicsCommand(data: readonly number[]): void {
    const fn = data[1];
    if (fn === 112) {
      const width = (data[6] ?? 0) | ((data[7] ?? 0) << 8);
      const height = (data[8] ?? 0) | ((data[9] ?? 0) << 8);
      const stride = Math.ceil(width / 8);
      if (data.length - 10 < stride * height) return;
      const dots = { width, height, stride, data: Uint8Array.from(data.slice(10)) };
      this.#graphics = { dots, sx: data[3] === 2 ? 2 : 1, sy: data[4] === 2 ? 2 : 1 };
    } else if ((fn === 50 || fn === 2) && this.#graphics !== undefined) {
      this.#picture(this.#graphics.dots, this.#graphics.sx, this.#graphics.sy);
      this.#graphics = undefined;
    }
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
    try {
      const modules = qrModules(data, level);
      if (modules.width * dots > this.#style.width) return;
      this.paper.qr.push(new TextDecoder().decode(data));
      this.#picture(modules, dots, dots);
    } catch {
      // Too long for a symbol: a printer prints nothing then.
    }
  }

  /** Bars that show where a barcode stands; the digits under it are what counts here. */
  #barcode(bytes: readonly number[]): void {
    const counted = (bytes[2] ?? 0) >= 65;
    const data = counted ? bytes.slice(4) : bytes.slice(3, -1);
    const bars = blankBitmap(Math.max(8, Math.min(this.#style.width, data.length * 22)), 80);
    for (let x = 0; x < bars.width; x++) {
      const byte = data[Math.floor(x / 22)] ?? 0;
      if (((byte >> (Math.floor((x % 22) / 3) % 8)) & 1) === 0) continue;
      for (let y = 0; y < bars.height; y++) setBit(bars, x, y);
    }
    this.#picture(bars);
    this.paper.lines.push(`[barcode ${String.fromCharCode(...data).replace(/[^ -~]/g, '')}]`);
  }
}

/** Columns from left to right, `bytesHigh` bytes each, uppermost dot first. */
function columnDots(data: readonly number[], width: number, bytesHigh: number): Bitmap {
  const dots = blankBitmap(width, bytesHigh * 8);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < bytesHigh * 8; y++) {
      if (((data[x * bytesHigh + (y >> 3)] ?? 0) & (0x80 >> (y & 7))) !== 0) setBit(dots, x, y);
    }
  }
  return dots;
}
