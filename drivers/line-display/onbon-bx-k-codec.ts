/**
 * Bytes of the Onbon BX-K font cards (5K, 5MK, 6K), both ways. Source: Onbon "BX-5K/6K通讯协议用户版本" V1.4,
 * section 3 (frame header), section 8.3 (dynamic areas) and the error table.
 */
import { decodeGbk, encodeGbk } from '../bytes/gbk.ts';
import type { CivilTime } from './line-display.ts';
import { findOnbon, wrapOnbon } from './onbon-frame.ts';

/** The host's own address: 8000h-DFFFh are PC clients. */
export const hostAddress = 0x8000;
/** No answer to this one. */
export const broadcastAddress = 0xffff;
/** Every card takes it and answers: one card on the line at a time. */
export const wildcardAddress = 0xfffe;
const headerBytes = 14;
const anyDevice = 0xfe;
const protocolVersion = 0x02;
/** X and width count in pixels when bit 15 is set. */
const inPixels = 0x8000;
const areaHeadBytes = 27;

export interface BxMessage {
  readonly to: number;
  readonly from: number;
  readonly data: Uint8Array;
}

export interface BxArea {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lineSpacing: number;
  /** 0 loop, 1 stop on the last page, 2 delete after the time-out. */
  readonly runMode: number;
  readonly timeoutS: number;
  /** Bits 1-0: left, right, centre; bits 3-2: top, bottom, middle. */
  readonly alignment: number;
  /** 1 single, 2 multi. */
  readonly lines: number;
  /** 1 manual, 2 automatic. */
  readonly wrap: number;
  /** 1 still, 2 fast, 3 left, 4 right, 5 up, 6 down. */
  readonly show: number;
  readonly speed: number;
  /** In half seconds. */
  readonly stay: number;
  /** With the escapes of the text, `\FO000` and so on. */
  readonly text: string;
}

const low = (value: number) => value & 0xff;
const high = (value: number) => (value >> 8) & 0xff;
const word = (value: number) => [low(value), high(value)];

export function encodeBxMessage({ to, from, data }: BxMessage): Uint8Array {
  const header = [...word(to), ...word(from), 0, 0, 0, 0, 0, 0, anyDevice, protocolVersion, ...word(data.length)];
  return wrapOnbon(Uint8Array.from([...header, ...data]));
}

export function bxRequest(to: number, data: readonly number[]): Uint8Array {
  return encodeBxMessage({ to, from: hostAddress, data: Uint8Array.from(data) });
}

export type BxFound =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  | { readonly kind: 'message'; readonly bytes: number; readonly message: BxMessage };

export function findBxMessage(received: Uint8Array): BxFound {
  const found = findOnbon(received);
  if (found.kind !== 'frame') return found;
  const { bytes, body } = found;
  const at = (index: number) => (body[index] ?? 0) | ((body[index + 1] ?? 0) << 8);
  if (body.length < headerBytes || at(12) !== body.length - headerBytes) return { kind: 'skip', bytes, garbled: true };
  return { kind: 'message', bytes, message: { to: at(0), from: at(2), data: body.slice(headerBytes) } };
}

export const bxCommands = {
  ping: [0xa2, 0x00, 0x01, 0, 0],
  status: [0xa1, 0x02, 0x01, 0, 0],
  clear: [0xa3, 0x10, 0x01, 0, 0],
  on: [0xa3, 0x00, 0x01, 0, 0, 1],
  off: [0xa3, 0x00, 0x01, 0, 0, 2],
  readId: [0xa2, 0x07, 0x01, 0, 0],
} as const;

/** Kept by the card for ever: to one card alone on the line, at commissioning. */
export function bxSetId(address: number): readonly number[] {
  return [0xa2, 0x06, 0x01, 0, 0, ...word(address)];
}

export function bxIdAnswer(address: number): Uint8Array {
  return encodeBxMessage({
    to: hostAddress,
    from: address,
    data: Uint8Array.from([0xa2, 0x07, 0, 0, 0, ...word(address)]),
  });
}

/** `undefined` = not the answer to `readId`. */
export function bxAnsweredId(data: Uint8Array): number | undefined {
  if (data[0] !== 0xa2 || data[1] !== 0x07 || data.length < 7) return undefined;
  return (data[5] ?? 0) | ((data[6] ?? 0) << 8);
}

/** `level` 0 to 15. */
export function bxBrightness(level: number): readonly number[] {
  return [0xa3, 0x02, 0x01, 0, 0, 0x01, level];
}

const bcd = (value: number) => Math.floor(value / 10) * 16 + (value % 10);

export function bxClock(time: CivilTime, wantsAnswer: boolean): readonly number[] {
  const { year, month, day, hour, minute, second, weekday } = time;
  const digits = [year % 100, Math.floor(year / 100), month, day, hour, minute, second].map(bcd);
  return [0xa2, 0x03, wantsAnswer ? 1 : 2, 0, 0, ...digits, weekday];
}

const fromBcd = (value: number) => (value >> 4) * 10 + (value & 15);

