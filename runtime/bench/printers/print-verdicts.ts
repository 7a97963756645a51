/** `npm run verdicts:printers`: prints the verdict table alone; exit code 1 when one of ours is wrong. */
import { verdictTable } from './verdicts.ts';

const { title, rows, notes = [] } = await verdictTable();
console.log(title);
console.table(rows);
for (const note of notes) console.log(`  ${note}`);
process.exit(rows.some((row) => String(row.halld).startsWith('✗')) ? 1 : 0);
