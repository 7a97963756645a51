/** Where cables go into boxes: no two ports at one socket, and no name that moves when something is plugged in. */
import type { Findings } from './findings.ts';
import type { HallFile } from './schema.ts';
import type { NodeConfig, PortConfig } from './wiring-schema.ts';
import type { Path } from './yaml-source.ts';

/** The kernel numbers these in the order in which it finds them. */
const movingName = /^\/dev\/(ttyUSB|ttyACM|usb\/lp)\d+$/;

export function checkSockets(file: HallFile, findings: Findings): void {
  checkTwice(file, findings);
  for (const [n, node] of file.nodes.entries()) {
    checkAlike(node, ['nodes', n, 'ports'], findings);
    for (const [p, port] of node.ports.entries())
      if ((port.kind === 'serial' || port.kind === 'usblp') && movingName.test(port.path))
        findings.at(
          ['nodes', n, 'ports', p, 'path'],
          `"${port.path}" is another device when something else is plugged in first`,
          port.kind === 'serial'
            ? 'write the name that stays, as "ls -l /dev/serial/by-path" shows it'
            : 'write a name that stays: a udev rule with SYMLINK makes one',
        );
  }
}

/** USB devices of one make need more than the make to be told apart. */
function checkAlike(node: NodeConfig, path: Path, findings: Findings): void {
  for (const [p, port] of node.ports.entries()) {
    if (port.kind !== 'hid' || port.serial !== undefined || port.usb_path !== undefined) continue;
    const alike = node.ports.find(
      (each) =>
        each !== port &&
        each.kind === 'hid' &&
        each.vid === port.vid &&
        each.pid === port.pid &&
        // Two interfaces of one device are two ports.
        (each.interface === port.interface || each.interface === undefined || port.interface === undefined),
    );
    if (alike !== undefined)
      findings.at(
        [...path, p],
        `"${port.id}" and "${alike.id}" are USB devices of one make`,
        'give each its serial number, or its usb_path ("1-1.4") where it has none',
      );
  }
}

/** Two ports at one socket: one of them would never open. */
function checkTwice(file: HallFile, findings: Findings): void {
  const first = new Map<string, Path>();
  for (const [n, node] of file.nodes.entries())
    for (const [p, port] of node.ports.entries()) {
      const socket = socketOf(port, node);
      if (socket === undefined) continue;
      const path = ['nodes', n, 'ports', p];
      const before = first.get(socket.key);
      if (before === undefined) first.set(socket.key, path);
      else
        findings.at(
          socket.field === undefined ? path : [...path, socket.field],
          `the port "${port.id}" is the same ${socket.say} as the one of line ${findings.line(before)}`,
          'several devices of one line name one port; two ports are two cables',
        );
    }
}

function socketOf(port: PortConfig, node: NodeConfig): { key: string; say: string; field?: string } | undefined {
  switch (port.kind) {
    case 'serial':
    case 'usblp':
      return { key: `${node.id} ${port.path}`, say: 'path', field: 'path' };
    case 'tcp':
      return { key: `tcp ${port.host}:${port.port}`, say: 'address', field: 'host' };
    case 'hid':
      // Without serial number and path they are alike, and told of as such.
      return port.serial === undefined && port.usb_path === undefined
        ? undefined
        : {
            key: `${node.id} hid ${port.vid} ${port.pid} ${port.serial} ${port.usb_path} ${port.interface}`,
            say: 'USB device',
          };
    case 'simulated':
      return undefined;
  }
}
