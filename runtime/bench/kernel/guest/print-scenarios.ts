/**
 * The ticket-printer driver on real ports, with the simulated printer behind them: the paper tells the truth through paper
 * end, a printer that is stuck, and a plug that is pulled in mid-job.
 */
import type { PortOptions } from '../../../../drivers/port/port-options.ts';
import { listPrinters } from '../../../../drivers/port/sysfs.ts';
import type { FarEnd } from '../../../../drivers/simulated/machine.ts';
import type { SimulatedPrinterOptions } from '../../../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { genericEpson } from '../../../../drivers/ticket-printer/profile.ts';
import { createTicketPrinter } from '../../../../drivers/ticket-printer/registry.ts';
import type { Verdict } from '../../../../drivers/ticket-printer/ticket-printer.ts';
import { clock, driverOn, random } from './driver-rig.ts';
import { Ftdi, serialAt } from './ftdi.ts';
import { Gadget } from './gadget.ts';
import { printerPort } from './printer-scenarios.ts';
import { type Bench, type Scenario, same, until } from './scenario.ts';

/** While the kernel and udev work on a new device the link tries with growing waits, from the start again at each change. */
const mostTriesAfterPlug = 20;
/** A printer that takes nothing for so long, and does not say why, is given up: for the scenario that is about it. */
const shortStallS = 3;

const profile = { ...genericEpson, speed_mm_s: 500, cut_ms: 100 };
/** What the driver is told: an emulated printer beside other work is slower than its profile, so its answer may come later. */
const driverProfile = { ...profile, speed_mm_s: 10, cut_ms: 5000 };

interface Rig {
  readonly gadgetOrAdapter: { unplug(): Promise<void>; plug(): Promise<void> };
  readonly end: FarEnd;
  readonly options: PortOptions;
}

async function onUsblp(bench: Bench): Promise<Rig> {
  const gadget = new Gadget(bench, 'printer', { serial: 'GK-1', printer: true });
  await gadget.plug(0);
  await until('the printer', () => listPrinters().length > 0);
  if (gadget.printer === undefined) throw new Error('a printer');
  return { end: gadget.printer, options: printerPort, gadgetOrAdapter: plugs(gadget) };
}

async function onAcm(bench: Bench): Promise<Rig> {
  const gadget = new Gadget(bench, 'printer', { serial: 'GK-1', serialPort: true });
  await gadget.plug(0);
  if (gadget.serialPort === undefined) throw new Error('a serial port');
  const path = '/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00';
  return { end: gadget.serialPort, options: serialAt(path, 115_200), gadgetOrAdapter: plugs(gadget) };
}

async function onFtdi(bench: Bench): Promise<Rig> {
  const ftdi = await Ftdi.find(bench);
  return { end: ftdi.end, options: serialAt(ftdi.path, 115_200), gadgetOrAdapter: ftdi };
}

const plugs = (gadget: Gadget) => ({ unplug: () => gadget.unplug(), plug: () => gadget.plug(0) });

async function printerOn(
  bench: Bench,
  rig: Rig,
  { stallS, ...machineOptions }: SimulatedPrinterOptions & { readonly stallS?: number } = { flowControl: true },
) {
  const settings = { protocol: 'escpos', options: stallS === undefined ? {} : { stall_s: stallS } };
  const world = { end: rig.end, clock, random, name: 'printer' };
  const machine = createSimulatedPrinter({ ...settings, profile }, world, machineOptions);
  const { context, heard } = driverOn(bench, 'k1-printer', rig.options);
  const printer = await createTicketPrinter({ ...settings, profile: driverProfile }, context);
  printer.start();
  bench.atEnd(() => printer.close());
  const ready = () => until('it is ready', () => printer.health.state === 'ready');
  await ready();
  const papers = (job: string) => machine.look().papers.filter(({ text }) => text.some((line) => line.includes(job)));
  return {
    machine,
    printer,
    heard,
    ready,
    /** `printed`, or what else and why. */
    print: async (job: string, lines: number, waits: string[] = []) =>
      summary(await printer.print(ticket(job, lines), { waiting: (reason) => void waits.push(reason) })),
    papers,
    /** Papers of a job that are whole, to its last line. */
    whole: (job: string, lines: number) =>
      papers(job).filter(
        ({ text, printing }) => !printing && text.some((line) => line.includes(`${job} line ${lines - 1} `)),
      ).length,
    faults: () => printer.health.faults.map(({ code }) => code).sort(),
  };
}

