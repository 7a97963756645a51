/** Which tickets wait together, and which of them a window may call. Heads are compared, never whole queues. */

import { expectedMs } from './learned.ts';
import { profilesFor, unrestricted } from './rules-index.ts';
import type { HallState, Lane, Phase, Ticket, WindowState } from './state.ts';
import { newLane } from './state.ts';

/** The ticket may be called from now on. */
export function enterLane(state: HallState, ticket: Ticket): void {
  const lane = laneFor(state, ticket);
  ticket.workMs = expectedMs(state.learned, state.index, ticket);
  lane.workMs += ticket.workMs;
  lane.tickets.insert(ticket);
  ticket.lane = lane;
  ticket.stage = 'waiting';
  state.printing.delete(ticket.id);
  ticket.window = null;
  state.waiting += 1;
}

export function leaveLane(state: HallState, ticket: Ticket): void {
  if (ticket.lane === null) return;
  ticket.lane.tickets.remove(ticket);
  ticket.lane.workMs -= ticket.workMs;
  ticket.lane = null;
  state.waiting -= 1;
}

/** After new rules: authorisations may have changed, so every waiting ticket is placed anew. */
export function rebuildLanes(state: HallState): void {
  const waiting = [...state.tickets.values()].filter((ticket) => ticket.lane !== null);
  state.lanes.clear();
  state.lanesOfService.clear();
  state.lanesOfWindow.clear();
  state.waiting = 0;
  for (const ticket of waiting) enterLane(state, ticket);
}

function laneFor(state: HallState, ticket: Ticket): Lane {
  const open = ticket.matters.filter((each) => each.state === 'open').map((each) => each.matter);
  // Handing over a certificate needs no authorisation for the matter.
  const profiles = ticket.phase === 'intake' ? profilesFor(state.index, ticket.service, open) : [];
  const key = `${ticket.toWindow ?? ''}|${ticket.service}|${ticket.phase}|${ticket.class}|${profiles.join(',')}`;
  const known = state.lanes.get(key);
  if (known !== undefined) return known;
  const lane = newLane(key, {
    service: ticket.service,
    window: ticket.toWindow,
    class: ticket.class,
    phase: ticket.phase,
    profiles: new Set(profiles),
  });
  addLane(state, lane);
  return lane;
}

export function addLane(state: HallState, lane: Lane): void {
  state.lanes.set(lane.key, lane);
  if (lane.window !== null) append(state.lanesOfWindow, lane.window, lane);
  else append(state.lanesOfService, serviceKey(lane.service, lane.phase), lane);
}

function append(lists: Map<string, Lane[]>, key: string, lane: Lane): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [lane]);
  else list.push(lane);
}

export function serviceKey(service: string, phase: Phase): string {
  return `${phase}/${service}`;
}

export interface Reachable {
  readonly lane: Lane;
  /** Lower is served first. */
  readonly tier: number;
}

/** What was addressed to a window comes with the window's first tier. */
const addressedTier = 0;
/** A service that is no longer in the rules: whoever waits for it is served last, by comprehensive windows. */
const orphanTier = 99;

/** Lanes with somebody in them that this window may call now. */
export function reachableLanes(state: HallState, window: WindowState): Reachable[] {
  const found: Reachable[] = [];
  for (const lane of state.lanesOfWindow.get(window.id) ?? []) {
    if (lane.tickets.size > 0) found.push({ lane, tier: addressedTier });
  }
  if (window.role === 'desk') return found;
  const phase: Phase = window.role;
  const profile = profileAt(state, window);
  const take = (service: string, tier: number): void => {
    for (const lane of state.lanesOfService.get(serviceKey(service, phase)) ?? []) {
      if (lane.tickets.size === 0) continue;
      if (phase === 'intake' && profile !== unrestricted && !lane.profiles.has(profile)) continue;
      found.push({ lane, tier });
    }
  };
  if (window.serves === 'all') {
    for (const key of state.lanesOfService.keys()) {
      if (!key.startsWith(phase)) continue;
      const service = key.slice(phase.length + 1);
      take(service, state.index.services.get(service)?.tier ?? orphanTier);
    }
  } else {
    for (const { service, tier } of window.serves) take(service, tier);
  }
  return found;
}

/** Whether this window, with its clerk of now, may take a ticket that somebody names. */
export function mayServe(state: HallState, window: WindowState, ticket: Ticket): 'yes' | 'role' | 'service' | 'clerk' {
  if (window.role !== 'desk' && window.role !== ticket.phase) return 'role';
  if (ticket.toWindow === window.id || window.role === 'desk') return 'yes';
  if (window.serves !== 'all' && !window.serves.some((each) => each.service === ticket.service)) return 'service';
  const profile = profileAt(state, window);
  if (ticket.phase === 'certificate' || profile === unrestricted) return 'yes';
  const open = ticket.matters.filter((each) => each.state === 'open').map((each) => each.matter);
  return profilesFor(state.index, ticket.service, open).includes(profile) ? 'yes' : 'clerk';
}

function profileAt(state: HallState, window: WindowState): number {
  if (window.clerk === null) return unrestricted;
  return state.index.profileOf.get(window.clerk) ?? unrestricted;
}
