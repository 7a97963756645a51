/** `npm run queue:textbook -- [SEEDS]`: the simulator against the formulas, 30 days each; exits 1 when one lies outside. */
import { runTextbook, textbookCases } from '../../simulate/textbook.kit.ts';

const seeds = Number(process.argv[2] ?? 30);
const seconds = (ms: number) => (ms / 1000).toFixed(2);
const rows = textbookCases()
  .flatMap((each) => runTextbook(each, seeds))
  .map((result) => ({
    queue: result.name,
    class: result.class,
    'formula s': seconds(result.formulaMs),
    'measured s': seconds(result.measured.mean),
    '99 % ±': seconds(result.measured.half),
    within: result.within ? 'yes' : 'NO',
    visits: result.visits,
  }));
const columns = Object.keys(rows[0] ?? {});
console.log(
  `| ${columns.join(' | ')} |\n|${columns.map((_, at) => (at < 2 || at === 5 ? ' --- |' : ' ---: |')).join('')}`,
);
for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);
if (rows.some((row) => row.within === 'NO')) process.exitCode = 1;
