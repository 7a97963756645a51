/** Bytes of the reference ticket as each library sends it, and of the same ticket as a picture; every stream is drawn by the simulated printer. */
import { createRequire } from 'node:module';
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import { transform } from 'receiptline';
import { type Bitmap, bitAt } from '../../../drivers/glyphs/packed-bitmap.ts';
import type { Paper } from '../../../drivers/simulated/ticket-printer/paper-page.ts';
import { composePaper } from '../../../drivers/simulated/ticket-printer/paper-picture.ts';
import { Typesetter } from '../../../drivers/simulated/ticket-printer/typesetter.ts';
import { CommandFraming } from '../../../drivers/ticket-printer/command-framing.ts';
import { processId, statusBackOn } from '../../../drivers/ticket-printer/escpos-commands.ts';
import { composeTicket } from '../../../drivers/ticket-printer/escpos-compose.ts';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { genericEpson } from '../../../drivers/ticket-printer/profile.ts';
import { encodeRaster } from '../../../drivers/ticket-printer/raster.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import type { BenchTable } from '../bench-part.ts';
import { asReceiptMarkdown, composeByThermalPrinter, thermalPrinter } from './verdict-peers.ts';

const english: readonly PaperBlock[] = [
  { kind: 'text', text: 'Public Service Centre', align: 'centre' },
  { kind: 'text', text: 'Your number', align: 'centre' },
  { kind: 'text', text: 'A012', align: 'centre', size: 4 },
  { kind: 'text', text: 'Household registration', align: 'centre', size: 2 },
  { kind: 'text', text: 'People before you: 7' },
  { kind: 'text', text: 'Expected wait: about 25 minutes' },
  { kind: 'text', text: 'Issued: 2026-11-23 11:27' },
  { kind: 'text', text: 'Please have ready:' },
  { kind: 'text', text: '1. Identity card, original and copy' },
  { kind: 'text', text: '2. Household register' },
  { kind: 'text', text: '3. Marriage or birth certificate' },
  { kind: 'text', text: '4. Deed or lease of the home' },
  { kind: 'text', text: '5. Application form (filled in here)' },
  { kind: 'qr', data: 'https://q.example.gov.cn/t/20261123/A012', align: 'centre', moduleDots: 6 },
  { kind: 'text', text: 'Please watch the boards for your number', align: 'centre' },
];

/** The least a Chinese ticket takes as text with native QR, status back and process id (written down by hand). */
const minimumBytes = 369;

type Compose = (blocks: readonly PaperBlock[]) => Promise<Uint8Array> | Uint8Array;

interface EscposPeer {
  Printer: new (adapter: object, options: object) => EscposPrinterPeer;
}
interface EscposPrinterPeer {
  align(side: string): EscposPrinterPeer;
  size(width: number, height: number): EscposPrinterPeer;
  text(content: string): EscposPrinterPeer;
  qrcode(code: string, version: number, level: string, size: number): EscposPrinterPeer;
  cut(partial: boolean): EscposPrinterPeer;
  flush(): EscposPrinterPeer;
}

/** As its README shows; its own size command takes one less than the factor. */
const byEscpos: Compose = (blocks) => {
  const escpos = createRequire(import.meta.url)('escpos') as EscposPeer;
  const chunks: Uint8Array[] = [];
  const adapter = { write: (data: Uint8Array) => chunks.push(Uint8Array.from(data)) };
  const printer = new escpos.Printer(adapter, { encoding: 'GB18030' });
  for (const block of blocks) {
    if (block.kind === 'qr') printer.align('CT').qrcode(block.data, 3, 'M', 6);
    if (block.kind !== 'text') continue;
    const size = (block.size ?? 1) - 1;
    printer
      .align(block.align === 'centre' ? 'CT' : 'LT')
      .size(size, size)
      .text(block.text);
  }
  printer.cut(true).flush();
  return Buffer.concat(chunks);
};

const byThermalPrinter: Compose = (blocks) => {
  const printer = thermalPrinter('127.0.0.1');
  composeByThermalPrinter(blocks, printer);
  return Uint8Array.from(printer.getBuffer() as Buffer);
};

const byReceiptPrinterEncoder: Compose = (blocks) => {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns: 48 });
  encoder.initialize();
  for (const block of blocks) {
    if (block.kind === 'qr') encoder.align('center').qrcode(block.data, { size: 6, errorlevel: 'm' });
    if (block.kind !== 'text') continue;
    encoder.align(block.align === 'centre' ? 'center' : 'left').size(block.size ?? 1, block.size ?? 1);
    encoder.line(block.text);
  }
  return encoder.cut('partial').encode();
};

const byReceiptline: Compose = (blocks) =>
  Buffer.from(
    transform(asReceiptMarkdown(blocks), { cpl: 48, encoding: 'gb18030', command: 'escpos', cutting: true } as never),
    'latin1',
  );

