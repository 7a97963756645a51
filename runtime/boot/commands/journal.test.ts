import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evolve } from '../../queue/evolve.ts';
import { snapshotOf } from '../../queue/snapshot.ts';
import { emptyHall } from '../../queue/state.ts';
import { oneVisit } from '../../store/one-visit.kit.ts';
import { PrivateStore } from '../../store/private-store.ts';
import { hallFile, openHallStore, privateFile } from '../media.ts';
import { queueCode } from '../queue-code.ts';
import { journal } from './journal.ts';
import { privacy } from './privacy.ts';

const config = ['--config', 'config/halls/service-centre.yaml'];
let folder = '';
let said = '';

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-journal-'));
  said = '';
  const keep = (text: unknown) => {
    said += `${text}\n`;
  };
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
  const store = openHallStore(folder);
  await store.open();
  const events = [...oneVisit];
  const seq = await store.commit({ events, applied: [], answers: [], marks: [] });
  await store.saveSnapshot({ seq, code: queueCode(), state: snapshotOf(events.reduce(evolve, emptyHall())) });
  await store.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const check = (...args: string[]) => journal.run([...config, '--data', folder, ...args]);

function harm(sql: string): void {
  const db = new DatabaseSync(hallFile(folder));
  db.exec(sql);
  db.close();
}

test('a file in which everything agrees', async () => {
  expect(await check()).toBe(0);
  expect(said).toMatch(/\d+ events from number 1, 1 days, 2026-11-23 to 2026-11-23/);
  expect(said).toContain('all agrees with the journal');
  expect(said).toContain('a start replays what came after number');
});

test('a row that is not what the journal made is found, and made anew', async () => {
  harm("UPDATE services SET service_ms = 1 WHERE serving LIKE '%#1'; DELETE FROM ticket_matters");
  expect(await check()).toBe(1);
  expect(said).toContain('1 rows of the table services differ from the journal');
  expect(said).toContain('2 rows of the table ticket_matters differ');
  expect(await check('--rebuild')).toBe(0);
  expect(await check()).toBe(0);
});

test('a snapshot that is not what a replay gives is found, and forgotten', async () => {
  harm('UPDATE snapshots SET state = replace(state, \'"ticketSeq":2\', \'"ticketSeq":7\')');
  expect(await check()).toBe(1);
  expect(said).toContain('the snapshot is not what the journal gives');
  expect(await check('--forget-snapshots')).toBe(0);
  said = '';
  expect(await check()).toBe(0);
  expect(said).toContain('a start replays the whole journal');
});

test('a missing line is found', async () => {
  harm('DROP TRIGGER journal_stays; DELETE FROM journal WHERE seq = 5');
  expect(await check()).toBe(1);
  expect(said).toContain('1 lines of the journal are missing');
});

test('no journal there', async () => {
  expect(await journal.run([...config, '--data', path.join(folder, 'elsewhere')])).toBe(66);
});

test('privacy: a number in any file is found by its place, and not printed', async () => {
  const run = (...args: string[]) => privacy.run([...config, '--data', folder, ...args]);
  expect(await run('--find', '王小明王')).toBe(0);
  expect(said).toContain('no encrypted texts are kept on this box');
  writeFileSync(path.join(folder, 'notes.txt'), 'call 13800138000 back');
  said = '';
  expect(await run()).toBe(1);
  expect(said).toContain('notes.txt: a mobile number at byte 5');
  expect(said).not.toContain('13800138000');
  await expect(run('--find', 'x')).rejects.toThrow(/--find takes/);
});

test('privacy: what is kept encrypted is counted, and what is too old is told', async () => {
  const secrets = new PrivateStore({ file: privateFile(folder), key: Buffer.alloc(32, 1) });
  secrets.open();
  secrets.put('contact/2026-11-23/A001', 'contact', '13800138000', Date.now() - 3_600_000);
  expect(await privacy.run([...config, '--data', folder])).toBe(0);
  expect(said).toContain('encrypted: 1 of kind contact, the oldest 1.0 h old, 24 h allowed');
  secrets.put('contact/2026-11-20/A001', 'contact', '13800138000', Date.now() - 100 * 3_600_000);
  expect(await privacy.run([...config, '--data', folder])).toBe(1);
  expect(said).toContain('! encrypted: 2 of kind contact, the oldest 100.0 h old, 24 h allowed');
  secrets.close();
});
