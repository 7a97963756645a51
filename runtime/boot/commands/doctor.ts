/** `halld doctor`: is this box fit for a hall? */
import { tmpdir } from 'node:os';
import { systemRoots } from '../../../drivers/port/sysfs.ts';
import {
  checkBatteryClock,
  checkClock,
  checkConsole,
  checkDisk,
  checkKeyboards,
  checkLibraries,
  checkNode,
  checkPermissions,
  checkPrinters,
  checkThieves,
  type Finding,
} from '../box-checks.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';

export const doctor: Command = {
  summary: 'checks this box: what would keep a hall from working, and what to do',
  help: `usage: halld doctor [--data FOLDER] [--json]

Looks at Node, the native libraries, who may open the devices, keyboards that type into the console, programs that take
serial ports away, the disk under the data folder, and the clock. Run it as the user that runs halld.

  --data FOLDER   the hall's data folder, for the disk's speed; default: the system's folder for temporary files
  --json          the findings as JSON

Exit code: 0 no error (there may be warnings), 1 an error.`,
  async run(args) {
    const { values } = parseOptions(args, { data: { type: 'string' }, json: { type: 'boolean' } });
    const findings = [
      checkNode(),
      ...checkLibraries(),
      ...checkPermissions(systemRoots),
      ...checkKeyboards(systemRoots),
      ...checkPrinters(systemRoots),
      ...checkThieves(),
      ...checkConsole(),
      ...checkDisk(values.data ?? tmpdir()),
      checkClock(),
      checkBatteryClock(),
    ];
    console.log(values.json === true ? JSON.stringify(findings, null, 2) : findings.map(line).join('\n'));
    return findings.some(({ level }) => level === 'error') ? 1 : 0;
  },
};

const marks = { well: 'well   ', warning: 'WARNING', error: 'ERROR  ' };

function line({ level, text, remedy }: Finding): string {
  return `${marks[level]} ${text}${remedy === undefined ? '' : `\n        -> ${remedy}`}`;
}
