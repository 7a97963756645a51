/** The kiosk's one durable note: the number that is being put on paper, and whether a byte of it may have left. */
import { z } from 'zod';
import { zId } from '../contract/terms.ts';
import { zPaperFacts } from '../contract/ticket.ts';

const zPrintNote = z.object({
  phase: z.enum(['not-started', 'started']),
  /** Hub time of the answer, or of the taking out of a block. */
  at: z.number(),
  result: zPaperFacts,
  asked: z.object({ service: zId, matters: z.array(zId).readonly() }),
  /** Ordered by the desk: from 2 on a copy, of which the hub keeps no verdict. */
  copy: z.int().optional(),
});
export type PrintNote = z.infer<typeof zPrintNote>;

/** `undefined` for no note and for one that cannot be read. */
export function readPrintNote(value: unknown): PrintNote | undefined {
  return zPrintNote.safeParse(value).data;
}
