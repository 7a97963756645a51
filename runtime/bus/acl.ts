/** Who may write and read which topic of a hall (the contract, section 9). A credential reaches its own hall and node alone. */
import type { HallId, NodeId } from '../../devices/contract/terms.ts';
import { contractVersion, parseTopic, topics } from '../../devices/contract/topics.ts';
import { isFilter } from './topic-filter.ts';

export type Identity = { readonly kind: 'hub' } | { readonly kind: 'node'; readonly node: NodeId };

const nodeWrites = new Set(['node-state', 'node-birth', 'node-evt', 'node-res', 'node-device']);
/** Momentary: kept by a broker they would happen again at every start. */
const neverRetained = new Set(['node-evt', 'node-ack', 'node-cmd', 'node-res', 'log']);

/** `undefined`: allowed; else why not. */
export function whyNotPublish(hall: HallId, who: Identity, topic: string, retain: boolean): string | undefined {
  const parsed = parseTopic(hall, topic);
  if (parsed === undefined) return 'not a topic of this hall';
  if (retain && neverRetained.has(parsed.kind)) return 'never retained';
  if (who.kind === 'hub') return undefined;
  const own = 'node' in parsed && parsed.node === who.node && nodeWrites.has(parsed.kind);
  return own ? undefined : `not written by node ${who.node}`;
}

export function whyNotSubscribe(hall: HallId, who: Identity, filter: string): string | undefined {
  if (!isFilter(filter)) return 'not a topic filter';
  const base = `hall/${contractVersion}/${hall}/`;
  if (!filter.startsWith(base)) return 'not of this hall';
  if (who.kind === 'hub') return undefined;
  const { node } = who;
  const own = [topics.nodeCmd(hall, node), topics.nodeAck(hall, node), topics.nodeState(hall, node)];
  if (own.includes(filter) || filter === topics.hubState(hall) || filter.startsWith(`${base}view/`)) return undefined;
  return `not read by node ${node}`;
}
