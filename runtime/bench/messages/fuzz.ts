/**
 * `npm run fuzz:messages [-- --messages N --seed N]`: so many messages from each kind of box at a running hub. Prints what
 * was refused and why; what was changed that is not the box's own is an error, and the seed gives it again.
 */
import { parseArgs } from 'node:util';
import { fuzzBox, kindsOfBox } from './fuzz-box.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const messages = Number(values.messages);
const seed = Number(values.seed);
console.log(`fuzz of messages: ${messages} from each of ${kindsOfBox} kinds of box, seed ${seed}`);
let failed = false;
for (let kind = 0; kind < kindsOfBox; kind += 1) {
  const { role, accepted, refused, wrong } = await fuzzBox(kind, messages, seed + kind);
  const counts = Object.entries(refused).sort((a, b) => b[1] - a[1]);
  console.log(`${role}: ${accepted} accepted; refused ${counts.map(([code, count]) => `${code} ${count}`).join(', ')}`);
  for (const each of wrong.slice(0, 20)) console.error(`  ! ${each}`);
  failed ||= wrong.length > 0;
}
process.exitCode = failed ? 1 : 0;
