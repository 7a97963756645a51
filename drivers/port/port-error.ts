/** Turns what the kernel and the libraries say about a port into a `DeviceError` that tells a technician what to do. */
import { DeviceError, type DeviceErrorCode, isDeviceError } from '../errors.ts';

interface Meaning {
  readonly code: DeviceErrorCode;
  readonly text: string;
}

const unplugged: Meaning = { code: 'no-hardware', text: 'was unplugged or lost its power: check the cable' };
const nothing: Meaning = { code: 'no-hardware', text: 'nothing there: check cable, power and the path in the config' };
const heldBusy: Meaning = { code: 'busy', text: 'another program holds it: stop that program ("halld doctor" looks)' };
const unreachable: Meaning = {
  code: 'no-hardware',
  text: 'cannot be reached: check its network cable, power and address',
};

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: nothing,
  ENOTDIR: nothing,
  ENODEV: unplugged,
  ENXIO: unplugged,
  EIO: unplugged,
  EBADF: unplugged,
  ESHUTDOWN: unplugged,
  EACCES: {
    code: 'failure',
    text: 'this user may not open it: install the udev rules of docs/udev and add the user to group "hall"',
  },
  EPERM: {
    code: 'failure',
    text: 'this user may not open it: install the udev rules of docs/udev and add the user to group "hall"',
  },
  EBUSY: heldBusy,
  EWOULDBLOCK: heldBusy,
  ENOTTY: { code: 'failure', text: 'is not a serial port: correct the path in the config' },
  EISDIR: { code: 'failure', text: 'is a folder, not a device: correct the path in the config' },
  ECONNREFUSED: {
    code: 'busy',
    text: 'refuses the connection: another computer holds it, or the port number is wrong',
  },
  ECONNRESET: { code: 'offline', text: 'cut the connection: it was switched off, or another computer took it' },
  EPIPE: { code: 'offline', text: 'closed the connection: it was switched off, or another computer took it' },
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  ENOTFOUND: { code: 'no-hardware', text: 'its name is not known: write its address in the config' },
  EAI_AGAIN: { code: 'no-hardware', text: 'its name cannot be looked up now: write its address in the config' },
};

/** serialport's binding and node-hid give sentences with the C library's text in them, no code. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/permission denied/i, 'EACCES'],
  [/no such file or directory/i, 'ENOENT'],
  [/no such device/i, 'ENODEV'],
  [/device disconnected|bad file descriptor|input\/output error/i, 'ENODEV'],
  [/cannot lock port|resource busy|resource temporarily unavailable/i, 'EBUSY'],
  [/inappropriate ioctl/i, 'ENOTTY'],
];

/** The kernel's code for a failure, found in `code` or in the sentence; `undefined` when it names none. */
export function errnoOf(cause: unknown): string | undefined {
  if (isDeviceError(cause)) return errnoOf(cause.cause);
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && cause.code in meanings)
    return cause.code;
  const text = textOf(cause);
  return sentences.find(([pattern]) => pattern.test(text))?.[1];
}

export function portError(name: string, cause: unknown): DeviceError {
  if (isDeviceError(cause)) return cause;
  const errno = errnoOf(cause);
  const meaning = errno === undefined ? undefined : meanings[errno];
  if (meaning !== undefined) return new DeviceError(meaning.code, `${name}: ${meaning.text}`, { cause });
  return new DeviceError('failure', `${name}: ${textOf(cause)}`, { cause });
}

/** node-hid's errors are plain strings. */
function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
