/**
 * What differs between one kind of port and another. Deadlines, once-only, late answers and the close that comes in
 * between are the same for all and stand in `guarded-port.ts`.
 */
import type { Context } from '../context.ts';

/** `log`: at the place of the port. */
export type PortWorld = Pick<Context, 'clock' | 'log'>;

export interface WireSink {
  data(bytes: Uint8Array): void;
  /** The connection is gone, with whatever the kernel or the library said. */
  gone(cause: unknown): void;
}

/** `gently` lets go what the system took; `at-once` drops it: what a job gave up must not come out later. */
export type CloseManner = 'gently' | 'at-once';

/** One connection, used by `GuardedPort` alone, which calls each of these at the right time and never two at once. */
export interface Wire {
  readonly name: string;
  readonly unit: 'bytes' | 'report';
  readonly baudRate?: number | undefined;
  /** HID only, once open. */
  readonly descriptor?: Uint8Array | undefined;
  /** Tried again after it rejected with EACCES; never after it resolved. */
  open(sink: WireSink): Promise<void>;
  /** Resolves when the system took all bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Called once, after `open` resolved. A write under way may settle in any way, or never. */
  close(manner: CloseManner): Promise<void>;
}
