/** What a scenario is, and how it says what it found. */

import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import type { HotPlug } from '../../../../drivers/port/hot-plug.ts';
import { PortLink } from '../../../../drivers/port/port-link.ts';
import type { PortOptions } from '../../../../drivers/port/port-options.ts';
import { makePort } from '../../../../drivers/port/registry.ts';
import { seededRandom } from '../../../../drivers/random.ts';
import type { Monitor } from './monitor.ts';

export interface Bench {
  readonly monitor: Monitor;
  readonly hotPlug: HotPlug;
  /** Rounds that the soak runs. */
  readonly rounds: number;
  /** A figure for a person; nothing is asserted on it. */
  note(text: string): void;
  /** Runs at the scenario's end, well or not, last first. */
  atEnd(undo: () => unknown): void;
}

export interface Scenario {
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

const patienceMs = 60_000;

/** Waits for what must come; a scenario fails when it does not. No test asserts how soon. */
export async function until(what: string | (() => string), done: () => boolean, limitMs = patienceMs): Promise<void> {
  for (const startMs = performance.now(); !done(); await wait(5)) {
    if (performance.now() - startMs > limitMs)
      throw new Error(`waited in vain: ${typeof what === 'string' ? what : what()}`);
  }
}

export function same(what: string, found: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: found ${left}, wanted ${right}`);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A link on a real port, with what it heard. */
export interface Heard {
  readonly link: PortLink;
  /** Each report or chunk in hex. */
  readonly data: string[];
  readonly events: string[];
  /** Does that, waits for an opening after it began, and gives the time from its beginning to there. */
  backAfter(act: () => unknown): Promise<number>;
}

export function listen(bench: Bench, name: string, options: PortOptions): Heard {
  const world = { clock: systemClock, random: seededRandom(1), log: silentLog };
  const link = new PortLink(world, { name, makePort: makePort(options, world) });
  const data: string[] = [];
  const events: string[] = [];
  let upAtMs = 0;
  link.opened.on(() => {
    upAtMs = performance.now();
    events.push('up');
  });
  link.down.on((error) => events.push(`down ${error.code}`));
  link.received.on((bytes) => data.push(hex(bytes)));
  const stop = bench.hotPlug.changed.on(() => link.poke());
  bench.atEnd(async () => {
    stop();
    await link.close();
  });
  link.start();
  return {
    link,
    data,
    events,
    backAfter: async (act) => {
      const startMs = performance.now();
      const before = link.counters.opened;
      await act();
      await until(
        `${name} opens again (${link.lastError?.message ?? link.state})`,
        () => link.counters.opened > before,
      );
      return Math.round(upAtMs - startMs);
    },
  };
}
