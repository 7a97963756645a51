/** Pads on the standard usage pages need no table; a profile may rename usages and give the descriptor for simulation. */
import { z } from 'zod';
import { zHex } from './wire-terms.ts';

export const zHidStandardWire = z.strictObject({
  descriptor: zHex.optional(),
});
