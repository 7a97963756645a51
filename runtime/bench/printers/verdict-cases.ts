/** The cells of the verdict table: what happens to the printer, and what may truthfully be said afterwards. */
import type { Clock } from '../../../drivers/clock.ts';
import type { SeverableEnd } from '../../../drivers/simulated/severable-end.kit.ts';
import type { PrinterFaultName, SimulatedPrinter } from '../../../drivers/simulated/ticket-printer/printer-look.ts';

export type Said = 'printed' | 'not-printed' | 'unknown' | 'none';

/** What really came out, all faults mended and all data run out. */
export interface Truth {
  /** Whole papers at the time of the verdict, a little later at most. */
  readonly inTime: number;
  readonly whole: number;
  /** Part of the ticket on paper, or a paper that is not whole. */
  readonly part: boolean;
}

export interface VerdictWorld {
  readonly machine: SimulatedPrinter;
  readonly end: SeverableEnd;
  readonly clock: Clock;
}

export interface VerdictCase {
  readonly name: string;
  /** `unknown` is an honest answer here. */
  readonly mayBeUnknown: boolean;
  /** Before the client connects. */
  before?(world: VerdictWorld): void;
  /** When the job starts. */
  during?(world: VerdictWorld): void;
}

const mendAfterMs = 2_000;
/** Paper for the head of the ticket only. */
const shortRollMm = 30;
const coverOpensMs = 150;
const muteFromMs = 10;
/** Bytes of the reference job; the cuts lie at tenths of it. */
const jobBytes = 369;

const fault = (name: PrinterFaultName) => (world: VerdictWorld) =>
  world.machine.act({ type: 'fault', fault: name, on: true });

const mendLater = ({ machine, clock }: VerdictWorld, name: PrinterFaultName) => {
  clock.after(mendAfterMs, () => machine.act({ type: 'fault', fault: name, on: false }));
};

export const verdictCases: readonly VerdictCase[] = [
  { name: 'fine', mayBeUnknown: false },
  { name: 'near end', mayBeUnknown: false, before: fault('near-end') },
  { name: 'paper out before', mayBeUnknown: false, before: fault('paper-out') },
  { name: 'cover open before', mayBeUnknown: false, before: fault('cover-open') },
  {
    name: 'paper out in the middle',
    mayBeUnknown: false,
    before: ({ machine }) => machine.act({ type: 'roll', mm: shortRollMm }),
    during: (world) => mendLater(world, 'paper-out'),
  },
  {
    name: 'cover opened in the middle',
    mayBeUnknown: false,
    during: (world) => {
      world.clock.after(coverOpensMs, () => world.machine.act({ type: 'fault', fault: 'cover-open', on: true }));
      mendLater(world, 'cover-open');
    },
  },
  {
    name: 'cutter error',
    mayBeUnknown: false,
    before: fault('cutter-at-cut'),
    during: (world) => mendLater(world, 'cutter-at-cut'),
  },
  { name: 'mute from the start', mayBeUnknown: true, before: fault('mute') },
  {
    name: 'mute in the middle',
    mayBeUnknown: true,
    during: (world) => {
      world.clock.after(muteFromMs, () => world.machine.act({ type: 'fault', fault: 'mute', on: true }));
    },
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(
    (tenth): VerdictCase => ({
      name: `connection cut at ${tenth * 10} %`,
      mayBeUnknown: true,
      during: ({ end, clock }) =>
        end.severAfter(Math.round((jobBytes * tenth) / 10), () => void clock.after(mendAfterMs, () => end.plug())),
    }),
  ),
  {
    name: 'power cycled in the middle',
    mayBeUnknown: true,
    during: ({ machine, clock }) => {
      machine.act({ type: 'power-cut-after', bytes: jobBytes / 2 });
      clock.after(mendAfterMs, () => machine.act({ type: 'power', on: true }));
    },
  },
];
/** Its world has a small buffer and a slow mechanism, so it stands apart. */
export const slowReader: VerdictCase = { name: 'slow reader', mayBeUnknown: false };

/** `printed` only if the whole paper came, `not printed` only if none came and none can come, `unknown` only where listed. */
export function isRight(said: Said, truth: Truth, each: VerdictCase): boolean {
  switch (said) {
    case 'printed':
      return truth.inTime === 1 && truth.whole === 1;
    case 'not-printed':
      return truth.whole === 0 && !truth.part;
    case 'unknown':
      return each.mayBeUnknown;
    case 'none':
      return false;
  }
}

export function truthOf(machine: SimulatedPrinter, lastLine: string): Omit<Truth, 'inTime'> {
  const papers = machine.look().papers;
  const whole = papers.filter(({ text, printing }) => !printing && text.some((line) => line.includes(lastLine)));
  const part = papers.some((paper) => !whole.includes(paper) && paper.text.length > 0);
  return { whole: whole.length, part };
}

/** Everything as it should be again, so that what is still in the printer comes out. */
export function mendAll({ machine, end }: VerdictWorld): void {
  machine.act({ type: 'power', on: true });
  for (const name of machine.look().faults) machine.act({ type: 'fault', fault: name, on: false });
  machine.act({ type: 'roll', mm: 80_000 });
  end.plug();
}
