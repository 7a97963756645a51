/** The scanner class: reads the QR or bar code of a ticket or an appointment. A code comes out whole, once. */
import type { HasHealth } from '../health.ts';
import type { Listenable } from '../signal.ts';

export interface Scan {
  /** Made by the driver, permanent. */
  readonly id: string;
  readonly text: string;
  /** `Clock.monotonicMs` of the code's last octet. */
  readonly atMs: number;
}

export interface Scanner extends HasHealth {
  readonly scanned: Listenable<Scan>;
  start(): void;
  close(): Promise<void>;
}
