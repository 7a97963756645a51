import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanForPersonalData } from './personal-scan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-scan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const found = (...texts: string[]) =>
  scanForPersonalData(folder, texts)
    .traces.toSorted((a, b) => a.offset - b.offset)
    .map(({ what, offset }) => [what, offset]);

test('numbers and texts are found wherever they lie, also across the pieces a file is read in', () => {
  const megabyte = 1024 * 1024;
  const bytes = Buffer.alloc(3 * megabyte, 0x20);
  bytes.write('13800138000', 10);
  bytes.write('13912345678', megabyte - 4);
  bytes.write('11010519491231002X', 2 * megabyte - 9);
  bytes.write('王小明', 5_000);
  bytes.write('王小明', 6_000, 'utf16le');
  writeFileSync(path.join(folder, 'any.bin'), bytes);
  expect(found('王小明')).toEqual([
    ['mobile number', 10],
    ['text', 5_000],
    ['text', 6_000],
    ['mobile number', megabyte - 4],
    ['identity number', 2 * megabyte - 9],
  ]);
});

test('instants, digests, long numbers are none, wherever a piece begins', () => {
  const megabyte = 1024 * 1024;
  const bytes = Buffer.alloc(2 * megabyte, 0x20);
  bytes.write('"at":1795395600000,"digest":"a13800138000f","n":138001380001', 0);
  bytes.write('1795395600000', megabyte - 2);
  writeFileSync(path.join(folder, 'journal'), bytes);
  expect(found()).toEqual([]);
});

test('a deleted row is found in a free page, and is not once deletion overwrites', () => {
  for (const secure of [false, true]) {
    const db = new DatabaseSync(path.join(folder, `${secure}.sqlite`));
    db.exec(`PRAGMA journal_mode=DELETE; PRAGMA secure_delete=${secure ? 'ON' : 'OFF'};
      CREATE TABLE people (phone TEXT); INSERT INTO people VALUES ('13800138000'); DELETE FROM people`);
    db.close();
  }
  const traces = scanForPersonalData(folder).traces.map(({ file }) => path.basename(file));
  expect(traces).toEqual(['false.sqlite']);
});
