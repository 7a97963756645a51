/** `halld print-test`: a self-test ticket that shows whether the profile fits the model, and how long a fence takes. */
import { systemClock } from '../../../drivers/clock.ts';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { columnsOf, type PrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { linkPrinter, printerHelp, printerOptions } from '../printer-link.ts';

const exitNotPrinted = 1;
/** A fence answered before this share of the mechanism's own time is out of turn. */
const honestShare = 0.3;

export const printTest: Command = {
  summary: 'prints a self-test ticket and says what became of it',
  help: `usage: halld print-test (--tcp HOST | --serial PATH | --usb PATH) [--profile NAME [--db FILE]] [--calibrate]

${printerHelp}
  --calibrate         confirms by GS r and measures whether the answer comes in its turn

The ticket has a column ruler, sizes, a table of Chinese code zones, characters outside them, and a QR code to scan.
Exit codes: 0 printed and confirmed, 1 not printed or nobody knows, 64 usage.`,

  async run(args) {
    const { values } = parseOptions(args, { ...printerOptions, calibrate: { type: 'boolean', default: false } });
    const change: Partial<PrinterProfile> = values.calibrate ? { confirm: 'fence', fence_min_ms: 0 } : {};
    const { printer, profile, close } = await linkPrinter(values, change);
    let firstByteMs = 0;
    const verdict = await printer.print(
      { jobId: 'print-test', blocks: selfTest(profile) },
      {
        beforeFirstByte: () => {
          firstByteMs = systemClock.monotonicMs();
        },
        waiting: (reason) => console.log(`waiting: ${reason}`),
      },
    );
    const tookMs = Math.round(systemClock.monotonicMs() - firstByteMs);
    const { usedMm } = printer.paper;
    await close();
    if (verdict.kind !== 'printed') {
      console.error(`${verdict.kind}, ${verdict.reason}: ${verdict.message}`);
      return exitNotPrinted;
    }
    console.log(`printed, confirmed by ${verdict.by} after ${tookMs} ms; ${usedMm} mm of paper`);
    if (values.calibrate) console.log(calibration(tookMs, (usedMm / profile.speed_mm_s) * 1000));
    return 0;
  },
};

function calibration(tookMs: number, mechanismMs: number): string {
  const honest = tookMs >= mechanismMs * honestShare;
  const needs = `the paper alone needs about ${Math.round(mechanismMs)} ms`;
  if (honest) return `${needs}: the fence is answered in its turn; "confirm: fence" is right for this model`;
  return `${needs}: the fence is answered too early and proves nothing; set "confirm: none", or try process ids`;
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
    { kind: 'text', text: 'GB2312-1: 啊阿埃挨哎唉哀皑癌蔼' },
    { kind: 'text', text: 'GB2312-2: 亍丌兀丐廿卅丕亘丞鬲' },
    { kind: 'text', text: 'GBK/3: 丂丄丅丆丏丒丗丟丠両' },
    { kind: 'text', text: 'GBK/4: 狜狝狟狢狣龘' },
    { kind: 'text', text: '标点: ，。、；：？！（）《》￥' },
    { kind: 'text', text: '字库外 outside the font: 㐂 ¥' },
    { kind: 'qr', data: `halld print-test ${profile.name}`, align: 'centre' },
    { kind: 'text', text: '若二维码可扫且标尺一行，则配置正确', align: 'centre' },
    { kind: 'text', text: 'Right if the code scans and the ruler is one line', align: 'centre' },
  ];
}
