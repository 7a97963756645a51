/** What a process costs, as the kernel counts it (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessCost {
  readonly cpuMs: number;
  /** Times it waited for something and was woken. */
  readonly wakeups: number;
  readonly writtenBytes: number;
  readonly rssMb: number;
  /** Its share of what it maps together with others. */
  readonly pssMb: number;
  /** What no file stands behind: heap, stacks, code it made. */
  readonly anonymousMb: number;
  readonly files: number;
}

/** `_SC_CLK_TCK` is 100 on every Linux that Node runs on. */
const msATick = 10;

export function processCost(pid: number): ProcessCost {
  const file = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  const field = (text: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const stat = file('stat').split(') ')[1]?.split(' ') ?? [];
  const memory = file('smaps_rollup');
  const wakeups = readdirSync(`/proc/${pid}/task`)
    .map((task) => field(file(`task/${task}/status`), 'voluntary_ctxt_switches'))
    .reduce((sum, each) => sum + each, 0);
  return {
    cpuMs: (Number(stat[11]) + Number(stat[12])) * msATick,
    wakeups,
    writtenBytes: field(file('io'), 'wchar'),
    rssMb: field(memory, 'Rss') / 1024,
    pssMb: field(memory, 'Pss') / 1024,
    anonymousMb: field(memory, 'Anonymous') / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
}
