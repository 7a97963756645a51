/** Plugging for years: nothing may grow. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Heard, listen, type Scenario, same, until } from './scenario.ts';
import { descriptors, Uhid } from './uhid.ts';

interface Use {
  readonly rssMb: number;
  readonly files: number;
  readonly threads: number;
}

function use(): Use {
  (globalThis as { gc?: () => void }).gc?.();
  const threads = /Threads:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return {
    rssMb: Math.round(process.memoryUsage().rss / 104_857.6) / 10,
    files: readdirSync('/proc/self/fd').length,
    threads: Number(threads),
  };
}

const show = ({ rssMb, files, threads }: Use) => `${rssMb} MB, ${files} files, ${threads} threads`;
/** What a heap may breathe between two looks. */
const slackMb = 16;

async function round(heard: Heard, key: number): Promise<void> {
  const pad = new Uhid({ name: 'Soak', vid: 0x1234, pid: 0x99, descriptor: descriptors.vendorPad });
  await until('it opens', () => heard.link.state === 'open');
  pad.input(1, key, 0, 0, 0, 0, 0, 0);
  await until('the press', () => heard.data.length === 1);
  same('the press', heard.data.splice(0)[0]?.slice(0, 4), `01${key.toString(16).padStart(2, '0')}`);
  pad.unplug();
  await until('the loss', () => heard.link.state !== 'open');
  heard.events.length = 0;
}

const padSoak: Scenario = {
  name: 'soak: a pad plugged and pulled, one press each time; memory, files and threads stay',
  async run(bench) {
    const heard = listen(bench, 'pad', { kind: 'hid', vid: 0x1234, pid: 0x99 });
    // The first rounds fill what fills once: compiled code, pools, the library's threads.
    const warmUp = Math.max(5, Math.round(bench.rounds / 10));
    for (let key = 0; key < warmUp; key += 1) await round(heard, key % 256);
    const before = use();
    const startMs = performance.now();
    for (let key = 0; key < bench.rounds; key += 1) await round(heard, key % 256);
    const after = use();
    bench.note(`${bench.rounds} rounds, ${Math.round((performance.now() - startMs) / bench.rounds)} ms each`);
    bench.note(`before: ${show(before)}; after: ${show(after)}`);
    same('files', after.files, before.files);
    same('threads', after.threads, before.threads);
    if (after.rssMb > before.rssMb + slackMb) throw new Error('memory grows');
  },
};

export const soakScenarios: readonly Scenario[] = [padSoak];
