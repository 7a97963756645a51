/** A hub as a process: journal on SQLite, the embedded broker where the hall has no other, the API and the pages. */
import path from 'node:path';
import type { HallConfig } from '../../config/hall-config.ts';
import { kioskPlaces } from '../../config/kiosk-places.ts';
import { padPlaces } from '../../config/pad-places.ts';
import type { Clock } from '../../drivers/clock.ts';
import { type Broker, createBroker } from '../bus/broker.ts';
import type { BackupParts } from '../hub/backups.ts';
import { Hub } from '../hub/hub.ts';
import { createWebServer } from '../web/server.ts';
import { hallDeskOf } from './hall-desk.ts';
import { createLog } from './logger.ts';
import { brokerUrlOf, firstLineOf, openBus, openHallStore, privateTexts } from './media.ts';
import { queueCode } from './queue-code.ts';

export interface RunHubParts {
  readonly config: HallConfig;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly onFatal: (error: unknown) => void;
}

export interface RunningHub {
  readonly url: string;
  readonly brokerPort: number | undefined;
  stop(): Promise<void>;
}

export async function runHub({ config, dataFolder, clock, onFatal }: RunHubParts): Promise<RunningHub> {
  const log = createLog('hub');
  const broker = embeddedBroker(config, (line) => log.warn({}, line));
  const brokerPort = (await broker?.start())?.port;
  const { rules } = config;
  const hubId = config.file.hub.id;
  const brokerUrl = () => brokerUrlOf(config);
  const bus =
    broker?.bus(hubId, clock) ?? openBus({ config, dataFolder, clock, random: Math.random, log, brokerUrl }, hubId);
  const store = openHallStore(dataFolder);
  const secrets = privateTexts(config, dataFolder, false);
  const { answers_days: answersDays, journal_days: journalDays } = config.file.hub.retention;
  const hub = new Hub({
    hubId,
    rules,
    kiosks: kioskPlaces(config.file),
    pads: padPlaces(config.file),
    store,
    secrets,
    bus,
    clock,
    random: Math.random,
    log,
    retention: { answersDays, journalDays },
    backup: backupOf(config),
    queueCode: queueCode(),
    onFatal,
  });
  await hub.start();
  const desk = hallDeskOf(hub, store, rules);
  const { host, port, names, tokens } = config.file.hub.http;
  const web = createWebServer({
    desk: () => (hub.leading ? desk : undefined),
    rules,
    clock,
    access: { kind: 'token', tokens },
    hosts: names,
  });
  const { url } = await web.start(host, port);
  return {
    url,
    brokerPort,
    stop: async () => {
      await web.close();
      await hub.stop();
      await broker?.stop();
    },
  };
}

function embeddedBroker(config: HallConfig, log: (line: string) => void): Broker | undefined {
  const { broker } = config.file;
  if (broker.kind !== 'embedded') return undefined;
  const credentials = Object.fromEntries(
    Object.entries(broker.credentials).map(([node, { username, password_file }]) => [
      node,
      { username, password: firstLineOf(password_file) },
    ]),
  );
  const { host, port, anonymous } = broker;
  return createBroker({ hall: config.rules.hall, host, port, anonymous, credentials, log });
}

function backupOf({ file: { hub }, path: at }: HallConfig): BackupParts | undefined {
  const minuteMs = 60_000;
  return (
    hub.backup && { file: path.resolve(path.dirname(at), hub.backup.file), everyMs: hub.backup.every_min * minuteMs }
  );
}
