import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { silentLog } from '../../drivers/log.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import type { PageAccess } from './access.ts';
import { FixtureHall } from './fixture-hall.kit.ts';
import { fixtureRules } from './fixture-rules.kit.ts';
import { createWebServer, type WebServer, type WebServerOptions } from './server.ts';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
const tokens: PageAccess = {
  kind: 'token',
  tokens: [
    { role: 'desk', id: 'desk-1', sha256: sha256('desk-token-1') },
    { role: 'office', id: 'office-1', sha256: sha256('office-token') },
    { role: 'supervisor', id: 'boss', sha256: sha256('boss-token-1') },
  ],
};

let clock: VirtualClock;
let hall: FixtureHall;
let server: WebServer | undefined;

function make(options: Partial<WebServerOptions> = {}): WebServer {
  const access: PageAccess = { kind: 'open-loopback' };
  server = createWebServer({
    desk: hall.desk,
    bench: hall,
    tap: hall,
    rules: fixtureRules,
    clock,
    log: silentLog,
    access,
    ...options,
  });
  return server;
}

beforeEach(() => {
  clock = new VirtualClock();
  hall = new FixtureHall(clock);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly raw?: string;
}

async function ask(web: WebServer, path: string, { headers = {}, body, raw }: Sent = {}) {
  const own = { host: '127.0.0.1:8080', 'content-type': 'application/json', ...headers };
  const posted = body === undefined && raw === undefined ? {} : { method: 'POST', body: raw ?? JSON.stringify(body) };
  const response = await web.app.request(path, { headers: own, ...posted });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

const issue = { commandId: 'page-0001', type: 'IssueTicket', data: { service: 'tax', matters: ['invoice', 'stamp'] } };

describe('commands', () => {
  test('a command reaches the desk with its id, its checked data and the role of the page', async () => {
    const answer = await ask(make(), '/api/v1/commands', { body: { ...issue, as: 'desk' } });
    expect(answer.json).toMatchObject({ ok: true, result: { number: 'E001' } });
    expect(hall.submitted).toEqual([
      {
        type: 'IssueTicket',
        data: { service: 'tax', matters: ['invoice', 'stamp'], class: 'ordinary' },
        by: 'desk',
        commandId: 'page-0001',
      },
    ]);
  });

  test.each([
    ['no JSON', { raw: '{' }, 400, 'bad-json'],
    ['an unknown field', { body: { ...issue, extra: 1 } }, 400, 'bad-request'],
    ['an unknown command', { body: { ...issue, type: 'Dance' } }, 400, 'unknown-command'],
    ['wrong data', { body: { ...issue, data: { service: 'TAX!' } } }, 400, 'bad-request'],
    [
      'too many matters',
      { body: { ...issue, data: { service: 'tax', matters: Array(21).fill('a') } } },
      400,
      'bad-request',
    ],
    ['a short id', { body: { ...issue, commandId: 'x' } }, 400, 'bad-request'],
    ['a device’s word', { body: { type: 'CallShown', data: {} } }, 403, 'not-for-pages'],
    [
      'a printer’s word',
      { body: { type: 'TicketPrinted', data: { ticket: '2026-11-23/A001', verdict: 'printed' } } },
      403,
      'not-for-pages',
    ],
    ['a rating by hand', { body: { type: 'RateService', data: {} } }, 403, 'not-for-pages'],
    ['too large a body', { raw: `"${'x'.repeat(20_000)}"` }, 413, 'too-large'],
    ['a form', { body: issue, headers: { 'content-type': 'text/plain' } }, 415, 'content-type'],
  ] as const)('%s is refused and reaches nobody', async (_name, sent, status, code) => {
    const answer = await ask(make(), '/api/v1/commands', sent);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(answer.json.error.message).not.toBe('');
    expect(hall.submitted).toEqual([]);
  });

  test('what is wrong is named by its path', async () => {
    const answer = await ask(make(), '/api/v1/commands', { body: { ...issue, data: { service: 'TAX!' } } });
    expect(answer.json.error.message).toContain('data.service: an id has 1 to 32 characters');
  });

  test('a refusal of the queue is a conflict with the queue’s own words', async () => {
    const body = { type: 'OpenWindow', data: { window: 'w1' } };
    const answer = await ask(make(), '/api/v1/commands', { body });
    expect([answer.status, answer.json.error.code]).toEqual([409, 'illegal']);
  });

  test('with the hub away a command says so, and works again afterwards', async () => {
    const web = make();
    await hall.setHub(false);
    const away = await ask(web, '/api/v1/commands', { body: issue });
    expect([away.status, away.json.error.code]).toEqual([503, 'hub-away']);
    await hall.setHub(true);
    expect((await ask(web, '/api/v1/commands', { body: issue })).status).toBe(200);
  });

  test('a hub that does not answer gives a page its time-out, not a hanging request', async () => {
    hall.submit = () => new Promise(() => {});
    const asked = ask(make(), '/api/v1/commands', { body: issue });
    await clock.advance(10_001);
    expect((await asked).json.error.code).toBe('no-answer');
  });
});

describe('tokens', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const ready = { type: 'MatterReady', data: { ticket: '2026-11-23/A001', matter: 'residence' } };

  test.each([
    ['none', {}, issue, 401, 'sign-in'],
    ['a wrong one', bearer('desk-token-2'), issue, 401, 'sign-in'],
    ['the hash itself', bearer(sha256('desk-token-1')), issue, 401, 'sign-in'],
    ['another role’s', bearer('office-token'), issue, 403, 'role'],
    ['a desk’s for an office’s act', bearer('desk-token-1'), ready, 403, 'role'],
    ['a role claimed in the body', bearer('office-token'), { ...issue, as: 'desk' }, 403, 'role'],
  ] as const)('%s does not issue', async (_name, headers, body, status, code) => {
    const answer = await ask(make({ access: tokens, bench: undefined }), '/api/v1/commands', { headers, body });
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(hall.submitted).toEqual([]);
  });

  test('the right one acts in its own name', async () => {
    const web = make({ access: tokens, bench: undefined });
    const answer = await ask(web, '/api/v1/commands', { headers: bearer('desk-token-1'), body: issue });
    expect(answer.status).toBe(200);
    expect(hall.submitted[0]?.by).toBe('desk');
  });

  test('reading the hall needs none, the lists of a work place need its role', async () => {
    const web = make({ access: tokens, bench: undefined });
    expect((await ask(web, '/api/v1/snapshot')).status).toBe(200);
    const seen: Record<string, number[]> = {};
    for (const path of [
      'lists/appointments',
      'lists/assistances',
      'lists/complaints',
      'lists/follow-ups',
      'lists/proposals',
      'lists/overrides',
      'texts?reference=x',
    ]) {
      const asked = [undefined, 'office-token', 'desk-token-1', 'boss-token-1'].map((token) =>
        ask(web, `/api/v1/${path}`, token === undefined ? {} : { headers: bearer(token) }),
      );
      seen[path] = (await Promise.all(asked)).map(({ status }) => status);
    }
    const desks = [401, 403, 200, 200];
    const bosses = [401, 403, 403, 200];
    expect(seen).toEqual({
      'lists/appointments': desks,
      'lists/assistances': desks,
      'lists/complaints': bosses,
      'lists/follow-ups': bosses,
      'lists/proposals': bosses,
      'lists/overrides': bosses,
      'texts?reference=x': bosses,
    });
    const waits = '/api/v1/reports?report=waits';
    expect((await ask(web, waits)).status).toBe(401);
    expect((await ask(web, waits, { headers: bearer('desk-token-1') })).status).toBe(403);
    expect((await ask(web, waits, { headers: bearer('boss-token-1') })).status).toBe(200);
    const unknown = await ask(web, '/api/v1/reports?report=all', { headers: bearer('boss-token-1') });
    expect([unknown.status, unknown.json.error.code]).toEqual([400, 'bad-request']);
    expect((await ask(web, '/api/v1/lists/everything', { headers: bearer('boss-token-1') })).status).toBe(404);
  });

  test('a question that many pages ask is counted once in a while, and a new hub is asked anew', async () => {
    let asked = 0;
    hall.query = async () => {
      asked += 1;
      return [];
    };
    const web = make();
    for (let page = 0; page < 5; page++) await ask(web, '/api/v1/reports?report=waits&day=2026-11-23');
    const once = asked;
    await ask(web, '/api/v1/reports?day=2026-11-23&report=waits');
    expect(asked).toBe(once);
    await clock.advance(8_001);
    await ask(web, '/api/v1/reports?report=waits&day=2026-11-23');
    expect(asked).toBe(once * 2);
  });

  test('open access does not listen beyond this machine', async () => {
    await expect(make().start('0.0.0.0', 0)).rejects.toThrow(/127\.0\.0\.1/);
  });
});

describe('other sites', () => {
  test.each([
    ['another host name', { host: 'evil.example' }, 421, 'host'],
    ['a name that only starts well', { host: '127.0.0.1.evil.example' }, 421, 'host'],
    ['another origin', { origin: 'http://evil.example' }, 403, 'cross-site'],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999' }, 403, 'cross-site'],
    ['a sandboxed frame', { origin: 'null' }, 403, 'cross-site'],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403, 'cross-site'],
  ] as const)('%s is refused', async (_name, headers, status, code) => {
    const answer = await ask(make(), '/api/v1/commands', { body: issue, headers });
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(hall.submitted).toEqual([]);
  });

  test('its own page and configured names are let in', async () => {
    const web = make({ hosts: ['hall.example'] });
    const own = { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' };
    expect((await ask(web, '/api/v1/commands', { body: issue, headers: own })).status).toBe(200);
    expect((await ask(web, '/console', { headers: { host: 'hall.example:8080' } })).status).toBe(200);
  });

  test('the address it listens on is a name it answers to', async () => {
    const web = make({ access: tokens, bench: undefined });
    const { url } = await web.start('127.0.0.2', 0);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:\d+\/$/);
    expect((await fetch(`${url}api/v1/session`)).status).toBe(200);
    expect((await ask(web, '/api/v1/session', { headers: { host: '127.0.0.3' } })).status).toBe(421);
  });

  test('every answer carries the headers that keep a page to itself', async () => {
    for (const path of ['/', '/api/v1/snapshot', '/nowhere', '/metrics']) {
      const { headers } = await ask(make(), path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
    }
  });

  test('who asks too often is told to wait, and may come back', async () => {
    const web = make({ limits: { actsPerSecond: 1, actBurst: 2 } });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(web, '/api/v1/commands', { body: issue })).status);
    expect(statuses).toEqual([200, 200, 429]);
    await clock.advance(1_000);
    expect((await ask(web, '/api/v1/commands', { body: issue })).status).toBe(200);
    expect((await ask(web, '/metrics')).text).toContain('halld_web_refused_total{why="rate"} 1');
  });
});

