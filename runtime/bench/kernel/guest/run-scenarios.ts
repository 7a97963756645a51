/** Runs the scenarios inside the guest: one `ok NAME` or `not ok NAME` a line, at the end the count. */

import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import { HotPlug } from '../../../../drivers/port/hot-plug.ts';
import type { BenchOptions } from './bench-options.ts';
import { boardScenarios } from './board-scenarios.ts';
import { boxScenarios } from './box-scenarios.ts';
import { hallScenarios } from './hall-scenarios.ts';
import { hidScenarios } from './hid-scenarios.ts';
import { Monitor } from './monitor.ts';
import { padScenarios } from './pad-scenarios.ts';
import { printScenarios } from './print-scenarios.ts';
import { printerScenarios } from './printer-scenarios.ts';
import type { Bench, Scenario } from './scenario.ts';
import { serialScenarios } from './serial-scenarios.ts';
import { soakScenarios } from './soak-scenarios.ts';

const shortRounds = 8;
const longRounds = 1000;
/** A long repetition prints how far it is. */
const tellEvery = 20;

const allScenarios: readonly Scenario[] = [
  ...hidScenarios,
  ...serialScenarios,
  ...printerScenarios,
  ...padScenarios,
  ...printScenarios,
  ...boardScenarios,
  ...hallScenarios,
  ...boxScenarios,
  ...soakScenarios,
];

/** Gives the exit code: 0 when all that were chosen passed every time. */
export async function runScenarios({ long, times, names }: BenchOptions): Promise<number> {
  const chosen =
    names.length === 0 ? allScenarios : allScenarios.filter(({ name }) => names.some((part) => name.includes(part)));
  const monitor = new Monitor();
  const hotPlug = new HotPlug({ clock: systemClock, random: Math.random, log: silentLog });
  hotPlug.start();
  console.log(`the bench's program was loaded in ${seconds(performance.now())}`);
  const bench = { monitor, hotPlug, rounds: long ? longRounds : shortRounds };
  let failed = 0;
  for (const scenario of chosen) {
    const passed = times === 1 ? await runOnce(scenario, bench) : await runTimes(scenario, bench, times);
    if (!passed) failed += 1;
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  hotPlug.close();
  monitor.close();
  return failed === 0 && chosen.length > 0 ? 0 : 1;
}

interface Outcome {
  readonly fault: string | undefined;
  readonly notes: readonly string[];
  readonly tookMs: number;
}

type World = Pick<Bench, 'monitor' | 'hotPlug' | 'rounds'>;

async function run(scenario: Scenario, world: World): Promise<Outcome> {
  const startMs = performance.now();
  const notes: string[] = [];
  const undo: (() => unknown)[] = [];
  const faults: unknown[] = [];
  try {
    await scenario.run({ ...world, note: (text) => notes.push(text), atEnd: (step) => undo.push(step) });
  } catch (error) {
    faults.push(error);
  }
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      faults.push(error);
    }
  }
  const fault = faults.map((each) => (each instanceof Error ? each.message : String(each))).join('; at the end: ');
  return { fault: faults.length === 0 ? undefined : fault, notes, tookMs: performance.now() - startMs };
}

async function runOnce(scenario: Scenario, world: World): Promise<boolean> {
  const { fault, notes, tookMs } = await run(scenario, world);
  console.log(`${fault === undefined ? 'ok' : 'not ok'} ${scenario.name} (${seconds(tookMs)})`);
  for (const note of notes) console.log(`     ${note}`);
  if (fault !== undefined) console.log(`     ${fault}`);
  return fault === undefined;
}

/** Says each run that failed, and in between how far it is. */
async function runTimes(scenario: Scenario, world: World, times: number): Promise<boolean> {
  let passed = 0;
  const tookMs: number[] = [];
  for (let time = 1; time <= times; time += 1) {
    const outcome = await run(scenario, world);
    tookMs.push(outcome.tookMs);
    if (outcome.fault === undefined) passed += 1;
    else console.log(`     run ${time}: ${outcome.fault}`);
    if (time % tellEvery === 0 && time < times) console.log(`     ${passed} of ${time}`);
  }
  tookMs.sort((one, other) => one - other);
  const [median, longest] = [tookMs[Math.floor(times / 2)] ?? 0, tookMs.at(-1) ?? 0];
  console.log(
    `${passed === times ? 'ok' : 'not ok'} ${scenario.name}: ${passed} of ${times} (median ${seconds(median)}, longest ${seconds(longest)})`,
  );
  return passed === times;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
