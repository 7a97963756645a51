/** The service centre grown to a size: so many kiosks with a node each, so many windows with boards on lines of their own. */
import path from 'node:path';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import type { NodeConfig } from '../../../config/schema.ts';

const serviceCentre = path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml');
const windowsANode = 20;

export async function bigHall(kiosks: number, windows: number): Promise<HallConfig> {
  const small = await loadHall(serviceCentre);
  const kioskNode = small.file.nodes.find(({ devices }) => devices.some(({ role }) => role === 'ticket-kiosk'));
  const windowNode = small.file.nodes.find(({ devices }) => devices.some(({ role }) => role === 'window-board'));
  const sign = small.rules.windows.find(({ role }) => role === 'intake');
  if (kioskNode === undefined || windowNode === undefined || sign === undefined)
    throw new Error('the service centre lacks a kiosk or a window');
  const rulesWindows = Array.from({ length: windows }, (_, at) => ({ ...sign, id: `w${at + 1}`, number: at + 1 }));
  const nodes: NodeConfig[] = Array.from({ length: kiosks }, (_, at) => {
    const id = `k${at + 1}`;
    return {
      ...kioskNode,
      id,
      ports: kioskNode.ports.map((port) => (port.kind === 'simulated' ? { ...port, baud: 0 } : port)),
      devices: kioskNode.devices.filter(({ role }) => role === 'ticket-kiosk').map((device) => ({ ...device, id })),
    };
  });
  const board = windowNode.devices.find(({ role }) => role === 'window-board');
  const pad = windowNode.devices.find(({ role }) => role === 'call-pad');
  if (board?.role !== 'window-board' || pad?.role !== 'call-pad')
    throw new Error('the service centre lacks a board or a pad');
  for (let from = 0; from < windows; from += windowsANode) {
    const here = rulesWindows.slice(from, from + windowsANode);
    nodes.push({
      ...windowNode,
      id: `n${from / windowsANode + 1}`,
      ports: here.flatMap(({ id }) => [
        { id: `${id}-board`, kind: 'simulated' as const, unit: 'bytes' as const, baud: 0 },
        { id: `${id}-pad`, kind: 'simulated' as const, unit: 'bytes' as const, baud: 0 },
      ]),
      devices: here.flatMap(({ id }) => [
        { ...board, id: `${id}-board`, window: id, board: { ...board.board, port: `${id}-board`, address: 1 } },
        { ...pad, id: `${id}-pad`, window: id, pad: { ...pad.pad, port: `${id}-pad` } },
      ]),
    });
  }
  const week = Array.from({ length: 7 }, () => [{ from: 0, to: 24 * 60 }]);
  return {
    ...small,
    file: { ...small.file, nodes },
    rules: {
      ...small.rules,
      windows: rulesWindows,
      numbering: { ...small.rules.numbering, digits: 4 },
      calendar: {
        ...small.rules.calendar,
        week,
        exceptions: {},
        lastTicketBeforeCloseMs: 0,
        lastTicketByCapacity: false,
      },
      services: small.rules.services.map((service) => ({ ...service, dailyQuota: null })),
    },
  };
}
