/** `halld printer-emulator`: the simulated ticket printer alone on a TCP port, for other programs; every paper becomes a picture. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../drivers/clock.ts';
import { isDeviceError } from '../../../drivers/errors.ts';
import { TcpFarEnd } from '../../../drivers/simulated/tcp-far-end.ts';
import type {
  PrinterAction,
  PrinterFaultName,
  SimulatedPrinter,
} from '../../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { type Command, UsageError } from '../command.ts';
import { parseOptions, wholeNumber } from '../options.ts';
import { loadPrinterProfile } from '../printer-link.ts';
import { untilSignal } from '../until-signal.ts';

const exitNotAvailable = 69;

export const printerEmulator: Command = {
  summary: 'simulates a ticket printer on a TCP port: draws each paper, with faults on request',
  help: `usage: halld printer-emulator [--tcp PORT] [--host ADDRESS] [--out FOLDER] [--profile NAME]

  --tcp PORT       default 9100; 0 takes a free one and prints it
  --host ADDRESS   default 127.0.0.1
  --out FOLDER     a PNG and a text file for each paper; default paper
  --profile NAME   the model it behaves as (epson-tm-t88v)

Lines on standard input act on it: "fault paper-out on", "fault cover-open off", "tear", "power off", "power on",
"roll 30" (millimetres left), "unplug", "plug", "look". Ends by Ctrl-C.`,

  async run(args) {
    const { values } = parseOptions(args, {
      tcp: { type: 'string', default: '9100' },
      host: { type: 'string', default: '127.0.0.1' },
      out: { type: 'string', default: 'paper' },
      profile: { type: 'string', default: 'epson-tm-t88v' },
    });
    const end = new TcpFarEnd(wholeNumber('tcp', values.tcp, 0, 65_535), values.host);
    const profile = await loadPrinterProfile(values.profile);
    const machine = createSimulatedPrinter(
      { protocol: 'escpos', profile, options: {} },
      { end, clock: systemClock, random: Math.random, name: profile.name },
      { portDiesWithPower: true },
    );
    await mkdir(values.out, { recursive: true });
    keepPapers(machine, values.out);
    try {
      await end.listen();
    } catch (error) {
      console.error(`cannot listen on ${values.host}:${values.tcp}: ${error instanceof Error ? error.message : error}`);
      return exitNotAvailable;
    }
    console.log(`${profile.name} listens on ${values.host}:${end.port}; papers go to ${values.out}/`);
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => obey(machine, line));
    await untilSignal();
    lines.close();
    end.unplug();
    return 0;
  },
};

function keepPapers(machine: SimulatedPrinter, folder: string): void {
  const kept = new Set<string>();
  machine.onChange(() => {
    for (const { id, text, qr, heightMm, printing } of machine.look().papers) {
      if (printing || kept.has(id)) continue;
      kept.add(id);
      void keep(machine, folder, id, [...text, ...qr.map((data) => `[QR ${data}]`)], heightMm);
    }
  });
}

async function keep(machine: SimulatedPrinter, folder: string, id: string, lines: readonly string[], heightMm: number) {
  try {
    const picture = await machine.picture(id);
    if (picture !== undefined) await writeFile(join(folder, `${id}.png`), picture);
    await writeFile(join(folder, `${id}.txt`), `${lines.join('\n')}\n`);
    console.log(`${id}: ${lines.length} lines, ${heightMm} mm`);
  } catch (error) {
    console.error(`${id} could not be kept: ${error instanceof Error ? error.message : error}`);
  }
}

function obey(machine: SimulatedPrinter, line: string): void {
  const words = line.trim().split(/\s+/);
  if (words[0] === '' || words[0] === undefined) return;
  try {
    if (words[0] === 'look') console.log(JSON.stringify(machine.look()));
    else machine.act(actionOf(words));
  } catch (error) {
    if (!isDeviceError(error) && !(error instanceof UsageError)) throw error;
    console.error(error.message);
  }
}

export function actionOf([verb, first, second]: readonly string[]): PrinterAction {
  switch (verb) {
    case 'fault':
      return { type: 'fault', fault: (first ?? '') as PrinterFaultName, on: second !== 'off' };
    case 'power':
      return { type: 'power', on: first !== 'off' };
    case 'roll':
      return { type: 'roll', mm: wholeNumber('roll', first ?? '', 0, 1_000_000) };
    case 'tear':
      return first === undefined ? { type: 'tear' } : { type: 'tear', paper: first };
    case 'unplug':
    case 'plug':
    case 'feed':
      return { type: verb };
    default:
      throw new UsageError(
        `"${verb}" is nothing a printer can be told; "fault", "power", "roll", "tear", "unplug", "plug", "feed", "look" are`,
      );
  }
}
