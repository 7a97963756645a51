/** The page server: the hall to press and to watch, the staff console, the HTTP API, the live feed and the metrics. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import { type PageAccess, personOf } from './access.ts';
import { benchApi, paperPicture } from './bench-api.ts';
import { readBody, zCommandBody } from './bodies.ts';
import { submitCommand } from './command-api.ts';
import { addressOf, refuse, type WebContext, type WebEnv } from './http.ts';
import { LiveFeed } from './live-feed.ts';
import { LiveStreams } from './live-stream.ts';
import { WebMetrics } from './metrics.ts';
import type { Bench, ClockFault, HallDesk, WireTap } from './needs.ts';
import { RateLimiter } from './rate-limit.ts';
import { fromOwnPage, hostAllowed } from './same-site.ts';
import { staffApi } from './staff-api.ts';
import { loadStaticFiles } from './static-files.ts';

export interface WebServerOptions {
  /** `undefined` while the hub is away. */
  readonly desk: () => HallDesk | undefined;
  /** The hub's clock is not believed (F22). */
  readonly clockFault?: () => ClockFault | undefined;
  readonly bench?: Bench | undefined;
  readonly tap?: WireTap | undefined;
  /** For names when the hub is away. */
  readonly rules: HallRules;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: PageAccess;
  /** Names under which this server is asked, besides this machine's own and the address it listens on: `hall.example`. */
  readonly hosts?: readonly string[];
  readonly limits?: Partial<WebLimits>;
}

export interface WebLimits {
  readonly connections: number;
  readonly liveTotal: number;
  readonly livePerAddress: number;
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly actsPerSecond: number;
  readonly actBurst: number;
}

/** A page asks for about a hundred files at first (fonts by range), then little; a person gives few commands a second. */
const defaultLimits: WebLimits = {
  connections: 512,
  liveTotal: 128,
  livePerAddress: 32,
  requestsPerSecond: 100,
  requestBurst: 600,
  actsPerSecond: 20,
  actBurst: 60,
};

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export interface WebServer {
  readonly app: Hono<WebEnv>;
  /** Port 0 takes any free one. Refuses to listen beyond this machine while access is open. */
  start(host: string, port: number): Promise<{ readonly url: string }>;
  close(): Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export function createWebServer(options: WebServerOptions): WebServer {
  const { clock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const feed = new LiveFeed(options);
  const metrics = new WebMetrics();
  const hosts = new Set(options.hosts?.map((name) => name.toLowerCase()));
  const app = makeApp(options, limits, hosts, feed, metrics);
  let server: Server | undefined;
  let feeding = false;
  return {
    app,
    async start(host, port) {
      if (options.access.kind === 'open-loopback' && !loopback.has(host))
        throw new Error(`open access is for this machine alone: listen on 127.0.0.1, not ${host}, or configure tokens`);
      const name = host.includes(':') ? `[${host}]` : host;
      hosts.add(name.toLowerCase());
      if (!feeding) feed.start();
      feeding = true;
      const http = createAdaptorServer({ fetch: app.fetch, hostname: host }) as Server;
      http.maxConnections = limits.connections;
      http.requestTimeout = 30_000;
      http.headersTimeout = 10_000;
      http.on('drop', () => metrics.refused.inc({ why: 'connections' }));
      server = http;
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, () => resolve());
      });
      const { port: bound } = http.address() as AddressInfo;
      return { url: `http://${name}:${bound}/` };
    },
    async close() {
      feed.close();
      const http = server;
      server = undefined;
      if (http === undefined) return;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      // Streams that were just ended get one moment to say so.
      const timer = clock.after(200, () => http.closeAllConnections());
      http.closeIdleConnections();
      await closed;
      timer.cancel();
    },
  };
}

function clockDoubtful({ reason, shows, hall, since, remedy }: ClockFault) {
  const time = (at: number) => new Date(at).toISOString();
  return { code: 'clock-doubtful', reason, clock: time(shows), hall: time(hall), since: time(since), remedy };
}

