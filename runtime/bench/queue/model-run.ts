/** `npm run queue:model -- [COMMANDS] [SEED]`: the model test at length, 100,000 commands unless told. */
import fc from 'fast-check';
import { intentArbitrary, runModel } from './model.ts';

const wanted = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 20_261_123);
const scriptLength = 400;

const events: Record<string, number> = {};
const refused: Record<string, number> = {};
let commands = 0;
let accepted = 0;
console.log(`at least ${wanted} commands, seed ${seed}`);
fc.assert(
  fc.property(
    fc.array(intentArbitrary, { minLength: scriptLength, maxLength: scriptLength, size: 'max' }),
    (script) => {
      const result = runModel(script);
      commands += result.commands;
      accepted += result.accepted;
      for (const [type, count] of Object.entries(result.events)) events[type] = (events[type] ?? 0) + count;
      for (const [code, count] of Object.entries(result.refused)) refused[code] = (refused[code] ?? 0) + count;
    },
  ),
  { numRuns: Math.ceil(wanted / scriptLength), seed, endOnFailure: true },
);
console.log(`${commands} commands, ${accepted} accepted; every promise kept`);
console.table(
  Object.entries(events)
    .sort((a, b) => b[1] - a[1])
    .map(([event, count]) => ({ event, count })),
);
console.table(
  Object.entries(refused)
    .sort((a, b) => b[1] - a[1])
    .map(([refusal, count]) => ({ refusal, count })),
);