type Printing = Awaited<ReturnType<typeof printerOn>>;

const summary = (verdict: Verdict) =>
  verdict.kind === 'printed' ? `printed by ${verdict.by}` : `${verdict.kind}: ${verdict.reason}`;

const ticket = (jobId: string, lines: number) => ({
  jobId,
  blocks: Array.from({ length: lines }, (_, line) => ({
    kind: 'text' as const,
    text: `${jobId} line ${line} of a ticket`,
  })),
});

const wholeScenario: Scenario = {
  name: 'print: a USB printer confirms whole tickets; near end and paper out are told, and nothing is sent to it then',
  async run(bench) {
    const rig = await onUsblp(bench);
    const { machine, print, whole, faults, printer } = await printerOn(bench, rig);
    same('a ticket', await print('A012', 12), 'printed by process-id');
    machine.act({ type: 'fault', fault: 'near-end', on: true });
    await until('the near end is told', () => faults().length > 0);
    same('faults', faults(), ['paper-near-end']);
    same('a ticket near the end', await print('A013', 12), 'printed by process-id');
    machine.act({ type: 'fault', fault: 'paper-out', on: true });
    await until('the paper end is told', () => printer.health.state === 'fault');
    same('faults', faults(), ['paper-out']);
    same('the panel would know', printer.paper.out, true);
    same('a ticket without paper', await print('A014', 12), 'not-printed: paper-out');
    machine.act({ type: 'fault', fault: 'paper-out', on: false });
    machine.act({ type: 'fault', fault: 'near-end', on: false });
    await until('the new roll is told', () => printer.health.state === 'ready');
    same('the next ticket', await print('A015', 12), 'printed by process-id');
    same(
      'whole papers',
      ['A012', 'A013', 'A014', 'A015'].map((job) => whole(job, 12)),
      [1, 1, 0, 1],
    );
  },
};

/** Paper ends in mid-job; the printer is full and takes no more, goes on by itself, and says so at the end. */
async function paperEnds(bench: Bench, rig: Rig): Promise<void> {
  const { machine, print, whole, faults, papers } = await printerOn(bench, rig);
  machine.act({ type: 'roll', mm: 100 });
  const waits: string[] = [];
  const verdict = print('A012', 300, waits);
  await until('it waits', () => waits.length > 0);
  same('why', waits, ['paper-out']);
  same('faults', faults(), ['paper-out']);
  same('papers so far', [papers('A012').length, whole('A012', 300)], [1, 0]);
  machine.act({ type: 'roll', mm: 80_000 });
  machine.act({ type: 'fault', fault: 'paper-out', on: false });
  same('the verdict', await verdict, 'printed by process-id');
  same('papers', [papers('A012').length, whole('A012', 300)], [1, 1]);
}

const paperEndScenarios: Scenario[] = [['USB printer', onUsblp] as const, ['CDC-ACM printer', onAcm] as const].map(
  ([kind, connect]) => ({
    name: `print: a ${kind} runs out of paper in mid-job: the verdict waits, one paper comes`,
    run: async (bench: Bench) => paperEnds(bench, await connect(bench)),
  }),
);

const stuckScenario: Scenario = {
  name: 'print: a USB printer that takes nothing and does not say why: unknown, a new connection, then the next ticket',
  async run(bench) {
    const rig = await onUsblp(bench);
    const printing = await printerOn(bench, rig, { flowControl: true, stallS: shortStallS });
    const { print, heard, ready, whole } = printing;
    same('a ticket', await print('A012', 5), 'printed by process-id');
    rig.end.stall(true);
    const startMs = performance.now();
    same('the stuck one', await print('A013', 400), 'unknown: stalled');
    bench.note(
      `verdict ${Math.round(performance.now() - startMs)} ms after the job, allowed for silence ${shortStallS} s`,
    );
    rig.end.stall(false);
    await ready();
    same('the next ticket', await print('A014', 5), 'printed by process-id');
    same('whole papers', [whole('A012', 5), whole('A013', 400), whole('A014', 5)], [1, 0, 1]);
    same('openings', heard.link.counters.opened, 2);
  },
};

