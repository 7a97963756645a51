/** Every topic of the contract, made and taken apart here alone. `1` is the contract's major version. */
import type { DeviceId, HallId, NodeId, ServiceId, WindowId } from './terms.ts';
import { idPattern } from './terms.ts';

export const contractVersion = 1;

const base = (hall: HallId) => `hall/${contractVersion}/${hall}`;

export const topics = {
  hubState: (hall: HallId) => `${base(hall)}/hub/state`,
  nodeState: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/state`,
  nodeBirth: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/birth`,
  nodeDevice: (hall: HallId, node: NodeId, device: DeviceId) => `${base(hall)}/node/${node}/device/${device}`,
  nodeEvt: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/evt`,
  nodeAck: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/ack`,
  nodeCmd: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/cmd`,
  nodeRes: (hall: HallId, node: NodeId) => `${base(hall)}/node/${node}/res`,
  windowView: (hall: HallId, window: WindowId) => `${base(hall)}/view/window/${window}`,
  serviceView: (hall: HallId, service: ServiceId) => `${base(hall)}/view/service/${service}`,
  hallView: (hall: HallId) => `${base(hall)}/view/hall`,
  log: (hall: HallId) => `${base(hall)}/log`,
} as const;

/** Filters a hub or a node subscribes to. */
export const filters = {
  everyNode: (hall: HallId, leaf: 'state' | 'birth' | 'evt' | 'res') => `${base(hall)}/node/+/${leaf}`,
  everyDevice: (hall: HallId) => `${base(hall)}/node/+/device/+`,
  everyView: (hall: HallId) => `${base(hall)}/view/#`,
} as const;

export type ParsedTopic =
  | { readonly kind: 'hub-state' | 'hall-view' | 'log' }
  | {
      readonly kind: 'node-state' | 'node-birth' | 'node-evt' | 'node-ack' | 'node-cmd' | 'node-res';
      readonly node: NodeId;
    }
  | { readonly kind: 'node-device'; readonly node: NodeId; readonly device: DeviceId }
  | { readonly kind: 'window-view'; readonly window: WindowId }
  | { readonly kind: 'service-view'; readonly service: ServiceId };

const nodeLeaves = {
  state: 'node-state',
  birth: 'node-birth',
  evt: 'node-evt',
  ack: 'node-ack',
  cmd: 'node-cmd',
  res: 'node-res',
} as const;

/** `undefined` for a topic of another hall, another version or nobody. */
export function parseTopic(hall: HallId, topic: string): ParsedTopic | undefined {
  const prefix = `${base(hall)}/`;
  if (!topic.startsWith(prefix)) return undefined;
  const [area, first, second, third, ...rest] = topic.slice(prefix.length).split('/');
  if (rest.length > 0) return undefined;
  if (area === 'hub' && first === 'state' && second === undefined) return { kind: 'hub-state' };
  if (area === 'log' && first === undefined) return { kind: 'log' };
  if (area === 'view' && first === 'hall' && second === undefined) return { kind: 'hall-view' };
  if (second === undefined || !isId(area === 'view' ? second : first)) return undefined;
  if (area === 'view' && third === undefined) {
    if (first === 'window') return { kind: 'window-view', window: second };
    if (first === 'service') return { kind: 'service-view', service: second };
    return undefined;
  }
  if (area !== 'node' || first === undefined) return undefined;
  if (second === 'device') return isId(third) ? { kind: 'node-device', node: first, device: third } : undefined;
  if (third !== undefined || !Object.hasOwn(nodeLeaves, second)) return undefined;
  return { kind: nodeLeaves[second as keyof typeof nodeLeaves], node: first };
}

function isId(text: string | undefined): text is string {
  return text !== undefined && idPattern.test(text);
}
