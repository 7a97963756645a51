/**
 * A hall as named parts: what a page is told whole at first, and then part by part as it changes. A part is small, so
 * that one number called at one window is one small message. No part holds personal data.
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BenchMachine, HallSnapshot } from './needs.ts';

export type PartValue = Readonly<Record<string, unknown>>;
export type Parts = Map<string, PartValue>;

/** The part prefixes that a hall's snapshot fills; anything under them that a snapshot leaves out is gone. */
export const snapshotPrefixes = [
  'hub',
  'hall',
  'window/',
  'service/',
  'ticket/',
  'node/',
  'device/',
  'place/',
  'proposal',
  'counters',
];

/** The rules for a page: everything but the clerks, whose PIN hashes are nobody's business. */
export function publicRules(rules: HallRules): PartValue {
  const { clerks: _private, ...shown } = rules;
  return { ...shown };
}

/** Head fields that change with every republishing and say nothing to a page. */
function withoutHead(view: object): PartValue {
  const { v: _v, epoch: _epoch, rev: _rev, valid_until: _validUntil, ...body } = view as Record<string, unknown>;
  return body;
}

export function snapshotParts(snapshot: HallSnapshot): Parts {
  const parts: Parts = new Map();
  parts.set('hub', { state: snapshot.hub.state, epoch: snapshot.hub.epoch });
  if (snapshot.hall !== null) parts.set('hall', withoutHead(snapshot.hall));
  for (const view of snapshot.windows) parts.set(`window/${view.window}`, withoutHead(view));
  for (const view of snapshot.services) parts.set(`service/${view.service}`, withoutHead(view));
  for (const ticket of snapshot.tickets) parts.set(`ticket/${ticket.ticket}`, { ...ticket });
  for (const node of snapshot.nodes) {
    parts.set(`node/${node.node}`, {
      node: node.node,
      state: node.state,
      sinceMs: node.sinceMs,
      otherWaits: node.otherWaits ?? false,
    });
    for (const device of node.devices) {
      const { v: _v, ...body } = device;
      parts.set(`device/${node.node}/${device.device}`, { node: node.node, ...body });
    }
  }
  for (const { node, id, name } of snapshot.kiosks ?? []) parts.set(`place/${node}/${id}`, { name });
  if (snapshot.proposal !== undefined) parts.set('proposal', { ...snapshot.proposal });
  parts.set('counters', { ...snapshot.counters });
  return parts;
}

export function machinePart(machine: BenchMachine): PartValue {
  const { id, kind, node, device, window, part, labels } = machine;
  let look: unknown;
  let error: string | undefined;
  try {
    look = machine.look();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const said = { ...(labels === undefined ? {} : { labels }), ...(error === undefined ? {} : { error }) };
  return { id, kind, node, device, window, part, look: look ?? null, ...said };
}
