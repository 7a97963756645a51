/** One simulated line with boards on it, in virtual time: what the bus bench and the soak measure on. */

import { createLine } from '../../../drivers/line/create-line.ts';
import type { Line } from '../../../drivers/line/line.ts';
import type { BoardContent, LineDisplay } from '../../../drivers/line-display/line-display.ts';
import { createLineDisplay } from '../../../drivers/line-display/registry.ts';
import { silentLog } from '../../../drivers/log.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import { type Random, seededRandom } from '../../../drivers/random.ts';
import { SimulatedLine } from '../../../drivers/simulated/line.ts';
import {
  type BoardAction,
  type BoardLook,
  createSimulatedBoard,
} from '../../../drivers/simulated/line-display/simulated-board.ts';
import type { SimulatedMachine } from '../../../drivers/simulated/machine.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';

/** What a card needs between the last byte heard and the first said: part of the wire limit, nobody can be faster. */
export const boardAnswersAfterMs = 5;
const longestCallMs = 600_000;

export interface BusBoard {
  readonly name: string;
  readonly machine: SimulatedMachine<BoardLook, BoardAction>;
  readonly driver: LineDisplay;
}

export interface BusWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly wire: SimulatedLine;
  readonly line: Line;
  readonly boards: readonly BusBoard[];
  /** Ends the polls, so that a finished world holds nothing. */
  close(): Promise<void>;
}

export interface BusWorldOptions {
  readonly boards: number;
  readonly baudRate: number;
  readonly seed: number;
  readonly clock?: VirtualClock;
  readonly name?: string;
  readonly protocol?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export async function busWorld(made: BusWorldOptions): Promise<BusWorld> {
  const { name = 'line', protocol = 'onbon-bx-k', options = { width: 128, height: 32 } } = made;
  const clock = made.clock ?? new VirtualClock();
  const random = seededRandom(made.seed);
  const wire = new SimulatedLine({ name, clock, random, baudRate: made.baudRate });
  const link = new PortLink({ clock, random, log: silentLog }, { name, makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  const boards: BusBoard[] = [];
  for (let each = 0; each < made.boards; each += 1) {
    const settings = { protocol, address: each + 1, options };
    const own = `${name}-${each + 1}`;
    const end = wire.tap(own);
    const machine = createSimulatedBoard(settings, {
      end,
      clock,
      random,
      name: own,
      answerAfterMs: boardAnswersAfterMs,
    });
    const driver = await createLineDisplay(settings, {
      name: own,
      link,
      line: () => line,
      clock,
      random,
      log: silentLog,
    });
    boards.push({ name: own, machine, driver });
  }
  for (const { driver } of boards) driver.start();
  link.start();
  await clock.settle();
  return {
    ...{ clock, random, wire, line, boards },
    close: async () => {
      for (const { driver } of boards) await driver.close();
      await link.close();
    },
  };
}

/** Calls one board; resolves with the time until its acknowledgement. */
export async function callBoard(world: BusWorld, { driver }: BusBoard, content: BoardContent): Promise<number> {
  const startMs = world.clock.monotonicMs();
  let shownMs: number | undefined;
  const stop = driver.shown.on(({ contentId: id }) => {
    if (id === content.id) shownMs ??= world.clock.monotonicMs() - startMs;
  });
  driver.show(content, { urgent: true });
  await world.clock.until(() => shownMs !== undefined, longestCallMs);
  stop();
  return shownMs ?? Number.NaN;
}

/** Digits that tell one content from another, as a ticket number. */
export function ticketNumber(index: number): string {
  return `${String.fromCharCode(65 + (Math.floor(index / 1000) % 26))}${String(index % 1000).padStart(3, '0')}`;
}
