/** Bench part `nodes`: a thousand nodes on one hub, over real connections; what a command takes there and back. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';
import { bigHall } from './big-hall.ts';
import type { CrowdReport, CrowdTask } from './crowd.ts';
import { HallProcesses } from './hall-processes.ts';

const crowdFile = path.resolve(import.meta.dirname, 'crowd.ts');
const crowds = 2;
const asks = 1_000;
const asksASecond = 100;
const startLimitMs = 120_000;
const lookEveryMs = 20;
const targetMs = 50;

export const nodes: BenchPart = {
  async run(): Promise<readonly BenchTable[]> {
    const rows: BenchTable['rows'][number][] = [];
    for (const count of [100, 1_000]) rows.push(await measure(count));
    return [
      {
        title: `Nodes on one hub: a command there and back, ${asksASecond} a second, ${asks} in all, each from another node`,
        rows,
        notes: [
          'hub with its broker in one process, the nodes in two others: real bus, outbox and presence, over stores in memory',
          'all again: the hub is killed (kill -9) and started; from its start until the last node sees it fresh',
        ],
      },
    ];
  },
};

async function measure(count: number): Promise<BenchTable['rows'][number]> {
  const hall = bigHall({ kiosks: 1, windows: 20 });
  const processes = new HallProcesses({ hall, processes: [] });
  const children: Crowd[] = [];
  try {
    await processes.start();
    const from = performance.now();
    for (let n = 0; n < crowds; n++)
      children.push(new Crowd(processes.hallId, processes.brokerUrl, (n * count) / crowds, count / crowds));
    await all(children, count);
    const connectedMs = performance.now() - from;
    const before = processes.costs().get('hub');
    const share = asks / crowds;
    const service = (hall.services as readonly { readonly id: string }[])[0]?.id ?? '';
    const results = await Promise.all(
      children.map((each) => each.ask({ service, asks: share, everyMs: (1_000 * crowds) / asksASecond })),
    );
    const after = processes.costs().get('hub');
    const took = results.flatMap(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    const at = (part: number) =>
      Number((took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? Number.NaN).toFixed(1));
    await processes.kill('hub', 'SIGKILL');
    await all(children, 0);
    const again = performance.now();
    await processes.startHub();
    await all(children, count);
    return {
      nodes: count,
      answered: took.length,
      refused: results.reduce((sum, { refused }) => sum + refused, 0),
      'median ms': at(0.5),
      'p99 ms': at(0.99),
      'max ms': at(1),
      'target p99': targetMs,
      'hub ms of processor each': Number((((after?.cpuMs ?? 0) - (before?.cpuMs ?? 0)) / asks).toFixed(2)),
      'hub MB': Math.round(after?.rssMb ?? Number.NaN),
      'all there ms': Math.round(connectedMs),
      'all again ms': Math.round(performance.now() - again),
    };
  } finally {
    await Promise.all(children.map((each) => each.end()));
    await processes.stop();
  }
}

class Crowd {
  connected = 0;
  #child: ChildProcess;
  #done: ((result: { readonly tookMs: readonly number[]; readonly refused: number }) => void) | undefined;

  constructor(hall: string, url: string, from: number, count: number) {
    this.#child = fork(crowdFile, [hall, url, String(from), String(count)]);
    this.#child.on('message', (report: CrowdReport) => {
      if ('connected' in report) this.connected = report.connected;
      else this.#done?.(report);
    });
  }

  ask(task: CrowdTask): Promise<{ readonly tookMs: readonly number[]; readonly refused: number }> {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#child.once('exit', (code) => reject(new Error(`a crowd ended with ${code}`)));
      this.#child.send(task);
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

async function all(children: readonly Crowd[], count: number): Promise<void> {
  const endMs = performance.now() + startLimitMs;
  const connected = () => children.reduce((sum, each) => sum + each.connected, 0);
  while (connected() !== count) {
    if (performance.now() > endMs)
      throw new Error(`${connected()} of ${count} nodes see the hub after ${startLimitMs} ms`);
    await sleep(systemClock, lookEveryMs);
  }
}
