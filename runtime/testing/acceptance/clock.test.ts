/** A wrong clock of the hub, then a right one (F21, F22), with the hub as a process and its wall clock shifted by a preload. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const halld = path.join(root, 'runtime/boot/halld.mjs');
const token = 'supervisor-token-1';
const testMs = 90_000;
const patienceMs = 30_000;

/** The wall clock of the process is that of this machine plus what the file holds, in milliseconds. No time server is near. */
const preload = `
import { readFileSync } from 'node:fs';
const real = Date.now.bind(Date);
const offset = () => Number(readFileSync(process.env.TEST_WALL_OFFSET, 'utf8'));
Date.now = () => real() + offset();
globalThis.Date = new Proxy(Date, { construct: (target, args) => args.length === 0 ? new target(Date.now()) : new target(...args) });
`;

let folder = '';
let hub: ChildProcess | undefined;
let port = 0;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'halld-clock-'));
  port = await freePort();
  const sha = createHash('sha256').update(token).digest('hex');
  const small = readFileSync(path.join(root, 'config/halls/small.yaml'), 'utf8');
  const own = [
    `data: ${at('data')}`,
    `hub: { http: { port: ${port}, tokens: [{ role: supervisor, id: boss, sha256: "${sha}" }] } }`,
    `broker: { kind: embedded, anonymous: true, port: ${await freePort()} }`,
  ].join('\n');
  writeFileSync(at('hall.yaml'), small.replace(/^broker: .*$/m, own));
  writeFileSync(at('preload.mjs'), preload);
});

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function setWall(iso: string): void {
  writeFileSync(at('offset.new'), String(Date.parse(iso) - Date.now()));
  renameSync(at('offset.new'), at('offset'));
}

const environment = () => ({ ...process.env, TEST_WALL_OFFSET: at('offset') });

async function start(wall: string): Promise<void> {
  setWall(wall);
  const args = ['--import', at('preload.mjs'), halld, 'hub', '--config', at('hall.yaml')];
  hub = spawn(process.execPath, args, { cwd: root, env: environment(), stdio: 'ignore' });
  await until(async () => (await health()) !== undefined);
}

async function stop(): Promise<void> {
  if (hub === undefined) return;
  const ended = once(hub, 'exit');
  hub.kill('SIGTERM');
  await ended;
  hub = undefined;
}

interface Health {
  readonly ok: boolean;
  readonly faults?: readonly { readonly code: string; readonly clock: string; readonly hall: string }[];
}

async function health(): Promise<(Health & { readonly status: number }) | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  return response && { ...((await response.json()) as Health), status: response.status };
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await done())) {
    if (performance.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const inDoubt = async () => (await health())?.faults?.some(({ code }) => code === 'clock-doubtful') ?? false;
const well = async () => (await health())?.ok ?? false;

interface Answer {
  readonly ok: boolean;
  readonly result?: { readonly ticket?: string };
  readonly error?: { readonly code: string };
}

async function ask(type: string, data: object): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ type, data }),
  });
  return (await response.json()) as Answer;
}

const issue = async () => {
  const answer = await ask('IssueTicket', { service: 'general' });
  return answer.result?.ticket ?? answer.error?.code;
};

function command(...args: string[]) {
  return spawnSync(process.execPath, ['--import', at('preload.mjs'), halld, ...args, '--config', at('hall.yaml')], {
    ...{ cwd: root, env: environment(), encoding: 'utf8', timeout: 60_000 },
  });
}

function journal(): { readonly type: string; readonly day?: string }[] {
  const db = new DatabaseSync(at('data/hall.sqlite'), { readOnly: true });
  const events = db.prepare('SELECT event FROM journal ORDER BY seq').all();
  db.close();
  return events.map(({ event }) => JSON.parse(String(event)));
}

