/** Which services share windows with which: worked out when windows change, asked for every number given. */
import type { ServiceId } from '../../devices/contract/terms.ts';
import type { HallState, WindowState } from './state.ts';

export interface Pool {
  /** Intake windows that serve the service and are at work. */
  readonly windows: number;
  /** Services to count, with the share of their visitors that this service's windows take: 1 in a comprehensive hall. */
  readonly shares: readonly (readonly [ServiceId, number])[];
}

interface Cache {
  readonly version: number;
  readonly pools: Map<ServiceId, Pool>;
}

/** Derived from the state alone, so it is beside the state and not in it. */
const caches = new WeakMap<HallState, Cache>();

export function poolOf(state: HallState, service: ServiceId): Pool {
  let cache = caches.get(state);
  if (cache?.version !== state.windowsVersion) {
    cache = { version: state.windowsVersion, pools: new Map() };
    caches.set(state, cache);
  }
  let pool = cache.pools.get(service);
  if (pool === undefined) {
    pool = makePool(state, service);
    cache.pools.set(service, pool);
  }
  return pool;
}

function makePool(state: HallState, service: ServiceId): Pool {
  const intake = [...state.windows.values()].filter((window) => window.role === 'intake');
  const working = intake.filter((window) => window.state === 'open');
  const mine = working.filter((window) => servesService(window, service));
  if (mine.length === 0) return { windows: 0, shares: [[service, 1]] };
  const shares: (readonly [ServiceId, number])[] = [];
  for (const other of state.index.services.keys()) {
    const both = mine.filter((window) => servesService(window, other)).length;
    if (both === 0) continue;
    const theirs = working.filter((window) => servesService(window, other)).length;
    shares.push([other, both / theirs]);
  }
  return { windows: mine.length, shares };
}

function servesService(window: WindowState, service: ServiceId): boolean {
  return window.serves === 'all' || window.serves.some((each) => each.service === service);
}
