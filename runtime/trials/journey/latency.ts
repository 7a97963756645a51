/**
 * How long a person waits for the machine: from the key's report to the first byte of the ticket, and from the clerk's key to
 * the first byte to the board, with real MQTT, SQLite outbox and journal in between.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { type Demo, startDemo } from '../../boot/demo.ts';
import type { PortDirection } from '../../boot/port-tap.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';
import { byteTable } from '../printers/byte-table.ts';
import { bigHall } from './big-hall.ts';

const kiosks = 40;
const windows = 200;
const presses = 200;
const calls = 200;
const everyMs = 50;

export const latency: BenchPart = {
  async run(): Promise<readonly BenchTable[]> {
    const config = await bigHall(kiosks, windows);
    /** Port name to what waits for its next byte out. */
    const waiting = new Map<string, () => void>();
    const heard = (port: string, direction: PortDirection) => {
      if (direction !== 'out') return;
      const told = waiting.get(port);
      waiting.delete(port);
      told?.();
    };
    const demo = await startDemo({ config, clock: systemClock, log: silentLog, seed: 1, heard });
    try {
      await demo.journey.wait(
        'every node is there',
        () =>
          (demo
            .desk()
            ?.snapshot()
            .nodes.filter(({ state }) => state !== 'unknown').length ?? 0) >= config.file.nodes.length,
        60_000,
      );
      await sleep(systemClock, 3_000);
      const paper = await keyToPaper(demo, waiting);
      const board = await callToBoard(demo, waiting);
      return [
        {
          title: `Latency in ms on this machine (${kiosks} kiosks at ${1000 / everyMs} presses a second; ${windows} windows at ${1000 / everyMs} calls a second)`,
          rows: [
            row('key report in -> first ticket byte out', paper, presses),
            row('call key in -> first board byte out', board, calls),
          ],
          notes: [
            `fsync of one page on this disk: ${fsyncMs().toFixed(2)} ms (mean of 50); each row crosses two: the node's outbox and the hub's journal`,
          ],
        },
        await byteTable(),
      ];
    } finally {
      await demo.stop();
    }
  },
};

async function keyToPaper(demo: Demo, waiting: Map<string, () => void>): Promise<readonly number[]> {
  const took: number[] = [];
  const panels = demo.machines.filter(({ part }) => part === 'panel');
  for (let n = 0; n < presses; n++) {
    const panel = panels[n % panels.length];
    if (panel === undefined) break;
    const started = performance.now();
    waiting.set(`${panel.node}/printer`, () => took.push(performance.now() - started));
    panel.act({ type: 'press', key: '1' });
    await sleep(systemClock, everyMs);
  }
  await sleep(systemClock, 3_000);
  return took;
}

async function callToBoard(demo: Demo, waiting: Map<string, () => void>): Promise<readonly number[]> {
  const took: number[] = [];
  const pads = demo.machines.filter(({ part }) => part === 'pad');
  for (const pad of pads) pad.act({ type: 'press', key: 'open' });
  await sleep(systemClock, 5_000);
  for (const pad of pads.slice(0, calls)) {
    const started = performance.now();
    waiting.set(`${pad.node}/${pad.window}-board`, () => took.push(performance.now() - started));
    pad.act({ type: 'press', key: 'next' });
    await sleep(systemClock, everyMs);
  }
  await sleep(systemClock, 3_000);
  return took;
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
