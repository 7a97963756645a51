/** The real things a hall runs on: SQLite files in a folder, MQTT to the configured broker. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HallConfig } from '../../config/hall-config.ts';
import type { Context } from '../../drivers/context.ts';
import type { Random } from '../../drivers/random.ts';
import type { Bus } from '../bus/bus.ts';
import { MqttBus } from '../bus/mqtt-bus.ts';
import type { PrivateTexts } from '../hub/people-desk.ts';
import { PrivateStore } from '../store/private-store.ts';
import { makeFolder } from '../store/sqlite-file.ts';
import { SqliteHallStore } from '../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../store/sqlite-node-store.ts';
import type { HallStore, NodeStore } from '../store/store.ts';

export interface BusSettings {
  readonly config: HallConfig;
  /** Where the broker listens: from the config, or the port that an embedded one was given. */
  readonly brokerUrl: () => string;
  /** Node id, or the hub's: names the connection and its credential. */
  readonly client: string;
}

export function openHallStore(dataFolder: string): HallStore {
  makeFolder(dataFolder);
  return new SqliteHallStore({ file: hallFile(dataFolder) });
}

export function hallFile(dataFolder: string): string {
  return path.join(dataFolder, 'hall.sqlite');
}

const msPerHour = 3_600_000;

/** Telephone numbers and texts. A hall without a key keeps none; the demo makes a key of its own. */
export function privateTexts(config: HallConfig, dataFolder: string, makeKey: boolean): PrivateTexts {
  const { key_file: configured, contacts_h, texts_h } = config.file.hub.privacy;
  makeFolder(dataFolder);
  const own = path.join(dataFolder, 'private.key');
  if (configured === undefined && makeKey && !existsSync(own))
    writeFileSync(own, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600 });
  const keyFile =
    configured === undefined ? (makeKey ? own : undefined) : path.resolve(path.dirname(config.path), configured);
  return {
    store: new PrivateStore({
      file: privateFile(dataFolder),
      key: keyFile === undefined ? undefined : keyFrom(keyFile),
    }),
    contactsMs: contacts_h * msPerHour,
    textsMs: texts_h * msPerHour,
  };
}

export function privateFile(dataFolder: string): string {
  return path.join(dataFolder, 'private.sqlite');
}

const keyBytes = 32;

function keyFrom(file: string): Uint8Array {
  const key = Buffer.from(firstLineOf(file), 'base64');
  if (key.length !== keyBytes)
    throw new Error(
      `${file}: a key is ${keyBytes} bytes in base64: head -c ${keyBytes} /dev/urandom | base64 > ${file}`,
    );
  return key;
}

export function openNodeStore(config: HallConfig, dataFolder: string, node: string, random: Random): NodeStore {
  makeFolder(dataFolder);
  const settings = config.file.nodes.find(({ id }) => id === node);
  const file = path.resolve(dataFolder, settings?.store ?? `${node}.sqlite`);
  return new SqliteNodeStore({ file, limit: settings?.outbox_limit ?? 20_000, random });
}

export function openBus({ clock, random, log }: Context, { config, brokerUrl, client }: BusSettings): Bus {
  const credentials = config.file.broker.credentials[client];
  const ca =
    config.file.broker.kind === 'external' && config.file.broker.ca_file !== undefined
      ? readFileSync(config.file.broker.ca_file, 'utf8')
      : undefined;
  return new MqttBus({
    url: brokerUrl(),
    clientId: `${config.rules.hall}-${client}`,
    clock,
    random,
    log: log.at({ part: 'bus' }),
    ...(credentials === undefined
      ? {}
      : { credentials: { username: credentials.username, password: firstLineOf(credentials.password_file) } }),
    ...(ca === undefined ? {} : { ca }),
  });
}

export function firstLineOf(file: string): string {
  return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
}

export function brokerUrlOf(config: HallConfig): string {
  const { broker } = config.file;
  return broker.kind === 'external' ? broker.url : `mqtt://${broker.host}:${broker.port}`;
}