function makeApp(
  options: WebServerOptions,
  limits: WebLimits,
  hosts: ReadonlySet<string>,
  feed: LiveFeed,
  metrics: WebMetrics,
): Hono<WebEnv> {
  const { clock, access, bench, log } = options;
  const files = loadStaticFiles();
  const requests = new RateLimiter(clock, { perSecond: limits.requestsPerSecond, burst: limits.requestBurst });
  const acts = new RateLimiter(clock, { perSecond: limits.actsPerSecond, burst: limits.actBurst });
  const streams = new LiveStreams(feed, { total: limits.liveTotal, perAddress: limits.livePerAddress });
  const person = (context: WebContext) => personOf(access, context.req.header('authorization'));
  const supervisorOnly = (context: WebContext, message: string) => {
    const kind = person(context)?.kind;
    if (kind === 'supervisor') return undefined;
    return kind === undefined ? refuse(context, 401, 'sign-in', message) : refuse(context, 403, 'role', message);
  };
  const app = new Hono<WebEnv>();

  app.use(async (context, next) => {
    context.set('log', log);
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value);
    metrics.requests.inc({ status: String(context.res.status) });
  });
  app.use(async (context, next) => {
    const host = context.req.header('host');
    const refused = (why: string, status: 403 | 415 | 421 | 429, message: string) => {
      metrics.refused.inc({ why });
      return refuse(context, status, why, message);
    };
    if (!hostAllowed(host, hosts))
      return refused('host', 421, 'this server is not meant to be asked under that name: add it to the hosts');
    if (!requests.take(addressOf(context))) return refused('rate', 429, 'too many requests: wait a second');
    if (context.req.method === 'GET' || context.req.method === 'HEAD') return next();
    const origin = context.req.header('origin');
    if (!fromOwnPage({ host, origin, fetchSite: context.req.header('sec-fetch-site') }))
      return refused('cross-site', 403, 'acts are taken from this server’s own pages only');
    if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
      return refused('content-type', 415, 'send application/json');
    if (!acts.take(addressOf(context))) return refused('rate', 429, 'too many acts: wait a second');
    return next();
  });

  const api = new Hono<WebEnv>();
  api.get('/session', (context) => {
    const who = person(context);
    return context.json({ access: access.kind, bench: bench !== undefined, person: who ?? null });
  });
  api.get('/snapshot', (context) => context.json({ t: clock.wallMs(), parts: Object.fromEntries(feed.parts()) }));
  api.get('/live', (context) => {
    const stream = streams.open(addressOf(context), {
      wire: person(context)?.kind === 'supervisor',
      cut: () => context.env?.outgoing?.destroy(),
    });
    if (stream === undefined) {
      metrics.refused.inc({ why: 'live' });
      return refuse(context, 503, 'too-many-readers', 'too many pages are open: close one');
    }
    return context.body(stream, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });
  api.post('/commands', async (context) => {
    const who = person(context);
    if (who === undefined) return refuse(context, 401, 'sign-in', 'a token is needed: sign in at /console');
    const body = await readBody(context, zCommandBody);
    if (!body.ok) return body.response;
    const outcome = await submitCommand(options, who, body.data);
    metrics.commands.inc({ type: outcome.type, outcome: outcome.answer.ok ? 'ok' : outcome.answer.error.code });
    return context.json(outcome.answer, outcome.status);
  });
  api.route('/', staffApi({ ...options, person }));
  api.use('/bench/*', async (context, next) => {
    return supervisorOnly(context, 'the bench is for a supervisor') ?? next();
  });
  api.route(
    '/bench',
    benchApi(bench, () => feed.touch()),
  );
  api.all('*', (context) => refuse(context, 404, 'no-such-route', 'there is nothing here; see docs/web.md'));
  app.route('/api/v1', api);

  app.get('/bench/papers/:machine/:file', (context) => paperPicture(context, bench));
  app.get('/metrics', async (context) =>
    context.text(await metrics.text(feed), 200, { 'content-type': metrics.registry.contentType }),
  );
  app.get('/healthz', (context) => {
    const hub = feed.snapshot()?.hub.state ?? 'away';
    const clock = options.clockFault?.();
    const ok = hub === 'leading' && clock === undefined;
    const faults = clock === undefined ? {} : { faults: [clockDoubtful(clock)] };
    return context.json({ ok, hub, ...faults }, ok ? 200 : 503);
  });
  // Without a bench there is nothing to press: the staff's page is the hall's page.
  if (bench === undefined) app.get('/', (context) => context.redirect('/console'));
  app.get('*', (context) => {
    const file = files(context.req.path);
    if (file === undefined) return refuse(context, 404, 'no-such-page', 'there is no such page');
    context.header('etag', file.etag);
    context.header('cache-control', file.maxAgeS > 0 ? `public, max-age=${file.maxAgeS}` : 'no-cache');
    if (context.req.header('if-none-match') === file.etag) return context.body(null, 304);
    return context.body(file.body, 200, { 'content-type': file.type });
  });
  app.notFound((context) => refuse(context, 404, 'no-such-route', 'there is nothing here'));
  app.onError((error, context) => {
    log.defect(error, `answering ${context.req.method} ${context.req.routePath}`);
    return refuse(context, 500, 'internal', 'something went wrong here; it is in the log');
  });
  return app;
}
