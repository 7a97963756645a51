/** How a driver says how its device is: one state, and every fault by name, with since-when and what to do. */
import type { Listenable } from './signal.ts';

export type HealthState = 'closed' | 'opening' | 'ready' | 'busy' | 'fault';

/**
 * Where the fault sits (the fifth promise): the port is gone, the device is mute, what comes is garbled,
 * or the device itself says why.
 */
export type FaultKind = 'port' | 'mute' | 'garbled' | 'said';

export interface Fault {
  /** Stable and kebab-case: `paper-out`, `cover-open`, `no-answer`, `port-gone` … */
  readonly code: string;
  readonly kind: FaultKind;
  /** A warning (paper near its end) does not stop work. */
  readonly severity: 'warning' | 'error';
  /** `Clock.wallMs` when it was entered. */
  readonly sinceMs: number;
  /** What a technician does about it, in one sentence. */
  readonly remedy: string;
}

export interface Health {
  readonly state: HealthState;
  readonly faults: readonly Fault[];
  /** Monotonic counts for the technician: `sent`, `acked`, `timedOut`, `reconnects` … */
  readonly counters: Readonly<Record<string, number>>;
}

/** Every driver has one. */
export interface HasHealth {
  readonly health: Health;
  /** `on` calls at once with the present state, then at every change of state or faults. */
  readonly healthChanged: Listenable<Health>;
}
