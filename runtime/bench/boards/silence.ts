/** How soon an idle board that falls silent is noticed and one that speaks again is right, and what asking costs calls. Virtual time. */
import { type Random, seededRandom } from '../../../drivers/random.ts';
import type { BenchTable } from '../bench-part.ts';
import { type BusBoard, type BusWorld, busWorld, callBoard } from './bus-world.ts';

export interface Silence {
  readonly noticedMs: readonly number[];
  /** From power to the content of the window on the board again. */
  readonly repaintedMs: readonly number[];
  /** Share of an idle line's time that the questions and answers take. */
  readonly busyShare: number;
  /** From `show` to the acknowledgement on a line that only asks. */
  readonly callShownMs: readonly number[];
  readonly collisions: number;
}

const warmUpMs = 20_000;
const idleMs = 60_000;
const longestMs = 60_000;

export async function measureSilence(boards: number, baudRate: number, seed: number, rounds: number): Promise<Silence> {
  const world = await busWorld({ boards, baudRate, seed });
  const random = seededRandom(seed);
  for (const [index, { driver }] of world.boards.entries()) driver.show(content(`A${index}`));
  await world.clock.advance(warmUpMs);
  const before = world.wire.counters.busyMs;
  await world.clock.advance(idleMs);
  const busyShare = (world.wire.counters.busyMs - before) / idleMs;
  const noticedMs: number[] = [];
  const repaintedMs: number[] = [];
  const callShownMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const board = oneOf(world.boards, random);
    await world.clock.advance(random() * 10_000);
    board.machine.act({ type: 'power', on: false });
    noticedMs.push(await until(world, () => board.driver.health.faults.some(({ code }) => code === 'no-answer')));
    await world.clock.advance(random() * 20_000);
    board.machine.act({ type: 'power', on: true });
    repaintedMs.push(await until(world, () => board.machine.look().texts.length > 0));
    await world.clock.advance(random() * 10_000);
    callShownMs.push(await callBoard(world, oneOf(world.boards, random), content(`B${round}`)));
  }
  await world.close();
  return { noticedMs, repaintedMs, busyShare, callShownMs, collisions: world.wire.counters.collisions };
}

const content = (number: string) => ({ id: number, lines: [{ text: number }, { text: '请到3号窗口' }] });

function oneOf(boards: readonly BusBoard[], random: Random): BusBoard {
  return boards[Math.floor(random() * boards.length)] as BusBoard;
}

async function until(world: BusWorld, done: () => boolean): Promise<number> {
  const startMs = world.clock.monotonicMs();
  await world.clock.until(done, longestMs);
  return done() ? world.clock.monotonicMs() - startMs : Number.POSITIVE_INFINITY;
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

export async function silenceTable(seed: number): Promise<BenchTable> {
  const rows = [];
  for (const baudRate of [9600, 57_600]) {
    for (const boards of [1, 8, 32]) {
      const rounds = 40;
      const { noticedMs, repaintedMs, busyShare, callShownMs } = await measureSilence(boards, baudRate, seed, rounds);
      rows.push({
        baud: baudRate,
        boards,
        'noticed, mean ms': Math.round(mean(noticedMs)),
        'noticed, worst ms': Math.round(Math.max(...noticedMs)),
        'right again, worst ms': Math.round(Math.max(...repaintedMs)),
        'idle line asks, % of its time': Math.round(100 * busyShare),
        'call shown, mean ms': Math.round(mean(callShownMs)),
        'call shown, worst ms': Math.round(Math.max(...callShownMs)),
      });
    }
  }
  return {
    title: 'An idle board loses its power, at any moment (virtual time)',
    rows,
    notes: [
      `seed ${seed}, 40 power cuts each; target: noticed within 5000 ms`,
      'right again: from power to the content on the board; a board that is down is asked after 1, 2, then every 5 s',
      'questions go last: a call waits at most for the one under way',
    ],
  };
}
