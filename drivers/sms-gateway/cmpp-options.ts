/** What a hall sets for the protocol `cmpp`. */
import { z } from 'zod';

export const zCmppOptions = z.strictObject({
  version: z.union([z.literal(3), z.literal(2)]).default(3),
  /** Six digits of the enterprise, as the provider gave them. */
  source: z.string().regex(/^[\x21-\x7e]{1,6}$/),
  secret: z.string().min(1).max(32),
  /** Service code with extension: what the telephone shows. */
  source_number: z.string().regex(/^\d{1,21}$/),
  service_id: z.string().max(10).default(''),
  delivery_reports: z.boolean().default(true),
  /** Messages under way without an answer. */
  window: z.int().min(1).max(64).default(16),
  /** Of the gateway: its timestamps have none. */
  time_zone: z.string().default('Asia/Shanghai'),
});

export type CmppOptions = z.output<typeof zCmppOptions>;
