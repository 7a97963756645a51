/**
 * One ticket's journey on simulated hardware, pressed with fingers and read with eyes: button, number, paper, call, board,
 * rating, certificate window. `npm start -- --once` prints it, `journey.test.ts` asserts it on every kind of port and bus.
 */
import { names } from '../../config/locales/names.ts';
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BenchMachine, HallDesk, HallSnapshot } from '../web/needs.ts';

export interface JourneyWorld {
  readonly rules: HallRules;
  readonly machines: readonly BenchMachine[];
  desk(): HallDesk;
  /** Lets time pass until it is so; throws with `what` after `limitMs`. */
  wait(what: string, so: () => boolean, limitMs?: number): Promise<void>;
  /** Awaits work of this world (in virtual time it settles only as time moves). */
  settle<T>(work: Promise<T>): Promise<T>;
  /** Bytes that crossed a machine's port since the last question. */
  bytes?(machine: BenchMachine): { readonly out: number; readonly in: number; readonly tail: string };
}

export interface JourneyPlan {
  readonly kiosk: string;
  readonly key: string;
  readonly window: string;
  readonly certificateWindow: string;
}

export interface JourneyStep {
  readonly step: string;
  readonly what: string;
  readonly bytes: string;
}

export interface JourneyResult {
  readonly ticket: string;
  readonly number: string;
  readonly paperText: string;
  readonly matters: readonly string[];
  readonly steps: readonly JourneyStep[];
}

interface PaperLook {
  readonly papers: readonly {
    readonly id: string;
    readonly text: readonly string[];
    readonly printing?: boolean;
    readonly qr: readonly string[];
  }[];
}
interface BoardLook {
  readonly texts: readonly string[];
}

export function machineAt(
  machines: readonly BenchMachine[],
  part: string,
  where: { readonly device?: string; readonly window?: string },
): BenchMachine {
  const found = machines.find(
    (each) =>
      each.part === part &&
      (where.device === undefined || each.device === where.device) &&
      (where.window === undefined || each.window === where.window),
  );
  if (found === undefined) throw new Error(`the hall has no simulated ${part} at ${where.device ?? where.window}`);
  return found;
}

