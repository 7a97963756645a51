/**
 * Profiles from the public escpos-printer-db (github.com/receipt-print-hq/escpos-printer-db, `capabilities.json`, CC BY 4.0).
 * It knows widths, fonts, code pages, cutters and picture commands, and nothing about status, confirmation or Chinese:
 * those stay at the cautious defaults, and a hall's own profile is to be preferred where there is one.
 */
import { z } from 'zod';
import { type PrinterProfile, zPrinterProfile } from './profile.ts';

const zWidth = z.union([z.number().positive(), z.literal('Unknown')]).optional();

const zDbProfile = z.object({
  name: z.string().max(200),
  vendor: z.string().max(200).default(''),
  codePages: z.record(z.string(), z.string()).default({}),
  features: z.record(z.string(), z.boolean()).default({}),
  fonts: z.record(z.string(), z.object({ columns: z.number(), name: z.string() })).default({}),
  media: z.object({ dpi: zWidth, width: z.object({ mm: zWidth, pixels: zWidth }) }),
});

const zCapabilities = z.object({ profiles: z.record(z.string(), z.unknown()) });

/** Where the maker's own manual differs: TM-T88III has neither QR nor GS ( L (Epson TM-T88III specification). */
const corrections: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  'TM-T88III': { qrCode: false, graphics: false },
};

/** Code pages that Node decodes, best first; what they lack is sent as a picture. */
const knownPages: readonly (readonly [name: string, encoding: string])[] = [
  ['CP1252', 'windows-1252'],
  ['ISO_8859-15', 'iso-8859-15'],
  ['CP866', 'ibm866'],
  ['CP1250', 'windows-1250'],
  ['CP1251', 'windows-1251'],
];

const source = 'escpos-printer-db, CC BY 4.0';
const mmPerInch = 25.4;
const usualDpi = 203;

export type FromDb =
  | { readonly kind: 'profile'; readonly profile: PrinterProfile }
  /** Not an ESC/POS ticket printer, or not described well enough to print on. */
  | { readonly kind: 'unfit'; readonly reason: string };

/** Every entry of `capabilities.json`, parsed once; throws `ZodError` when it is no such file. */
export function readPrinterDb(capabilities: unknown): ReadonlyMap<string, FromDb> {
  const { profiles } = zCapabilities.parse(capabilities);
  return new Map(Object.entries(profiles).map(([key, entry]) => [key, fromEntry(key, entry)]));
}

function fromEntry(key: string, entry: unknown): FromDb {
  const parsed = zDbProfile.safeParse(entry);
  if (!parsed.success) return { kind: 'unfit', reason: z.prettifyError(parsed.error) };
  const { features: listed, media, fonts, codePages } = parsed.data;
  const features = { ...listed, ...corrections[key] };
  if (features.starCommands === true) return { kind: 'unfit', reason: 'uses Star commands, not ESC/POS' };
  const dots = media.width.pixels;
  if (typeof dots !== 'number') return { kind: 'unfit', reason: 'its width in dots is not known' };
  if (features.bitImageRaster !== true && features.bitImageColumn !== true) {
    return { kind: 'unfit', reason: 'it has no picture command for what its font lacks' };
  }
  const columns = fonts['0']?.columns;
  const dpi = typeof media.dpi === 'number' ? media.dpi : usualDpi;
  const page = knownPages
    .map(([name, encoding]) => ({ encoding, number: Object.entries(codePages).find(([, each]) => each === name)?.[0] }))
    .find(({ number }) => number !== undefined);
  const result = zPrinterProfile.safeParse({
    name: key.toLowerCase(),
    paper: {
      dots,
      dots_per_mm: dpi / mmPerInch,
      ...(columns === undefined ? {} : { columns, cell_dots: Math.floor(dots / columns) }),
    },
    status: { asb: false, near_end_sensor: false },
    qr: { dialect: features.qrCode === true ? 'gs-k' : 'raster' },
    raster: { command: features.bitImageRaster === true ? 'gs-v-0' : 'esc-star' },
    chinese: { font: 'none' },
    ...(page === undefined ? {} : { code_page: { number: Number(page.number), encoding: page.encoding } }),
    cut: features.paperPartCut === true ? 'feed-partial' : features.paperFullCut === true ? 'feed-full' : 'none',
    sources: { paper: source, qr: source, raster: source, code_page: source, cut: source },
  });
  if (!result.success) return { kind: 'unfit', reason: z.prettifyError(result.error) };
  return { kind: 'profile', profile: result.data };
}
