/** Runs the scenarios inside the guest: one `ok NAME` or `not ok NAME` a line, at the end the count. */

import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import { HotPlug } from '../../../../drivers/port/hot-plug.ts';
import { boardScenarios } from './board-scenarios.ts';
import { boxScenarios } from './box-scenarios.ts';
import { hallScenarios } from './hall-scenarios.ts';
import { hidScenarios } from './hid-scenarios.ts';
import { Monitor } from './monitor.ts';
import { padScenarios } from './pad-scenarios.ts';
import { printScenarios } from './print-scenarios.ts';
import { printerScenarios } from './printer-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { serialScenarios } from './serial-scenarios.ts';
import { soakScenarios } from './soak-scenarios.ts';

const shortRounds = 8;
const longRounds = 1000;

export async function runScenarios(args: readonly string[]): Promise<number> {
  const long = args.includes('--long');
  const wanted = args.filter((each) => !each.startsWith('--'));
  const all: Scenario[] = [
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
  const chosen = wanted.length === 0 ? all : all.filter(({ name }) => wanted.some((word) => name.includes(word)));
  const monitor = new Monitor();
  const hotPlug = new HotPlug({ clock: systemClock, random: Math.random, log: silentLog });
  hotPlug.start();
  let failed = 0;
  for (const scenario of chosen) {
    const startMs = performance.now();
    const notes: string[] = [];
    const undo: (() => unknown)[] = [];
    let fault: unknown;
    try {
      await scenario.run({
        monitor,
        hotPlug,
        rounds: long ? longRounds : shortRounds,
        note: (text) => notes.push(text),
        atEnd: (step) => undo.push(step),
      });
    } catch (error) {
      fault = error;
    }
    for (const step of undo.reverse()) {
      try {
        await step();
      } catch (error) {
        fault ??= error;
      }
    }
    if (fault !== undefined) failed += 1;
    const took = `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
    console.log(`${fault === undefined ? 'ok' : 'not ok'} ${scenario.name} (${took})`);
    for (const note of notes) console.log(`     ${note}`);
    if (fault !== undefined) console.log(`     ${fault instanceof Error ? fault.message : String(fault)}`);
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  hotPlug.close();
  monitor.close();
  return failed === 0 && chosen.length > 0 ? 0 : 1;
}
