/** `npm run every-byte:printers`: a ticket broken off at every one of its bytes, in three ways, with both confirmations. */
import { breakAt, breaks, jobBytes } from './byte-offsets.ts';

/** GS r takes 3 bytes, GS ( H 11. */
const fenceShorter = 8;
const rows = [];
let broken = 0;
for (const how of breaks) {
  for (const confirm of ['process-id', 'fence'] as const) {
    const last = confirm === 'fence' ? jobBytes - fenceShorter : jobBytes;
    const bad: string[] = [];
    for (let offset = 1; offset <= last; offset++) {
      const violations = await breakAt(offset, how, confirm);
      if (violations.length > 0) bad.push(`${offset}: ${violations.join('; ')}`);
    }
    broken += bad.length;
    rows.push({ 'broken off by': how, confirm, offsets: last, violations: bad.length, first: bad[0] ?? '' });
  }
}
console.table(rows);
process.exitCode = broken > 0 ? 1 : 0;
