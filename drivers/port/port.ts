/**
 * What carries bytes, or HID reports. One object is one connection: a lost port is closed once and
 * replaced by a new object (habit 1), which is `PortLink`'s work.
 */
import type { DeviceError } from '../errors.ts';

export interface PortEvents {
  /** Bytes in any chunks (`unit: 'bytes'`), or exactly one input report (`unit: 'report'`, report number first if it has any). */
  data(bytes: Uint8Array): void;
  /** The connection is gone; called at most once, never after `close()`. The object is of no more use. */
  lost(error: DeviceError): void;
}

export interface Port {
  /** What a technician calls it: `/dev/ttyUSB0 (FTDI A10K3)`, `192.168.1.20:9100`. */
  readonly name: string;
  readonly unit: 'bytes' | 'report';
  /** Opens once; rejects with `no-hardware`, `busy` or `failure`. */
  open(events: PortEvents): Promise<void>;
  /**
   * Resolves when the system took all bytes, which proves nothing about the device. Rejects with `timeout` after
   * `deadlineMs` (the port is then lost), `closed` or `no-hardware`. Reports: the first byte is the report number, 0 if none.
   */
  write(bytes: Uint8Array, deadlineMs: number): Promise<void>;
  close(): Promise<void>;
  /** HID only: the report descriptor, once open. */
  readonly descriptor?: Uint8Array | undefined;
  /** Serial only: baud rate, for wire-time calculations. */
  readonly baudRate?: number | undefined;
}

/** Makes the next object for a connection. */
export type PortMaker = () => Port;
