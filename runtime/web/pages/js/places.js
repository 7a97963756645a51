// @ts-check
/** Where a device stands, in words a person can walk to: window 4's board, kiosk 2. */
import { roleTexts, textOf } from './texts.js';

/** @param {import('./live.js').LiveHall} hall @param {{node: string, device: string, role: string}} device @returns {{zh: string, en: string}} */
export function placeOf(hall, device) {
  const machine = hall.under('machine/').find((each) => each.node === device.node && each.device === device.device);
  // Without a bench the window is told by the device's name: `w4-board`.
  const id = machine?.window ?? /^([a-z]+\d+)-/.exec(device.device)?.[1];
  const window = (hall.rules?.windows ?? []).find((/** @type {any} */ each) => each.id === id);
  const role = textOf(roleTexts, device.role);
  if (window !== undefined)
    return { zh: `${window.number} 号窗口 ${role.zh}`, en: `Window ${window.number} ${role.en.toLowerCase()}` };
  const number = /\d+/.exec(device.device)?.[0];
  if (number !== undefined && device.role === 'ticket-kiosk')
    return { zh: `${number} 号取号机`, en: `Kiosk ${number}` };
  return role.en === '' ? { zh: device.device, en: '' } : role;
}

/** Time of day in the hall, wherever the browser is. @param {import('./live.js').LiveHall} hall @param {number} atMs */
export function hallTime(hall, atMs) {
  const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
  return new Intl.DateTimeFormat('zh-CN', { timeZone, timeStyle: 'medium' }).format(atMs);
}
