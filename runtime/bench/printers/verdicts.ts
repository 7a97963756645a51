/** The verdict table in real time over TCP: our driver, receiptio and node-thermal-printer, each on a fresh simulated printer a cell. */
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SeverableEnd } from '../../../drivers/simulated/severable-end.kit.ts';
import { TcpFarEnd } from '../../../drivers/simulated/tcp-far-end.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import type { PrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import type { BenchTable } from '../bench-part.ts';
import {
  isRight,
  mendAll,
  type Said,
  slowReader,
  type Truth,
  truthOf,
  type VerdictCase,
  verdictCases,
} from './verdict-cases.ts';
import { lastLine, printOurs, verdictProfile } from './verdict-ours.ts';
import { printByReceiptio, printByThermalPrinter } from './verdict-peers.ts';

type Client = (host: string, profile: PrinterProfile, started: () => void) => Promise<Said>;

const clients: Readonly<Record<string, Client>> = {
  halld: printOurs,
  receiptio: (host, _, started) => {
    started();
    return printByReceiptio(host);
  },
  'node-thermal-printer': (host, _, started) => {
    started();
    return printByThermalPrinter(host);
  },
};

/** receiptio knows no other port, so each cell has a loopback address of its own. */
const printerPort = 9100;
const limitMs = 45_000;
const quietMs = 4_000;
const together = 5;
const words: Readonly<Record<Said, string>> = {
  printed: 'printed',
  'not-printed': 'not printed',
  unknown: 'unknown',
  none: 'no word',
};

async function runCell(each: VerdictCase, client: Client, host: string): Promise<{ said: Said; truth: Truth }> {
  const tcp = new TcpFarEnd(printerPort, host);
  const end = new SeverableEnd(tcp);
  const profile = verdictProfile(each, 'process-id');
  const settings = { protocol: 'escpos', profile, options: {} };
  const parts = { end, clock: systemClock, random: seededRandom(3), name: 'trial' };
  const machine = createSimulatedPrinter(settings, parts, { portDiesWithPower: true });
  await tcp.listen();
  const world = { machine, end, clock: systemClock };
  each.before?.(world);
  const said = await Promise.race([
    client(host, profile, () => each.during?.(world)),
    sleep(systemClock, limitMs).then(() => 'none' as const),
  ]);
  await sleep(systemClock, quietMs);
  const inTime = truthOf(machine, lastLine).whole;
  mendAll(world);
  await sleep(systemClock, quietMs);
  const truth = { inTime, ...truthOf(machine, lastLine) };
  tcp.unplug();
  return { said, truth };
}

export async function verdictTable(): Promise<BenchTable> {
  const cases = [...verdictCases, slowReader];
  const cells = cases.flatMap((each) => Object.entries(clients).map(([name, client]) => ({ each, name, client })));
  const results = new Map<string, string>();
  const right: Record<string, number> = {};
  const unknown: Record<string, number> = {};
  const queue = [...cells];
  let cellsBegun = 0;
  const worker = async () => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const { each, name, client } = cell;
      const { said, truth } = await runCell(each, client, `127.0.9.${++cellsBegun}`);
      const well = isRight(said, truth, each);
      if (well) right[name] = (right[name] ?? 0) + 1;
      if (said === 'unknown') unknown[name] = (unknown[name] ?? 0) + 1;
      const late = truth.inTime < truth.whole ? ' later' : '';
      const paper = truth.whole > 0 ? `${truth.whole} whole${late}` : truth.part ? 'part' : 'none';
      results.set(`${each.name}/${name}`, `${well ? '✓' : '✗'} ${words[said]} (paper: ${paper})`);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  const names = Object.keys(clients);
  const rows = cases.map((each) => ({
    case: each.name,
    ...Object.fromEntries(names.map((name) => [name, results.get(`${each.name}/${name}`) ?? ''])),
  }));
  const total = {
    case: `right of ${cases.length}; unknown`,
    ...Object.fromEntries(names.map((name) => [name, `${right[name] ?? 0}; ${unknown[name] ?? 0}`])),
  };
  return {
    title: 'What is said of a ticket, and what came out',
    rows: [...rows, total],
    notes: [
      'right: "printed" only if the whole paper came once, "not printed" only if none came and none can come, "unknown" only where silence, a cut cable or lost power leaves nothing else',
      'paper: counted after every fault was mended and the printer had run empty',
    ],
  };
}
