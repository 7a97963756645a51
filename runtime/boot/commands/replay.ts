/** `halld replay`: plays the device's side of a saved trace against the real driver, in virtual time. */
import { readFile } from 'node:fs/promises';
import { silentLog } from '../../../drivers/log.ts';
import { parseTrace } from '../../../drivers/port/trace-file.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { replayPrinter } from '../../../drivers/simulated/ticket-printer/recorded-printer.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { type Command, UsageError } from '../command.ts';
import { traceText } from '../describe-port.ts';
import { parseOptions } from '../options.ts';

export const replay: Command = {
  summary: 'plays a saved trace of a printer against the driver, and prints its verdicts and faults',
  help: `usage: halld replay FILE [--show]

FILE is what "halld trace … --save FILE" kept. The printer's answers come when they came; each ticket in the trace is printed
again with a text of its own. Time is virtual: an hour takes a second.

  --show   prints the trace, decoded, first

Exit code: 0 every ticket was printed, 1 one was not, 66 the file is missing or wrong.`,
  async run(args) {
    const { values, positionals } = parseOptions(args, { show: { type: 'boolean' } }, true);
    const [file] = positionals;
    if (file === undefined) throw new UsageError('name the FILE');
    let saved: ReturnType<typeof parseTrace>;
    try {
      saved = parseTrace(await readFile(file, 'utf8'));
    } catch (error) {
      console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
      return 66;
    }
    const { header, records } = saved;
    if (values.show === true) for (const line of records.map(traceText(header.drivers))) console.log(line);
    const printer = header.drivers.find((driver) => driver.class === 'ticket-printer');
    if (printer === undefined) {
      console.error(
        `${file}: port ${header.node}/${header.port} has no ticket printer; only printers are played again`,
      );
      return 66;
    }
    const context = { clock: new VirtualClock(), random: seededRandom(1), log: silentLog };
    const { profile, options } = printer;
    const { lines, verdicts } = await replayPrinter(context, { records, profile, options });
    for (const line of lines) console.log(line);
    return verdicts.every(({ kind }) => kind === 'printed') ? 0 : 1;
  },
};
