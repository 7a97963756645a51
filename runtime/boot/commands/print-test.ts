/** `halld print-test`: a self-test ticket that shows whether the profile fits the model, and how long a fence takes. */
import { systemClock } from '../../../drivers/clock.ts';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { columnsOf, type PrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import type { Verdict } from '../../../drivers/ticket-printer/ticket-printer.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { linkPrinter, printerHelp, printerOptions } from '../printer-link.ts';

const exitNotPrinted = 1;
/** A fence that a feed makes later by less than this share of its time is answered out of turn. */
const honestShare = 0.3;

export const printTest: Command = {
  summary: 'prints a self-test ticket and says what became of it',
  help: `usage: halld print-test (--tcp HOST | --serial PATH | --usb PATH) [--profile NAME [--db FILE]] [--calibrate]

${printerHelp}
  --calibrate         confirms by GS r and measures, with 20 cm more of paper, whether the answer comes in its turn

The ticket has a column ruler, sizes, a table of Chinese code zones, characters outside them, and a QR code to scan.
Exit codes: 0 printed and confirmed, 1 not printed, or nobody knows, or a fence that proves nothing, 64 usage.`,

  async run(args) {
    const { values } = parseOptions(args, { ...printerOptions, calibrate: { type: 'boolean', default: false } });
    const change: Partial<PrinterProfile> = values.calibrate ? { confirm: 'fence', fence_min_ms: 0 } : {};
    const { printer, profile, close } = await linkPrinter(values, change);
    const before = printer.paper.usedMm;
    const timed = async (blocks: readonly PaperBlock[]) => {
      let firstByteMs = 0;
      const verdict = await printer.print(
        { jobId: 'print-test', blocks },
        {
          beforeFirstByte: () => {
            firstByteMs = systemClock.monotonicMs();
          },
          waiting: (reason) => console.log(`waiting: ${reason}`),
        },
      );
      return { verdict, tookMs: Math.round(systemClock.monotonicMs() - firstByteMs) };
    };
    try {
      const { verdict, tookMs } = await timed(selfTest(profile));
      const millimetres = printer.paper.usedMm - before;
      if (verdict.kind !== 'printed') return failed(verdict);
      console.log(`printed, confirmed by ${verdict.by} after ${tookMs} ms; ${millimetres} mm of paper`);
      if (!values.calibrate) return 0;
      // Only what the paper alone takes tells: the same few bytes with and without a long feed.
      const short = await timed([calibrationLine]);
      const long = await timed([calibrationLine, { kind: 'feed', lines: calibrationFeed }]);
      for (const each of [short, long]) if (each.verdict.kind !== 'printed') return failed(each.verdict);
      const feedMm = (calibrationFeed * profile.paper.line_dots) / profile.paper.dots_per_mm;
      const honest = isHonestFence(long.tookMs - short.tookMs, (feedMm / profile.speed_mm_s) * 1000);
      console.log(`${Math.round(feedMm)} mm of feed made the answer ${long.tookMs - short.tookMs} ms later`);
      console.log(
        honest
          ? 'the fence is answered in its turn: "confirm: fence" is right for this model'
          : 'the fence is answered too early and proves nothing: set "confirm: none", or try process ids',
      );
      return honest ? 0 : exitNotPrinted;
    } finally {
      await close();
    }
  },
};

const calibrationLine: PaperBlock = { kind: 'text', text: 'halld print-test --calibrate' };
const calibrationFeed = 50;

/** A fence in its turn is late by about the time that the paper needs; one out of turn by nothing. */
export function isHonestFence(laterMs: number, feedMs: number): boolean {
  return laterMs >= feedMs * honestShare;
}

function failed(verdict: Verdict): number {
  if (verdict.kind !== 'printed') console.error(`${verdict.kind}, ${verdict.reason}: ${verdict.message}`);
  return exitNotPrinted;
}

export function selfTest(profile: PrinterProfile): readonly PaperBlock[] {
  const columns = columnsOf(profile);
  const ruler = Array.from({ length: columns }, (_, column) => String((column + 1) % 10)).join('');
  const half = Math.floor(columns / 2);
  return [
    { kind: 'text', text: `halld print-test ${profile.name}`, align: 'centre', bold: true },
    { kind: 'text', text: ruler },
    { kind: 'rule' },
    {
      kind: 'row',
      cells: [
        { text: '左 left', width: half },
        { text: '右 right', width: columns - half, align: 'right' },
      ],
    },
    ...[1, 2, 3, 4]
      .filter((size) => size <= profile.max_size)
      .map((size): PaperBlock => ({ kind: 'text', text: `A0号 ×${size}`, size })),
    { kind: 'text', text: '粗体 bold', bold: true },
    ...codePageTable(profile),
    { kind: 'text', text: 'GB2312-1: 啊阿埃挨哎唉哀皑癌蔼' },
    { kind: 'text', text: 'GB2312-2: 亍丌兀丐廿卅丕亘丞鬲' },
    { kind: 'text', text: 'GBK/3: 丂丄丅丆丏丒丗丟丠両' },
    { kind: 'text', text: 'GBK/4: 狜狝狟狢狣龘' },
    { kind: 'text', text: '标点: ，。、；：？！（）《》￥' },
    { kind: 'text', text: '字库外 outside the font: 㐂 ¥' },
    { kind: 'feed', lines: 1 },
    { kind: 'qr', data: `halld print-test ${profile.name}`, align: 'centre' },
    { kind: 'feed', lines: 1 },
    { kind: 'text', text: '若二维码可扫且标尺一行，则配置正确', align: 'centre' },
    { kind: 'text', text: 'Right if the code scans and the ruler fits', align: 'centre' },
  ];
}

const rowCodes = 16;

/** 80h to FFh as the profile's code page has them: a wrong ESC t number shows at once. */
function codePageTable({ code_page: page }: PrinterProfile): readonly PaperBlock[] {
  if (page === undefined) return [];
  const decoder = new TextDecoder(page.encoding);
  const rows = Array.from({ length: 8 }, (_, row): PaperBlock => {
    const codes = Array.from({ length: rowCodes }, (_, column) => 0x80 + row * rowCodes + column);
    const characters = codes.map((code) => decoder.decode(Uint8Array.of(code)));
    // A code that is no character there has a blank.
    const shown = characters.map((character) => (/[\p{Cc}\p{Cf}\ufffd]/u.test(character) ? ' ' : character));
    return { kind: 'text', text: `${(8 + row).toString(rowCodes).toUpperCase()}0: ${shown.join(' ')}` };
  });
  return [{ kind: 'text', text: `ESC t ${page.number} ${page.encoding}` }, ...rows];
}
