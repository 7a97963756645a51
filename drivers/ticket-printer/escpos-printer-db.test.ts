import { expect, test } from 'vitest';
import { printerRig } from '../simulated/ticket-printer/printer-rig.kit.ts';
import { readPrinterDb } from './escpos-printer-db.ts';
import { columnsOf } from './profile.ts';

/** The shape of escpos-printer-db's `dist/capabilities.json`. */
const entry = (change: Record<string, unknown> = {}) => ({
  codePages: { '0': 'CP437', '16': 'CP1252', '17': 'CP866' },
  colors: { '0': 'black' },
  features: {
    barcodeA: true,
    bitImageColumn: true,
    bitImageRaster: true,
    graphics: true,
    highDensity: true,
    paperFullCut: true,
    paperPartCut: true,
    qrCode: true,
    starCommands: false,
  },
  fonts: { '0': { columns: 48, name: 'Font A' }, '1': { columns: 64, name: 'Font B' } },
  media: { dpi: 203, width: { mm: 80, pixels: 576 } },
  name: 'A model',
  notes: '',
  vendor: 'A maker',
  ...change,
});

const read = (name: string, change: Record<string, unknown> = {}) =>
  readPrinterDb({ encodings: {}, profiles: { [name]: entry(change) } }).get(name);

test('what the database knows is taken, what it does not know stays cautious', async () => {
  const found = read('CT-X');
  if (found?.kind !== 'profile') throw new Error('a profile was expected');
  const { profile } = found;
  expect(profile).toMatchObject({
    name: 'ct-x',
    paper: { dots: 576, cell_dots: 12 },
    qr: { dialect: 'gs-k' },
    cut: 'feed-partial',
    code_page: { number: 16, encoding: 'windows-1252' },
    chinese: { font: 'none' },
    confirm: 'fence',
    clear: 'none',
    sources: { paper: 'escpos-printer-db, CC BY 4.0' },
  });
  const rig = await printerRig({ profile });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  const blocks = [
    { kind: 'text', text: 'Número 12' },
    { kind: 'text', text: '号码' },
  ] as const;
  expect(await rig.print({ jobId: 'job-1', blocks })).toMatchObject({ kind: 'printed' });
  expect(rig.machine.look().papers[0]?.text).toContain('Número 12');
});

test('a wrong fact of the database is put right from the maker’s manual', () => {
  expect(read('TM-T88III')).toMatchObject({ profile: { qr: { dialect: 'raster' } } });
});

test.each([
  ['uses Star', { features: { ...entry().features, starCommands: true } }],
  ['width in dots', { media: { dpi: 203, width: { mm: 80, pixels: 'Unknown' } } }],
  ['no picture command', { features: {} }],
])('an entry that cannot be printed on is unfit: %s', (reason, change) => {
  const found = read('X', change);
  expect(found).toMatchObject({ kind: 'unfit' });
  expect(found?.kind === 'unfit' ? found.reason : '').toContain(reason);
});

test('a file of another kind is refused, a bad entry only itself', () => {
  expect(() => readPrinterDb({ printers: [] })).toThrow();
  const db = readPrinterDb({ profiles: { bad: { name: 7 }, good: entry() } });
  expect(db.get('bad')).toMatchObject({ kind: 'unfit' });
  expect(db.get('good')).toMatchObject({ kind: 'profile' });
});

test('a line is as long as the database says: 42 characters of 13 dots and a rest, not 44', () => {
  const fonts = { '0': { columns: 42, name: 'Font A' } };
  const found = read('TM-P80', { fonts });
  expect(found?.kind === 'profile' ? columnsOf(found.profile) : undefined).toBe(42);
});
