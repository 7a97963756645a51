/** What every role in the hall has in common. Drivers are supervised by the node; a device says what its role adds. */
import type { Listenable } from '../drivers/signal.ts';
import type { DeviceState } from './contract/presence.ts';

export interface Device {
  readonly id: string;
  readonly role: string;
  start(): void;
  close(): Promise<void>;
  /** Goes into the device's retained state: paper left, what the board shows, whether the rating pad is armed. No personal data. */
  detail(): Readonly<Record<string, unknown>>;
  /** What is wrong with the role itself, beside its drivers. */
  faults?(): DeviceState['faults'];
  /** `detail` or `faults` changed. */
  readonly changed: Listenable<void>;
  /** An act that the hub asks of this device (`cmd`); absent = it takes none. Never rejects. */
  order?(type: string, data: unknown): Promise<OrderAnswer>;
}

/** What became of an act, as `res` carries it. */
export type OrderAnswer =
  | { readonly ok: true; readonly result?: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

export function refuseOrder(code: string, message: string): OrderAnswer {
  return { ok: false, error: { code, message } };
}
