/**
 * The embedded broker: aedes behind our own door. MQTT 3.1.1 only, everything in memory (the hub and the nodes republish
 * what is retained), each credential bound to its own topics.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client } from 'aedes';
import type { HallId, NodeId } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import { type Log, OnceLog, silentLog } from '../../drivers/log.ts';
import { type Identity, whyNotPublish, whyNotSubscribe } from './acl.ts';
import { BoundedConnection } from './bounded-connection.ts';
import { BrokerBus, type BrokerInside } from './broker-bus.ts';
import { type Bus, BusError, type BusMessage } from './bus.ts';
import { RetainedIndex, type RetainedPart } from './retained-index.ts';

export interface BrokerLimits {
  /** Connections at once. */
  readonly connections: number;
  /** Of one packet: the largest message, its topic and header. */
  readonly packetBytes: number;
  /** Retained topics of one node. */
  readonly retainedPerNode: number;
  readonly keepaliveS: number;
  readonly connectTimeoutMs: number;
  /** A client that takes nothing for so long is dropped. */
  readonly drainTimeoutMs: number;
}

export const defaultBrokerLimits: BrokerLimits = {
  connections: 2_500,
  packetBytes: 65_536 + 1_024,
  retainedPerNode: 1_000,
  keepaliveS: 60,
  connectTimeoutMs: 5_000,
  drainTimeoutMs: 10_000,
};

export interface BrokerOptions {
  readonly hall: HallId;
  readonly host: string;
  /** 0: any free one, and the same again after a restart. */
  readonly port: number;
  /** Only a demo on 127.0.0.1: anybody may do anything. */
  readonly anonymous: boolean;
  /** Node id to what it shows; `hub` is the hub's. */
  readonly credentials: Readonly<Record<NodeId, { readonly username: string; readonly password: string }>>;
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly limits?: Partial<BrokerLimits> | undefined;
  readonly log?: Log | undefined;
}

export interface BrokerCounters {
  connects: number;
  refusedLogins: number;
  refusedPublishes: number;
  refusedSubscriptions: number;
  oversize: number;
  slow: number;
  clientErrors: number;
  messages: number;
}

export interface Broker {
  start(): Promise<{ readonly port: number }>;
  /** `crash`: sockets are torn, and no will goes out, as when the process is killed. */
  stop(options?: { readonly crash?: boolean }): Promise<void>;
  readonly running: boolean;
  readonly counters: Readonly<BrokerCounters>;
  /** Everything published, wills too; returns how to stop. `client` is `undefined` for the broker itself. */
  onMessage(tap: (message: BusMessage, client: string | undefined) => void): () => void;
  /** For this process: no socket, no credential; connected while the broker runs. */
  bus(clientId: string, clock: Clock): Bus;
}

/** MQTT 3.1.1, section 3.2.2.3. */
const badCredentials = 4;
const notAuthorized = 5;
const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export function createBroker(options: BrokerOptions): Broker {
  return new EmbeddedBroker(options);
}

