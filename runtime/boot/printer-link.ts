/** A ticket printer named on the command line, without a hall: its port, its profile, its driver. */

import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { systemClock } from '../../drivers/clock.ts';
import { silentLog } from '../../drivers/log.ts';
import { PortLink } from '../../drivers/port/port-link.ts';
import type { PortOptions } from '../../drivers/port/port-options.ts';
import { makePort } from '../../drivers/port/registry.ts';
import { readPrinterDb } from '../../drivers/ticket-printer/escpos-printer-db.ts';
import type { PrinterProfile } from '../../drivers/ticket-printer/profile.ts';
import { createTicketPrinter, ticketPrinterProfile } from '../../drivers/ticket-printer/registry.ts';
import type { TicketPrinter } from '../../drivers/ticket-printer/ticket-printer.ts';
import { UsageError } from './command.ts';
import { wholeNumber } from './options.ts';

/** For `parseOptions`. */
export const printerOptions = {
  tcp: { type: 'string' },
  serial: { type: 'string' },
  usb: { type: 'string' },
  baud: { type: 'string', default: '9600' },
  flow: { type: 'string', default: 'rtscts' },
  profile: { type: 'string', default: 'generic-80' },
  db: { type: 'string' },
} as const;

export const printerHelp = `  --tcp HOST[:PORT]   a printer on the network, port 9100 unless given
  --serial PATH       /dev/serial/by-path/…; with --baud N (9600) and --flow rtscts|xonxoff|none (rtscts)
  --usb PATH          /dev/usb/lp0, or a USB path such as 1-1.4
  --profile NAME      a model's facts from config/profiles/ticket-printer (generic-80)
  --db FILE           takes the profile from escpos-printer-db's capabilities.json instead`;

export interface PrinterFlags {
  readonly tcp?: string | undefined;
  readonly serial?: string | undefined;
  readonly usb?: string | undefined;
  readonly baud: string;
  readonly flow: string;
  readonly profile: string;
  readonly db?: string | undefined;
}

export interface LinkedPrinter {
  readonly printer: TicketPrinter;
  readonly link: PortLink;
  readonly profile: PrinterProfile;
  close(): Promise<void>;
}

const defaultPort = 9100;
const firstWordMs = 5_000;
const profilesFolder = new URL('../../config/profiles/ticket-printer/', import.meta.url);

export async function loadPrinterProfile(name: string): Promise<PrinterProfile> {
  const names = (await readdir(profilesFolder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5));
  if (!names.includes(name))
    throw new UsageError(`there is no profile "${name}"; there are ${names.sort().join(', ')}`);
  return ticketPrinterProfile.parse(parse(await readFile(new URL(`${name}.yaml`, profilesFolder), 'utf8')));
}

async function fromDb(file: string, name: string): Promise<PrinterProfile> {
  const db = readPrinterDb(JSON.parse(await readFile(file, 'utf8')));
  const found = db.get(name);
  if (found?.kind === 'profile') return found.profile;
  const fit = [...db].filter(([, { kind }]) => kind === 'profile').map(([key]) => key);
  const why = found === undefined ? 'is not in that file' : `cannot be used: ${found.reason}`;
  throw new UsageError(`"${name}" ${why}; there are ${fit.join(', ')}`);
}

/** Opens, and waits until the printer has spoken, a fault is known, or five seconds are over. */
export async function linkPrinter(
  flags: PrinterFlags,
  change: Partial<PrinterProfile> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<LinkedPrinter> {
  const stated =
    flags.db === undefined ? await loadPrinterProfile(flags.profile) : await fromDb(flags.db, flags.profile);
  const profile = { ...stated, ...change };
  const port = portOf(flags);
  const clock = systemClock;
  const random = Math.random;
  const link = new PortLink(
    { clock, random, log: silentLog },
    { name: 'printer', makePort: makePort(port, { clock, log: silentLog }) },
  );
  const options = { ...more, xonxoff: port.kind === 'serial' && port.flow === 'xonxoff' };
  const line = () => {
    throw new Error('a ticket printer has its port to itself');
  };
  const settings = { protocol: 'escpos', profile, options };
  const printer = await createTicketPrinter(settings, { name: 'printer', link, line, clock, random, log: silentLog });
  printer.start();
  link.start();
  await new Promise<void>((resolve) => {
    const timer = clock.after(firstWordMs, resolve);
    printer.healthChanged.on(({ state }) => {
      if (state === 'opening' || state === 'closed') return;
      timer.cancel();
      resolve();
    });
  });
  return {
    printer,
    link,
    profile,
    async close() {
      await printer.close();
      await link.close();
    },
  };
}

function portOf({ tcp, serial, usb, baud, flow }: PrinterFlags): PortOptions {
  if ([tcp, serial, usb].filter((each) => each !== undefined).length !== 1) {
    throw new UsageError('name the printer by exactly one of --tcp, --serial and --usb');
  }
  if (tcp !== undefined) {
    const [, host = '', port] = /^(.+?)(?::(\d+))?$/.exec(tcp) ?? [];
    return { kind: 'tcp', host, port: port === undefined ? defaultPort : wholeNumber('tcp', port, 1, 65_535) };
  }
  if (usb !== undefined) return { kind: 'usblp', path: usb };
  if (flow !== 'none' && flow !== 'rtscts' && flow !== 'xonxoff') {
    throw new UsageError(`--flow is rtscts, xonxoff or none, not "${flow}"`);
  }
  const rate = wholeNumber('baud', baud, 300, 921_600);
  return { kind: 'serial', path: serial ?? '', baud: rate, data_bits: 8, parity: 'none', stop_bits: 1, flow };
}
