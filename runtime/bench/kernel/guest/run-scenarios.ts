/** Runs the scenarios inside the guest: one `ok NAME` or `not ok NAME` a line, at the end the count. */

import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import { HotPlug } from '../../../../drivers/port/hot-plug.ts';
import { type BenchOptions, readOptions } from './bench-options.ts';
import { Monitor } from './monitor.ts';
import type { Bench, Scenario } from './scenario.ts';

const shortRounds = 8;
const longRounds = 1000;
/** A long repetition prints how far it is. */
const tellEvery = 20;

/** By the word that their names begin with, in the order in which they run. Each is loaded while the one before it runs. */
const groups: Readonly<Record<string, () => Promise<readonly Scenario[]>>> = {
  hid: async () => (await import('./hid-scenarios.ts')).hidScenarios,
  serial: async () => (await import('./serial-scenarios.ts')).serialScenarios,
  printer: async () => (await import('./printer-scenarios.ts')).printerScenarios,
  pad: async () => (await import('./pad-scenarios.ts')).padScenarios,
  scanner: async () => (await import('./scanner-scenarios.ts')).scannerScenarios,
  print: async () => (await import('./print-scenarios.ts')).printScenarios,
  board: async () => (await import('./board-scenarios.ts')).boardScenarios,
  box: async () => (await import('./box-scenarios.ts')).boxScenarios,
  soak: async () => (await import('./soak-scenarios.ts')).soakScenarios,
  hall: async () => (await import('./hall-scenarios.ts')).hallScenarios,
};

/** Gives the exit code: 0 when all that were chosen passed every time. */
async function runScenarios({ long, times, names }: BenchOptions): Promise<number> {
  const monitor = new Monitor();
  const hotPlug = new HotPlug({ clock: systemClock, random: Math.random, log: silentLog });
  hotPlug.start();
  console.log(`the first scenario begins ${seconds(performance.now())} after the start of its program`);
  const bench = { monitor, hotPlug, rounds: long ? longRounds : shortRounds };
  let [passed, failed] = [0, 0];
  for await (const scenarios of inTurn(Object.keys(groups).filter((group) => mayHave(group, names))))
    for (const scenario of scenarios) {
      if (names.length > 0 && !names.some((part) => scenario.name.includes(part))) continue;
      const well = times === 1 ? await runOnce(scenario, bench) : await runTimes(scenario, bench, times);
      if (well) passed += 1;
      else failed += 1;
    }
  console.log(`${passed} passed, ${failed} failed, after ${seconds(performance.now())}`);
  hotPlug.close();
  monitor.close();
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Whether a scenario of that group may have one of these parts in its name; a part that names another group is not in it. */
function mayHave(group: string, parts: readonly string[]): boolean {
  return parts.length === 0 || parts.some((part) => (/^(\w+):/.exec(part)?.[1] ?? group) === group);
}

async function* inTurn(chosen: readonly string[]): AsyncGenerator<readonly Scenario[]> {
  const load = (at: number) => {
    const loading = groups[chosen[at] ?? '']?.();
    // Its failure is thrown where it is awaited.
    loading?.catch(() => {});
    return loading;
  };
  let next = load(0);
  for (let at = 0; at < chosen.length; at += 1) {
    const scenarios = (await next) ?? [];
    next = load(at + 1);
    yield scenarios;
  }
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

if (import.meta.main) process.exit(await runScenarios(readOptions(process.argv.slice(2))));