export async function runJourney(
  world: JourneyWorld,
  plan: JourneyPlan,
  tell: (step: JourneyStep) => void = () => {},
): Promise<JourneyResult> {
  const { machines } = world;
  const steps: JourneyStep[] = [];
  const note = (step: string, what: string, machine?: BenchMachine): void => {
    const crossed = machine === undefined ? undefined : world.bytes?.(machine);
    const bytes = crossed === undefined ? '' : `${crossed.out} bytes out, ${crossed.in} in  ${crossed.tail}`;
    const done = { step, what, bytes };
    steps.push(done);
    tell(done);
  };
  const snapshot = (): HallSnapshot => world.desk().snapshot();
  const ticketOf = (ticket: string) => snapshot().tickets.find((each) => each.ticket === ticket);
  const viewOf = (window: string) => snapshot().windows.find((each) => each.window === window);
  const printer = machineAt(machines, 'printer', { device: plan.kiosk });
  const panel = machineAt(machines, 'panel', { device: plan.kiosk });
  const papers = () => (printer.look() as PaperLook).papers.filter((paper) => paper.printing !== true);
  const before = new Set(snapshot().tickets.map(({ ticket }) => ticket));
  const papersBefore = new Set(papers().map(({ id }) => id));

  await world.wait('the button is lit', () => lampOf(panel, plan.key) !== 'off');
  panel.act({ type: 'press', key: plan.key });
  note('1 key', `the visitor presses button ${plan.key} of ${plan.kiosk}`, panel);
  await world.wait('a ticket is issued', () => snapshot().tickets.some(({ ticket }) => !before.has(ticket)));
  const issued = snapshot().tickets.find(({ ticket }) => !before.has(ticket));
  if (issued === undefined) throw new Error('the issued ticket vanished');
  const { ticket, number } = issued;
  const matters = issued.matters.map(({ matter }) => matter);
  note(
    '2 ask',
    `IssueTicket is on the node's disk and answered: ${number}, ${matters.length} matters (${matters.join(', ')})`,
    panel,
  );
  note('3 number', `the hub's journal has ${ticket}`);

  await world.wait('the paper is out', () => papers().some(({ id }) => !papersBefore.has(id)));
  const paper = papers().find(({ id }) => !papersBefore.has(id));
  const paperText = paper?.text.join('\n') ?? '';
  await world.wait('the ticket is callable', () => ticketOf(ticket)?.stage === 'waiting');
  note('4 paper', `the printer confirmed ${number}: "${paperText.split('\n').slice(0, 4).join(' / ')} …"`, printer);

  await serve(plan.window, true);
  for (const matter of ticketOf(ticket)?.matters.filter(({ state }) => state === 'review') ?? []) {
    const ready = { ticket, matter: matter.matter, outcome: 'granted' };
    await world.settle(world.desk().submit('MatterReady', ready, { kind: 'office', id: 'journey' }));
  }
  await world.wait('the certificate is ready', () => ticketOf(ticket)?.stage === 'waiting');
  note('8 review', `the back office decided; ${number} waits for a certificate window`);
  await serve(plan.certificateWindow, false);
  await world.wait('the ticket is done', () => ticketOf(ticket) === undefined);
  note('9 done', `${ticket} is closed: ${matters.length} matters, two stages, one number`);
  return { ticket, number, paperText, matters, steps };

  async function serve(window: string, review: boolean): Promise<void> {
    const pad = machineAt(machines, 'pad', { window });
    const board = machineAt(machines, 'board', { window });
    const rating = machineAt(machines, 'rating', { window });
    if (viewOf(window)?.state === 'closed') {
      await pressUntil(pad, 'open', `${window} is open`, () => viewOf(window)?.state === 'open');
    }
    await pressUntil(pad, 'next', `${window} calls ${number}`, () => viewOf(window)?.call?.ticket === ticket);
    note('5 call', `the clerk of ${window} presses "next": ${number} is called`, pad);
    await world.wait(`the board of ${window} shows ${number}`, () =>
      (board.look() as BoardLook).texts.some((text) => text.includes(number)),
    );
    note('6 board', `the board of ${window} shows "${(board.look() as BoardLook).texts.join(' | ')}"`, board);
    await pressUntil(pad, 'start', 'service starts', () => viewOf(window)?.call?.status === 'serving');
    const key = review ? 'review' : 'complete';
    await pressUntil(pad, key, 'service ends', () => viewOf(window)?.call === null);
    note('7 service', `the clerk presses "start" and "${key}"`, pad);
    await world.wait('the rating keypad invites', () => lampsOn(rating));
    await pressUntil(rating, 'level-5', 'the rating counts', () => viewOf(window)?.rating === null);
    note('7 rating', `the visitor presses ${names['key.level-5'].zh} at ${window}`, rating);
  }

  /** Presses, and again after two seconds without effect, as a person would: a pad may not have seen the window change (F13). */
  async function pressUntil(machine: BenchMachine, key: string, what: string, so: () => boolean): Promise<void> {
    for (let press = 1; ; press++) {
      machine.act({ type: 'press', key });
      try {
        return await world.wait(what, so, personPatienceMs);
      } catch (error) {
        if (press === mostPresses) throw error;
      }
    }
  }
}

const personPatienceMs = 2_000;
const mostPresses = 8;

interface PadLook {
  readonly keys: readonly { readonly key: string; readonly lamp: string }[];
}

function lampsOn(machine: BenchMachine): boolean {
  return (machine.look() as PadLook).keys.some(({ lamp }) => lamp !== 'off');
}

function lampOf(machine: BenchMachine, key: string): string {
  return (machine.look() as PadLook).keys.find((each) => each.key === key)?.lamp ?? 'off';
}