describe('the bench', () => {
  test('a key pressed by mouse prints a paper whose picture can be seen', async () => {
    const web = make();
    const pressed = await ask(web, '/api/v1/bench/machines/k1-panel/act', { body: { type: 'press', key: '3' } });
    expect(pressed.json).toEqual({ ok: true });
    const picture = await web.app.request('/bench/papers/k1-printer/p1.png', { headers: { host: 'localhost' } });
    expect(picture.headers.get('content-type')).toBe('image/png');
    const png = new Uint8Array(await picture.arrayBuffer());
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect((await ask(web, '/bench/papers/k1-printer/p99.png')).status).toBe(404);
  });

  test('an act a machine refuses is told in its words', async () => {
    const body = { type: 'fault', fault: 'on-fire', on: true };
    const answer = await ask(make(), '/api/v1/bench/machines/k1-printer/act', { body });
    expect([answer.status, answer.json.error.message]).toEqual([409, 'k1-printer cannot have the fault "on-fire"']);
  });

  test.each([
    ['/api/v1/bench/machines/nobody/act', { type: 'press' }, 404],
    ['/api/v1/bench/machines/k1-panel/act', { type: 'PRESS IT' }, 400],
    ['/api/v1/bench/machines/k1-panel/act', { type: 'press', key: { deep: 1 } }, 400],
    ['/api/v1/bench/power', { what: 'node', node: 'nobody', on: false }, 404],
    ['/api/v1/bench/power', { what: 'sun', on: false }, 400],
    ['/api/v1/bench/auto', { running: true, speed: -1 }, 400],
    ['/api/v1/bench/auto', { running: true, more: 'x'.repeat(20_000) }, 413],
  ])('%s %j is refused', async (path, body, status) => {
    expect((await ask(make(), path, { body })).status).toBe(status);
  });

  test('hub, broker, boxes and auto are switched', async () => {
    const web = make();
    for (const body of [
      { what: 'hub', on: false },
      { what: 'broker', on: false },
      { what: 'node', node: 'k1', on: false },
    ])
      expect((await ask(web, '/api/v1/bench/power', { body })).status).toBe(200);
    expect(hall.status()).toEqual({ hub: false, broker: false, nodes: { k1: false, k2: true, hall: true } });
    await ask(web, '/api/v1/bench/auto', { body: { running: true, speed: 20 } });
    expect([hall.auto.running, hall.auto.speed]).toEqual([true, 20]);
  });

  test('a hall of real hardware has none', async () => {
    const web = make({ bench: undefined });
    const answer = await ask(web, '/api/v1/bench/power', { body: { what: 'hub', on: false } });
    expect([answer.status, answer.json.error.code]).toEqual([404, 'no-bench']);
    expect((await ask(web, '/bench/papers/k1-printer/p1.png')).status).toBe(404);
    const page = await ask(web, '/');
    expect([page.status, page.headers.get('location')]).toEqual([302, '/console']);
  });
});

