/** The printer's last status, in any of the command dialects, and the faults that follow. Source of the bits: Epson "DLE EOT", "GS a"; Citizen and SNBC kiosk manuals where the profile says so; Custom VKP80II for FULL STATUS. */
import type { StatusRequest } from './escpos-commands.ts';
import type { PrinterProfile } from './profile.ts';

export interface PrinterStatus {
  readonly offline: boolean;
  readonly feedButton: boolean;
  readonly coverOpen: boolean;
  readonly paperOut: boolean;
  readonly nearEnd: boolean;
  readonly mechanical: boolean;
  readonly cutter: boolean;
  readonly unrecoverable: boolean;
  /** Head too hot, voltage: ends by itself. */
  readonly selfRecovering: boolean;
  /** A ticket hangs at the output; `undefined` without a presenter sensor. */
  readonly ticketAtOutput: boolean | undefined;
  readonly presenterJam: boolean;
}

export const wellStatus: PrinterStatus = {
  offline: false,
  feedButton: false,
  coverOpen: false,
  paperOut: false,
  nearEnd: false,
  mechanical: false,
  cutter: false,
  unrecoverable: false,
  selfRecovering: false,
  ticketAtOutput: undefined,
  presenterJam: false,
};

const bit = (byte: number, n: number) => (byte & (1 << n)) !== 0;

export function withRealTime(
  status: PrinterStatus,
  request: StatusRequest,
  byte: number,
  profile: PrinterProfile,
): PrinterStatus {
  switch (request) {
    case 1:
      return { ...status, offline: bit(byte, 3), feedButton: bit(byte, 6) };
    case 2:
      return { ...status, coverOpen: bit(byte, 2), paperOut: bit(byte, 5) };
    case 3:
      return {
        ...status,
        mechanical: bit(byte, 2),
        cutter: bit(byte, 3),
        unrecoverable: bit(byte, 5),
        selfRecovering: bit(byte, 6),
      };
    case 4: {
      const citizen = profile.status.paper_end_bits === 'first';
      return {
        ...status,
        nearEnd: (byte & 0x0c) !== 0,
        paperOut: citizen ? bit(byte, 5) : (byte & 0x60) !== 0,
        ...(citizen ? { ticketAtOutput: !bit(byte, 6) } : {}),
      };
    }
  }
}

/** Every automatic frame is the whole state. */
export function fromFrame(frame: readonly [number, number, number, number], profile: PrinterProfile): PrinterStatus {
  const [first, second, third] = frame;
  const citizen = profile.status.paper_end_bits === 'first';
  return {
    offline: bit(first, 3),
    coverOpen: bit(first, 5),
    feedButton: bit(first, 6),
    presenterJam: citizen && bit(second, 1),
    mechanical: bit(second, 2),
    cutter: bit(second, 3),
    unrecoverable: bit(second, 5),
    selfRecovering: bit(second, 6),
    nearEnd: (third & 0x03) !== 0,
    paperOut: citizen ? bit(third, 2) : (third & 0x0c) !== 0,
    ticketAtOutput: citizen ? !bit(third, 3) : undefined,
  };
}

/** Custom's FULL STATUS: paper, user, recoverable, unrecoverable. */
export function fromFullStatus(bytes: readonly [number, number, number, number]): PrinterStatus {
  const [paper, user, recoverable, unrecoverable] = bytes;
  return {
    offline: (user & 0x03) !== 0 || bit(paper, 0) || unrecoverable !== 0,
    feedButton: bit(user, 5) || bit(user, 6),
    coverOpen: (user & 0x03) !== 0,
    paperOut: bit(paper, 0),
    nearEnd: bit(paper, 2),
    ticketAtOutput: bit(paper, 5),
    presenterJam: bit(recoverable, 6),
    mechanical: false,
    cutter: (unrecoverable & 0x03) !== 0,
    unrecoverable: (unrecoverable & ~0x03) !== 0,
    selfRecovering: bit(recoverable, 0) || bit(recoverable, 3),
  };
}

/** Fault codes, the cause before the consequence. */
export function faultCodes(status: PrinterStatus, profile: PrinterProfile): readonly string[] {
  const codes: string[] = [];
  if (status.coverOpen) codes.push('cover-open');
  if (status.paperOut) codes.push('paper-out');
  if (status.cutter) codes.push('cutter');
  if (status.mechanical) codes.push(profile.status.mechanical_bit === 'black-mark' ? 'black-mark' : jamOr(profile));
  if (status.presenterJam) codes.push('jam');
  if (status.unrecoverable) codes.push('unrecoverable');
  if (status.selfRecovering) codes.push('head-hot');
  if (status.offline && codes.length === 0) codes.push('offline');
  if (status.nearEnd && profile.status.near_end_sensor && !status.paperOut) codes.push('paper-near-end');
  return [...new Set(codes)];
}

const jamOr = (profile: PrinterProfile) => (profile.status.mechanical_bit === 'jam' ? 'jam' : 'mechanical');
