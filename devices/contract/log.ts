/** What the hub tells other systems: each line of the journal once it is on disk. It may be missed; the journal is asked then. */
import { z } from 'zod';
import { zInstant } from './terms.ts';

export const zLogLine = z.object({
  v: z.literal(1),
  /** The line's number in the journal. */
  seq: z.int().min(1),
  event: z.looseObject({ type: z.string().min(1).max(64), at: zInstant, commandId: z.string().max(64) }),
});
