/** Where the hall's rating pads hang: the hub tells by their boxes whether a visitor could be asked. */
import type { HallFile } from './schema.ts';

export function padPlaces(file: HallFile) {
  return file.nodes.flatMap((node) =>
    node.devices.flatMap((device) =>
      device.role === 'rating-keypad' ? [{ node: node.id, window: device.window }] : [],
    ),
  );
}
