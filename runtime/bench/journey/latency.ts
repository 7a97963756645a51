/**
 * How long a person waits for the machine: from the key's report to the first byte of the ticket, and from the clerk's key to
 * the first byte to the board, with real MQTT, SQLite outbox and journal in between. Once as a hall is (hub with its broker, boxes
 * and machines in processes of their own), once with everything in one process, which is what a demo gives.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadHall } from '../../../config/load.ts';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { startDemo } from '../../boot/demo.ts';
import type { BenchMachine } from '../../web/needs.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';
import { type BigHall, bigHall } from '../hall/big-hall.ts';
import { HallProcesses } from '../hall/hall-processes.ts';
import type { ProcessCost } from '../hall/process-cost.ts';
import { byteTable } from '../printers/byte-table.ts';

export interface LatencySize {
  readonly kiosks: number;
  readonly windows: number;
  /** Presses, and then calls. */
  readonly acts: number;
}

const full: LatencySize = { kiosks: 40, windows: 200, acts: 200 };
const everyMs = 50;
const lateMs = 3_000;
/** Boxes wait for their disks side by side, as far as this machine has room for processes. */
const kiosksAProcess = 10;
const windowNodesAProcess = 5;
const openLimitMs = 60_000;
/** Status questions to a printer and lamps are shorter; a ticket's first write is not. */
const ticketBytes = 32;
const ticketNumber = /[A-Z]\d{4}/;

export const latency: BenchPart = {
  async run(): Promise<readonly BenchTable[]> {
    return [...(await latencyTables(full)), await byteTable()];
  },
};

export async function latencyTables(size: LatencySize): Promise<readonly BenchTable[]> {
  const apart = await inProcesses(size);
  const together = await inOneProcess(size);
  const sizes = `${size.kiosks} kiosks at ${1000 / everyMs} presses a second; ${size.windows} windows at ${1000 / everyMs} calls a second`;
  return [
    {
      title: `Latency in ms on this machine (${sizes})`,
      rows: [
        row('key -> first ticket byte, processes as in a hall', apart.paper, size.acts),
        row('call key -> first board byte, processes as in a hall', apart.board, size.acts),
        row('key -> first ticket byte, all in one process', together.paper, size.acts),
        row('call key -> first board byte, all in one process', together.board, size.acts),
      ],
      notes: [
        `fsync of one page on this disk: ${fsyncMs().toFixed(2)} ms (mean of 50); a ticket waits for three (ask, journal, print job), a call for two`,
        'the key counts from its report, so a pad’s own debounce is not in it; between processes, the bytes’ way to the machine is',
      ],
    },
    { title: 'What one press and one call cost the machine, heartbeats and polling included', rows: apart.costs },
  ];
}

interface Measured {
  readonly paper: readonly number[];
  readonly board: readonly number[];
}

async function inProcesses(size: LatencySize): Promise<Measured & { readonly costs: BenchTable['rows'] }> {
  const hall = bigHall(size);
  const watch = new FirstBytes();
  const kiosks = inProcessesOf(kiosksAProcess, hall, 'k');
  const windows = inProcessesOf(windowNodesAProcess, hall, 'n');
  const processes = new HallProcesses({
    hall,
    processes: [...kiosks, ...windows],
    tap: (port, way, bytes) => {
      if (way === 'to-machine') watch.saw(port, bytes);
    },
  });
  try {
    await processes.start();
    const act = new Acts(processes.machines, watch, size, () => openWindows(processes.url));
    const costs: ReadonlyMap<string, ProcessCost>[] = [processes.costs()];
    const paper = await act.keyToPaper();
    costs.push(processes.costs());
    await act.openAll();
    costs.push(processes.costs());
    const board = await act.callToBoard();
    costs.push(processes.costs());
    const rows = [
      costRow('a press, hub and broker', costs.slice(0, 2), [['hub']], size.acts),
      costRow('a press, all kiosks', costs.slice(0, 2), kiosks, size.acts),
      costRow('a call, hub and broker', costs.slice(2), [['hub']], size.acts),
      costRow('a call, all windows', costs.slice(2), windows, size.acts),
    ];
    return { paper, board, costs: rows };
  } finally {
    await processes.stop();
  }
}

async function inOneProcess(size: LatencySize): Promise<Measured> {
  const watch = new FirstBytes();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'halld-latency-'));
  const file = path.join(folder, 'hall.yaml');
  writeFileSync(file, JSON.stringify(bigHall(size)));
  const demo = await startDemo({
    config: await loadHall(file),
    clock: systemClock,
    log: silentLog,
    seed: 1,
    heard: (port, direction, bytes) => {
      if (direction === 'out') watch.saw(port, bytes);
    },
  });
  try {
    const there = () => demo.desk()?.snapshot();
    await demo.journey.wait(
      'every node is there',
      () => there()?.nodes.every(({ state }) => state !== 'unknown') ?? false,
      openLimitMs,
    );
    await sleep(systemClock, lateMs);
    const act = new Acts(demo.machines, watch, size, async () => there()?.windows.filter(isOpen).length ?? 0);
    const paper = await act.keyToPaper();
    await act.openAll();
    return { paper, board: await act.callToBoard() };
  } finally {
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function inProcessesOf(many: number, hall: BigHall, prefix: string): string[][] {
  const ids = hall.nodes.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => id);
  return Array.from({ length: Math.ceil(ids.length / many) }, (_, at) => ids.slice(at * many, (at + 1) * many));
}