/** The card's side of `bxClock`; `undefined` = no date. */
export function parseBxClock(data: Uint8Array): CivilTime | undefined {
  const [low = 0, high = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, weekday = 0] = [
    ...data.subarray(5, 12),
    data[12] ?? 0,
  ].map((value, index) => (index === 7 ? value : fromBcd(value)));
  if (data.length !== 13 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59)
    return undefined;
  return { year: high * 100 + low, month, day, hour, minute, second, weekday };
}

/** `deleteAll`: every area goes before these come. */
export function bxUpdateAreas(areas: readonly BxArea[], deleteAll: boolean): readonly number[] {
  const data = [0xa3, 0x06, 0x01, 0x00, 0x00, deleteAll ? 0xff : 0x00, areas.length];
  for (const area of areas) {
    const text = encodeGbk(area.text);
    data.push(
      ...word(areaHeadBytes + text.length),
      ...[0x00, ...word(area.x | inPixels), ...word(area.y), ...word(area.width | inPixels), ...word(area.height)],
      ...[area.id, area.lineSpacing, area.runMode, ...word(area.timeoutS), 0x00, 0x00],
      ...[area.alignment, area.lines, area.wrap, area.show, 0x00, area.speed, area.stay],
      ...[...word(text.length), 0, 0],
      ...text,
    );
  }
  return data;
}

/** The card's side of `bxUpdateAreas`; `undefined` = a length that does not fit. */
export function parseBxAreas(
  data: Uint8Array,
): { readonly deleted: 'all' | readonly number[]; readonly areas: readonly BxArea[] } | undefined {
  const deleteCount = data[5] ?? 0;
  let at = 6 + (deleteCount === 0xff ? 0 : deleteCount);
  const deleted = deleteCount === 0xff ? 'all' : [...data.subarray(6, at)];
  const areas: BxArea[] = [];
  const count = data[at++] ?? 0;
  for (let each = 0; each < count; each += 1) {
    const length = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
    const raw = data.subarray(at + 2, at + 2 + length);
    const area = raw.length === length ? parseBxArea(raw) : undefined;
    if (area === undefined) return undefined;
    areas.push(area);
    at += 2 + length;
  }
  return at === data.length ? { deleted, areas } : undefined;
}

function parseBxArea(raw: Uint8Array): BxArea | undefined {
  const byte = (index: number) => raw[index] ?? 0;
  const number = (index: number) => byte(index) | (byte(index + 1) << 8);
  const across = (index: number) => ((number(index) & inPixels) === 0 ? number(index) * 8 : number(index) & ~inPixels);
  // Sound and extension fields are never sent by this program; a card would take them, this reader refuses them.
  if (raw.length < areaHeadBytes || byte(0) !== 0 || byte(14) !== 0 || byte(15) !== 0) return undefined;
  if (number(23) !== raw.length - areaHeadBytes) return undefined;
  return {
    ...{ x: across(1), y: number(3), width: across(5), height: number(7) },
    ...{ id: byte(9), lineSpacing: byte(10), runMode: byte(11), timeoutS: number(12) },
    ...{ alignment: byte(16), lines: byte(17), wrap: byte(18), show: byte(19), speed: byte(21), stay: byte(22) },
    text: decodeGbk(raw.subarray(areaHeadBytes)),
  };
}

/** `A0 00` yes, `A0 01` no, then the error. */
export function bxAcknowledgement(from: number, error: number): Uint8Array {
  return encodeBxMessage({
    to: hostAddress,
    from,
    data: Uint8Array.of(0xa0, error === 0 ? 0 : 1, error, 0, 0),
  });
}

export interface BxStatus {
  readonly on: boolean;
  readonly brightness: number;
  readonly areas: readonly number[];
  readonly time: CivilTime;
}

/** Up to the area ids; the weekday stands before the hour here. */
export function bxStatusAnswer(from: number, { on, brightness, areas, time }: BxStatus): Uint8Array {
  const { year, month, day, hour, minute, second, weekday } = time;
  const clock = [
    bcd(year % 100),
    bcd(Math.floor(year / 100)),
    bcd(month),
    bcd(day),
    weekday,
    ...[hour, minute, second].map(bcd),
  ];
  const data = [0xa1, 0x02, 0, 0, 0, on ? 1 : 2, brightness, ...clock, 0, 0, 0, 0, 0, 0, 0, areas.length, ...areas];
  const barcodeAndNetId = new Array<number>(16 + 12).fill(0);
  return encodeBxMessage({ to: hostAddress, from, data: Uint8Array.from([...data, ...barcodeAndNetId]) });
}

/** Where the number of areas stands in a status answer. */
const statusAreasAt = 22;

/** How many areas a status answer names; `undefined` = not a status answer. */
export function bxStatusAreas(data: Uint8Array): number | undefined {
  return data[0] === 0xa1 && data[1] === 0x02 && data.length > statusAreasAt ? data[statusAreasAt] : undefined;
}

export function isForHost(message: BxMessage): boolean {
  return message.to === hostAddress;
}
