/** A node as a process: real ports (or simulated ones, where its config says so), SQLite outbox, MQTT, hot-plug, status socket. */
import type { HallConfig } from '../../config/hall-config.ts';
import type { NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import type { Context } from '../../drivers/context.ts';
import { DeviceError } from '../../drivers/errors.ts';
import { withDefects } from '../../drivers/log.ts';
import { HotPlug } from '../../drivers/port/hot-plug.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import { makePort } from '../../drivers/port/registry.ts';
import { assembleNode } from './assemble.ts';
import { brokerUrlOf, openBus, openNodeStore } from './media.ts';
import { serveStatus, statusSocketPath } from './status-socket.ts';
import { software } from './version.ts';

export interface RunNodeSettings {
  readonly config: HallConfig;
  readonly node: string;
  readonly dataFolder: string;
}

/** Whole or not at all (F24): when a part cannot start, those before it are closed, and the error is thrown. */
export async function runNode(context: Context, settings: RunNodeSettings): Promise<{ stop(): Promise<void> }> {
  const { config, node: id, dataFolder } = settings;
  const { clock, random } = context;
  let defects = 0;
  const log = withDefects(context.log, () => {
    defects += 1;
  });
  const node = config.file.nodes.find((each) => each.id === id);
  if (node === undefined) throw new Error(`the config has no node "${id}"`);
  await using opened = new AsyncDisposableStack();
  const { hall, rev } = config.rules;
  log.info({ hall, config: rev, data: dataFolder }, `${software} starts as node ${id} of ${hall}`);
  const hardware = await simulatedPart(context, config, node);
  const store = openNodeStore(config, dataFolder, id, random);
  const bus = openBus(context, { config, brokerUrl: () => brokerUrlOf(config), client: id });
  const runner = assembleNode(
    { clock, random, log },
    {
      config,
      node,
      store,
      bus,
      makePort: (port) => (port.kind === 'simulated' ? hardware(port) : makePort(port, { clock, log })),
    },
  );
  opened.defer(async () => {
    await bus.abort();
    store.close();
  });
  await runner.start();
  opened.defer(() => runner.stop());
  const socket = statusSocketPath(dataFolder, id);
  const withCount = () => {
    const status = runner.status();
    return { ...status, counters: { ...status.counters, defects } };
  };
  const status = await serveStatus(
    { log: log.at({ part: 'status' }) },
    { file: socket, status: withCount, trace: (port) => runner.trace(port) },
  );
  opened.defer(() => status.close());
  const hotPlug = new HotPlug(context);
  hotPlug.changed.on(() => runner.poke());
  opened.defer(() => hotPlug.close());
  hotPlug.start();
  log.info({ broker: brokerUrlOf(config), devices: node.devices.map((device) => device.id) }, `node ${id} runs`);
  const running = opened.move();
  return { stop: () => running.disposeAsync() };
}

/** The machines load only where one is simulated: a real box carries none of them. */
async function simulatedPart(
  { clock, random }: Context,
  config: HallConfig,
  node: NodeConfig,
): Promise<(port: PortConfig) => PortMaker> {
  if (!node.ports.some(({ kind }) => kind === 'simulated')) {
    return ({ id }) => {
      throw new DeviceError('illegal', `${node.id} ${id}: this node has no simulated port`);
    };
  }
  const { SimulatedHardware } = await import('./simulated-hardware.ts');
  const hardware = new SimulatedHardware({ ...config, file: { ...config.file, nodes: [node] } }, clock, random);
  await hardware.fit();
  return (port) => hardware.makePort(node.id, port);
}
