/** How many are before a visitor and how long that takes, as a range. */
import type { Instant, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import { serviceKey } from './lanes.ts';
import type { HallState } from './state.ts';

export interface Estimate {
  readonly ahead: number;
  readonly wait: { readonly lowMs: number; readonly highMs: number } | undefined;
}

const spread = 0.4;
const stepMs = 60_000;

/** For somebody who presses now. Windows that also serve other services share themselves with those who wait there. */
export function estimateFor(state: HallState, service: ServiceId, _class: TicketClass, at: Instant): Estimate {
  let windows = 0;
  const shared = new Map<ServiceId, number>();
  const all = [...state.index.services.keys()];
  for (const window of state.windows.values()) {
    if (window.role !== 'intake' || window.state === 'closed') continue;
    const serves = window.serves === 'all' ? all : window.serves.map((each) => each.service);
    if (!serves.includes(service)) continue;
    windows += 1;
    for (const each of serves) shared.set(each, (shared.get(each) ?? 0) + 1);
  }
  let ahead = 0;
  let workMs = 0;
  const count = (each: ServiceId, share: number): void => {
    let waiting = 0;
    for (const lane of state.lanesOfService.get(serviceKey(each, 'intake')) ?? []) waiting += lane.tickets.size;
    ahead += waiting * share;
    workMs += waiting * share * (state.index.standardMs.get(each) ?? 0);
  };
  if (windows === 0) count(service, 1);
  else for (const [each, both] of shared) count(each, both / windows);
  ahead = Math.round(ahead);
  if (windows === 0) return { ahead, wait: undefined };
  // Before opening, waiting counts from opening time (F19).
  const opensAt = state.day?.schedule.spans.find((span) => span.to > at)?.from ?? at;
  const mean = Math.max(0, opensAt - at) + workMs / windows;
  return {
    ahead,
    wait: {
      lowMs: Math.floor((mean * (1 - spread)) / stepMs) * stepMs,
      highMs: Math.ceil((mean * (1 + spread)) / stepMs + 1) * stepMs,
    },
  };
}
