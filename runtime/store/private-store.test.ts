/** Private texts: sealed on disk, gone without a trace after their time, the first one under a reference stays. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { PrivateStore } from './private-store.ts';

const key = Buffer.alloc(32, 7);
const at = 1_795_395_600_000;
const phone = '13900000001';

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'halld-private-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function opened(folder: string, withKey: Uint8Array | null = key): PrivateStore {
  const store = new PrivateStore({ file: join(folder, 'private.sqlite'), key: withKey ?? undefined });
  store.open();
  return store;
}

const everyByte = (folder: string) =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString('latin1');

test('a text comes back as it was, and stands in no file', () =>
  inFolder((folder) => {
    const store = opened(folder);
    expect(store.put('contact/2026-11-23/A012', 'contact', phone, at)).toBe(true);
    store.put('complaint/C1', 'complaint', '等候时间过长', at);
    expect(store.get('contact/2026-11-23/A012')).toBe(phone);
    expect(store.get('complaint/C1')).toBe('等候时间过长');
    const bytes = everyByte(folder);
    expect(bytes).not.toContain(phone);
    expect(bytes).not.toContain(Buffer.from('等候时间过长').toString('latin1'));
    expect(statSync(join(folder, 'private.sqlite')).mode & 0o077).toBe(0);
    store.close();
  }));

test('the first text under a reference stays, over a restart', () =>
  inFolder((folder) => {
    const first = opened(folder);
    first.put('complaint/C1', 'complaint', 'one', at);
    expect(first.put('complaint/C1', 'complaint', 'two', at)).toBe(false);
    first.close();
    const second = opened(folder);
    expect(second.get('complaint/C1')).toBe('one');
    expect(second.kept(['complaint/C1', 'complaint/C2'])).toEqual(new Set(['complaint/C1']));
    second.close();
  }));

test('what is erased leaves no sealed byte behind, in the file or in its log', () =>
  inFolder((folder) => {
    const store = opened(folder);
    // Long enough that its sealed bytes are told from any other.
    store.put('complaint/C1', 'complaint', 'x'.repeat(500), at);
    store.put('complaint/C2', 'complaint', 'stays', at);
    const before = everyByte(folder);
    const mark = before.slice(before.lastIndexOf('complaint/C1complaint') + 40).slice(0, 60);
    expect(everyByte(folder)).toContain(mark);
    expect(store.erase(['complaint/C1', 'complaint/none'])).toBe(1);
    expect(everyByte(folder)).not.toContain(mark);
    expect(store.get('complaint/C1')).toBeUndefined();
    expect(store.get('complaint/C2')).toBe('stays');
    store.close();
  }));

test('purging takes what is older, of the kinds it was told', () =>
  inFolder((folder) => {
    const store = opened(folder);
    store.put('contact/a', 'contact', phone, at);
    store.put('contact/b', 'contact', phone, at + 1000);
    store.put('complaint/c', 'complaint', 'text', at);
    expect(store.purge(['contact'], at + 1000)).toBe(1);
    expect([store.get('contact/a'), store.get('contact/b'), store.get('complaint/c')]).toEqual([
      undefined,
      phone,
      'text',
    ]);
    expect(store.count()).toBe(2);
    store.close();
  }));

test('another key opens nothing, no key keeps nothing, a moved text does not open', () =>
  inFolder((folder) => {
    const store = opened(folder);
    store.put('contact/a', 'contact', phone, at);
    store.close();
    const hand = new DatabaseSync(join(folder, 'private.sqlite'));
    hand.exec("INSERT INTO texts SELECT 'contact/z', kind, at, sealed FROM texts");
    hand.close();
    const mine = opened(folder);
    expect([mine.get('contact/a'), mine.get('contact/z')]).toEqual([phone, undefined]);
    mine.close();
    const stranger = opened(folder, Buffer.alloc(32, 8));
    expect(stranger.get('contact/a')).toBeUndefined();
    stranger.close();
    const keyless = opened(folder, null);
    expect(keyless.usable).toBe(false);
    expect(() => keyless.put('contact/b', 'contact', phone, at)).toThrow(/no key/);
    expect(keyless.get('contact/a')).toBeUndefined();
    keyless.close();
    expect(() => new PrivateStore({ file: join(folder, 'x'), key: Buffer.alloc(16) })).toThrow(/32 bytes/);
  }));
