/** Which devices each box of the hall has: the hub takes from a box what concerns these alone. */
import type { HallFile } from './schema.ts';

export function boxPlaces(file: HallFile) {
  return file.nodes.map(({ id, devices }) => ({
    node: id,
    devices: devices.map((device) => ({
      id: device.id,
      role: device.role,
      ...('window' in device ? { window: device.window } : {}),
    })),
  }));
}
