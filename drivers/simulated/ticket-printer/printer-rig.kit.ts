/** A driver and a simulated printer on one cable in virtual time: what the printer tests stand on. */
import { type Log, silentLog } from '../../log.ts';
import { PortLink } from '../../port/port-link.ts';
import { seededRandom } from '../../random.ts';
import type { PrinterProfile } from '../../ticket-printer/profile.ts';
import { createTicketPrinter } from '../../ticket-printer/registry.ts';
import type { PrintJob, PrintProgress, TicketPrinter, Verdict } from '../../ticket-printer/ticket-printer.ts';
import { SimulatedCable } from '../cable.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { SimulatedPrinter, SimulatedPrinterOptions } from './printer-look.ts';
import { createSimulatedPrinter } from './simulated-printer.ts';

export interface PrinterRig {
  readonly clock: VirtualClock;
  readonly cable: SimulatedCable;
  readonly link: PortLink;
  readonly machine: SimulatedPrinter;
  readonly printer: TicketPrinter;
  /** Prints and lets virtual time run until the verdict. */
  print(job: PrintJob, progress?: PrintProgress): Promise<Verdict>;
}

export interface RigSettings {
  readonly profile?: PrinterProfile;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly machine?: SimulatedPrinterOptions;
  readonly baudRate?: number;
  readonly seed?: number;
  /** The cable takes what the machine does not (a socket's buffer). */
  readonly buffered?: boolean;
  /** The driver's. */
  readonly log?: Log;
}

const verdictLimitMs = 3_600_000;

export async function printerRig({
  profile,
  options = {},
  machine: quirks,
  baudRate = 0,
  seed = 1,
  buffered = false,
  log = silentLog,
}: RigSettings = {}): Promise<PrinterRig> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const cable = new SimulatedCable({ name: 'kiosk-1-printer', clock, baudRate, buffered });
  const link = new PortLink(
    { clock, random, log: silentLog },
    { name: 'kiosk-1-printer', makePort: () => cable.makePort() },
  );
  const settings = { protocol: 'escpos', profile, options };
  const machine = createSimulatedPrinter(settings, { end: cable, clock, random, name: 'printer' }, quirks);
  const line = () => {
    throw new Error('a ticket printer has its port to itself');
  };
  const printer = await createTicketPrinter(settings, { name: 'kiosk-1', link, line, clock, random, log });
  printer.start();
  link.start();
  return {
    clock,
    cable,
    link,
    machine,
    printer,
    async print(job, progress) {
      let verdict: Verdict | undefined;
      void printer.print(job, progress).then((given) => {
        verdict = given;
      });
      await clock.until(() => verdict !== undefined, verdictLimitMs);
      return verdict as unknown as Verdict;
    },
  };
}

/** A rig whose printer has answered and is quiet. */
export async function readyRig(settings?: RigSettings): Promise<PrinterRig> {
  const rig = await printerRig(settings);
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  await rig.clock.advance(500);
  return rig;
}

export const faultsOf = (rig: PrinterRig) => rig.printer.health.faults.map(({ code }) => code);
export const finishedPapers = (rig: PrinterRig) => rig.machine.look().papers.filter(({ printing }) => !printing);
