/** A node as a process: real ports (or simulated ones, where its config says so), SQLite outbox, MQTT, hot-plug, status socket. */
import type { HallConfig } from '../../config/hall-config.ts';
import type { NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import type { Clock } from '../../drivers/clock.ts';
import { DeviceError } from '../../drivers/errors.ts';
import { HotPlug } from '../../drivers/port/hot-plug.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import { makePort } from '../../drivers/port/registry.ts';
import type { Random } from '../../drivers/random.ts';
import { HallNode } from '../node/hall-node.ts';
import { createLog } from './logger.ts';
import { brokerUrlOf, openBus, openNodeStore } from './media.ts';
import { serveStatus, statusSocketPath } from './status-socket.ts';
import { software } from './version.ts';

export interface RunNodeParts {
  readonly config: HallConfig;
  readonly node: string;
  readonly dataFolder: string;
  readonly clock: Clock;
}

export async function runNode({
  config,
  node: id,
  dataFolder,
  clock,
}: RunNodeParts): Promise<{ stop(): Promise<void> }> {
  const node = config.file.nodes.find((each) => each.id === id);
  if (node === undefined) throw new Error(`the config has no node "${id}"`);
  const log = createLog(id);
  const random = Math.random;
  const hardware = await simulatedPart(config, node, clock, random);
  const runner = new HallNode({
    config,
    node,
    store: openNodeStore(config, dataFolder, id, random),
    bus: openBus({ config, dataFolder, clock, random, log, brokerUrl: () => brokerUrlOf(config) }, id),
    clock,
    random,
    log,
    software,
    makePort: (port) => (port.kind === 'simulated' ? hardware(port) : makePort(port, { clock })),
  });
  await runner.start();
  const status = await serveStatus(statusSocketPath(dataFolder, id), () => runner.status());
  const hotPlug = new HotPlug({ clock });
  hotPlug.onChange(() => runner.poke());
  hotPlug.start();
  return {
    stop: async () => {
      hotPlug.close();
      status.close();
      await runner.stop();
    },
  };
}

/** The machines load only where one is simulated: a real box carries none of them. */
async function simulatedPart(
  config: HallConfig,
  node: NodeConfig,
  clock: Clock,
  random: Random,
): Promise<(port: PortConfig) => PortMaker> {
  if (!node.ports.some(({ kind }) => kind === 'simulated')) {
    return ({ id }) => {
      throw new DeviceError('illegal', `${node.id} ${id}: nothing is simulated here`);
    };
  }
  const { SimulatedHardware } = await import('./simulated-hardware.ts');
  const hardware = new SimulatedHardware({ ...config, file: { ...config.file, nodes: [node] } }, clock, random);
  await hardware.fit();
  return (port) => hardware.makePort(node.id, port);
}
