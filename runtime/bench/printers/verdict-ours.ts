/** Our driver in the cells of the verdict table: in virtual time for the tests, over TCP in real time beside the peers. */

import type { Clock } from '../../../drivers/clock.ts';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import type { PortMaker } from '../../../drivers/port/port.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import { makePort } from '../../../drivers/port/registry.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { SeverableEnd } from '../../../drivers/simulated/severable-end.kit.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { genericEpson, type PrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import { createTicketPrinter } from '../../../drivers/ticket-printer/registry.ts';
import type { TicketPrinter, Verdict } from '../../../drivers/ticket-printer/ticket-printer.ts';
import { mendAll, type Said, slowReader, type Truth, truthOf, type VerdictCase } from './verdict-cases.ts';

export const lastLine = '请留意叫号';
const quietMs = 15_000;
const limitMs = 600_000;
const settledMs = 1_000;
const slowBuffer = 128;
const slowSpeedMmS = 40;

/** The model that all clients print on. */
export function verdictProfile(each: VerdictCase, confirm: PrinterProfile['confirm']): PrinterProfile {
  const slow = each === slowReader ? { buffer_bytes: slowBuffer, speed_mm_s: slowSpeedMmS } : {};
  return { ...genericEpson, name: 'epson-tm-t88v', confirm, clear: 'dle-enq', cut_ms: 300, ...slow };
}

export async function makeOurs(
  profile: PrinterProfile,
  port: PortMaker,
  clock: Clock,
): Promise<{ printer: TicketPrinter; link: PortLink }> {
  const random = seededRandom(7);
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'trial', makePort: port });
  const line = () => {
    throw new Error('a ticket printer has its port to itself');
  };
  const settings = { protocol: 'escpos', profile, options: {} };
  const printer = await createTicketPrinter(settings, { name: 'trial', link, line, clock, random, log: silentLog });
  printer.start();
  link.start();
  return { printer, link };
}

export async function runOursVirtually(
  each: VerdictCase,
  confirm: PrinterProfile['confirm'],
): Promise<{ said: Said; truth: Truth }> {
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: 'trial', clock, baudRate: 115_200 });
  const end = new SeverableEnd(cable);
  const profile = verdictProfile(each, confirm);
  const settings = { protocol: 'escpos', profile, options: {} };
  const machine = createSimulatedPrinter(
    settings,
    { end, clock, random: seededRandom(3), name: 'trial' },
    { portDiesWithPower: true },
  );
  const world = { machine, end, clock };
  const { printer } = await makeOurs(profile, () => cable.makePort(), clock);
  await clock.advance(2_500);
  each.before?.(world);
  await clock.advance(100);
  let verdict: Verdict | undefined;
  const job = { jobId: 'job-1', blocks: referenceTicket };
  void printer.print(job, { beforeFirstByte: () => each.during?.(world) }).then((given) => {
    verdict = given;
  });
  await clock.until(() => verdict !== undefined, limitMs);
  const inTime = truthOf(machine, lastLine).whole;
  mendAll(world);
  await clock.advance(quietMs);
  return { said: verdict?.kind ?? 'none', truth: { inTime, ...truthOf(machine, lastLine) } };
}

export async function printOurs(host: string, profile: PrinterProfile, started: () => void): Promise<Said> {
  const options = { kind: 'tcp', host, port: 9100 } as const;
  const { printer, link } = await makeOurs(
    profile,
    makePort(options, { clock: systemClock, log: silentLog }),
    systemClock,
  );
  const connected = Promise.withResolvers<void>();
  const stop = printer.healthChanged.on(({ state }) => {
    if (state !== 'opening') connected.resolve();
  });
  await connected.promise;
  stop();
  // As in a hall: the printer has stood there for a while.
  await sleep(systemClock, settledMs);
  const job = { jobId: 'job-1', blocks: referenceTicket };
  const { kind } = await printer.print(job, { beforeFirstByte: started });
  await printer.close();
  await link.close();
  return kind;
}