test(
  'a hub that began with next year’s date gives numbers all the time, and is well again once a person confirms the clock',
  async () => {
    await start('2027-06-01T02:00:00Z');
    expect(await issue()).toBe('2027-06-01/B001');
    setWall('2026-11-30T02:00:00Z');
    await until(inDoubt);
    expect(await issue()).toBe('2027-06-01/B002');
    const seen = await health();
    expect(seen?.status).toBe(503);
    expect(seen?.faults?.[0]?.clock).toMatch(/^2026-11-30/);
    expect(seen?.faults?.[0]?.hall).toMatch(/^2027-06-01/);
    await stop();
    const checked = command('journal');
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain('clock-doubtful');
    expect(command('clock').status).toBe(1);
    await start('2026-11-30T02:01:00Z');
    expect(await inDoubt()).toBe(true);
    expect(await issue()).toBe('2027-06-01/B003');
    expect(command('clock', 'confirm').status).toBe(0);
    await until(well);
    // The visitors of the wrong day wait on, and no number comes twice.
    expect(await issue()).toBe('2026-11-30/B004');
    await ask('OpenWindow', { window: 'w1' });
    expect(await ask('CallNext', { window: 'w1' })).toMatchObject({ ok: true });
    await stop();
    const events = journal();
    expect(events.filter(({ type }) => type === 'ClockStepped')).toHaveLength(1);
    expect(events.find(({ type }) => type === 'DayTakenBack')).toMatchObject({ from: '2027-06-01', day: '2026-11-30' });
    expect(events.some(({ type }) => type === 'TicketClosed' || type === 'DayClosed')).toBe(false);
    expect(command('journal').status).toBe(0);
    // The next day begins as usual: the doubt is over, and a person may vouch for the clock before the start.
    setWall('2026-12-01T02:00:00Z');
    expect(command('clock', 'confirm').status).toBe(0);
    await start('2026-12-01T02:00:00Z');
    expect(await issue()).toBe('2026-12-01/B001');
    expect(await well()).toBe(true);
  },
  testMs,
);

test(
  'after a power cut the clock is eight hours ahead: nobody who waits is ended, and the corrected clock is believed',
  async () => {
    await start('2026-11-30T07:50:00Z');
    expect(await issue()).toBe('2026-11-30/B001');
    await stop();
    await start('2026-11-30T16:06:00Z');
    await until(inDoubt);
    expect(await issue()).toBe('2026-11-30/B002');
    setWall('2026-11-30T08:06:20Z');
    await until(well);
    await ask('OpenWindow', { window: 'w1' });
    expect(await ask('CallNext', { window: 'w1' })).toMatchObject({ ok: true });
    await stop();
    const events = journal();
    expect(events.filter(({ type }) => type === 'TicketClosed' || type === 'DayClosed')).toEqual([]);
    const db = new DatabaseSync(at('data/hall.sqlite'), { readOnly: true });
    const call = db.prepare('SELECT ticket, wait_ms FROM calls').get() ?? {};
    db.close();
    expect(call.ticket).toBe('2026-11-30/B001');
    // The quarter of an hour that the hub was off counts; the eight hours do not.
    expect(Number(call.wait_ms)).toBeGreaterThan(15 * 60_000);
    expect(Number(call.wait_ms)).toBeLessThan(20 * 60_000);
  },
  testMs,
);

test(
  'a machine without a battery clock starts in 1970: the hall goes on in its own time',
  async () => {
    await start('2026-11-30T02:00:00Z');
    expect(await issue()).toBe('2026-11-30/B001');
    await stop();
    await start('1970-01-01T00:00:10Z');
    await until(inDoubt);
    expect(await issue()).toBe('2026-11-30/B002');
    await ask('OpenWindow', { window: 'w1' });
    expect(await ask('CallNext', { window: 'w1' })).toMatchObject({ ok: true });
    await stop();
    const db = new DatabaseSync(at('data/hall.sqlite'), { readOnly: true });
    const call = db.prepare('SELECT ticket, wait_ms FROM calls').get() ?? {};
    db.close();
    expect(call.ticket).toBe('2026-11-30/B001');
    expect(Number(call.wait_ms)).toBeGreaterThanOrEqual(0);
  },
  testMs,
);

test(
  'a new hall in 1970 opens no day and says why',
  async () => {
    await start('1970-01-01T00:00:10Z');
    expect(await inDoubt()).toBe(true);
    expect(await issue()).toBe('clock-doubtful');
    setWall('2026-11-30T02:00:00Z');
    expect(command('clock', 'confirm').status).toBe(0);
    await until(well);
    expect(await issue()).toBe('2026-11-30/B001');
  },
  testMs,
);
