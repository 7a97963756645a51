import { expect, test } from 'vitest';
import { byteTable, rasterTable } from '../../bench/printers/byte-table.ts';

test('our ticket is within 1.05 of the minimum; streams by other hands parse and draw', async () => {
  const { rows } = await byteTable();
  const of = (library: string) => rows.find((row) => row.library === library);
  expect(Number(of('halld')?.['Chinese, bytes'])).toBeLessThanOrEqual(369 * 1.05);
  for (const row of rows) expect(row['unknown commands']).toBe(0);
  for (const library of ['halld', 'escpos', 'node-thermal-printer', 'receiptline']) {
    expect(of(library)?.['on paper']).toContain('14 of 14 lines');
  }
  expect(of('receipt-printer-encoder')?.['on paper, English']).toContain('14 of 14 lines, QR yes');
});

test('the whole ticket as a picture: under a third of the plain raster, and the same dots', async () => {
  const { rows, notes = [] } = await rasterTable();
  const bytes = rows.map((row) => Number(row.bytes));
  expect(bytes[3]).toBeLessThan((bytes[0] ?? 0) * 0.31);
  expect(notes.join()).not.toContain('NOT');
});
