/**
 * A day of boards in virtual time: calls, lost and broken frames, power cuts, pulled adapters; whenever a line has been
 * quiet for one refresh (one repaint for one-way boards), every live board must show what its window wants.
 * `npm run soak:boards -- [--windows 186] [--calls 6000] [--hours 9] [--seed N]`
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../../../drivers/random.ts';
import type { BoardLook } from '../../../drivers/simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { type BusBoard, type BusWorld, busWorld, ticketNumber } from './bus-world.ts';

export interface SoakOptions {
  readonly windows: number;
  readonly calls: number;
  readonly hours: number;
  readonly seed: number;
}

export interface SoakReport {
  readonly calls: number;
  readonly shown: number;
  readonly superseded: number;
  readonly powerCuts: number;
  readonly unplugs: number;
  readonly framesLost: number;
  readonly framesGarbled: number;
  readonly checks: number;
  /** Boards that showed something else at a check, with what; empty is the claim. */
  readonly wrong: readonly string[];
  /** Press to acknowledgement, of the calls that were acknowledged before the next came. */
  readonly shownMeanMs: number;
  readonly shownWorstMs: number;
}

const lossRate = 0.01;
const garbleRate = 0.01;
const minuteMs = 60_000;
/** Quiet before each check: a check of the content (15 s), a slow poll, the paint and its retries; or a repaint (30 s). */
const quietMs = 32_000;
const checkEveryMs = 10 * minuteMs;
/** Power cuts a board and hour, adapters pulled a line and hour. */
const powerCutsAnHour = 0.2;
const unplugsAnHour = 0.3;

/** What hangs over the windows: mostly Onbon cards, some numbers, some one-way displays with a port of their own. */
const lines = [
  { protocol: 'onbon-bx-k', options: { width: 128, height: 32 }, boards: 8, baudRate: 57_600 },
  { protocol: 'onbon-bx-k', options: { width: 128, height: 32 }, boards: 4, baudRate: 9600 },
  { protocol: 'modbus', options: {}, boards: 8, baudRate: 9600 },
  { protocol: 'onbon-bx-k', options: { width: 64, height: 16 }, boards: 8, baudRate: 57_600 },
  { protocol: 'cd5220', options: {}, boards: 1, baudRate: 9600 },
] as const;

interface Window {
  readonly world: BusWorld;
  readonly board: BusBoard;
  wanted: string | undefined;
  calledMs: number;
  acknowledged: boolean;
  powered: boolean;
}

