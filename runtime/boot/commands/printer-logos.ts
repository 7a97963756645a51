/** `halld printer-logos`: puts logos into a printer's own memory, once, and shows on paper what stands there. */
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { parseOptions, wholeNumber } from '../options.ts';
import { linkPrinter, printerHelp, printerOptions } from '../printer-link.ts';

const exitFailed = 1;

export const printerLogos: Command = {
  summary: 'puts logos into a ticket printer’s memory, so that tickets print them in a few bytes',
  help: `usage: halld printer-logos (--tcp HOST | --serial PATH | --usb PATH) --profile NAME --logo NAME=FILE … [--width DOTS] [--proof]

${printerHelp}
  --logo NAME=FILE    as under options.logos of the hall's file, in the same order; several times for several
  --width DOTS        width_dots of the hall's file (384)
  --proof             prints a ticket with each of them afterwards

Writes only what the printer does not list yet: such memory wears out (Epson: at most 10 writes a day), and some models reset
afterwards. Then say "stored: true" at these logos in the hall's file; the node asks the printer for them at each connection.
Exit codes: 0 they are there, 1 they are not, 64 usage.`,

  async run(args) {
    const { values } = parseOptions(args, {
      ...printerOptions,
      logo: { type: 'string', multiple: true },
      width: { type: 'string', default: '384' },
      proof: { type: 'boolean', default: false },
    });
    const width_dots = wholeNumber('width', values.width, 8, 4096);
    const named = (values.logo ?? []).map((each) => {
      const [, name = '', file = ''] = /^([^=]+)=(.+)$/.exec(each) ?? [];
      if (name === '') throw new UsageError(`--logo is written NAME=FILE, not "${each}"`);
      return [name, { file, width_dots, stored: true }] as const;
    });
    if (named.length === 0) throw new UsageError('name at least one logo: --logo emblem=emblem.png');
    const { printer, close } = await linkPrinter(values, {}, { logos: Object.fromEntries(named) });
    try {
      const storing = await printer.storeLogos();
      if (storing.kind === 'unsupported') {
        console.error(
          `the profile "${values.profile}" knows no memory for logos: they are sent with each ticket instead`,
        );
        return exitFailed;
      }
      if (storing.kind === 'failed') {
        console.error(storing.message);
        return exitFailed;
      }
      const written = storing.written.length === 0 ? 'nothing to write' : `written: ${storing.written.join(', ')}`;
      console.log(
        `${written}; ${storing.checked ? 'the printer lists them all' : 'this model cannot be asked: check a printed proof'}`,
      );
      if (!values.proof) return 0;
      const blocks = named.flatMap(([name]) => [
        { kind: 'text' as const, text: name },
        { kind: 'logo' as const, logo: name, align: 'centre' as const },
      ]);
      const verdict = await printer.print({ jobId: 'printer-logos', blocks });
      if (verdict.kind === 'printed') return 0;
      console.error(`the proof: ${verdict.kind}, ${verdict.reason}: ${verdict.message}`);
      return exitFailed;
    } finally {
      await close();
    }
  },
};
