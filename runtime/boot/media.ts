/** The real things a hall runs on: SQLite files in a folder, MQTT to the configured broker. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HallConfig } from '../../config/hall-config.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { Random } from '../../drivers/random.ts';
import type { Bus } from '../bus/bus.ts';
import { MqttBus } from '../bus/mqtt-bus.ts';
import { SqliteHallStore } from '../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../store/sqlite-node-store.ts';
import type { HallStore, NodeStore } from '../store/store.ts';

export interface MediaParts {
  readonly config: HallConfig;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the broker listens: from the config, or the port that an embedded one was given. */
  readonly brokerUrl: () => string;
}

export function openHallStore(dataFolder: string): HallStore {
  mkdirSync(dataFolder, { recursive: true });
  return new SqliteHallStore({ file: path.join(dataFolder, 'hall.sqlite') });
}

export function openNodeStore(config: HallConfig, dataFolder: string, node: string, random: Random): NodeStore {
  mkdirSync(dataFolder, { recursive: true });
  const settings = config.file.nodes.find(({ id }) => id === node);
  const file = path.resolve(dataFolder, settings?.store ?? `${node}.sqlite`);
  return new SqliteNodeStore({ file, limit: settings?.outbox_limit ?? 20_000, random });
}

export function openBus({ config, clock, random, brokerUrl, log }: MediaParts, client: string): Bus {
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
    log: (line) => log.warn({ client }, line),
    ...(credentials === undefined
      ? {}
      : { credentials: { username: credentials.username, password: passwordFrom(credentials.password_file) } }),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** The first line of the file. */
export function passwordFrom(file: string): string {
  return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
}

export function brokerUrlOf(config: HallConfig): string {
  const { broker } = config.file;
  return broker.kind === 'external' ? broker.url : `mqtt://${broker.host}:${broker.port}`;
}
