/** The bus bench: how near a line of boards comes to its wire, what a call waits, what dead boards cost; beside a naive loop. Virtual time, seeds printed. */
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedLine } from '../../../drivers/simulated/line.ts';
import { createSimulatedBoard } from '../../../drivers/simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';
import { type BusWorld, boardAnswersAfterMs, busWorld, callBoard, ticketNumber } from './bus-world.ts';
import { NaiveLoop } from './naive-loop.ts';
import { silenceTable } from './silence.ts';

const seed = 20261123;
const sizes = [1, 8, 32];
const rates = [9600, 57_600, 115_200];
/** The gap that the protocol's options ask for after an exchange. */
const gapMs = 1;
const warmUpMs = 20_000;
const deadMinutes = 10;
const callRounds = 20;

export const busBench: BenchPart = {
  run: async () => [await refreshTable(), await silenceTable(seed), await deadTable()],
};

const content = (number: string) => ({ id: number, lines: [{ text: number }, { text: '请到3号窗口' }] });
const round = (value: number, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits;

export interface Refresh {
  readonly refreshMs: number;
  readonly wireMs: number;
  /** From `show` of a call in the middle of a full refresh to the board's acknowledgement. */
  readonly callShownMs: readonly number[];
  readonly collisions: number;
}

/** Every board gets a new content at once; then, in further rounds, a call comes somewhere in between. */
export async function measureRefresh(boards: number, baudRate: number, rounds = callRounds): Promise<Refresh> {
  const world = await busWorld({ boards, baudRate, seed });
  const random = seededRandom(seed);
  await world.clock.advance(warmUpMs);
  const before = { ...world.wire.counters };
  const refreshMs = await refreshAll(world, 0);
  const { busyMs, transmissions } = world.wire.counters;
  const exchanges = (transmissions - before.transmissions) / 2;
  const wireMs = busyMs - before.busyMs + exchanges * (boardAnswersAfterMs + gapMs) - gapMs;
  const callShownMs: number[] = [];
  for (let each = 1; each <= rounds; each += 1) {
    await world.clock.advance(5000);
    const done = new Set<string>();
    const stops = world.boards.map(({ driver, name }) => driver.shown.on(() => done.add(name)));
    const refreshed = refreshAll(world, each * boards);
    await world.clock.advance(random() * refreshMs * 0.8);
    const waiting = [...world.boards.keys()].filter((index) => !done.has(world.boards[index]?.name ?? ''));
    // The one whose frame is under way takes no second content within a second: left out where there are others.
    const targets = boards > 1 ? waiting.slice(1) : waiting;
    const target = targets[Math.floor(random() * targets.length)];
    if (target !== undefined) callShownMs.push(await callOne(world, target, 20_000 + each));
    await refreshed;
    for (const stop of stops) stop();
  }
  await world.close();
  return { refreshMs, wireMs, callShownMs, collisions: world.wire.counters.collisions };
}

/** Shows a new number on every live board; resolves with the time until the last acknowledgement. */
async function refreshAll(world: BusWorld, from: number, dead = 0): Promise<number> {
  const startMs = world.clock.monotonicMs();
  const waiting = new Set<string>();
  const stops: (() => void)[] = [];
  let endMs = startMs;
  for (const [index, { driver, name }] of world.boards.entries()) {
    if (index < dead) continue;
    waiting.add(name);
    stops.push(
      driver.shown.on(() => {
        waiting.delete(name);
        endMs = world.clock.monotonicMs();
      }),
    );
    driver.show(content(ticketNumber(from + index)));
  }
  await world.clock.until(() => waiting.size === 0, 600_000);
  for (const stop of stops) stop();
  return endMs - startMs;
}

async function callOne(world: BusWorld, index: number, number: number): Promise<number> {
  const board = world.boards[index];
  if (board === undefined) throw new RangeError(`no board ${index}`);
  return await callBoard(world, board, { ...content(ticketNumber(number)), id: `call-${number}` });
}

async function refreshTable(): Promise<BenchTable> {
  const rows = [];
  for (const baudRate of rates) {
    for (const boards of sizes) {
      const ours = await measureRefresh(boards, baudRate);
      const naive = await measureNaive(boards, baudRate, 0);
      rows.push({
        baud: baudRate,
        boards,
        'wire limit ms': round(ours.wireMs, 1),
        'full refresh ms': round(ours.refreshMs, 1),
        ratio: round(ours.refreshMs / ours.wireMs, 3),
        'call shown, worst ms': round(Math.max(...ours.callShownMs)),
        'naive: refresh ms': round(naive.refreshMs, 1),
        'naive: call, worst ms': round(Math.max(...naive.callShownMs)),
        collisions: ours.collisions,
      });
    }
  }
  return {
    title: 'A line of Onbon BX-K boards, 128x32, two lines each (virtual time)',
    rows,
    notes: [
      `seed ${seed}; the limit is the bytes both ways at 10 bits, ${boardAnswersAfterMs} ms until a board answers, ${gapMs} ms gap; target ratio 1.05`,
      `a call comes at a random moment of a full refresh, ${callRounds} rounds; a board takes one content a second (its maker's limit), so a call to the board refreshed just before waits for that second: the rows of one board`,
      'naive loop: status of every board in turn, new content at its turn, 2 s fixed time-out, 3 tries',
    ],
  };
}

export interface DeadCost {
  readonly costMsAMinute: number;
  readonly callMeanMs: number;
  readonly callWorstMs: number;
}

/** Full refreshes over and over with the first `dead` boards without power. */
export async function measureDead(
  boards: number,
  baudRate: number,
  dead: number,
  minutes = deadMinutes,
): Promise<DeadCost> {
  const alive = await refreshLoop(boards, baudRate, dead, minutes, true);
  const without = await refreshLoop(boards, baudRate, dead, minutes, false);
  const roundsAMinute = 60_000 / (without.meanMs + pauseMs);
  return {
    costMsAMinute: (without.meanMs - alive.meanMs) * roundsAMinute,
    callMeanMs: without.calls.reduce((sum, each) => sum + each, 0) / without.calls.length,
    callWorstMs: Math.max(...without.calls),
  };
}

const pauseMs = 1000;

/** `idle` boards get no content; `powered`: they are alive and polled all the same. */
async function refreshLoop(boards: number, baudRate: number, idle: number, minutes: number, powered: boolean) {
  const world = await busWorld({ boards, baudRate, seed });
  const random = seededRandom(seed);
  await world.clock.advance(warmUpMs);
  await refreshAll(world, 0);
  if (!powered) for (const { machine } of world.boards.slice(0, idle)) machine.act({ type: 'power', on: false });
  const startMs = world.clock.monotonicMs();
  const calls: number[] = [];
  const times: number[] = [];
  for (let from = 1000; world.clock.monotonicMs() - startMs < minutes * 60_000; from += boards) {
    await world.clock.advance(pauseMs / 2);
    const call = callOne(world, idle + Math.floor(random() * (boards - idle)), from);
    await world.clock.advance(pauseMs / 2);
    calls.push(await call);
    times.push(await refreshAll(world, from, idle));
  }
  await world.close();
  return { meanMs: times.reduce((sum, each) => sum + each, 0) / times.length, calls };
}

async function deadTable(): Promise<BenchTable> {
  const rows = [];
  for (const baudRate of [9600, 57_600]) {
    for (const dead of [1, 4]) {
      const ours = await measureDead(32, baudRate, dead);
      const naive = await measureNaive(32, baudRate, dead);
      rows.push({
        baud: baudRate,
        'dead of 32': dead,
        'cost to the others, ms a minute': round(ours.costMsAMinute),
        'of it each dead board': round(ours.costMsAMinute / dead),
        'call shown, mean ms': round(ours.callMeanMs),
        'call shown, worst ms': round(ours.callWorstMs),
        'naive: call, mean ms': round(
          naive.callShownMs.reduce((sum, each) => sum + each, 0) / naive.callShownMs.length,
        ),
        'naive: call, worst ms': round(Math.max(...naive.callShownMs)),
      });
    }
  }
  return {
    title: 'Dead boards on a busy line of 32 (virtual time)',
    rows,
    notes: [
      `seed ${seed}; all live boards are refreshed over and over for ${deadMinutes} minutes with a second between; cost is how much longer a refresh took than with the same boards alive, times refreshes a minute`,
      'target: at most one time-out (2000 ms) a minute',
      'a call comes half a second after a refresh: its board may have to wait until its second is over',
    ],
  };
}

/** The naive loop on the same wire: a full refresh, and calls at random moments. */
async function measureNaive(boards: number, baudRate: number, dead: number) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const wire = new SimulatedLine({ name: 'naive', clock, random, baudRate });
  for (let each = 0; each < boards; each += 1) {
    const settings = { protocol: 'onbon-bx-k', address: each + 1, options: { width: 128, height: 32 } };
    const world = { end: wire.tap(`b${each}`), clock, random, name: `b${each}`, answerAfterMs: boardAnswersAfterMs };
    const machine = createSimulatedBoard(settings, world);
    if (each < dead) machine.act({ type: 'power', on: false });
  }
  const loop = new NaiveLoop(clock, wire.makePort(), boards);
  const running = loop.run();
  await clock.advance(5000);
  const startMs = clock.monotonicMs();
  let left = boards - dead;
  for (let each = dead; each < boards; each += 1) loop.show(each, ticketNumber(each), () => (left -= 1));
  await clock.until(() => left === 0, 600_000);
  const refreshMs = clock.monotonicMs() - startMs;
  const callShownMs: number[] = [];
  for (let each = 0; each < callRounds; each += 1) {
    await clock.advance(random() * refreshMs);
    const calledMs = clock.monotonicMs();
    let shown = false;
    loop.show(dead + Math.floor(random() * (boards - dead)), ticketNumber(500 + each), () => {
      shown = true;
    });
    await clock.until(() => shown, 600_000);
    callShownMs.push(clock.monotonicMs() - calledMs);
  }
  loop.stop();
  await clock.advance(20_000);
  await running;
  return { refreshMs, callShownMs };
}