describe('pages, health and metrics', () => {
  test('the page, its scripts and the Chinese font come from here, and are not sent twice', async () => {
    const web = make();
    const page = await ask(web, '/');
    expect(page.headers.get('content-type')).toContain('text/html');
    for (const [, path] of page.text.matchAll(/(?:href|src)="(\/[^"]+)"/g)) {
      const file = await ask(web, path as string);
      expect([path, file.status]).toEqual([path, 200]);
      const again = await ask(web, path as string, { headers: { 'if-none-match': file.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
    }
    expect(page.text).not.toMatch(/https?:\/\//);
    const fonts = await ask(web, '/fonts/400.css');
    const font = /url\((\/fonts\/[^)]+\.woff2)\)/.exec(fonts.text)?.[1] ?? '';
    expect((await ask(web, font)).headers.get('content-type')).toBe('font/woff2');
  });

  test.each(['/../server.ts', '/%2e%2e/server.ts', '/js/../../needs.ts', '/fonts/../package.json', '/js/'])(
    '%s leads nowhere',
    async (path) => {
      expect((await ask(make(), path)).status).toBe(404);
    },
  );

  test('clerks and their PIN hashes never leave', async () => {
    const { text } = await ask(make(), '/api/v1/snapshot');
    expect(text).toContain('清河区政务服务中心');
    expect(text).not.toMatch(/pinHash|never-shown|"clerks"/);
  });

  test('health follows the hub', async () => {
    const web = make();
    expect((await ask(web, '/healthz')).status).toBe(200);
    await hall.setHub(false);
    const away = await ask(web, '/healthz');
    expect([away.status, away.json]).toEqual([503, { ok: false, hub: 'away' }]);
  });

  test('metrics count who waits, faults and commands', async () => {
    const web = make();
    await ask(web, '/api/v1/commands', { body: issue });
    hall.machine('w2-board').act({ type: 'unplug' });
    const { text } = await ask(web, '/metrics');
    expect(text).toContain('halld_waiting{service="tax"} 1');
    expect(text).toContain('halld_device_faults{code="port-gone",severity="error"} 1');
    expect(text).toContain('halld_web_commands_total{type="IssueTicket",outcome="ok"} 1');
    expect(text).toContain('halld_hall_counter{name="call_to_board_ms_p50"} 2.2');
  });
});

test('a reader that stops reading is dropped and counted, the others stay', async () => {
  const web = createWebServer({
    desk: hall.desk,
    bench: hall,
    tap: hall,
    rules: fixtureRules,
    clock: systemClock,
    log: silentLog,
    access: { kind: 'open-loopback' },
  });
  server = web;
  const { url } = await web.start('127.0.0.1', 0);
  const { port } = new URL(url);
  const stuck = connect({ host: '127.0.0.1', port: Number(port) });
  stuck.write(`GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await new Promise<void>((resolve) => stuck.once('data', () => resolve()));
  stuck.pause();
  const gone = new Promise<void>((resolve) => stuck.once('close', () => resolve()));
  stuck.on('error', () => {});
  const dropped = async () =>
    /what="dropped_readers"\} (\d+)/.exec(await (await fetch(`${url}metrics`)).text())?.[1] !== '0';
  // Each change is a large new text on one machine: more than every buffer in between holds after some rounds.
  for (let n = 0; n < 400 && !(await dropped()); n += 1) {
    hall.machine('w1-board').set({ width: 128, height: 32, lit: String(n).repeat(300_000) });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await dropped()).toBe(true);
  stuck.resume();
  await gone;
  expect((await fetch(`${url}api/v1/session`)).status).toBe(200);
});
