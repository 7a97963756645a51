/** What the trace that every port keeps costs: nanoseconds and heap bytes a chunk, of the sizes that ports carry. */
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { PortTrace } from '../../../drivers/port/trace.ts';
import type { BenchPart } from '../bench-part.ts';

const sizes = [8, 64, 256];
const rounds = 200_000;

export const traceBench: BenchPart = {
  run: async () => [
    {
      title: `Port trace, ${rounds} chunks of each size`,
      rows: sizes.map((bytes) => ({ 'bytes a chunk': bytes, ...measure(bytes) })),
      notes: ['Always on. The ring is 64 KB and 4096 records a port, allocated once.'],
    },
  ],
};

function measure(bytes: number): Readonly<Record<string, number>> {
  const trace = new PortTrace({ clock: systemClock, log: silentLog });
  const chunk = new Uint8Array(bytes).fill(0x41);
  const run = () => {
    for (let round = 0; round < rounds; round += 1) trace.chunk('in', chunk);
  };
  run();
  const heap = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  run();
  const ns = ((performance.now() - startMs) * 1e6) / rounds;
  const perChunk = Math.max(0, process.memoryUsage().heapUsed - heap) / rounds;
  return { 'ns a chunk': Math.round(ns), 'heap bytes a chunk': Math.round(perChunk * 10) / 10 };
}
