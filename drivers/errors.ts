/**
 * What can go wrong with metal. One error class for the drivers floor; the codes follow UnifiedPOS
 * (UPOS 1.16, chapter "ErrorCode"), so a technician can look them up.
 */
export type DeviceErrorCode =
  | 'closed' // not opened yet, or closed on purpose
  | 'disabled' // switched off by the config
  | 'no-hardware' // nothing at that path or address: cable, power, USB port
  | 'offline' // there, but it does not take work now
  | 'busy' // another job or another program holds it
  | 'timeout' // no answer within its deadline
  | 'illegal' // we were asked for something it cannot do
  | 'failure'; // it says, or shows, that it is broken

export class DeviceError extends Error {
  readonly code: DeviceErrorCode;

  /** `message` tells a technician what to do, in one sentence. */
  constructor(code: DeviceErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DeviceError';
    this.code = code;
  }
}

/** Is this a `DeviceError`, and of that code where one is named? */
export function isDeviceError(error: unknown, code?: DeviceErrorCode): error is DeviceError {
  return error instanceof DeviceError && (code === undefined || error.code === code);
}

/** For log lines and messages: whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
