/** Which services share windows with which: worked out when windows change, asked for every number given. */
import type { WindowRules } from '../../devices/contract/hall.ts';
import type { ServiceId } from '../../devices/contract/terms.ts';
import { serviceKey } from './lanes.ts';
import type { HallState } from './state.ts';

export interface PoolShare {
  readonly service: ServiceId;
  /** Of its intake lanes. */
  readonly key: string;
  /** Part of its visitors that this pool's windows take: 1 in a comprehensive hall. */
  readonly share: number;
}

export interface Pool {
  /** Intake windows that serve the service and are at work; a part of one where they are expected. */
  readonly windows: number;
  readonly shares: readonly PoolShare[];
  /** Every visitor of the hall comes to these windows. */
  readonly whole: boolean;
}

/** Windows at work that serve the same: in a comprehensive hall there is one group, however many windows. */
interface Group {
  readonly serves: WindowRules['serves'];
  readonly services: ReadonlySet<ServiceId>;
  windows: number;
}

/** `open`: at work now. `expected`: at work once the hall opens, as many as on the day before, or all there are. */
export type Staffing = 'open' | 'expected';

interface Staffed {
  readonly groups: readonly Group[];
  readonly pools: Map<ServiceId, Pool>;
}

interface Cache {
  readonly version: number;
  readonly staffed: Partial<Record<Staffing, Staffed>>;
}

/** Derived from the state alone, so it is beside the state and not in it. */
const caches = new WeakMap<HallState, Cache>();

export function poolOf(state: HallState, service: ServiceId, staffing: Staffing): Pool {
  let cache = caches.get(state);
  if (cache?.version !== state.windowsVersion) {
    cache = { version: state.windowsVersion, staffed: {} };
    caches.set(state, cache);
  }
  cache.staffed[staffing] ??= { groups: groupsOf(state, staffing), pools: new Map() };
  const { groups, pools } = cache.staffed[staffing];
  let pool = pools.get(service);
  if (pool === undefined) {
    pool = makePool(state, groups, service);
    pools.set(service, pool);
  }
  return pool;
}

function groupsOf(state: HallState, staffing: Staffing): Group[] {
  const intake = [...state.windows.values()].filter((window) => window.role === 'intake');
  const open = intake.filter((window) => window.state === 'open');
  const usual = Math.max(state.learned.usualWindows, open.length);
  // Which of them will open nobody knows: each counts for its share of the usual number.
  const weight = staffing === 'open' || usual === 0 ? 1 : Math.min(1, usual / intake.length);
  const groups = new Map<string, Group>();
  for (const { serves } of staffing === 'open' ? open : intake) {
    const key = serves === 'all' ? 'all' : serves.map((each) => each.service).join(' ');
    const group = groups.get(key);
    if (group !== undefined) group.windows += weight;
    else
      groups.set(key, {
        serves,
        services: new Set(serves === 'all' ? [] : serves.map((each) => each.service)),
        windows: weight,
      });
  }
  return [...groups.values()];
}

function makePool(state: HallState, groups: readonly Group[], service: ServiceId): Pool {
  const serving = (group: Group, each: ServiceId) => group.serves === 'all' || group.services.has(each);
  const mine = groups.filter((group) => serving(group, service));
  const windows = mine.reduce((sum, group) => sum + group.windows, 0);
  if (windows === 0)
    return { windows, shares: [{ service, key: serviceKey(service, 'intake'), share: 1 }], whole: false };
  const shares: PoolShare[] = [];
  for (const other of state.index.services.keys()) {
    let both = 0;
    let theirs = 0;
    for (const group of groups) {
      if (!serving(group, other)) continue;
      theirs += group.windows;
      if (serving(group, service)) both += group.windows;
    }
    if (both > 0) shares.push({ service: other, key: serviceKey(other, 'intake'), share: both / theirs });
  }
  const whole = shares.length === state.index.services.size && shares.every((each) => each.share === 1);
  return { windows, shares, whole };
}
