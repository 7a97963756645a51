/** How Modbus displays keep what they show in registers: one encoding a product, both ways. */
import { segmentsOf } from './seven-segment.ts';

export const modbusEncodings = ['u16', 'u24-flags', 'ascii', 'ascii-packed', 'bcd', 'segments'] as const;
export type ModbusEncoding = (typeof modbusEncodings)[number];

/** How many registers `columns` characters take. */
export function registersFor(encoding: ModbusEncoding, columns: number): number {
  switch (encoding) {
    case 'u16':
      return 1;
    case 'u24-flags':
      return 2;
    case 'ascii':
    case 'segments':
      return columns;
    case 'ascii-packed':
      return Math.ceil(columns / 2);
    case 'bcd':
      return Math.ceil(columns / 4);
  }
}

const u16Max = 0xffff;
const u24Max = 0xffffff;
const bcdBlank = 0xf;

/** `text` is as wide as the display. Numbers only where the encoding has only numbers: "A012" is then 12. */
export function toRegisters(encoding: ModbusEncoding, text: string, blank: number): readonly number[] {
  const code = (character: string | undefined) =>
    character === undefined || character === ' ' ? blank : character.charCodeAt(0);
  switch (encoding) {
    case 'u16':
      return [Math.min(u16Max, numberIn(text))];
    case 'u24-flags': {
      // DM56A04: register 6 holds sign and decimals high, bits 23-16 low; register 7 bits 15-0.
      const value = Math.min(u24Max, numberIn(text));
      return [value >> 16, value & 0xffff];
    }
    case 'ascii':
      return Array.from(text, code);
    case 'ascii-packed':
      return Array.from(
        { length: Math.ceil(text.length / 2) },
        (_, index) => (code(text[2 * index]) << 8) | code(text[2 * index + 1]),
      );
    case 'bcd':
      return Array.from({ length: Math.ceil(text.length / 4) }, (_, index) =>
        Array.from(text.slice(4 * index, 4 * index + 4).padStart(4, ' ')).reduce(
          (value, character) => (value << 4) | (/\d/.test(character) ? Number(character) : bcdBlank),
          0,
        ),
      );
    case 'segments':
      return Array.from(text, segmentsOf);
  }
}

/** What the display shows for these registers, as wide as it is. */
export function fromRegisters(
  encoding: ModbusEncoding,
  registers: readonly number[],
  columns: number,
  blank: number,
): string {
  const letter = (value: number) => (value === blank ? ' ' : String.fromCharCode(value & 0x7f));
  const [first = 0, second = 0] = registers;
  switch (encoding) {
    case 'u16':
      return String(first).slice(-columns).padStart(columns, ' ');
    case 'u24-flags':
      return String(((first & 0xff) << 16) | second)
        .slice(-columns)
        .padStart(columns, ' ');
    case 'ascii':
      return registers.map(letter).join('').padEnd(columns, ' ');
    case 'ascii-packed':
      return registers
        .map((value) => letter(value >> 8) + letter(value & 0xff))
        .join('')
        .slice(0, columns)
        .padEnd(columns, ' ');
    case 'bcd':
      return registers
        .flatMap((value) => [12, 8, 4, 0].map((shift) => (value >> shift) & 0xf))
        .map((digit) => (digit > 9 ? ' ' : String(digit)))
        .join('')
        .slice(-columns);
    case 'segments':
      return registers.map((value) => characterOf(value)).join('');
  }
}

const segmentCharacters = '0123456789AbCdEFHJLnoPrtU-';

function characterOf(segments: number): string {
  return [...segmentCharacters].find((character) => segmentsOf(character) === segments) ?? ' ';
}

/** The digits of a ticket number: "A012" is 12, nothing is 0. */
function numberIn(text: string): number {
  return Number(text.replace(/\D/g, '') || '0');
}
