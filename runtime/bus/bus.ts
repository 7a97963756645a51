/**
 * How a message travels between hub and nodes: MQTT 3.1.1 semantics as an interface. A bus may lose, repeat and delay
 * anything at any moment; whoever needs certainty has an outbox and waits for the hub's acknowledgement.
 */
export interface BusMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Kept by the broker from before, not sent just now. */
  readonly retained: boolean;
}

export interface Will {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface BusEvents {
  /** A connection stands, with nothing subscribed (clean session): subscribe and publish here. `connection` counts them. */
  up?(connection: number): void;
  down?(reason: string): void;
}

/** Labelled places where a test may stop a process: with the message not yet away, and with the broker's word for it just in. A no-op in life. */
export type BusFaultPoint = (label: 'before-publish' | 'after-publish', client: string, topic: string) => void;

export interface PublishOptions {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
  /** Default 5000: then the promise rejects and the connection is replaced. */
  readonly deadlineMs?: number;
}

export interface Bus {
  readonly connected: boolean;
  readonly counters: Readonly<Record<string, number>>;
  /** Begins to connect, and reconnects with jitter for ever. `will` is asked before each connection: it names the session. */
  start(events: BusEvents, will?: () => Will): void;
  /** Says goodbye (DISCONNECT): the will stays unsent. */
  close(): Promise<void>;
  /** As a power cut: the connection goes without a goodbye, the broker sends the will, nothing is tried again. */
  abort(): Promise<void>;
  /** Resolves when the broker has it, which proves delivery to nobody. Rejects with `BusError` when not connected or late. */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** For this connection only. The handler must not throw; a throw is counted and logged. */
  subscribe(filter: string, handler: (message: BusMessage) => void): Promise<void>;
}

/** `busy`: too many publishes wait for the broker already. */
export type BusErrorCode = 'not-connected' | 'deadline' | 'refused' | 'too-large' | 'busy';

export class BusError extends Error {
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BusError';
    this.code = code;
  }
}
