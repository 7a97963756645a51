/** A printer's condition as the bytes it sends. Source of the bits: Epson "DLE EOT", "GS a"; Citizen PPU; Custom VKP80II "FULL STATUS". */
import type { PrinterProfile } from '../../ticket-printer/profile.ts';

export interface PrinterCondition {
  readonly online: boolean;
  readonly coverOpen: boolean;
  readonly paperOut: boolean;
  readonly nearEnd: boolean;
  readonly mechanical: boolean;
  readonly jam: boolean;
  readonly cutter: boolean;
  readonly unrecoverable: boolean;
  readonly selfRecovering: boolean;
  readonly ticketAtOutput: boolean;
}

const bits = (...pairs: readonly (readonly [number, boolean])[]) =>
  pairs.reduce((byte, [bit, on]) => (on ? byte | (1 << bit) : byte), 0);

/** Bits 1 and 4 are always set. */
const realTimeFixed = 0x12;

export function realTimeStatus(n: number, is: PrinterCondition, profile: PrinterProfile): number {
  const error = is.mechanical || is.cutter || is.unrecoverable || is.selfRecovering;
  const citizen = profile.status.paper_end_bits === 'first';
  switch (n) {
    case 1:
      return realTimeFixed | bits([3, !is.online]);
    case 2:
      return realTimeFixed | bits([2, is.coverOpen], [5, is.paperOut], [6, error]);
    case 3:
      return realTimeFixed | bits([2, is.mechanical], [3, is.cutter], [5, is.unrecoverable], [6, is.selfRecovering]);
    default:
      return (
        realTimeFixed |
        bits(
          [2, is.nearEnd],
          [3, is.nearEnd && !citizen],
          [5, is.paperOut],
          [6, citizen ? !is.ticketAtOutput : is.paperOut],
        )
      );
  }
}

export function statusFrame(is: PrinterCondition, profile: PrinterProfile): readonly number[] {
  const citizen = profile.status.paper_end_bits === 'first';
  return [
    0x10 | bits([3, !is.online], [5, is.coverOpen]),
    bits([1, citizen && is.jam], [2, is.mechanical], [3, is.cutter], [5, is.unrecoverable], [6, is.selfRecovering]),
    bits([0, is.nearEnd], [1, is.nearEnd], [2, is.paperOut], [3, citizen ? !is.ticketAtOutput : is.paperOut]),
    0x00,
  ];
}

export function statusOfCustom(is: PrinterCondition): Uint8Array {
  return Uint8Array.of(
    0x10,
    0x0f,
    bits([0, is.paperOut], [2, is.nearEnd], [5, is.ticketAtOutput]),
    bits([1, is.coverOpen]),
    bits([0, is.selfRecovering], [6, is.jam]),
    bits([0, is.cutter], [2, is.unrecoverable]),
  );
}

/** GS r 1 and ESC v: near end in bits 0 and 1, end in bits 2 and 3. */
export function paperSensor(is: PrinterCondition): number {
  return bits([0, is.nearEnd], [1, is.nearEnd], [2, is.paperOut], [3, is.paperOut]);
}

/** Custom KPM210, GS e 6. */
export function ejectorStatus(is: PrinterCondition): number {
  const error = is.coverOpen || is.cutter || is.unrecoverable || is.selfRecovering;
  return bits([0, is.nearEnd], [2, is.paperOut], [3, is.ticketAtOutput], [6, error], [7, is.jam]);
}

/** GS I: numbers below 40h in one byte, texts as a block. */
export function identity(n: number, model: string, serialNumber: string): Uint8Array {
  const text = new Map([
    [65, '1.00'],
    [66, model.startsWith('epson') ? 'EPSON' : 'SIMULATED'],
    [67, model],
    [68, serialNumber],
  ]).get(n);
  // Type id: two-byte characters and a cutter.
  if (text === undefined) return Uint8Array.of(n === 2 ? 0x03 : 0x20);
  return Uint8Array.of(0x5f, ...Buffer.from(text, 'latin1'), 0x00);
}

/** A wrong baud rate on the way back: bits slide, and the top bit is mostly set. */
export function garbled(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ((byte * 37 + 11) & 0xff) | 0x80);
}

/** XOFF where the sender is to stop, XON where it may go on. */
export const flowByte = (stop: boolean) => Uint8Array.of(stop ? 0x13 : 0x11);
