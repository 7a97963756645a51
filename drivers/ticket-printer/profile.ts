/** Facts about a printer model as data. Each fact a profile states has its source; what it leaves out is the cautious default. */
import { z } from 'zod';

const zPaperFacts = z.strictObject({
  /** Printable dots across: 576 on 80 mm paper at 203 dpi, 384 on 58 mm. */
  dots: z.int().min(64).max(4096).default(576),
  dots_per_mm: z.number().min(3).max(24).default(8),
  /** Width of a font A character; Chinese is twice as wide. */
  cell_dots: z.int().min(6).max(32).default(12),
  /** Characters of font A on a line, where the width is no whole multiple of theirs. */
  columns: z.int().min(8).max(255).optional(),
  /** Line pitch after `ESC @`. */
  line_dots: z.int().min(16).max(64).default(30),
  roll_mm: z.int().min(1_000).max(500_000).optional(),
  /** What is left when the near-end sensor reports. */
  near_end_left_mm: z.int().min(0).max(50_000).optional(),
});

const zStatusFacts = z.strictObject({
  /** Answers DLE EOT 1 to 4. */
  realtime: z.boolean().default(true),
  /** Sends status by itself after GS a (with `full_status`: after GS E0h). */
  asb: z.boolean().default(true),
  /** Custom's six-byte FULL STATUS (DLE EOT 20) instead. */
  full_status: z.boolean().default(false),
  near_end_sensor: z.boolean().default(true),
  /** What DLE EOT 3 bit 2 and ASB byte 2 bit 2 mean. */
  mechanical_bit: z.enum(['mechanical', 'jam', 'black-mark']).default('mechanical'),
  /** Citizen kiosk models use the second paper-end bit for their presenter. */
  paper_end_bits: z.enum(['both', 'first']).default('both'),
});

const zPresenterFacts = z.strictObject({
  kind: z.enum(['none', 'custom', 'citizen']).default('none'),
  /** After this the printer retracts a ticket that was not taken; 0 = never. */
  retract_ms: z.int().min(0).max(600_000).default(0),
});

export const zPrinterProfile = z.strictObject({
  name: z.string().max(64),
  paper: zPaperFacts.prefault({}),
  status: zStatusFacts.prefault({}),
  presenter: zPresenterFacts.prefault({}),
  /** How it confirms that a ticket is printed: GS ( H process id, GS r in its turn, its output sensor, or not at all. */
  confirm: z.enum(['process-id', 'fence', 'presenter', 'none']).default('fence'),
  /** A fence answered sooner than this after a whole ticket proves nothing (the firmware answers out of turn). */
  fence_min_ms: z.int().min(0).max(10_000).default(0),
  /** What wipes its buffers: DLE ENQ 2, DLE DC4 8 (with an answer), or nothing. */
  clear: z.enum(['none', 'dle-enq', 'dle-dc4']).default('none'),
  /** DLE ENQ 1 continues after a cutter error. */
  resume: z.boolean().default(false),
  qr: z
    .strictObject({
      dialect: z.enum(['gs-k', 'esc-z', 'raster']).default('raster'),
      /** Model 2 is not its power-on choice and must be asked for. */
      select_model: z.boolean().default(false),
    })
    .prefault({}),
  raster: z
    .strictObject({
      command: z.enum(['gs-v-0', 'esc-star']).default('gs-v-0'),
      max_bytes: z.int().min(64).max(65_535).default(4096),
      max_rows: z.int().min(8).max(4095).default(255),
      /** A band of any multiple of so many rows makes the firmware swallow what follows it; 0 = no such height. */
      avoid_rows: z.int().min(0).max(255).default(0),
      /** GS v 0 doubles both ways by its m = 3. */
      doubles: z.boolean().default(true),
      /** ESC a places a raster, as it does text. */
      aligns: z.boolean().default(false),
      /** ESC $ moves a raster's left edge. */
      trim: z.boolean().default(false),
    })
    .prefault({}),
  /** Where it keeps pictures for good: under a key it can be asked for (GS ( L), as a numbered set (FS q), or nowhere. */
  logo_memory: z.enum(['none', 'fs-q', 'gs-l']).default('none'),
  chinese: z
    .strictObject({
      font: z.enum(['gbk', 'gb2312', 'none']).default('gbk'),
      /** Slots for FS 2 from FEA1h on; 0 = a line with a missing character is sent as a picture. */
      user_glyphs: z.int().min(0).max(94).default(0),
    })
    .prefault({}),
  /** For printers without a Chinese font: ESC t and the code page it chooses. */
  code_page: z.strictObject({ number: z.int().min(0).max(255), encoding: z.string().max(32) }).optional(),
  max_size: z.int().min(1).max(8).default(8),
  cut: z.enum(['feed-partial', 'feed-full', 'partial', 'full', 'esc-i', 'esc-m', 'none']).default('feed-partial'),
  /** Dots from head to cutter: fed before a cut that does not feed by itself. */
  cutter_dots: z.int().min(0).max(400).default(120),
  /** The unit of ESC J. */
  motion_unit: z.enum(['dot', 'half-dot']).default('dot'),
  speed_mm_s: z.number().min(10).max(600).default(150),
  cut_ms: z.int().min(0).max(5_000).default(1_000),
  buffer_bytes: z.int().min(32).max(1_048_576).default(4096),
  /** Bytes handed to the port at once. */
  chunk_bytes: z.int().min(1).max(65_536).default(256),
  /** Where each stated fact comes from, by its dotted name; a group's name covers the group. */
  sources: z.record(z.string(), z.string().max(300)).default({}),
});
export type PrinterProfile = z.output<typeof zPrinterProfile>;

/** What a current Epson TM does (Epson ESC/POS command reference); the registry's choice when no profile is named. */
export const genericEpson: PrinterProfile = zPrinterProfile.parse({
  name: 'epson-generic',
  confirm: 'process-id',
  clear: 'dle-enq',
  resume: true,
  qr: { dialect: 'gs-k' },
  raster: { trim: true },
  chinese: { user_glyphs: 8 },
});

export function columnsOf(profile: PrinterProfile): number {
  return profile.paper.columns ?? Math.floor(profile.paper.dots / profile.paper.cell_dots);
}