const byOurs: Compose = async (blocks) => {
  const { bytes } = await composeTicket(blocks, { profile: genericEpson });
  return Buffer.concat([bytes, statusBackOn, processId('0001')]);
};

const composers: Readonly<Record<string, { compose: Compose; confirms: boolean }>> = {
  halld: { compose: byOurs, confirms: true },
  escpos: { compose: byEscpos, confirms: false },
  'node-thermal-printer': { compose: byThermalPrinter, confirms: false },
  'receipt-printer-encoder': { compose: byReceiptPrinterEncoder, confirms: false },
  receiptline: { compose: byReceiptline, confirms: false },
};

/** What a printer makes of the bytes. */
export function drawStream(
  bytes: Uint8Array,
  profile = genericEpson,
): { readonly paper: Paper | undefined; readonly unknown: number } {
  const framing = new CommandFraming();
  const papers: Paper[] = [];
  const setter = new Typesetter(profile, (paper) => papers.push(paper));
  for (const byte of bytes) {
    const command = framing.push(byte);
    if (command !== undefined) setter.obey(command);
  }
  return { paper: papers[0] ?? setter.paper, unknown: framing.counters.unknown };
}

function shows(paper: Paper | undefined, blocks: readonly PaperBlock[]): string {
  const printed = (paper?.lines ?? []).map((line) => line.replace(/ ×\d+$/, ''));
  const texts = blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));
  const seen = texts.filter((text) => printed.some((line) => line.trim().includes(text))).length;
  const code = blocks.find((block) => block.kind === 'qr')?.data;
  return `${seen} of ${texts.length} lines, QR ${code !== undefined && paper?.qr.includes(code) ? 'yes' : 'no'}`;
}

export async function byteTable(): Promise<BenchTable> {
  const rows = [];
  for (const [library, { compose, confirms }] of Object.entries(composers)) {
    const chinese = await compose(referenceTicket);
    const latin = await compose(english);
    const drawn = drawStream(chinese);
    rows.push({
      library,
      'Chinese, bytes': chinese.length,
      'of the minimum': (chinese.length / minimumBytes).toFixed(2),
      'on paper': shows(drawn.paper, referenceTicket),
      'unknown commands': drawn.unknown,
      'English, bytes': latin.length,
      'on paper, English': shows(drawStream(latin).paper, english),
      'asks for confirmation': confirms ? 'yes' : 'no',
    });
  }
  return {
    title: 'The reference ticket as text with native QR',
    rows,
    notes: [`minimum with status back and process id: ${minimumBytes} bytes; target 1.05 of it`],
  };
}

export async function rasterTable(): Promise<BenchTable> {
  const { bytes } = await composeTicket(referenceTicket, { profile: genericEpson });
  const { paper } = drawStream(bytes);
  if (paper === undefined) throw new Error('the reference ticket gave no paper');
  const page = await composePaper({ ...paper, heightDots: contentHeight(paper) });
  const plain = 8 + page.stride * page.height;
  const trimmed = encodeRaster(page, genericEpson);
  const untrimmed = encodeRaster(page, { ...genericEpson, raster: { ...genericEpson.raster, trim: false } });
  const same = await drawsTheSame(page, trimmed);
  const row = (form: string, length: number) => ({
    form,
    bytes: length,
    'of plain': `${((100 * length) / plain).toFixed(1)} %`,
  });
  return {
    title: `The whole ticket as a picture of ${page.width} x ${page.height} dots`,
    rows: [
      row('plain GS v 0', plain),
      row('blank rows skipped', blankRowsSkipped(page)),
      row('our bands, left edge fixed', untrimmed.length),
      row('our bands, both edges trimmed', trimmed.length),
    ],
    notes: [`drawn by the simulated printer, the trimmed picture is ${same ? '' : 'NOT '}the same, dot for dot`],
  };
}

function contentHeight(paper: Paper): number {
  return Math.max(
    ...paper.items.map((item) => item.y + (item.kind === 'dots' ? item.dots.height : item.height) * item.sy),
  );
}

function blankRowsSkipped(page: Bitmap): number {
  let bytes = 0;
  let blank = true;
  for (let y = 0; y < page.height; y++) {
    const empty = page.data.subarray(y * page.stride, (y + 1) * page.stride).every((byte) => byte === 0);
    if (empty !== blank || y === 0) bytes += empty ? 3 : 8;
    if (!empty) bytes += page.stride;
    blank = empty;
  }
  return bytes;
}

export async function drawsTheSame(page: Bitmap, bytes: Uint8Array): Promise<boolean> {
  const { paper } = drawStream(bytes);
  if (paper === undefined) return false;
  const drawn = await composePaper(paper);
  for (let y = 0; y < page.height; y++) {
    for (let x = 0; x < page.width; x++) if (bitAt(page, x, y) !== bitAt(drawn, x, y)) return false;
  }
  return true;
}
