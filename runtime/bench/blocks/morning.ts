/**
 * The hub is away for a morning and all kiosks go on by their blocks (F1, F7, F8, F18); then it comes back. In virtual
 * time. `npm run morning -- KIOSKS MINUTES SEED` prints what came of it; the short form is a test.
 */
import { strict as assert } from 'node:assert';
import path from 'node:path';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import { VirtualHall } from '../../testing/worlds/virtual-hall.ts';

export interface MorningPlan {
  readonly kiosks: number;
  readonly minutes: number;
  /** Presses at each kiosk while the hub is away; a block has 20 numbers. */
  readonly rounds: number;
  readonly seed: number;
}

export interface Morning {
  readonly papers: number;
  readonly fromBlocks: number;
  /** Between the finger and the time in the journal. */
  readonly worstPressErrorMs: number;
  readonly mergedWithinMs: number;
  readonly firstCalls: number;
}

const minuteMs = 60_000;
const numberPattern = /[A-Z]\d{3,5}/;

/** Throws at the first promise that does not hold. */
export async function runMorning({ kiosks: count, minutes, rounds, seed }: MorningPlan): Promise<Morning> {
  const kiosks = Array.from({ length: count }, (_, index) => `k${index + 1}`);
  const hall = new VirtualHall(await hallWith(kiosks), seed);
  await hall.start();
  await hall.clock.advance(40_000);
  const ours = new World(hall);
  // Two prefixes, two days.
  assert.equal(ours.events('BlockLeased').length, count * 4, 'every kiosk holds its blocks');
  await hall.run(hall.world.setHub(false));
  const pressed: number[] = [];
  const press = (kiosk: string, key: string) => {
    ours.press(kiosk, key);
    // Impatient: the panel is locked until the paper is out.
    ours.press(kiosk, key);
    pressed.push(hall.clock.wallMs());
  };
  const roundMs = (minutes * minuteMs) / rounds;
  for (let round = 0; round < rounds; round += 1) {
    const from = hall.clock.monotonicMs();
    for (const [index, kiosk] of kiosks.entries()) {
      press(kiosk, round % 2 === 0 ? '1' : '2');
      await hall.clock.advance(300 + (index % 7) * 30);
    }
    await hall.clock.advance(Math.max(10_000, roundMs - (hall.clock.monotonicMs() - from)));
  }
  // One box loses its power, and comes back without a hub.
  await hall.run(hall.world.setNode('k1', false));
  await hall.run(hall.world.setNode('k1', true));
  await hall.clock.advance(5_000);
  press('k1', '1');
  await hall.clock.advance(10_000);
  for (const kiosk of kiosks) assert.notEqual(ours.lamp(kiosk, '1'), 'off', `${kiosk} still gives numbers`);
  await hall.run(hall.world.setHub(true));
  const backMs = hall.clock.monotonicMs();
  for (let ms = 0; ours.waiting().length < pressed.length && ms < 120_000; ms += 100) await hall.clock.advance(100);
  const mergedWithinMs = hall.clock.monotonicMs() - backMs;
  const papers = kiosks.flatMap((kiosk) => ours.numbers(kiosk));
  assert.equal(papers.length, pressed.length, 'one paper a press');
  assert.equal(new Set(papers).size, papers.length, 'no number twice');
  assert.deepEqual(ours.waiting().toSorted(), papers.toSorted(), 'every paper waits, and nothing else does');
  assert.equal(ours.events('CommandRefused').length, 0, 'nothing refused');
  const issued = ours.events('TicketIssued').filter(({ lease }) => lease !== undefined);
  assert.equal(issued.length, pressed.length, 'each paper is in the journal once');
  const pressedAt = new Map(issued.map(({ ticket, happenedAt }) => [String(ticket), Number(happenedAt)]));
  const inOrder = [...pressedAt.values()].toSorted((a, b) => a - b);
  const worstPressErrorMs = Math.max(...pressed.map((at, index) => Math.abs((inOrder[index] ?? 0) - at)));
  const calls = (await ours.call(5)).map((ticket) => pressedAt.get(ticket) ?? 0);
  assert.deepEqual(
    calls,
    inOrder.slice(0, calls.length),
    'called in the order of the presses, whatever kiosk they were at',
  );
  return {
    papers: papers.length,
    fromBlocks: issued.length,
    worstPressErrorMs,
    mergedWithinMs,
    firstCalls: calls.length,
  };
}

/** The small hall with so many boxes like its one kiosk. */
async function hallWith(ids: readonly string[]): Promise<HallConfig> {
  const small = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));
  const [kiosk, ...others] = small.file.nodes;
  if (kiosk === undefined) throw new Error('the small hall has no kiosk');
  const nodes = ids.map((id) => ({ ...kiosk, id, devices: kiosk.devices.map((device) => ({ ...device, id })) }));
  return { ...small, file: { ...small.file, nodes: [...nodes, ...others] } };
}

class World {
  #hall: VirtualHall;

  constructor(hall: VirtualHall) {
    this.#hall = hall;
  }

  press(kiosk: string, key: string): void {
    this.#hall.hardware.machine(kiosk, 'panel').act({ type: 'press', key });
  }

  /** On paper, oldest first. */
  numbers(kiosk: string): readonly string[] {
    const look = this.#hall.hardware.machine(kiosk, 'printer').look() as {
      readonly papers: readonly { readonly text: readonly string[] }[];
    };
    return look.papers.flatMap(
      ({ text }) => text.map((line) => numberPattern.exec(line)?.[0]).find((each) => each) ?? [],
    );
  }

  lamp(kiosk: string, key: string): string | undefined {
    const look = this.#hall.hardware.machine(kiosk, 'panel').look() as {
      readonly keys: readonly { readonly key: string; readonly lamp: string }[];
    };
    return look.keys.find((each) => each.key === key)?.lamp;
  }

  events(type: string) {
    return this.#hall.journal().filter((event) => event.type === type);
  }

  waiting(): readonly string[] {
    const { tickets } = this.#hall.desk().snapshot();
    return tickets.flatMap(({ stage, number }) => (stage === 'waiting' ? [number] : []));
  }

  /** The first window opens and calls so many, one after the other. */
  async call(count: number): Promise<readonly string[]> {
    const pad = this.#hall.hardware.machines.find(({ part, window }) => part === 'pad' && window === 'w1');
    const key = async (name: string, ms: number) => {
      pad?.act({ type: 'press', key: name });
      await this.#hall.clock.advance(ms);
    };
    await key('open', 3_000);
    for (let call = 0; call < count; call += 1) {
      await key('next', 15_000);
      await key('complete', 3_000);
    }
    return this.events('TicketCalled').map(({ ticket }) => String(ticket));
  }
}

if (process.argv[1] === import.meta.filename) {
  const [kiosks = 40, minutes = 180, seed = 21] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const result = await runMorning({ kiosks, minutes, rounds: 12, seed });
  console.log(`${kiosks} kiosks, the hub away for ${minutes} min, seed ${seed}`);
  console.table([{ ...result, seconds: Math.round((performance.now() - began) / 1000) }]);
}
