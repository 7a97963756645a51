/** One row of a character display: aligned and filled up to its width, Latin only. */
import type { FittedLine } from './protocol.ts';

export function rowText(line: FittedLine | undefined, columns: number): string {
  const text = (line?.pages[0] ?? '').replace(/[^\x20-\x7e]/g, ' ').slice(0, columns);
  const free = columns - text.length;
  const left = { left: 0, centre: Math.floor(free / 2), right: free }[line?.align ?? 'left'];
  return (' '.repeat(left) + text).padEnd(columns, ' ');
}
