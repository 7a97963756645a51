/**
 * `npm run soak -- [--minutes N]`: a hall in processes works for so long, its boxes and its hub killed now and then; what each
 * process holds is printed as a table and has to stay flat. Exit code 1 when something grew.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { type Random, seededRandom } from '../../../drivers/random.ts';
import { askStatus, statusSocketPath } from '../../boot/status-socket.ts';
import type { BenchMachine } from '../../web/needs.ts';
import { bigHall } from './big-hall.ts';
import { HallProcesses } from './hall-processes.ts';

const kiosks = 4;
const windows = 8;
const stepMs = 500;
const samples = 12;
/** Of the samples, the first are warming up. */
const warmSamples = 4;
const growthMb = 15;
const growthFiles = 4;
const outboxLimit = 40;
const settleMs = 5_000;
const clerkKeys = ['next', 'start', 'complete'] as const;

interface Sample {
  readonly minute: number;
  readonly name: string;
  readonly rssMb: number;
  readonly files: number;
  readonly outbox: number;
}

export interface Soaked {
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly problems: readonly string[];
  readonly said: string;
}

export async function soak(minutes: number, seed: number): Promise<Soaked> {
  const random = seededRandom(seed);
  const hall = bigHall({ kiosks, windows });
  const ids = hall.nodes.map(({ id }) => id);
  const processes = new HallProcesses({ hall, processes: ids.map((id) => [id]) });
  const taken: Sample[] = [];
  let kills = 0;
  let acts = 0;
  try {
    await processes.start();
    for (const pad of processes.machines.filter(({ part }) => part === 'pad')) press(pad, 'open');
    const startedMs = performance.now();
    for (let sample = 0; sample < samples; sample++) {
      const endMs = startedMs + ((sample + 1) * minutes * 60_000) / samples;
      while (performance.now() < endMs) {
        act(processes.machines, random);
        acts += 1;
        await sleep(systemClock, stepMs);
      }
      taken.push(...(await look(processes, ids, (performance.now() - startedMs) / 60_000)));
      // Every other time one box loses its power, and once the hub; what is new after a restart is compared with what was new.
      if (sample % 2 === 0 && sample < samples - warmSamples) {
        const victim = sample === 2 ? 'hub' : (ids[Math.floor(random() * ids.length)] ?? '');
        await processes.kill(victim, 'SIGKILL');
        await (victim === 'hub' ? processes.startHub() : processes.startNodes([victim]));
        kills += 1;
      }
    }
    await sleep(systemClock, settleMs);
    const last = await look(processes, ids, minutes);
    const journal = statSync(path.join(processes.folder, 'hall.sqlite')).size;
    const said = `${acts} keys pressed, ${kills} processes killed (kill -9), journal ${(journal / 2 ** 20).toFixed(1)} MB, seed ${seed}`;
    return { ...judge(taken, last), said };
  } finally {
    await processes.stop();
  }
}

function act(machines: readonly BenchMachine[], random: Random): void {
  const panels = machines.filter(({ part }) => part === 'panel');
  const pads = machines.filter(({ part }) => part === 'pad');
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  press(one(panels), String(1 + Math.floor(random() * 8)));
  press(one(pads), one(clerkKeys) ?? 'next');
}

function press(machine: BenchMachine | undefined, key: string): void {
  machine?.act({ type: 'press', key });
}

async function look(processes: HallProcesses, ids: readonly string[], minute: number): Promise<Sample[]> {
  const costs = processes.costs();
  const outboxes = await Promise.all(ids.map((id) => askStatus(statusSocketPath(processes.folder, id))));
  return [...costs].map(([name, { rssMb, files }]) => ({
    minute,
    name,
    rssMb,
    files,
    outbox: outboxes[ids.indexOf(name)]?.outbox ?? 0,
  }));
}

function judge(taken: readonly Sample[], last: readonly Sample[]): Pick<Soaked, 'rows' | 'problems'> {
  const problems: string[] = [];
  const rows = last.map(({ name, rssMb, files, outbox }) => {
    const mine = taken.filter((each) => each.name === name).slice(warmSamples);
    const first = mine[0];
    const mostMb = Math.max(rssMb, ...mine.map((each) => each.rssMb));
    const grown = rssMb - (first?.rssMb ?? rssMb);
    if (grown > growthMb) problems.push(`${name}: memory grew by ${Math.round(grown)} MB`);
    if (files - (first?.files ?? files) > growthFiles)
      problems.push(`${name}: ${files} files open, ${first?.files} before`);
    if (outbox > outboxLimit) problems.push(`${name}: ${outbox} events wait in its outbox`);
    return {
      process: name,
      'MB warm': Math.round(first?.rssMb ?? Number.NaN),
      'MB at the end': Math.round(rssMb),
      'MB at most': Math.round(mostMb),
      'files warm': first?.files ?? 0,
      'files at the end': files,
      'outbox at most': Math.max(outbox, ...mine.map((each) => each.outbox)),
      'outbox at the end': outbox,
    };
  });
  return { rows, problems };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes ?? 10);
  const { rows, problems, said } = await soak(minutes, Number(values.seed ?? Date.now() % 100_000));
  console.log(`\nA hall of ${kiosks} kiosks and ${windows} windows at work for ${minutes} minutes: ${said}`);
  console.table(rows);
  for (const problem of problems) console.log(`  ${problem}`);
  process.exit(problems.length > 0 ? 1 : 0);
}
