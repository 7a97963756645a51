/** `halld printer-status`: the status of a ticket printer, and what a technician does about it. */
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { linkPrinter, printerHelp, printerOptions } from '../printer-link.ts';

const exitFault = 1;

export const printerStatus: Command = {
  summary: 'reads the status of a ticket printer',
  help: `usage: halld printer-status (--tcp HOST | --serial PATH | --usb PATH) [--profile NAME [--db FILE]] [--json]

${printerHelp}
  --json              one JSON object on standard output

Prints nothing on paper. Exit codes: 0 ready, 1 a fault stops it, 64 usage.`,

  async run(args) {
    const { values } = parseOptions(args, { ...printerOptions, json: { type: 'boolean', default: false } });
    const { printer, link, close } = await linkPrinter(values);
    const { state, faults, counters } = printer.health;
    const { paper } = printer;
    const name = link.port?.name ?? link.name;
    await close();
    if (values.json) console.log(JSON.stringify({ printer: name, state, faults, paper, counters }));
    else {
      console.log(`${name}: ${state === 'opening' ? 'no answer yet' : state}`);
      for (const { code, severity, remedy } of faults) console.log(`  ${severity} ${code}: ${remedy}`);
      console.log(`  paper out: ${paper.out}, near its end: ${paper.nearEnd}`);
    }
    return state === 'ready' ? 0 : exitFault;
  },
};