/** Port name to what waits for its next byte that matters. */
class FirstBytes {
  #waiting = new Map<string, { readonly matters: (bytes: Uint8Array) => boolean; readonly told: () => void }>();

  next(port: string, matters: (bytes: Uint8Array) => boolean, told: () => void): void {
    this.#waiting.set(port, { matters, told });
  }

  saw(port: string, bytes: Uint8Array): void {
    const waiting = this.#waiting.get(port);
    if (waiting?.matters(bytes) !== true) return;
    this.#waiting.delete(port);
    waiting.told();
  }
}

class Acts {
  #machines: readonly BenchMachine[];
  #watch: FirstBytes;
  #size: LatencySize;
  #open: () => Promise<number>;

  constructor(machines: readonly BenchMachine[], watch: FirstBytes, size: LatencySize, open: () => Promise<number>) {
    this.#machines = machines;
    this.#watch = watch;
    this.#size = size;
    this.#open = open;
  }

  keyToPaper(): Promise<readonly number[]> {
    const panels = this.#machines.filter(({ part }) => part === 'panel');
    return this.#measure(panels, '1', ({ node }) => `${node}/printer`, isTicket);
  }

  callToBoard(): Promise<readonly number[]> {
    return this.#measure(this.#pads, 'next', ({ node, window }) => `${node}/${window}-board`, hasNumber);
  }

  async openAll(): Promise<void> {
    for (const pad of this.#pads) pad.act({ type: 'press', key: 'open' });
    const endMs = performance.now() + openLimitMs;
    while ((await this.#open()) < this.#size.windows) {
      if (performance.now() > endMs)
        throw new Error(`only ${await this.#open()} of ${this.#size.windows} windows opened`);
      await sleep(systemClock, everyMs);
    }
    await sleep(systemClock, lateMs);
  }

  get #pads(): readonly BenchMachine[] {
    return this.#machines.filter(({ part }) => part === 'pad');
  }

  async #measure(
    keypads: readonly BenchMachine[],
    key: string,
    port: (pressed: BenchMachine) => string,
    matters: (bytes: Uint8Array) => boolean,
  ): Promise<readonly number[]> {
    const took: number[] = [];
    for (let n = 0; n < this.#size.acts; n++) {
      const keypad = keypads[n % keypads.length];
      if (keypad === undefined) break;
      const started = performance.now();
      this.#watch.next(port(keypad), matters, () => took.push(performance.now() - started));
      keypad.act({ type: 'press', key });
      await sleep(systemClock, everyMs);
    }
    await sleep(systemClock, lateMs);
    return took;
  }
}

function isTicket(bytes: Uint8Array): boolean {
  return bytes.length >= ticketBytes;
}

function hasNumber(bytes: Uint8Array): boolean {
  return ticketNumber.test(Buffer.from(bytes).toString('latin1'));
}

function isOpen({ state }: { readonly state: string }): boolean {
  return state === 'open';
}

async function openWindows(url: string): Promise<number> {
  const response = await fetch(new URL('/api/v1/snapshot', url));
  const { parts } = (await response.json()) as { readonly parts: Record<string, { readonly state: string }> };
  return Object.entries(parts).filter(([name, part]) => name.startsWith('window/') && isOpen(part)).length;
}

function costRow(
  what: string,
  [before, after]: readonly ReadonlyMap<string, ProcessCost>[],
  processes: readonly (readonly string[])[],
  acts: number,
) {
  const names = processes.map((ids) => ids.join(','));
  const spent = (at: typeof before, field: keyof ProcessCost) =>
    names.reduce((sum, name) => sum + (at?.get(name)?.[field] ?? 0), 0);
  const each = (field: keyof ProcessCost) => (spent(after, field) - spent(before, field)) / acts;
  return {
    what,
    'processor ms': Number(each('cpuMs').toFixed(2)),
    wakeups: Math.round(each('wakeups')),
    'bytes written': Math.round(each('writtenBytes')),
  };
}

function row(what: string, took: readonly number[], asked: number): Record<string, string | number> {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2));
  return {
    what,
    asked,
    measured: sorted.length,
    median: at(0.5),
    p99: at(0.99),
    max: at(1),
    'target median': 5,
    'target p99': 25,
  };
}

function fsyncMs(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'halld-fsync-'));
  const file = openSync(path.join(folder, 'page'), 'w');
  const rounds = 50;
  const page = new Uint8Array(4096);
  const started = performance.now();
  for (let n = 0; n < rounds; n++) {
    writeSync(file, page, 0, page.length, 0);
    fsyncSync(file);
  }
  const mean = (performance.now() - started) / rounds;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return mean;
}
