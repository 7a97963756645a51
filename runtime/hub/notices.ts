/** What visitors should know of faults: a kiosk without paper, by name. */
import type { LocalText } from '../../devices/contract/terms.ts';
import type { NodeRegistry } from './node-registry.ts';

export function noticesOf(nodes: NodeRegistry): LocalText[] {
  const out: string[] = [];
  for (const { devices } of nodes.all()) {
    for (const device of devices.values()) {
      if (device.role === 'ticket-kiosk' && device.faults.some((fault) => fault.severity === 'error'))
        out.push(device.device);
    }
  }
  return out.sort().map((device) => ({
    zh: `取号机 ${device} 暂停使用，请用其他取号机`,
    en: `Kiosk ${device} is out of service, please use another`,
  }));
}
