import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Paper } from '../simulated/ticket-printer/paper-page.ts';
import { Typesetter } from '../simulated/ticket-printer/typesetter.ts';
import { CommandFraming } from './command-framing.ts';
import { processId, statusBackOn } from './escpos-commands.ts';
import { composeTicket } from './escpos-compose.ts';
import { genericEpson, zPrinterProfile } from './profile.ts';
import { hasRealTimePair } from './raster.ts';
import { referenceTicket } from './reference-ticket.kit.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The Chinese ticket of 355 bytes, byte for byte as written down by hand from the makers' manuals. */
const goldenHex =
  '1b401c261b6101cad0c3f1b7fecef1d6d0d0c4d5fecef1b4f3ccfc0ac4fab5c4bac5c2eb0a1d2133413031320a1d2111bba7bcaed2b5cef10a' +
  '1d21001b6100c7b0c3e6b5c8baf2a3ba3720c8cb0ad4a4bcc6b5c8b4fda3bad4bc20323520b7d6d6d30ac8a1bac5cab1bce4a3ba323032362d' +
  '31312d32332031313a32370ac7ebd7bcb1b8d2d4cfc2b2c4c1cfa3ba0a312e20bed3c3f1c9edb7ddd6a4d4adbcfebcb0b8b4d3a1bcfe0a322e' +
  '20bba7bfdab2bed4adbcfe0a332e20bde1bbe9d6a4bbf2b3f6c9fad2bdd1a7d6a4c3f70a342e20b7bfb2fad6a4bbf2d7e2c1debacfcdac0a35' +
  '2e20c9eac7ebb1eda3a8cfd6b3a1cceed0b4a3a90a1b61011d286b03003143061d286b03003145311d286b2b0031503068747470733a2f2f71' +
  '2e6578616d706c652e676f762e636e2f742f32303236313132332f413031321d286b0300315130c7ebc1f4d2e2bdd0bac5a3acb9fdbac5c7eb' +
  'd6d8d0c2c8a1bac50a1d564200';

test('the reference ticket: only the order of two commands may differ from the minimum', async () => {
  const { bytes } = await composeTicket(referenceTicket, { profile: genericEpson });
  // Alignment before size is our order; the golden ticket has them the other way round once.
  expect(hex(bytes).replace('1b61001d2100', '1d21001b6100')).toBe(goldenHex);
  expect(bytes.length).toBe(355);
  const job = bytes.length + statusBackOn.length + processId('0001').length;
  expect(job).toBe(369);
});

test('a hostile name cannot cut, feed or reset', async () => {
  const { bytes } = await composeTicket([{ kind: 'text', text: '王\x1b@\x1dV\0五' }], { profile: genericEpson });
  expect(hex(bytes)).toBe(`1b401c26${'cdf54056cee5'}0a1d564200`);
});

test('sizes are undone before the cut, for Latin and Chinese alike', async () => {
  const { bytes } = await composeTicket([{ kind: 'text', text: '大', size: 3, bold: true }], { profile: genericEpson });
  expect(hex(bytes)).toBe('1b401c261d21221b4501b4f30a1d21001b45001d564200');
});

test('a character without a two-byte code goes as a picture of its line, or as the printer defines it, never as four bytes', async () => {
  const drawn = { glyph: () => ({ width: 24, height: 24, stride: 3, data: new Uint8Array(72).fill(0xf0) }) };
  const glyphs = async () => drawn;
  const defined = await composeTicket([{ kind: 'text', text: '王㐂五' }], { profile: genericEpson, glyphs });
  expect(hex(defined.bytes)).toContain('1c32fea1');
  expect(hex(defined.bytes)).toContain('cdf5fea1cee50a');
  const noSlots = zPrinterProfile.parse({ name: 'x', chinese: { user_glyphs: 0 } });
  const pictured = await composeTicket([{ kind: 'text', text: '王㐂五' }], { profile: noSlots, glyphs });
  expect(hex(pictured.bytes)).toContain('1d7630');
  for (const { bytes } of [defined, pictured]) expect(hex(bytes)).not.toContain('8139ef31');
});

test('what no font has is marked and counted', async () => {
  const none = { glyph: () => undefined };
  const composed = await composeTicket([{ kind: 'text', text: '王😀五' }], {
    profile: genericEpson,
    glyphs: async () => none,
  });
  expect(hex(composed.bytes)).toContain('cdf5a1fecee50a');
  expect(composed.missing).toBe(1);
});

/** Every code point there is, lone surrogates too. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }),
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0x4e00, max: 0x9fff }),
    ),
    { maxLength: 80 },
  )
  .map((points) => String.fromCodePoint(...points));

test('any text at all: no command but ours, no control character, no line wider than the paper', async () => {
  const none = { glyph: () => undefined };
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const { bytes } = await composeTicket([{ kind: 'text', text }], {
        profile: genericEpson,
        glyphs: async () => none,
      });
      expect(hasRealTimePair(bytes)).toBe(false);
      const body = bytes.slice(4, -4);
      for (const line of splitLines(body)) {
        expect(line.length).toBeLessThanOrEqual(48);
        expect(line.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

const models = {
  'Chinese with characters to be taught': genericEpson,
  'GB 2312 on narrow paper': zPrinterProfile.parse({
    ...{ name: 'x', paper: { dots: 384 }, chinese: { font: 'gb2312' }, cut: 'none', max_size: 4 },
  }),
  'a code page': zPrinterProfile.parse({
    ...{ name: 'x', chinese: { font: 'none' }, code_page: { number: 16, encoding: 'windows-1252' }, cut: 'full' },
  }),
  'pictures for all but ASCII': zPrinterProfile.parse({ name: 'x', chinese: { font: 'none' }, cut: 'esc-i' }),
};
/** What a text may become; anything else would be a command smuggled in. */
const allowed = new Set(['text', 'LF', 'ESC a', 'GS !', 'ESC E', 'FS 2', 'GS v', 'ESC $', 'ESC J', 'ESC *']);

test.each(Object.entries(models))(
  'any text in any size on %s: in its place on the paper, and no command of its own',
  async (_, profile) => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 8 }), async (text, size) => {
        const { bytes } = await composeTicket([{ kind: 'text', text, size, align: 'centre' }], { profile });
        const framing = new CommandFraming();
        const papers: Paper[] = [];
        const setter = new Typesetter(profile, (paper) => papers.push(paper));
        const names: string[] = [];
        for (const byte of bytes) {
          const command = framing.push(byte);
          if (command === undefined) continue;
          names.push(command.name);
          setter.obey(command);
        }
        const opening = profile.chinese.font !== 'none' ? 2 : profile.code_page === undefined ? 1 : 2;
        const body = names.slice(opening).filter((name) => !allowed.has(name));
        expect(body.every((name) => name === 'GS V' || name === 'ESC i')).toBe(true);
        expect(body.length).toBe(profile.cut === 'none' ? 0 : 1);
        expect(framing.counters.unknown).toBe(0);
        const { items } = papers[0] ?? setter.paper;
        for (const item of items) {
          const wide = item.kind === 'dots' ? item.dots.width : item.width;
          // A raster is sent in whole bytes.
          expect(item.x + wide * item.sx).toBeLessThanOrEqual(profile.paper.dots + 7);
        }
      }),
      { numRuns: 60 },
    );
  },
);

function splitLines(bytes: Uint8Array): number[][] {
  const lines: number[][] = [[]];
  for (const byte of bytes) {
    if (byte === 0x0a) lines.push([]);
    else lines.at(-1)?.push(byte);
  }
  return lines;
}
