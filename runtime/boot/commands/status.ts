/** `halld status`: what each node on this box sees, also when the hub is away. */
import { existsSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { type PaperState, zPaperState } from '../../../devices/contract/presence.ts';
import type { NodeStatus } from '../../node/hall-node.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';
import { askStatus, statusSocketPath } from '../status-socket.ts';

export const status: Command = {
  summary: 'shows the nodes on this box: ports, devices, outbox, hub',
  help: `usage: halld status --config FILE [--node ID] [--json]

Asks every node of the config that runs on this box, over its own socket, so it works without network, broker or hub.

  --config FILE   the hall's file
  --node ID       only this node
  --json          the whole answer as JSON

Exit code: 0 all well, 1 something is at fault or a node that was started does not answer, 69 no node runs here.`,
  async run(args) {
    const { values } = parseOptions(args, {
      config: { type: 'string' },
      node: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const ids = config.file.nodes.map(({ id }) => id).filter((id) => values.node === undefined || id === values.node);
    if (ids.length === 0) throw new UsageError(`the config has no node "${values.node}"`);
    const { statuses, silent } = await askAll(config.dataFolder, ids);
    if (values.json === true) console.log(JSON.stringify(statuses, null, 2));
    else for (const status of statuses) print(status);
    for (const id of silent)
      console.error(`${id}: does not answer: its process ended without a goodbye or hangs; restart it`);
    if (statuses.length + silent.length === 0) {
      console.error(
        `no node of ${values.config} runs on this box (looked in ${config.dataFolder}): start one with "halld node"`,
      );
      return 69;
    }
    return silent.length > 0 || statuses.some(atFault) ? 1 : 0;
  },
};

/** `silent`: nodes whose socket is there, as a stop would have removed it, and gives no answer. */
export async function askAll(
  dataFolder: string,
  ids: readonly string[],
  deadlineMs?: number,
): Promise<{ readonly statuses: readonly NodeStatus[]; readonly silent: readonly string[] }> {
  const files = ids.map((id) => statusSocketPath(dataFolder, id));
  const asked = await Promise.all(files.map((file) => askStatus(file, deadlineMs)));
  return {
    statuses: asked.filter((status) => status !== undefined),
    silent: ids.filter((_id, index) => asked[index] === undefined && existsSync(files[index] ?? '')),
  };
}

function atFault(status: NodeStatus): boolean {
  return (
    !status.broker ||
    !status.hub.fresh ||
    status.duplicateId ||
    status.streamError !== null ||
    status.devices.some(({ faults }) => faults.length > 0)
  );
}

function print(status: NodeStatus): void {
  const hub = status.hub.fresh
    ? `hub leads (epoch ${status.hub.epoch})`
    : status.broker
      ? 'HUB AWAY'
      : 'HUB OR BROKER AWAY';
  console.log(`${status.node}: ${hub}, ${status.outbox} events not yet answered`);
  if (status.duplicateId) console.log('  ! two boxes have this node id: give one of them another');
  if (status.streamError !== null)
    console.log(`  ! the hub does not take this box (${status.streamError}): a technician has to adopt it`);
  for (const { device, role, state, faults, detail } of status.devices) {
    console.log(`  ${faults.length > 0 ? '!' : ' '} ${device.padEnd(16)} ${role.padEnd(14)} ${state}`);
    for (const { code, since, remedy } of faults)
      console.log(`      ${code} since ${new Date(since).toLocaleTimeString()}: ${remedy}`);
    const paper = zPaperState.safeParse(detail.paper).data;
    if (paper !== undefined) console.log(`      ${paperLine(paper)}`);
  }
}

const mmPerMetre = 1000;

/** `paper: 12.4 m used at 87 mm a ticket; about 67.6 m left, 777 tickets, until about 15:40`. */
export function paperLine({ used_mm, left_mm, ticket_mm, tickets_left, ends_at, near_end, out }: PaperState): string {
  const metres = (mm: number) => `${(mm / mmPerMetre).toFixed(1)} m`;
  const used = `${metres(used_mm)} used${ticket_mm === null ? '' : ` at ${ticket_mm} mm a ticket`}`;
  if (out === true) return `paper: out after ${used}`;
  const sensor = near_end === true ? ', near its end' : '';
  if (left_mm === null) return `paper: ${used}${sensor}; what is left is not known before the roll is changed once`;
  const tickets = tickets_left === null ? '' : `, ${tickets_left} tickets`;
  const end = ends_at === null ? '' : `, until about ${new Date(ends_at).toTimeString().slice(0, 5)}`;
  return `paper: ${used}${sensor}; about ${metres(left_mm)} left${tickets}${end}`;
}
