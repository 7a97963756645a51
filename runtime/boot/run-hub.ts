/** A hub as a process: journal on SQLite, the embedded broker where the hall has no other, the API and the pages. */
import type { HallConfig } from '../../config/hall-config.ts';
import type { Context } from '../../drivers/context.ts';
import { type Broker, createBroker } from '../bus/broker.ts';
import { createWebServer } from '../web/server.ts';
import { assembleHub } from './assemble.ts';
import { checkBatteryClock, checkClock } from './box-checks.ts';
import { hallDeskOf } from './hall-desk.ts';
import { brokerUrlOf, firstLineOf, openBus, openHallStore, privateTexts } from './media.ts';
import { SystemClockWitness } from './system-clock-witness.ts';
import { software } from './version.ts';

export interface RunHubSettings {
  readonly config: HallConfig;
  readonly dataFolder: string;
  /** Called once, when the hub has ended because its journal failed; `stop` closes the rest. */
  readonly onFatal: (error: unknown) => void;
}

export interface RunningHub {
  readonly url: string;
  readonly brokerPort: number | undefined;
  stop(): Promise<void>;
}

/** Whole or not at all (F24): when a part cannot start, those before it are closed, and the error is thrown. */
export async function runHub(context: Context, settings: RunHubSettings): Promise<RunningHub> {
  const { config, dataFolder, onFatal } = settings;
  const { clock, log } = context;
  await using opened = new AsyncDisposableStack();
  const { rules } = config;
  log.info({ hall: rules.hall, config: rules.rev, data: dataFolder }, `${software} starts as the hub of ${rules.hall}`);
  const store = openHallStore(dataFolder);
  const secrets = privateTexts(config, dataFolder, false);
  const broker = embeddedBroker(context, config);
  opened.defer(() => broker?.stop());
  const bus =
    broker?.bus(config.file.hub.id, clock) ??
    openBus(context, { config, brokerUrl: () => brokerUrlOf(config), client: config.file.hub.id });
  const clockWitness = new SystemClockWitness({ folder: dataFolder, clock, log: log.at({ part: 'clock' }) });
  for (const { level, text, remedy } of [checkClock(clockWitness.synchronised()), checkBatteryClock()])
    if (level !== 'well') log.warn({}, `${text}: ${remedy}`);
  const hub = assembleHub(context, { config, store, bus, clockWitness, secrets, onFatal });
  await hub.start();
  opened.defer(() => hub.stop());
  // After the hub: a box that connects finds it there.
  const brokerPort = (await broker?.start())?.port;
  const desk = hallDeskOf(hub, store, rules);
  const { host, port, names, tokens } = config.file.hub.http;
  const web = createWebServer({
    clockFault: () => hub.clockFault,
    desk: () => (hub.leading ? desk : undefined),
    rules,
    clock,
    log: log.at({ part: 'web' }),
    access: { kind: 'token', tokens },
    hosts: names,
  });
  opened.defer(() => web.close());
  const { url } = await web.start(host, port).catch((cause: unknown) => {
    if ((cause as { code?: unknown } | null)?.code !== 'EADDRINUSE') throw cause;
    const remedy = 'stop the program there, or change hub.http.port in the hall file';
    throw new Error(`the pages cannot listen on ${host}:${port}: the port is in use; ${remedy}`, { cause });
  });
  const brokerAt = brokerPort === undefined ? brokerUrlOf(config) : `mqtt://${brokerHostOf(config)}:${brokerPort}`;
  log.info({ pages: url, broker: brokerAt }, `the hub runs: pages at ${url}, broker at ${brokerAt}`);
  const running = opened.move();
  return { url, brokerPort, stop: () => running.disposeAsync() };
}

function embeddedBroker({ log }: Context, config: HallConfig): Broker | undefined {
  const { broker } = config.file;
  if (broker.kind !== 'embedded') return undefined;
  const credentials = Object.fromEntries(
    Object.entries(broker.credentials).map(([node, { username, password_file }]) => [
      node,
      { username, password: firstLineOf(password_file) },
    ]),
  );
  const { host, port, anonymous } = broker;
  return createBroker({
    hall: config.rules.hall,
    host,
    port,
    anonymous,
    credentials,
    log: log.at({ part: 'broker' }),
  });
}

function brokerHostOf({ file: { broker } }: HallConfig): string {
  return broker.kind === 'embedded' ? broker.host : '';
}
