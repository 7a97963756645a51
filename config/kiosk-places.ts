/** The hall's kiosks as visitors know them: name, what each gives numbers for, which others are near. */
import { visitors } from './locales/visitors.ts';
import { phrase } from './locales/words.ts';
import type { HallFile } from './schema.ts';

/** Unless the file says which are near: those that stand next to it in the file. */
export function kioskPlaces(file: HallFile) {
  const kiosks = file.nodes.flatMap((node) =>
    node.devices.flatMap((device) => (device.role === 'ticket-kiosk' ? [{ device, node: node.id }] : [])),
  );
  return kiosks.map(({ device, node }, at) => {
    const others = kiosks.flatMap((other, index) =>
      index === at ? [] : [{ id: other.device.id, distance: Math.abs(index - at) }],
    );
    const byFile = others.sort((a, b) => a.distance - b.distance).map(({ id }) => id);
    return {
      id: device.id,
      node,
      name: device.name ?? phrase(visitors['kiosk.name'], { id: device.id }),
      services: Object.values(device.buttons),
      neighbours: device.neighbours ?? byFile,
    };
  });
}
