/**
 * Whether a window should change what it does: its task (intake or certificates), or a service more. Expected waits are
 * compared. Slow on purpose: one window at a time, only when the difference is large, and not again before a pause; what
 * was lent goes back when it is needed no more.
 */
import type { BalanceRules } from '../../devices/contract/hall.ts';
import type { DurationMs, Instant, ServiceId } from '../../devices/contract/terms.ts';
import type { BalanceChange } from './events.ts';
import { serviceKey } from './lanes.ts';
import { poolOf } from './pools.ts';
import { profilesFor, unrestricted } from './rules-index.ts';
import type { HallState, Phase, WindowState } from './state.ts';

/** Handing over a certificate: what a window needs on average, until the hall counts it by itself. */
const certificateMs = 2 * 60_000;
const minuteMs = 60_000;
/** A service that a window is lent for comes with its own; so does one that has no tier. */
const usualTier = 1;

export function balance(state: HallState, at: Instant): BalanceChange | undefined {
  const rules = state.rules?.balancing;
  if (rules === undefined || rules.mode === 'off') return undefined;
  for (const changedAt of state.balancedAt.values()) if (at - changedAt < rules.pauseMs) return undefined;
  return balanceRoles(state, rules) ?? giveBack(state, rules) ?? lend(state, rules);
}

interface Side {
  readonly phase: Phase;
  readonly windows: readonly WindowState[];
  readonly waiting: number;
  readonly waitMs: DurationMs;
}

function balanceRoles(state: HallState, rules: BalanceRules): BalanceChange | undefined {
  const intake = sideOf(state, 'intake');
  const certificate = sideOf(state, 'certificate');
  const [short, ample] = intake.waitMs >= certificate.waitMs ? [intake, certificate] : [certificate, intake];
  if (short.waitMs < rules.leastWaitMs || short.waitMs < rules.ratio * ample.waitMs) return undefined;
  const least = ample.phase === 'intake' ? rules.leastIntake : rules.leastCertificate;
  if (ample.windows.length <= least) return undefined;
  // The giver must not become the needy: its wait with one window less stays below the other's with one more.
  const giverAfter = (ample.waitMs * ample.windows.length) / (ample.windows.length - 1);
  const takerAfter = (short.waitMs * short.windows.length) / (short.windows.length + 1);
  if (short.windows.length > 0 && giverAfter >= takerAfter) return undefined;
  const window = firstFree(ample.windows.filter((each) => mayChange(state, rules, each)));
  if (window === undefined) return undefined;
  return { window: window.id, role: short.phase, why: `${sideWords(short)}, ${sideWords(ample)}` };
}

/** One without a visitor changes at once; else the one that is first in the rules. */
function firstFree(windows: readonly WindowState[]): WindowState | undefined {
  return windows.find((each) => each.call === null) ?? windows[0];
}

/** Only so many windows at a time do something else than the rules say. */
function mayChange(state: HallState, rules: BalanceRules, window: WindowState): boolean {
  if (changed(window)) return true;
  let count = 0;
  for (const each of state.windows.values()) if (changed(each)) count += 1;
  return count < rules.mostChanged;
}

function changed({ role, serves, rules }: WindowState): boolean {
  return role !== rules.role || JSON.stringify(serves) !== JSON.stringify(rules.serves);
}

function sideOf(state: HallState, phase: Phase): Side {
  const windows = [...state.windows.values()].filter((window) => window.role === phase && window.state === 'open');
  let waiting = 0;
  let workMs = 0;
  for (const lane of state.lanes.values()) {
    if (lane.phase !== phase) continue;
    waiting += lane.tickets.size;
    workMs += phase === 'certificate' ? lane.tickets.size * certificateMs : lane.workMs;
  }
  const waitMs = workMs === 0 ? 0 : windows.length === 0 ? Number.POSITIVE_INFINITY : workMs / windows.length;
  return { phase, windows, waiting, waitMs };
}

interface Need {
  readonly service: ServiceId;
  readonly windows: number;
  readonly waiting: number;
  readonly waitMs: DurationMs;
}

