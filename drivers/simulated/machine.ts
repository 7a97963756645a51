/**
 * Simulated hardware: a machine at the far end of a port that speaks the real bytes. A bench page or a test looks at
 * it and acts on it; the program under test never sees this side.
 */
export interface SimulatedMachine<
  Look = unknown,
  Action extends { readonly type: string } = { readonly type: string },
> {
  readonly kind: 'ticket-printer' | 'line-display' | 'keypad' | 'scanner' | 'screen' | 'modem';
  /** How it looks now, as JSON a page can draw; small enough to send at every change. */
  look(): Look;
  /** Does something to it by hand: `{type: 'press', key: '1'}`, `{type: 'fault', fault: 'paper-out', on: true}`. Throws `DeviceError` `illegal`. */
  act(action: Action): void;
  onChange(listener: () => void): () => void;
}

/** Every machine takes these two: its cable or its power pulled and put back. */
export type CableAction = { readonly type: 'unplug' } | { readonly type: 'plug' };

/** The machine's side of a cable, or its tap on a multi-drop line. */
export interface FarEnd {
  readonly plugged: boolean;
  /** What the program (on a line: anybody) sent. One handler, the machine's. */
  onReceive(handler: (bytes: Uint8Array) => void): void;
  /** The program opened or closed the port: what modem lines would say. */
  onOpened(handler: (open: boolean) => void): void;
  /** Lost without a listener, as on a wire. */
  send(bytes: Uint8Array): void;
  /** The machine takes no more bytes (flow control, a full buffer): the program's writes wait for their deadline. */
  stall(stalled: boolean): void;
  unplug(): void;
  plug(): void;
}