/** Pulled while its bytes are on the way: nobody can know; then put back. `power`: the printer loses that too. */
async function pulledInJob(bench: Bench, rig: Rig, printing: Printing, begun: () => boolean, power: boolean) {
  const { machine, print, heard, ready, whole, papers, faults } = printing;
  same('a ticket', await print('A012', 5), 'printed by process-id');
  const verdict = print('A013', 3000);
  await until('the long one is on its way', begun);
  const pulledMs = performance.now();
  await rig.gadgetOrAdapter.unplug();
  same('the verdict of the one pulled', await verdict, 'unknown: port-gone');
  bench.note(`verdict ${Math.round(performance.now() - pulledMs)} ms after the unplug`);
  await until('the fault has a name', () => faults().includes('port-gone'));
  same('a ticket meanwhile', await print('A014', 5), 'not-printed: port-gone');
  if (power) machine.act({ type: 'power', on: false });
  const { failed } = heard.link.counters;
  const plugMs = performance.now();
  if (power) machine.act({ type: 'power', on: true });
  const backMs = await heard.backAfter(() => rig.gadgetOrAdapter.plug());
  await ready();
  const readyMs = Math.round(performance.now() - plugMs);
  same('the next ticket', await print('A015', 5), 'printed by process-id');
  const printedMs = Math.round(performance.now() - plugMs);
  bench.note(`after the plug: open ${backMs} ms, ready ${readyMs} ms, next ticket printed ${printedMs} ms (goal 2000)`);
  same('whole papers', [whole('A012', 5), papers('A014').length, whole('A015', 5)], [1, 0, 1]);
  const { opened, lost } = heard.link.counters;
  same('connections', { opened, lost }, { opened: 2, lost: 1 });
  const tries = heard.link.counters.failed - failed;
  if (tries > mostTriesAfterPlug) throw new Error(`${tries} tries failed between the plug and the opening`);
}

const pulledScenarios: Scenario[] = [
  {
    name: 'print: a USB printer pulled in mid-job: unknown at once, and the next ticket comes when it is back',
    async run(bench) {
      const rig = await onUsblp(bench);
      const printing = await printerOn(bench, rig);
      await pulledInJob(bench, rig, printing, () => printing.papers('A013').length > 0, false);
    },
  },
  {
    name: 'print: a USB printer that loses plug and power in mid-job: the same, and nothing of the old job is left',
    async run(bench) {
      const rig = await onUsblp(bench);
      const printing = await printerOn(bench, rig);
      await pulledInJob(bench, rig, printing, () => printing.papers('A013').length > 0, true);
    },
  },
  {
    name: 'print: a printer on a CDC-ACM port that loses plug and power in mid-job: unknown at once, then the next ticket',
    async run(bench) {
      const rig = await onAcm(bench);
      const printing = await printerOn(bench, rig);
      await pulledInJob(bench, rig, printing, () => printing.papers('A013').length > 0, true);
    },
  },
  {
    name: 'print: a printer on an FTDI adapter that loses plug and power in mid-job: unknown at once, then the next ticket',
    async run(bench) {
      const rig = await onFtdi(bench);
      // QEMU's adapter never makes the host wait, so what the printer has no room for is lost.
      const printing = await printerOn(bench, rig, { flowControl: false });
      await pulledInJob(bench, rig, printing, () => printing.papers('A013').length > 0, true);
    },
  },
];

const keptScenario: Scenario = {
  name: 'print: an adapter pulled when the whole job is with the printer: the verdict waits, and the printer says printed',
  async run(bench) {
    const rig = await onFtdi(bench);
    const { print, machine, heard, whole, papers } = await printerOn(bench, rig, { flowControl: false });
    same('a ticket', await print('A012', 5), 'printed by process-id');
    const verdict = print('A013', 100);
    await until('all of it is with the printer', () => papers('A013').length > 0 && machine.look().bufferBytes < 2000);
    await rig.gadgetOrAdapter.unplug();
    await until('the loss', () => heard.link.state !== 'open');
    await until('the paper is out', () => whole('A013', 100) === 1);
    bench.note(`open again ${await heard.backAfter(() => rig.gadgetOrAdapter.plug())} ms after the plug`);
    same('the verdict', await verdict, 'printed by process-id');
    same('papers', whole('A013', 100), 1);
  },
};

export const printScenarios: readonly Scenario[] = [
  wholeScenario,
  ...paperEndScenarios,
  stuckScenario,
  ...pulledScenarios,
  keptScenario,
];
