/**
 * Whether a window should change its task, intake or certificates: the expected waits of the two are compared. Slow on
 * purpose: one window at a time, only when the difference is large, and not again before a pause.
 */
import type { WindowRole } from '../../devices/contract/hall.ts';
import type { Instant, WindowId } from '../../devices/contract/terms.ts';
import type { HallState, Leg, WindowState } from './state.ts';

export interface BalanceChange {
  readonly mode: 'propose' | 'apply';
  readonly window: WindowId;
  readonly role: WindowRole;
  readonly why: string;
}

/** Handing over a certificate: what a window needs on average, until the hall counts it by itself. */
const certificateMs = 2 * 60_000;
const minuteMs = 60_000;

interface Side {
  readonly leg: Leg;
  readonly windows: readonly WindowState[];
  readonly waiting: number;
  readonly waitMs: number;
}

export function balance(state: HallState, at: Instant): BalanceChange | undefined {
  const rules = state.rules?.balancing;
  if (rules === undefined) return undefined;
  const intake = sideOf(state, 'intake');
  const certificate = sideOf(state, 'certificate');
  const [short, ample] = intake.waitMs >= certificate.waitMs ? [intake, certificate] : [certificate, intake];
  if (short.waitMs < rules.leastWaitMs || short.waitMs < rules.ratio * ample.waitMs) return undefined;
  const least = ample.leg === 'intake' ? rules.leastIntake : rules.leastCertificate;
  if (ample.windows.length <= least) return undefined;
  for (const changedAt of state.balancedAt.values()) if (at - changedAt < rules.pauseMs) return undefined;
  // The giver must not become the needy: its wait with one window less stays below the other's with one more.
  const giverAfter = (ample.waitMs * ample.windows.length) / (ample.windows.length - 1);
  const takerAfter = (short.waitMs * short.windows.length) / (short.windows.length + 1);
  if (short.windows.length > 0 && giverAfter >= takerAfter) return undefined;
  // One without a visitor changes at once; else the one that is first in the rules.
  const window = ample.windows.find((each) => each.call === null) ?? ample.windows[0];
  if (window === undefined) return undefined;
  return {
    mode: rules.mode,
    window: window.id,
    role: short.leg,
    why: `${words(short)}, ${words(ample)}`,
  };
}

function words({ leg, windows, waiting, waitMs }: Side): string {
  const wait =
    waitMs === Number.POSITIVE_INFINITY ? 'nobody to serve them' : `${Math.round(waitMs / minuteMs)} min to wait`;
  return `${leg}: ${waiting} waiting at ${windows.length} windows, ${wait}`;
}

function sideOf(state: HallState, leg: Leg): Side {
  const windows = [...state.windows.values()].filter((window) => window.role === leg && window.state === 'open');
  let waiting = 0;
  let workMs = 0;
  for (const lane of state.lanes.values()) {
    if (lane.leg !== leg) continue;
    waiting += lane.tickets.size;
    workMs += leg === 'certificate' ? lane.tickets.size * certificateMs : lane.workMs;
  }
  const waitMs = workMs === 0 ? 0 : windows.length === 0 ? Number.POSITIVE_INFINITY : workMs / windows.length;
  return { leg, windows, waiting, waitMs };
}
