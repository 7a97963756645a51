/** The peers' clients in the verdict table, each used as its README shows. Dev dependencies: nothing in the product imports this file. */
import { CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { print } from 'receiptio';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import type { Said } from './verdict-cases.ts';

const receiptioLimitS = 20;

/** The reference ticket in receiptio's own markdown. */
export function asReceiptMarkdown(blocks: readonly PaperBlock[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'qr') return `{code:${block.data};option:qrcode,6,m}`;
      if (block.kind !== 'text') return '';
      const size = '^'.repeat(Math.max(0, (block.size ?? 1) - 1));
      const text = `${size}${block.text}`;
      return block.align === 'centre' ? text : `|${text}`;
    })
    .join('\n');
}

/** Its results: success, or coveropen, paperempty, error, offline, disconnect, timeout. */
export async function printByReceiptio(host: string): Promise<Said> {
  const options = `-d ${host} -l zh-hans -c 48 -t ${receiptioLimitS}`;
  const result = await print(asReceiptMarkdown(referenceTicket), options);
  if (result === 'success') return 'printed';
  // It leaves open what a time-out or a lost connection means; the others say that the printer did not print.
  return result === 'timeout' || result === 'disconnect' ? 'unknown' : 'not-printed';
}

export function composeByThermalPrinter(blocks: readonly PaperBlock[], printer: ThermalPrinter): void {
  for (const block of blocks) {
    if (block.kind === 'qr') printer.printQR(block.data, { cellSize: 6, correction: 'M' });
    if (block.kind !== 'text') continue;
    if (block.align === 'centre') printer.alignCenter();
    else printer.alignLeft();
    const size = (block.size ?? 1) - 1;
    printer.setTextSize(size, size);
    printer.println(block.text);
  }
  printer.cut();
}

export function thermalPrinter(host: string): ThermalPrinter {
  return new ThermalPrinter({
    type: PrinterTypes.EPSON,
    interface: `tcp://${host}:9100`,
    characterSet: CharacterSet.CHINA,
    width: 48,
  });
}

/** Resolves or rejects: that is all it says. */
export async function printByThermalPrinter(host: string): Promise<Said> {
  const printer = thermalPrinter(host);
  if (!(await printer.isPrinterConnected())) return 'not-printed';
  composeByThermalPrinter(referenceTicket, printer);
  try {
    await printer.execute();
    return 'printed';
  } catch {
    return 'not-printed';
  }
}
