/**
 * A hall as it is in a building: `halld hub` with its broker in one process, the nodes in others, the machines in ours, at the
 * far ends of TCP cables. For benches and soaks; every file is in one temporary folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { loadHall } from '../../../config/load.ts';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedHardware } from '../../boot/simulated-hardware.ts';
import { askStatus, statusSocketPath } from '../../boot/status-socket.ts';
import type { BenchMachine } from '../../web/needs.ts';
import type { BigHall } from './big-hall.ts';
import { type ProcessCost, processCost } from './process-cost.ts';
import { type CableTap, TcpCables } from './tcp-cables.ts';

const launcher = path.resolve(import.meta.dirname, '../../boot/halld.mjs');
const boxes = path.resolve(import.meta.dirname, 'boxes.ts');
const startLimitMs = 120_000;
const lookEveryMs = 100;
const lowestPort = 15_000;
const lowestEphemeralPort = 32_768;
const portTries = 20;

export interface HallProcessesParts {
  readonly hall: BigHall;
  /** Node ids by process; one id alone is a real `halld node`. */
  readonly processes: readonly (readonly string[])[];
  readonly tap?: CableTap;
  /** More for Node's command line, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  /** What was compiled is kept in the hall's own folder: the first start finds nothing. */
  readonly cache?: boolean;
}

export class HallProcesses {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'halld-hall-'));
  url = '';
  #parts: HallProcessesParts;
  #cables: TcpCables;
  #machines: readonly BenchMachine[] = [];
  #hallId = '';
  #brokerPort = 0;
  #children = new Map<string, ChildProcess>();

  constructor(parts: HallProcessesParts) {
    this.#parts = parts;
    this.#cables = new TcpCables(parts.tap);
  }

  get machines(): readonly BenchMachine[] {
    return this.#machines;
  }

  get hallId(): string {
    return this.#hallId;
  }

  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.#brokerPort}`;
  }

  get file(): string {
    return path.join(this.folder, 'hall.yaml');
  }

  /** Resolves when every node of every process has its hub and its devices. */
  async start(): Promise<void> {
    writeFileSync(this.file, JSON.stringify(await this.#wired()));
    await this.startHub();
    await Promise.all(this.#parts.processes.map((ids) => this.startNodes(ids)));
    for (const id of this.#parts.processes.flat()) await this.connected(id, lookEveryMs);
  }

  async startHub(): Promise<void> {
    this.url = await this.#spawn('hub', [launcher, 'hub', '--config', this.file], /http:\S+/);
  }

  async startNodes(ids: readonly string[]): Promise<void> {
    const args =
      ids.length === 1
        ? [launcher, 'node', '--config', this.file, '--node', ids[0] ?? '']
        : [boxes, this.file, ids.join(',')];
    await this.#spawn(ids.join(','), args, /run/);
  }

  /** Waits until the node says itself that it sees a fresh hub and that no device is at fault. */
  async connected(id: string, everyMs: number): Promise<void> {
    const endMs = performance.now() + startLimitMs;
    for (;;) {
      const status = await askStatus(statusSocketPath(this.folder, id));
      if (status?.hub.fresh === true && status.devices.every(({ faults }) => faults.length === 0)) return;
      if (performance.now() > endMs)
        throw new Error(`${id} is not up after ${startLimitMs} ms: ${JSON.stringify(status)}`);
      await sleep(systemClock, everyMs);
    }
  }

  /** By the name of the process: `hub`, or the ids of its nodes. */
  costs(): ReadonlyMap<string, ProcessCost> {
    return new Map([...this.#children].map(([name, { pid }]) => [name, processCost(pid ?? 0)]));
  }

  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#children.keys()].filter((name) => name !== 'hub').map((name) => this.kill(name, 'SIGTERM')),
    );
    await this.kill('hub', 'SIGTERM');
    this.#cables.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The hall's file with every simulated port laid out of this process, and a broker at a free port. */
  async #wired(): Promise<unknown> {
    const { hall } = this.#parts;
    const plain = path.join(this.folder, 'machines.yaml');
    writeFileSync(plain, JSON.stringify(hall));
    const config = await loadHall(plain);
    this.#hallId = config.rules.hall;
    this.#brokerPort = await freePort();
    const hardware = new SimulatedHardware(config, systemClock, seededRandom(1));
    await hardware.fit();
    this.#machines = hardware.machines;
    const nodes: unknown[] = [];
    for (const node of hall.nodes) {
      const ports: unknown[] = [];
      for (const { id } of node.ports) {
        const machine = hardware.makePort(node.id, { id, kind: 'simulated', unit: 'bytes', baud: 0 });
        ports.push({ id, kind: 'tcp', host: '127.0.0.1', port: await this.#cables.lay(`${node.id}/${id}`, machine) });
      }
      nodes.push({ ...node, ports });
    }
    return {
      ...hall,
      data: this.folder,
      nodes,
      hub: { http: { port: 0 } },
      broker: { kind: 'embedded', anonymous: true, port: this.#brokerPort },
    };
  }

  /** Resolves with what matched on standard output; rejects with what it said when it ends before. */
  #spawn(name: string, args: readonly string[], ready: RegExp): Promise<string> {
    const child = spawn(process.execPath, [...(this.#parts.nodeArgs ?? []), ...args], {
      env: {
        ...process.env,
        HALLD_LOG: 'error',
        ...(this.#parts.cache === true ? { NODE_COMPILE_CACHE: path.join(this.folder, 'compiled') } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.set(name, child);
    let text = '';
    return new Promise((resolve, reject) => {
      const take = (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const match = ready.exec(text);
        if (match !== null) resolve(match[0]);
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${text}`)));
    });
  }
}

/** Below Linux' ephemeral ports: a box that tries to reach a dead broker there could otherwise be given that very port as its own. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < portTries; tries++) {
    const port = lowestPort + Math.floor(Math.random() * (lowestEphemeralPort - lowestPort));
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`no free port in ${portTries} tries`);
}