class EmbeddedBroker implements Broker {
  readonly counters: BrokerCounters = {
    connects: 0,
    refusedLogins: 0,
    refusedPublishes: 0,
    refusedSubscriptions: 0,
    oversize: 0,
    slow: 0,
    clientErrors: 0,
    messages: 0,
  };
  #options: BrokerOptions;
  #log: Log;
  #once: OnceLog;
  #limits: BrokerLimits;
  #port: number;
  #digestKey = randomBytes(32);
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  #sockets = new Set<Socket>();
  #identities = new WeakMap<Client, Identity>();
  #retained = new Map<NodeId, Set<string>>();
  #taps = new Set<(message: BusMessage, client: string | undefined) => void>();
  #inside: BrokerInside | undefined;
  #ownBuses = new Map<string, BrokerBus>();

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#once = new OnceLog(this.#log);
    this.#limits = { ...defaultBrokerLimits, ...options.limits };
    this.#port = options.port;
  }

  get running(): boolean {
    return this.#server !== undefined;
  }

  onMessage(tap: (message: BusMessage, client: string | undefined) => void): () => void {
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  async start(): Promise<{ readonly port: number }> {
    if (this.#server !== undefined) return { port: this.#port };
    const { host, anonymous, tls } = this.#options;
    if (!loopback.has(host) && (anonymous || tls === undefined)) {
      const rule = 'outside 127.0.0.1 it needs TLS and a credential for each node';
      throw new BusError('refused', `the embedded broker does not listen on ${host}: ${rule}`);
    }
    const aedes = await this.#createAedes();
    const kept = new RetainedIndex();
    keepIn(kept, aedes);
    const server = tls === undefined ? createServer({ noDelay: true }) : createTlsServer({ ...tls, noDelay: true });
    server.maxConnections = this.#limits.connections;
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => this.#accept(aedes, socket));
    server.on('tlsClientError', () => {
      this.counters.clientErrors += 1;
    });
    this.#aedes = aedes;
    this.#server = server;
    try {
      await listen(server, host, this.#port);
    } catch (cause) {
      await this.stop();
      const message = `the broker cannot listen on ${host}:${this.#port}: is another one running there?`;
      throw new BusError('refused', message, { cause });
    }
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#log.info({}, `the broker listens on ${host}:${this.#port}`);
    const inside = insideOf(aedes, kept);
    this.#inside = inside;
    for (const bus of this.#ownBuses.values()) bus.opened(inside);
    return { port: this.#port };
  }

  bus(clientId: string, clock: Clock): Bus {
    return new BrokerBus({
      clientId,
      clock,
      log: this.#log.at({ node: clientId }),
      joined: (bus) => {
        this.#ownBuses.get(clientId)?.shut('taken over by the same client id', true);
        this.#ownBuses.set(clientId, bus);
        setImmediate(() => {
          if (this.#inside !== undefined && this.#ownBuses.get(clientId) === bus && !bus.connected)
            bus.opened(this.#inside);
        });
      },
      left: (bus) => {
        if (this.#ownBuses.get(clientId) === bus) this.#ownBuses.delete(clientId);
      },
    });
  }

  async stop(options: { readonly crash?: boolean } = {}): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#server = undefined;
    this.#aedes = undefined;
    this.#inside = undefined;
    this.#retained.clear();
    for (const bus of this.#ownBuses.values()) bus.shut('the broker has stopped', false);
    const closed = new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve()));
    if (options.crash === true) for (const socket of this.#sockets) socket.resetAndDestroy();
    await new Promise<void>((resolve) => (aedes === undefined ? resolve() : aedes.close(() => resolve())));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #createAedes(): Promise<Aedes> {
    const limits = this.#limits;
    const aedes = await Aedes.createBroker({
      connectTimeout: limits.connectTimeoutMs,
      keepaliveLimit: limits.keepaliveS,
      drainTimeout: limits.drainTimeoutMs,
      maxClientsIdLength: 256,
      preConnect: (client, packet, done) => {
        const who = this.#identify(packet.username, packet.password);
        if (who !== undefined) {
          this.#identities.set(client, who);
          // Nobody can push another identity's connection out by using its client id.
          packet.clientId = `${who.kind === 'hub' ? 'hub' : who.node}/${packet.clientId}`;
        }
        const will = who !== undefined || this.#options.anonymous ? packet.will : undefined;
        if (will !== undefined && this.#whyNotPublish(client, will.topic, will.retain ?? false) !== undefined) {
          this.counters.refusedLogins += 1;
          done(new Error(`the will on ${will.topic} is not allowed`), false);
        } else done(null, true);
      },
      authenticate: (client, _username, _password, done) => {
        if (this.#options.anonymous || this.#identities.has(client)) return done(null, true);
        this.counters.refusedLogins += 1;
        this.#refused(client.id, 'login refused: wrong user name or password');
        done(refusal('bad user name or password', badCredentials), null);
      },
      authorizePublish: (client, packet, done) => {
        const why = this.#whyNotPublish(client, packet.topic, packet.retain);
        if (why === undefined) return done(null);
        this.counters.refusedPublishes += 1;
        this.#refused(client?.id, `message on ${packet.topic} refused: ${why}`);
        done(refusal(why, notAuthorized));
      },
      authorizeSubscribe: (client, subscription, done) => {
        const why = this.#whyNotSubscribe(client, subscription.topic);
        if (why === undefined) return done(null, subscription);
        this.counters.refusedSubscriptions += 1;
        this.#refused(client.id, `subscription to ${subscription.topic} refused: ${why}`);
        done(null, null);
      },
    });
    aedes.on('clientDisconnect', (client) => this.#log.debug({ client: client.id }, `${client.id} disconnected`));
    aedes.on('client', (client) => {
      this.#log.debug({ client: client.id }, `${client.id} connected`);
      takeEveryMessage(client, aedes.id);
      this.counters.connects += 1;
    });
    for (const event of ['clientError', 'connectionError'] as const)
      aedes.on(event, (client, error) => {
        this.counters.clientErrors += 1;
        this.#refused(client.id, `connection ended: ${error.message}`);
      });
    aedes.on('publish', (packet, client) => {
      if (packet.topic.startsWith('$') || this.#aedes !== aedes) return;
      this.counters.messages += 1;
      for (const tap of this.#taps)
        tap({ topic: packet.topic, payload: bytesOf(packet.payload), retained: packet.retain }, client?.id);
    });
    return aedes;
  }

  #accept(aedes: Aedes, socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const { packetBytes } = this.#limits;
    const bounded = new BoundedConnection(socket, {
      packetBytes,
      onOversize: (bytes) => {
        this.counters.oversize += 1;
        this.#refused(socket.remoteAddress, `packet of ${bytes} bytes or more: at most ${packetBytes} are allowed`);
      },
      onSlow: () => {
        this.counters.slow += 1;
        this.#refused(socket.remoteAddress, 'disconnected: it does not read what it subscribed to');
      },
    });
    aedes.handle(bounded);
  }

  #identify(username: string | undefined, password: Buffer | undefined): Identity | undefined {
    let found: Identity | undefined;
    // Every credential is compared, so that the time it takes does not depend on the names.
    for (const [node, known] of Object.entries(this.#options.credentials)) {
      const name = this.#same(known.username, username ?? '');
      const secret = this.#same(known.password, password ?? '');
      if (name && secret) found = node === 'hub' ? { kind: 'hub' } : { kind: 'node', node };
    }
    return found;
  }

  #same(known: string, shown: string | Buffer): boolean {
    const digest = (text: string | Buffer) => createHmac('sha256', this.#digestKey).update(text).digest();
    return timingSafeEqual(digest(known), digest(shown));
  }

  #whyNotPublish(client: Client | null, topic: string, retain: boolean): string | undefined {
    // After a stop nothing goes out any more, wills of torn connections least of all.
    if (this.#aedes === undefined) return 'the broker is stopping';
    if (topic.startsWith('$')) return 'reserved';
    const who = client === null ? undefined : this.#identities.get(client);
    if (who === undefined) return this.#options.anonymous ? undefined : 'not logged in';
    const why = whyNotPublish(this.#options.hall, who, topic, retain);
    if (why !== undefined || who.kind === 'hub' || !retain) return why;
    const kept = this.#retained.get(who.node) ?? new Set();
    if (!kept.has(topic) && kept.size >= this.#limits.retainedPerNode) return 'too many retained topics';
    this.#retained.set(who.node, kept.add(topic));
    return undefined;
  }

  #whyNotSubscribe(client: Client, filter: string): string | undefined {
    if (filter.startsWith('$')) return 'reserved';
    const who = this.#identities.get(client);
    if (who === undefined) return this.#options.anonymous ? undefined : 'not logged in';
    return whyNotSubscribe(this.#options.hall, who, filter);
  }

  /** Once for each client and reason: whoever is refused tries again. */
  #refused(client: string | undefined, why: string): void {
    this.#once.warn(`${client} ${why}`, { client }, `${client ?? 'unknown client'}: ${why}`);
  }
}

/**
 * aedes numbers what is published, and drops for a client what comes to it after a higher number, as a repeat. But a retained
 * message and a plain one, QoS 0 and QoS 1, take ways of different length inside it, and overtake each other: so a view was lost
 * to the acknowledgement behind it, an ask to another box's heartbeat. There is one broker, so nothing comes twice.
 */
function takeEveryMessage(client: Client, brokerId: string): void {
  const { duplicates } = client as unknown as { readonly duplicates: object };
  Object.defineProperty(duplicates, brokerId, { get: () => 0, set: () => {} });
}

/** aedes types its memory as `any`; these two are its only calls about kept messages. */
function keepIn(kept: RetainedIndex, aedes: Aedes): void {
  const { persistence } = aedes as unknown as { readonly persistence: RetainedPart };
  persistence.storeRetained = (packet) => kept.storeRetained(packet);
  persistence.createRetainedStreamCombi = (filters) => kept.createRetainedStreamCombi(filters);
}

function insideOf(aedes: Aedes, kept: RetainedIndex): BrokerInside {
  return {
    publish: (publication, done) => aedes.publish({ cmd: 'publish', dup: false, ...publication }, done),
    listen: (filter, take, done) => {
      const deliver = ({ topic, payload }: AedesPublishPacket, next: () => void) => {
        if (!topic.startsWith('$')) take({ topic, payload: bytesOf(payload), retained: false });
        next();
      };
      aedes.subscribe(filter, deliver, done);
      return () => aedes.unsubscribe(filter, deliver, () => {});
    },
    retained: (filter) =>
      kept.matching(filter).map(({ topic, payload }) => ({ topic, payload: bytesOf(payload), retained: true })),
  };
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

function refusal(message: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
