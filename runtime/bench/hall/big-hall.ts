/** The service centre grown to a size: so many kiosks with a node each, so many windows with boards on lines of their own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const serviceCentre = path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml');
const windowsANode = 20;

type Json = Record<string, unknown>;

interface RawNode extends Json {
  readonly id: string;
  readonly ports: readonly { readonly id: string }[];
  readonly devices: readonly (Json & { readonly role: string })[];
}

/** A hall's file as YAML would give it; every port simulated. */
export interface BigHall extends Json {
  readonly nodes: readonly RawNode[];
}

export interface BigHallSize {
  readonly kiosks: number;
  readonly windows: number;
}

export function bigHall({ kiosks, windows }: BigHallSize): BigHall {
  const small = parse(readFileSync(serviceCentre, 'utf8')) as Json & { readonly nodes: readonly RawNode[] };
  const signs = small.windows as readonly (Json & { readonly role?: string })[];
  const sign = signs.find(({ role = 'intake' }) => role === 'intake');
  // Somebody has to hand out what the back office decided; no box of ours is there.
  const certificates = signs
    .filter(({ role }) => role === 'certificate')
    .map((each, at) => ({ ...each, id: `c${at + 1}`, number: windows + at + 1 }));
  const kiosk = deviceOf(small.nodes, 'ticket-kiosk');
  const board = deviceOf(small.nodes, 'window-board');
  const pad = deviceOf(small.nodes, 'call-pad');
  const nodes: RawNode[] = Array.from({ length: kiosks }, (_, at) => ({
    id: `k${at + 1}`,
    ports: ['panel', 'printer'].map(simulated),
    devices: [{ ...kiosk, id: `k${at + 1}` }],
  }));
  const ids = Array.from({ length: windows }, (_, at) => `w${at + 1}`);
  for (let from = 0; from < windows; from += windowsANode) {
    const here = ids.slice(from, from + windowsANode);
    nodes.push({
      id: `n${from / windowsANode + 1}`,
      ports: here.flatMap((window) => [`${window}-board`, `${window}-pad`].map(simulated)),
      devices: here.flatMap((window) => [
        {
          ...board,
          id: `${window}-board`,
          window,
          board: { ...(board.board as Json), port: `${window}-board`, address: 1 },
        },
        { ...pad, id: `${window}-pad`, window, pad: { ...(pad.pad as Json), port: `${window}-pad` } },
      ]),
    });
  }
  const allDay = [{ from: '00:00', to: '24:00' }];
  const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, allDay]));
  return {
    ...small,
    windows: [...ids.map((id, at) => ({ ...sign, id, number: at + 1 })), ...certificates],
    numbering: { digits: 4, start: 1 },
    calendar: { week, last_ticket_before_close_min: 0 },
    services: (small.services as readonly Json[]).map(({ daily_quota: _, ...service }) => service),
    nodes,
  };
}

function simulated(id: string) {
  return { id, kind: 'simulated', unit: 'bytes', baud: 0 };
}

function deviceOf(nodes: readonly RawNode[], role: string) {
  const device = nodes.flatMap(({ devices }) => devices).find((each) => each.role === role);
  if (device === undefined) throw new Error(`the service centre has no ${role}`);
  return device;
}
