/** Facts about a keypad model as data: its keys, their labels and lamps, its timing and its messages. */
import { z } from 'zod';
import { zHidTableMessages } from './hid-table-schema.ts';
import { zProfileKey } from './profile-keys.ts';
import { zHex } from './profile-terms.ts';
import { zSerialFrameMessages } from './serial-frame-schema.ts';

const common = {
  /** As on its label. */
  model: z.string().max(80),
  /** Where these facts come from: document, edition, page; or "pressed and written down", by whom. */
  source: z.string().max(300),
  keys: z.array(zProfileKey).max(128),
  timing: z
    .strictObject({
      /** How long a contact bounces; without it 30 ms for bare contacts, 5 ms for USB pads, whose own processor has waited. */
      debounce_ms: z.int().min(0).max(500).optional(),
      /** A press waits so long for a second key beside it; 0 counts at the first edge. */
      settle_ms: z.int().min(0).max(200).default(0),
      stuck_ms: z.int().min(1000).max(120_000).default(10_000),
      /** Pads without release: the same key again within this time of the last is the line's repeat. */
      repeat_ms: z.int().min(0).max(2000).default(80),
      /** Typed on: a key may go down before the last is up. */
      rollover: z.boolean().default(false),
    })
    .prefault({}),
};

/** Standard usage pages need no table; the descriptor serves simulation. */
const zHidStandardMessages = z.strictObject({ descriptor: zHex.optional() });

export const zKeypadProfile = z
  .discriminatedUnion('protocol', [
    z.strictObject({ ...common, protocol: z.literal('serial-frame'), wire: zSerialFrameMessages }),
    z.strictObject({ ...common, protocol: z.literal('hid-table'), wire: zHidTableMessages }),
    z.strictObject({ ...common, protocol: z.literal('hid-standard'), wire: zHidStandardMessages.prefault({}) }),
    z.strictObject({ ...common, protocol: z.literal('hid-keyboard'), wire: z.strictObject({}).prefault({}) }),
  ])
  .superRefine((profile, context) => {
    for (const field of ['key', 'code', 'lamp'] as const) {
      const values = profile.keys.map((key) => key[field]).filter((value) => value !== undefined);
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) context.addIssue({ code: 'custom', message: `two keys have the ${field} ${twice}` });
    }
  });
export type KeypadProfile = z.output<typeof zKeypadProfile>;

const usageTables = 'USB HID Usage Tables 1.5; the device describes itself';

/** Protocols that work without a profile: pads on standard usage pages name their own keys. */
export const genericProfiles: Readonly<Record<string, unknown>> = {
  'hid-standard': { protocol: 'hid-standard', model: 'any pad on standard usage pages', source: usageTables, keys: [] },
  'hid-keyboard': {
    protocol: 'hid-keyboard',
    model: 'any keyboard or number pad',
    source: usageTables,
    keys: [],
    timing: { rollover: true },
  },
};
