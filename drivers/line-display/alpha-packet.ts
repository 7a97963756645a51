/**
 * Packets and files of Alpha signs, both ways. Source: Adaptive Micro Systems, "Alpha Sign Communications Protocol",
 * form 9708-8061, rev. F: packet format, TEXT, STRING and SMALL DOTS files, special functions.
 */
import { sum16 } from '../bytes/sums.ts';
import type { CivilTime } from './line-display.ts';

const nul = 0x00;
const soh = 0x01;
const stx = 0x02;
const etx = 0x03;
const eot = 0x04;
const leadCount = 5;

export const alphaCodes = {
  newLine: '\x0d',
  newPage: '\x0c',
  colour: '\x1c',
  mode: '\x1b',
  callString: '\x10',
  callPicture: '\x14',
} as const;
/** Every sign of the type. */
export const everySign = '00';

const fourHex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
export const twoHex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');
const twoDigits = (value: number) => String(value % 100).padStart(2, '0');

/** One packet; `checked` adds ETX and the sum of STX to ETX to each command. Several commands in one need pauses: not sent here. */
export function alphaPacket(type: string, address: string, command: string, checked: boolean): Uint8Array {
  const body = Uint8Array.from([stx, ...Buffer.from(command, 'latin1'), ...(checked ? [etx] : [])]);
  const sum = checked ? Buffer.from(fourHex(sum16(body)), 'latin1') : [];
  const head = [...new Array<number>(leadCount).fill(nul), soh, ...Buffer.from(type + address, 'latin1')];
  return Uint8Array.from([...head, ...body, ...sum, eot]);
}

/** Bytes before a packet's command. */
export const alphaHeadBytes = leadCount + 1 + 3 + 1;

export interface AlphaFile {
  readonly label: string;
  readonly type: 'text' | 'string' | 'picture';
  /** Bytes; for a picture height and width in one: `HHWW`. */
  readonly size: number;
}

const fileType = { text: 'A', string: 'B', picture: 'D' } as const;
/** TEXT runs always, STRING has none, DOTS in three colours. */
const fileEnd = { text: 'FFFF', string: '0000', picture: '2000' } as const;

export const alphaCommands = {
  string: (label: string, text: string) => `G${label}${text}`,
  text: (label: string, position: number, mode: string, text: string) =>
    `A${label}${alphaCodes.mode}${String.fromCharCode(position)}${mode}${text}`,
  /** Gives the sign back; with an empty text it would show a blank priority message. */
  release: 'A0',
  /** Erases the sign: the bare form first, its table after a pause. */
  clearMemory: 'E$',
  memory: (files: readonly AlphaFile[]) =>
    `E$${files.map(({ label, type, size }) => `${label}${fileType[type]}L${fourHex(size)}${fileEnd[type]}`).join('')}`,
  runSequence: (labels: string) => `E.TL${labels}`,
  time: ({ hour, minute }: CivilTime) => `E ${twoDigits(hour)}${twoDigits(minute)}`,
  date: ({ year, month, day }: CivilTime) => `E;${twoDigits(month)}${twoDigits(day)}${twoDigits(year)}`,
  /** 1 Sunday to 7 Saturday. */
  weekday: ({ weekday }: CivilTime) => `E&${(weekday % 7) + 1}`,
  dayOf24Hours: "E'M",
  softReset: 'E,',
  setAddress: (address: number) => `E7${twoHex(address)}`,
  acknowledge: (on: boolean) => `Es${on ? 1 : 0}`,
  readInformation: 'F"',
} as const;

/** One ASCII digit a pixel: 0 off, 1 red, 2 green, 3 amber. */
export function alphaPicture(label: string, width: number, height: number, pixels: Uint8Array): string {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from(pixels.subarray(y * width, (y + 1) * width), (value) => Math.min(3, value)).join(''),
  );
  return `I${label}${twoHex(height)}${twoHex(width)}${rows.map((row) => row + alphaCodes.newLine).join('')}`;
}

/** The sign waits for its memory after the size: bytes of a picture's command before its rows. */
export const pictureHeadBytes = 6;

export interface AlphaPicture {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The sign's side of `alphaPicture`; `undefined` = not one, or its rows do not fit its size. */
export function parseAlphaPicture(command: string): AlphaPicture | undefined {
  const head = /^I([ -~])([0-9A-F]{2})([0-9A-F]{2})/.exec(command);
  if (head === null) return undefined;
  const [, label = '', high = '0', wide = '0'] = head;
  const [height, width] = [Number.parseInt(high, 16), Number.parseInt(wide, 16)];
  const rows = command.slice(pictureHeadBytes).split(alphaCodes.newLine);
  const fits =
    rows.length === height + 1 && rows.at(-1) === '' && rows.slice(0, -1).every((row) => /^[0-8]*$/.test(row));
  if (!fits || rows.slice(0, -1).some((row) => row.length !== width)) return undefined;
  return { label, width, height, pixels: Uint8Array.from(rows.slice(0, -1).join(''), Number) };
}

export type AlphaFound =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  /** `commands` undefined: a checksum is wrong. */
  | {
      readonly kind: 'packet';
      readonly bytes: number;
      readonly type: string;
      readonly to: string;
      readonly commands: readonly string[] | undefined;
    };

export function findAlphaPacket(received: Uint8Array): AlphaFound {
  const start = received.indexOf(soh);
  if (start < 0) return { kind: 'skip', bytes: received.length };
  if (start > 0) return { kind: 'skip', bytes: start };
  const end = received.indexOf(eot);
  const next = received.indexOf(soh, 1);
  if (next > 0 && (end < 0 || next < end)) return { kind: 'skip', bytes: next, garbled: true };
  if (end < 0) return { kind: 'more' };
  const text = Buffer.from(received.subarray(1, end)).toString('latin1');
  const commands = commandsIn(received.subarray(4, end));
  return { kind: 'packet', bytes: end + 1, type: text[0] ?? '', to: text.slice(1, 3), commands };
}

function commandsIn(body: Uint8Array): readonly string[] | undefined {
  const commands: string[] = [];
  let at = body.indexOf(stx) < 0 ? body.length : body.indexOf(stx);
  while (at < body.length) {
    const following = body.indexOf(stx, at + 1);
    const group = body.subarray(at, following < 0 ? body.length : following);
    const close = group.indexOf(etx);
    if (close >= 0) {
      const printed = Buffer.from(group.subarray(close + 1)).toString('latin1');
      if (printed !== '' && printed !== fourHex(sum16(group.subarray(0, close + 1)))) return undefined;
    }
    commands.push(Buffer.from(group.subarray(1, close < 0 ? group.length : close)).toString('latin1'));
    at = following < 0 ? body.length : following;
  }
  return commands;
}
