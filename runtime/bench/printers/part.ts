/** The bench's part `printers`: bytes beside the peers, pictures against their optimum, verdicts beside the peers. */
import type { BenchPart } from '../bench-part.ts';
import { byteTable, rasterTable } from './byte-table.ts';
import { verdictTable } from './verdicts.ts';

export const printers: BenchPart = {
  run: async () => [await byteTable(), await rasterTable(), await verdictTable()],
};
