/**
 * `node runtime/bench/keypads/fuzz.ts [--octets N] [--seed N]`: random and damaged octets into every decoder of pads and
 * scanners and into the report-descriptor parser. Prints what came out; a crash or a hang shows its seed.
 */
import { parseArgs } from 'node:util';
import { fuzzAll } from './fuzz-decoders.ts';

const defaultOctets = 5_000_000;

const { values } = parseArgs({
  options: { octets: { type: 'string', default: String(defaultOctets) }, seed: { type: 'string', default: '1' } },
});
const seed = Number(values.seed);
console.log(`seed ${seed}, ${values.octets} octets into each decoder`);
const rows = await fuzzAll(Number(values.octets), seed, ({ decoder, octets, octetsPerMs }) =>
  console.log(`${decoder}: ${octets} octets, ${octetsPerMs} a millisecond`),
);
console.table(rows);
