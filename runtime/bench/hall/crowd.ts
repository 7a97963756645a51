/** One process of a crowd of nodes, told by its parent when to ask: `crowd.ts HALL URL FROM COUNT`. */
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { BareNode } from './bare-node.ts';

/** From the parent: so many asks in all, evenly, one every so often; then the round trips come back. */
export interface CrowdTask {
  readonly service: string;
  readonly asks: number;
  readonly everyMs: number;
}

export type CrowdReport =
  | { readonly connected: number }
  | { readonly tookMs: readonly number[]; readonly refused: number };

const settleMs = 3_000;
const lookEveryMs = 50;

const [hall = '', url = '', from = '0', count = '0'] = process.argv.slice(2);
const nodes = Array.from({ length: Number(count) }, (_, at) => new BareNode(hall, `x${Number(from) + at}`, url));
for (const node of nodes) node.start();

let told = -1;
setInterval(() => {
  const connected = nodes.filter((node) => node.connected).length;
  if (connected !== told) report({ connected });
  told = connected;
}, lookEveryMs);

process.on('message', (task: CrowdTask) => {
  run(task).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));

async function run({ service, asks, everyMs }: CrowdTask): Promise<void> {
  for (const node of nodes) node.answered.length = 0;
  const startedMs = performance.now();
  for (let n = 0; n < asks; n++) {
    nodes[n % nodes.length]?.ask(service);
    await sleep(systemClock, Math.max(0, startedMs + (n + 1) * everyMs - performance.now()));
  }
  await sleep(systemClock, settleMs);
  const all = nodes.flatMap((node) => node.answered);
  const tookMs = all.filter((ms) => ms !== undefined);
  report({ tookMs, refused: all.length - tookMs.length });
}

function report(message: CrowdReport): void {
  process.send?.(message);
}
