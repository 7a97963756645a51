/** Every driver of a hall, and where in its file it stands. */
import { driversOf, type WiredDriver } from './drivers-of.ts';
import type { HallFile } from './schema.ts';
import type { DeviceConfig, NodeConfig } from './wiring-schema.ts';
import type { Path } from './yaml-source.ts';

export interface Wire extends WiredDriver {
  readonly node: NodeConfig;
  readonly device: DeviceConfig;
  /** Of the driver: `nodes 0 devices 2 board`. */
  readonly path: Path;
}

export function wiresOf(file: HallFile): Wire[] {
  return file.nodes.flatMap((node, n) =>
    node.devices.flatMap((device, d) =>
      driversOf(device).map((wired) => ({ ...wired, node, device, path: ['nodes', n, 'devices', d, wired.slot] })),
    ),
  );
}
