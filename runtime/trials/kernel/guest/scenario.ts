/** What a scenario is, and how it says what it found. */
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../../drivers/clock.ts';
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
  /** Not yet green on every machine: runs only when it is asked for by name. */
  readonly onlyWhenNamed?: boolean;
  run(bench: Bench): Promise<void>;
}

const patienceMs = 20_000;

/** Waits for what must come; a scenario fails when it does not. No test asserts how soon. */
export async function until(what: string, done: () => boolean): Promise<void> {
  for (const startMs = performance.now(); !done(); await wait(5)) {
    if (performance.now() - startMs > patienceMs) throw new Error(`waited in vain: ${what}`);
  }
}

export function same(what: string, found: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: found ${left}, wanted ${right}`);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function gadget(...words: string[]): void {
  execFileSync('sh', [fileURLToPath(new URL('./gadget.sh', import.meta.url)), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A link on a real port, with what it heard. */
export interface Heard {
  readonly link: PortLink;
  /** Each report or chunk in hex. */
  readonly data: string[];
  readonly events: string[];
  /** Waits for the next opening; gives its time since now. */
  reopened(): Promise<number>;
}

export function listen(bench: Bench, name: string, options: PortOptions): Heard {
  const world = { clock: systemClock };
  const link = new PortLink(name, makePort(options, world), { clock: systemClock, random: seededRandom(1) });
  const data: string[] = [];
  const events: string[] = [];
  link.subscribe({
    up: () => events.push('up'),
    down: (error) => events.push(`down ${error.code}`),
    data: (bytes) => data.push(hex(bytes)),
  });
  const stop = bench.hotPlug.onChange(() => link.poke());
  bench.atEnd(async () => {
    stop();
    await link.close();
  });
  link.start();
  return {
    link,
    data,
    events,
    reopened: async () => {
      const startMs = performance.now();
      const before = link.counters.opened;
      await until(
        `${name} opens again (${link.lastError?.message ?? link.state})`,
        () => link.counters.opened > before,
      );
      return Math.round(performance.now() - startMs);
    },
  };
}
