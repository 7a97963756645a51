/** Facts about a modem model, and what a hall sets: the options of the protocol `at-pdu`. */
import { z } from 'zod';

export const zModemOptions = z.strictObject({
  /** Entered once after the driver starts, never again by itself: three wrong ones lock the card. */
  pin: z
    .string()
    .regex(/^\d{4,8}$/)
    .optional(),
  /** Asked from the network for every message. Some modems report nothing. */
  delivery_reports: z.boolean().default(true),
  /** `AT+CGSMS=n`: 0 packet, 1 circuit, 2 packet first, 3 circuit first (3GPP TS 27.007, section 10.1.21). Absent: as the modem has it. */
  bearer: z.int().min(0).max(3).optional(),
  /** Sent once at every start, after the ordinary ones: `AT+QCFG="ims",1`. */
  setup: z
    .array(z.string().regex(/^AT[ -~]{0,80}$/))
    .max(8)
    .default([]),
  /** Asked whether the card has a network. A card for LTE alone answers the second. */
  registration: z
    .array(z.enum(['CREG', 'CEREG', 'CGREG']))
    .min(1)
    .max(3)
    .default(['CREG', 'CEREG']),
  /** A card is blocked by its carrier when it sends many more. */
  most_per_minute: z.int().min(1).max(60).default(8),
  /** How long the network may take with one message; makers' manuals say 60 to 150 s. */
  send_timeout_ms: z.int().min(5_000).max(180_000).default(60_000),
});

export type ModemOptions = z.output<typeof zModemOptions>;
