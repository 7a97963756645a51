/** `npm run bench -- PART… [--json FILE]`: prints a table a part, beside the peers run in the same minute. */
import { writeFileSync } from 'node:fs';
import type { BenchPart, BenchTable } from './bench-part.ts';

const parts: Readonly<Record<string, () => Promise<BenchPart>>> = {
  queue: async () => new (await import('./queue/bench-queue.ts')).QueueBench(),
  printers: async () => (await import('./printers/part.ts')).printers,
  journey: async () => (await import('./journey/latency.ts')).latency,
  nodes: async () => (await import('./hall/nodes.ts')).nodes,
  memory: async () => (await import('./hall/memory.ts')).memory,
  trace: async () => (await import('./ports/trace-cost.ts')).traceBench,
  bus: async () => (await import('./boards/bus.ts')).busBench,
};

const args = process.argv.slice(2);
const jsonAt = args.indexOf('--json');
const jsonFile = jsonAt >= 0 ? args.splice(jsonAt, 2)[1] : undefined;
const wanted = args.length === 0 || args.includes('all') ? Object.keys(parts) : args;
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`bench: no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}, all.`);
  process.exit(64);
}
const tables: BenchTable[] = [];
for (const name of wanted) {
  const part = await parts[name]?.();
  for (const table of (await part?.run()) ?? []) {
    tables.push(table);
    console.log(`\n${table.title}`);
    console.table(table.rows);
    for (const note of table.notes ?? []) console.log(`  ${note}`);
  }
}
if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(tables, null, 2)}\n`);
