import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../drivers/random.ts';
import { nodeStoreConformance } from './node-store.conformance.ts';
import { SqliteNodeStore } from './sqlite-node-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halld-node-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (file = join(folder, 'k1.sqlite'), extra = {}) => {
  const store = new SqliteNodeStore({ file, random: seededRandom(1), ...extra });
  store.open();
  return store;
};
const row = (id: string, data: unknown = {}) => ({
  id,
  type: 'IssueTicket',
  device: 'kiosk',
  data,
  at: '2026-11-23T01:00:00.000Z',
  hubAt: null,
  boot: 'boot-1',
  monotonicMs: 12.5,
});

test('a file that is not a database is refused by name, and left as it is', () => {
  const file = join(folder, 'k1.sqlite');
  writeFileSync(file, 'this was a text once, and longer than one SQLite header of a hundred bytes '.repeat(30));
  expect(() => open(file)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(() => open(file)).toThrow(/restore the last backup/);
});

test('the database of another program is refused', () => {
  const file = join(folder, 'k1.sqlite');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE shopping (item TEXT)');
  other.close();
  expect(() => open(file)).toThrow(expect.objectContaining({ code: 'wrong-kind' }));
});

test('a file of a newer program is refused and says what to do', () => {
  const file = join(folder, 'k1.sqlite');
  open(file).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version=99');
  db.close();
  expect(() => open(file)).toThrow(expect.objectContaining({ code: 'too-new' }));
});

test('two nodes on one file: the second is refused, and gets it when the first has gone', () => {
  const file = join(folder, 'k1.sqlite');
  const first = open(file);
  expect(() => open(file)).toThrow(expect.objectContaining({ code: 'locked' }));
  first.close();
  open(file).close();
});

test('a full disk is an error, writes nothing, and room made again lets work go on', () => {
  const file = join(folder, 'k1.sqlite');
  const store = open(file, { maxBytes: 64 * 1024 });
  expect(() => store.transact({ append: [row('press-0001', 'x'.repeat(200_000))] })).toThrow(
    expect.objectContaining({ code: 'full' }),
  );
  expect(store.unanswered()).toEqual([]);
  expect(store.transact({ append: [row('press-0002')] })[0]?.seq).toBe(1);
  store.close();
});

test('a path that cannot be made is refused with the path in the message', () => {
  writeFileSync(join(folder, 'plain'), '');
  expect(() => open(join(folder, 'plain', 'k1.sqlite'))).toThrow(expect.objectContaining({ code: 'io' }));
});

nodeStoreConformance('sqlite', () => {
  const inner = mkdtempSync(join(tmpdir(), 'halld-node-store-'));
  const random = seededRandom(7);
  return {
    store: (options = {}) => new SqliteNodeStore({ file: join(inner, 'k1.sqlite'), random, ...options }),
    crash: (store) => store.close(),
    end: () => rmSync(inner, { recursive: true, force: true }),
  };
});
