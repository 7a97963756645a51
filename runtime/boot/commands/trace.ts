/** `halld trace`: what goes over a port of a node on this box, live and decoded, over the node's own socket. */
import { createWriteStream } from 'node:fs';
import { driversOf } from '../../../config/drivers-of.ts';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import { parseTraceLine, type TraceHeader } from '../../../drivers/port/trace-file.ts';
import { type Command, UsageError } from '../command.ts';
import { traceText } from '../describe-port.ts';
import { parseOptions } from '../options.ts';
import { followTrace, statusSocketPath } from '../status-socket.ts';
import { untilSignal } from '../until-signal.ts';
import { software } from '../version.ts';

export const trace: Command = {
  summary: 'the traffic of a port of this box, live, decoded by its protocol',
  help: `usage: halld trace NODE/PORT --config FILE [--save FILE] [--once]

Shows the last 64 KB that went over the port, then follows it, until Ctrl-C. Digits of keypads and scanned codes are never
shown: the node leaves them out.

  --config FILE   the hall's file
  --save FILE     keeps it as JSON lines too, for "halld replay"
  --once          ends after what is known now

Exit code: 0 shown, 69 no node answers.`,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      { config: { type: 'string' }, save: { type: 'string' }, once: { type: 'boolean' } },
      true,
    );
    const [node = '', port = ''] = positionals[0]?.split('/') ?? [];
    if (port === '') throw new UsageError('name the port: NODE/PORT, such as k1/printer');
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const header = traceHeader(config, node, port);
    const text = traceText(header.drivers);
    const file = values.save === undefined ? undefined : createWriteStream(values.save, { mode: 0o600 });
    file?.write(`${JSON.stringify(header)}\n`);
    const socket = statusSocketPath(config.dataFolder, node);
    const following = followTrace(socket, { port, follow: values.once !== true }, (line) => {
      file?.write(`${line}\n`);
      console.log(text(parseTraceLine(line)));
    });
    const ended =
      values.once === true
        ? following.ended
        : Promise.race([following.ended, untilSignal().then(() => 'stopped' as const)]);
    const how = await ended;
    following.stop();
    await new Promise<void>((resolve) => (file === undefined ? resolve() : file.end(resolve)));
    if (how !== 'no-answer') return 0;
    console.error(
      `node ${node} does not answer at ${socket}: start it with "halld node", on this box and as this user`,
    );
    return 69;
  },
};

export function traceHeader(config: HallConfig, node: string, port: string): TraceHeader {
  const found = config.file.nodes.find(({ id }) => id === node);
  if (found === undefined) throw new UsageError(`the config has no node "${node}"`);
  if (!found.ports.some(({ id }) => id === port))
    throw new UsageError(`node ${node} has no port "${port}"; there are ${found.ports.map(({ id }) => id).join(', ')}`);
  const drivers = found.devices.flatMap((device) =>
    driversOf(device)
      .filter(({ driver }) => driver.port === port)
      .map(({ slot, class: driverClass, driver }) => ({
        ...{ device: device.id, slot, class: driverClass, protocol: driver.protocol, options: driver.options },
        ...(driver.profile === undefined ? {} : { profile: config.profiles.get(`${driverClass}/${driver.profile}`) }),
        ...(driver.address === undefined ? {} : { address: driver.address }),
      })),
  );
  return { halld_trace: 1, software, node, port, drivers };
}
