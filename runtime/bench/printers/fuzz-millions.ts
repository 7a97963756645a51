/** `npm run fuzz:printers`: by default five million mutated bytes into each parser. */
import { fuzzPrinter, fuzzReplies } from './fuzz.ts';

const bytes = Number(process.argv[2] ?? 5_000_000);
const seed = Number(process.argv[3] ?? 20_261_123);
const timed = async <Result extends object>(what: string, work: () => Result | Promise<Result>) => {
  const startMs = performance.now();
  const result = await work();
  return { what, ...result, seconds: Math.round((performance.now() - startMs) / 100) / 10 };
};
console.log(`seed ${seed}`);
console.table([
  await timed('reply parser', () => fuzzReplies(bytes, seed)),
  await timed('simulated printer', () => fuzzPrinter(bytes, seed)),
]);
console.log(`resident memory at the end: ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