/** What a service's visitors have to expect from the windows that serve it, shared as those windows are. */
function needOf(state: HallState, service: ServiceId): Need {
  const { windows, shares } = poolOf(state, service, 'open');
  let workMs = 0;
  for (const { key, share } of shares) {
    for (const lane of state.lanesOfService.get(key) ?? []) workMs += lane.workMs * share;
  }
  let waiting = 0;
  for (const lane of state.lanesOfService.get(serviceKey(service, 'intake')) ?? []) waiting += lane.tickets.size;
  const waitMs = waiting === 0 ? 0 : windows === 0 ? Number.POSITIVE_INFINITY : workMs / windows;
  return { service, windows, waiting, waitMs };
}

/** The neediest service gets a window whose own visitors wait least. */
function lend(state: HallState, rules: BalanceRules): BalanceChange | undefined {
  const needs = new Map([...state.index.services.keys()].map((service) => [service, needOf(state, service)]));
  let taker: Need | undefined;
  for (const need of needs.values()) if (taker === undefined || need.waitMs > taker.waitMs) taker = need;
  if (taker === undefined || taker.waitMs < rules.leastWaitMs) return undefined;
  const { service } = taker;
  const givers = [...state.windows.values()].flatMap((window) => {
    if (window.role !== 'intake' || window.state !== 'open' || window.serves === 'all') return [];
    if (window.serves.some((each) => each.service === service)) return [];
    if (!clerkMay(state, window, service) || !mayChange(state, rules, window)) return [];
    const own = Math.max(0, ...window.serves.map((each) => needs.get(each.service)?.waitMs ?? 0));
    return [{ window, serves: window.serves, own }];
  });
  givers.sort((a, b) => a.own - b.own);
  const least = givers[0];
  if (least === undefined || taker.waitMs < rules.ratio * least.own) return undefined;
  const window = firstFree(givers.filter(({ own }) => own === least.own).map((each) => each.window));
  const giver = givers.find((each) => each.window === window);
  if (giver === undefined) return undefined;
  const tier = state.index.services.get(service)?.tier ?? usualTier;
  const own = giver.own === 0 ? 'its own have nobody waiting' : `its own wait ${minutes(giver.own)}`;
  return {
    window: giver.window.id,
    serves: [...giver.serves, { service, tier }],
    lends: service,
    why: `${needWords(taker)}: window ${giver.window.rules.number} helps, ${own}`,
  };
}

function clerkMay(state: HallState, window: WindowState, service: ServiceId): boolean {
  const profile = window.clerk === null ? unrestricted : (state.index.profileOf.get(window.clerk) ?? unrestricted);
  return profile === unrestricted || profilesFor(state.index, service, []).includes(profile);
}

/** A window that was lent goes back to what the rules give it, once its loan would stay short without it. */
function giveBack(state: HallState, rules: BalanceRules): BalanceChange | undefined {
  for (const [id, lent] of state.lent) {
    const window = state.windows.get(id);
    if (window === undefined || window.state !== 'open' || window.role !== 'intake') continue;
    const { windows, waiting, waitMs } = needOf(state, lent);
    const without = windows > 1 ? (waitMs * windows) / (windows - 1) : waiting === 0 ? 0 : Number.POSITIVE_INFINITY;
    if (without > rules.leastWaitMs / rules.ratio) continue;
    const why = `${lent}: ${waiting} waiting, ${minutes(without)} without window ${window.rules.number}: it goes back to its own`;
    return { window: id, serves: window.rules.serves, why };
  }
  return undefined;
}

function sideWords({ phase, windows, waiting, waitMs }: Side): string {
  return `${phase}: ${waiting} waiting at ${windows.length} windows, ${waitWords(waitMs)}`;
}

function needWords({ service, windows, waiting, waitMs }: Need): string {
  return `${service}: ${waiting} waiting at ${windows} windows, ${waitWords(waitMs)}`;
}

function waitWords(waitMs: DurationMs): string {
  return waitMs === Number.POSITIVE_INFINITY ? 'nobody to serve them' : `${minutes(waitMs)} to wait`;
}

function minutes(ms: DurationMs): string {
  return `${Math.round(ms / minuteMs)} min`;
}
