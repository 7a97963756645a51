/** `npm run second-reader:printers`: what our streams say to an ESC/POS interpreter by another hand. A difference ends it with 1. */
import { deepStrictEqual } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { type Bitmap, bitAt } from '../../../drivers/glyphs/packed-bitmap.ts';
import { composePaper } from '../../../drivers/simulated/ticket-printer/paper-picture.ts';
import { composeTicket } from '../../../drivers/ticket-printer/escpos-compose.ts';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { genericEpson, type PrinterProfile, zPrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import { encodeRaster } from '../../../drivers/ticket-printer/raster.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import { selfTest } from '../../boot/commands/print-test.ts';
import { drawStream } from './byte-table.ts';
import { readAgain } from './second-reading.ts';

const folder = new URL('../../../config/profiles/ticket-printer/', import.meta.url);
const randomTickets = 2_000;
const usual = 576;

/** Sizes stand behind our lines; what a printer was taught has a private code there. */
const plain = (lines: readonly string[] = []) =>
  lines
    .map((line) => line.replace(/( ×\d)+$/, '').replace(/[\ue000-\uf8ff]/gu, '□'))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

function sameDots(one: Bitmap, other: Bitmap): number {
  const height = Math.max(one.height, other.height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < one.width; x++) {
      if (bitAt(one, x, y) !== bitAt(other, x, y)) throw new Error(`dot ${x},${y} differs`);
    }
  }
  return one.width * height;
}

async function compare(blocks: readonly PaperBlock[], profile: PrinterProfile): Promise<number> {
  const { bytes } = await composeTicket(blocks, { profile });
  const { paper, unknown } = drawStream(bytes, profile);
  const again = readAgain(bytes, profile.paper.dots, profile.code_page?.encoding);
  deepStrictEqual(unknown, 0);
  deepStrictEqual(plain(again.lines), plain(paper?.lines));
  if (profile.qr.dialect === 'gs-k') deepStrictEqual(again.qr, paper?.qr ?? []);
  return again.lines.length;
}

const text = fc.string({ unit: fc.constantFrom(...'政务大厅号码龘㐂A0 ，。、（）%-'), maxLength: 40 });
const block: fc.Arbitrary<PaperBlock> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text,
    size: fc.integer({ min: 1, max: 8 }),
    align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const),
    bold: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('feed' as const), lines: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: 'rule' as const }),
  fc.record({ kind: fc.constant('qr' as const), data: fc.constantFrom('A012', 'https://q.example.gov.cn/市民') }),
);

const profiles = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => zPrinterProfile.parse(parse(readFileSync(new URL(name, folder), 'utf8'))));

let lines = await compare(referenceTicket, genericEpson);
for (const profile of profiles) lines += await compare(selfTest(profile), profile);
console.log(`reference ticket and the self-tests of ${profiles.length} models: ${lines} lines, the same text in both`);

await fc.assert(
  fc.asyncProperty(fc.array(block, { maxLength: 12 }), async (blocks) => {
    lines += await compare(blocks, genericEpson);
  }),
  { numRuns: randomTickets },
);
console.log(`${randomTickets} random tickets: the same text and the same codes in both, ${lines} lines in all`);

const { bytes } = await composeTicket(referenceTicket, { profile: genericEpson });
const { paper } = drawStream(bytes);
if (paper === undefined) throw new Error('the reference ticket gave no paper');
const picture = await composePaper(paper);
const dots = sameDots(picture, readAgain(encodeRaster(picture, genericEpson), usual).dots);
console.log(`the whole ticket as a picture: ${dots} dots, the same in both`);
