/** The scanner class: reads the QR or bar code of a ticket or an appointment. A code comes out whole, once. */
import type { HasHealth } from '../health.ts';

export interface Scan {
  /** Born at the scanner, for ever. */
  readonly id: string;
  readonly text: string;
  /** `Clock.monotonicMs` of the code's last octet. */
  readonly atMs: number;
}

export interface Scanner extends HasHealth {
  start(): void;
  close(): Promise<void>;
  onScan(listener: (scan: Scan) => void): () => void;
}
