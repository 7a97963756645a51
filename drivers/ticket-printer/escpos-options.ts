/** What a hall may set for an ESC/POS printer beside its profile. */
import { z } from 'zod';

export const zEscposOptions = z.strictObject({
  /** The port runs XON/XOFF. */
  xonxoff: z.boolean().default(false),
  poll_ms: z.int().min(200).max(60_000).default(1_500),
  /** A printer that takes no byte for so long and names no fault is given up. */
  stall_s: z.number().min(1).max(600).default(30),
  /** How long a ticket may wait for new paper in mid-job. */
  pending_s: z.number().min(1).max(86_400).default(600),
  roll_mm: z.int().min(1_000).max(500_000).optional(),
  /** Pictures that stand in the printer's memory already, by name: the number that FS p prints. */
  stored_logos: z.record(z.string(), z.int().min(1).max(255)).default({}),
  /** Pictures by name, sent with each ticket as dots; with `stored` printed from the printer's memory (`halld printer-logos`). */
  logos: z
    .record(
      z.string(),
      z.strictObject({
        file: z.string().max(512),
        width_dots: z.int().min(8).max(4096).default(384),
        stored: z.boolean().default(false),
      }),
    )
    .default({}),
});
export type EscposOptions = z.output<typeof zEscposOptions>;
