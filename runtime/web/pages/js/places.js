// @ts-check
/** Where a device stands, in words a person can walk to: window 4's board, kiosk 2. */
import { local, locale, named, t } from './text.js';

/** @param {import('./live.js').LiveHall} hall @param {{node: string, device: string, role: string}} device @returns {string} */
export function placeOf(hall, device) {
  const machine = hall.under('machine/').find((each) => each.node === device.node && each.device === device.device);
  // Without a bench the window is known by the device's name: `w4-board`.
  const id = machine?.window ?? /^([a-z]+\d+)-/.exec(device.device)?.[1];
  const window = (hall.rules?.windows ?? []).find((/** @type {any} */ each) => each.id === id);
  const role = named('role', device.role);
  if (window !== undefined) return t('places.window-device', { number: window.number, role });
  if (device.role === 'ticket-kiosk') return kioskName(hall, device.node, device.device);
  return role === device.role ? device.device : role;
}

/** As the hall's file names it; else by the number in its id. @param {import('./live.js').LiveHall} hall @param {string} node @param {string} device */
export function kioskName(hall, node, device) {
  const name = hall.get(`place/${node}/${device}`)?.name;
  if (name !== undefined) return local(name);
  return t('common.kiosk', { number: /\d+/.exec(device)?.[0] ?? device });
}

/** Time of day in the hall, wherever the browser is. @param {import('./live.js').LiveHall} hall @param {number} atMs */
export function hallTime(hall, atMs) {
  const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' }).format(atMs);
}
