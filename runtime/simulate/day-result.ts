/** What a simulated day leaves behind: who came, what they met, and what the windows did. */
import type { WindowRole } from '../../devices/contract/hall.ts';
import type { Instant, ServiceId, TicketClass, WindowId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';

export interface Visit {
  readonly service: ServiceId;
  readonly class: TicketClass;
  readonly arrivedAt: Instant;
  /** `null`: never called. */
  calledAt: Instant | null;
  window: WindowId | null;
  readonly matters: number;
  /** The booked time; a wait before it is the visitor's own. */
  readonly bookedFor: Instant | null;
  /** The last service is over: everything done, certificates in hand. `null` by the end of the day. */
  doneAt: Instant | null;
  /** The certificate was ready, and was called for. */
  readyAt: Instant | null;
  certificateCalledAt: Instant | null;
  end: 'served' | 'missed' | 'left' | 'refused';
  /** What was said at the kiosk, and what two simple rules would have said. */
  readonly promised: { readonly lowMs: number; readonly highMs: number; readonly meanMs: number } | null;
  readonly rivals: { readonly service: Rivals; readonly hall: Rivals };
}

/** The wait of the last visitor called, and the average of the last ten. */
export interface Rivals {
  readonly lastToEnterMs: number;
  readonly lastTenMs: number;
}

export interface DayResult {
  readonly visits: readonly Visit[];
  /** By window: time occupied by visitors, and time open. */
  readonly windows: readonly {
    readonly id: WindowId;
    /** As the hall's rules have it: the balancer may have changed it meanwhile. */
    readonly role: WindowRole;
    readonly busyMs: number;
    readonly openMs: number;
  }[];
  readonly events: number;
  readonly journal: readonly QueueEvent[];
  readonly longestQueue: number;
  /** Changes of a window's task, made or proposed. */
  readonly balanced: number;
  /** People waiting, every five minutes. */
  readonly curve: readonly { readonly at: Instant; readonly waiting: number; readonly busy: number }[];
}