export async function soak({ windows: count, calls, hours, seed }: SoakOptions): Promise<SoakReport> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const worlds: BusWorld[] = [];
  const windows: Window[] = [];
  while (windows.length < count) {
    const made = lines[worlds.length % lines.length] ?? lines[0];
    const boards = Math.min(made.boards, count - windows.length);
    const world = await busWorld({ ...made, boards, clock, seed: seed + worlds.length, name: `line${worlds.length}` });
    worlds.push(world);
    for (const board of world.boards)
      windows.push({ world, board, wanted: undefined, calledMs: 0, acknowledged: true, powered: true });
  }
  const tally = { calls: 0, shown: 0, superseded: 0, powerCuts: 0, unplugs: 0, checks: 0 };
  const delays: number[] = [];
  const wrong: string[] = [];
  for (const window of windows) {
    window.board.driver.shown.on(({ contentId: id }) => {
      if (window.acknowledged || id !== window.wanted) return;
      window.acknowledged = true;
      tally.shown += 1;
      delays.push(clock.monotonicMs() - window.calledMs);
    });
  }
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const call = (window: Window) => {
    if (!window.acknowledged) tally.superseded += 1;
    const number = ticketNumber(tally.calls);
    tally.calls += 1;
    Object.assign(window, { wanted: number, calledMs: clock.monotonicMs(), acknowledged: false });
    const texts = [{ text: number, blink: random() < 0.3 }, { text: '请到3号窗口' }];
    window.board.driver.show({ id: number, lines: texts, short: number }, { urgent: true });
  };
  const cutPower = (window: Window) => {
    tally.powerCuts += 1;
    window.powered = false;
    window.board.machine.act({ type: 'power', on: false });
    clock.after(500 + random() * 20_000, () => {
      window.powered = true;
      window.board.machine.act({ type: 'power', on: true });
    });
  };
  const unplug = (world: BusWorld) => {
    tally.unplugs += 1;
    world.wire.unplug();
    clock.after(500 + random() * 20_000, () => world.wire.plug());
  };
  const noisy = (on: boolean) => {
    for (const { wire, boards } of worlds) {
      // A one-way board never says what it missed: its quiet time is quiet.
      const noise = on || boards[0]?.driver.capabilities.acknowledges === true;
      wire.lossRate = noise ? lossRate : 0;
      wire.garbleRate = noise ? garbleRate : 0;
    }
  };
  const endMs = hours * 60 * minuteMs;
  const activeShare = (checkEveryMs - quietMs - 20_000) / checkEveryMs;
  // A little quicker than needed, so that all calls come.
  const meanGapMs = (0.9 * endMs * activeShare) / calls;
  noisy(true);
  for (let checkAtMs = checkEveryMs; checkAtMs <= endMs; checkAtMs += checkEveryMs) {
    const quietAtMs = checkAtMs - quietMs - 20_000;
    while (tally.calls < calls && clock.monotonicMs() < quietAtMs) {
      await clock.advance(-Math.log(1 - random()) * meanGapMs);
      call(oneOf(windows));
      const share = meanGapMs / (60 * minuteMs);
      if (random() < powerCutsAnHour * windows.length * share) cutPower(oneOf(windows));
      if (random() < unplugsAnHour * worlds.length * share) unplug(oneOf(worlds));
    }
    // The last cut ends within 20 s; then the line is quiet.
    await clock.advance(Math.max(0, checkAtMs - quietMs - clock.monotonicMs()));
    noisy(false);
    await clock.advance(Math.max(0, checkAtMs - clock.monotonicMs()));
    noisy(true);
    tally.checks += 1;
    for (const window of windows) {
      const fault = faultOf(window);
      if (fault !== undefined) wrong.push(`${checkAtMs / minuteMs} min ${fault}`);
    }
  }
  for (const world of worlds) await world.close();
  const sum = (key: 'lost' | 'garbled') => worlds.reduce((total, { wire }) => total + wire.counters[key], 0);
  return {
    ...tally,
    framesLost: sum('lost'),
    framesGarbled: sum('garbled'),
    wrong,
    shownMeanMs: delays.reduce((total, each) => total + each, 0) / Math.max(1, delays.length),
    shownWorstMs: Math.max(0, ...delays),
  };
}

function faultOf({ board, wanted, powered }: Window): string | undefined {
  if (wanted === undefined || !powered) return undefined;
  const look = board.machine.look();
  const seen = numbersOn(look);
  return seen.includes(wanted) ? undefined : `${board.name} wants ${wanted}, shows ${seen.join(' ') || 'nothing'}`;
}

/** Pages that turn and blink are all there. A digit board shows the letters it can. */
function numbersOn(look: BoardLook): readonly string[] {
  if (look.digits !== undefined) return [look.digits.trim().toUpperCase()];
  const texts = look.pages.length > 0 ? look.pages.flat() : look.texts;
  return texts.map((text) => text.trim());
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      windows: { type: 'string', default: '186' },
      calls: { type: 'string', default: '6000' },
      hours: { type: 'string', default: '9' },
      seed: { type: 'string', default: '20261123' },
    },
  });
  const [windows, calls, hours, seed] = [values.windows, values.calls, values.hours, values.seed].map(Number) as [
    ...[number, number, number, number],
  ];
  const startMs = performance.now();
  const report = await soak({ windows, calls, hours, seed });
  console.log(
    `seed ${seed}: ${windows} windows, ${hours} h, in ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
  );
  console.log(report);
  process.exitCode = report.wrong.length === 0 ? 0 : 1;
}
