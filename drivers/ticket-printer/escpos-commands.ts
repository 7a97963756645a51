/** ESC/POS commands as bytes: what the `escpos` package has wrong or not at all. Source: Epson ESC/POS command reference, by command name. */
import type { PrinterProfile } from './profile.ts';

const dle = 0x10;
const esc = 0x1b;
const fs = 0x1c;
const gs = 0x1d;

const low = (n: number) => n & 0xff;
const high = (n: number) => (n >> 8) & 0xff;

export type StatusRequest = 1 | 2 | 3 | 4;

/** DLE EOT n. */
export const statusRequest = (n: StatusRequest) => Uint8Array.of(dle, 0x04, n);
/** DLE EOT 20 (Custom VKP80II manual, "FULL STATUS"). */
export const fullStatusRequest = Uint8Array.of(dle, 0x04, 0x14);
/** DLE ENQ 1: continue after a recoverable error. */
export const resumeAfterError = Uint8Array.of(dle, 0x05, 0x01);
/** DLE ENQ 2: the same after wiping both buffers. */
export const wipeAndRecover = Uint8Array.of(dle, 0x05, 0x02);
/** DLE DC4 8: wipe buffers; answered by 37 25 00. */
export const wipeBuffers = Uint8Array.of(dle, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);
/** ESC @. */
export const initialise = Uint8Array.of(esc, 0x40);
/** GS a 255: everything, and one frame at once. */
export const statusBackOn = Uint8Array.of(gs, 0x61, 0xff);
/** GS E0h 15 (Custom): FULL STATUS by itself on every change of any of its bytes. */
const fullStatusBackOn = Uint8Array.of(gs, 0xe0, 0x0f);
/** Switches automatic status back on, where the model has it; buffered, so never inside a job. */
export function statusBack({ status }: PrinterProfile): Uint8Array {
  if (!status.asb) return new Uint8Array();
  return status.full_status ? fullStatusBackOn : statusBackOn;
}
/** GS r 1, answered in its turn. */
export const fence = Uint8Array.of(gs, 0x72, 0x01);
/** FS &, at line start only. */
export const chineseOn = Uint8Array.of(fs, 0x26);

/** GS ( H, function 48: `id` is four characters 20h to 7Eh. */
export function processId(id: string): Uint8Array {
  return Uint8Array.of(gs, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...Buffer.from(id, 'latin1'));
}

/** GS !: width and height alike, Latin and Chinese. */
export const characterSize = (size: number) => Uint8Array.of(gs, 0x21, ((size - 1) << 4) | (size - 1));
/** ESC E. */
export const bold = (on: boolean) => Uint8Array.of(esc, 0x45, on ? 1 : 0);
/** ESC t. */
export const codePage = (number: number) => Uint8Array.of(esc, 0x74, number);
/** ESC $: dots from the left edge. */
export const moveTo = (dots: number) => Uint8Array.of(esc, 0x24, low(dots), high(dots));

/** ESC J, in pieces of at most 255 motion units. */
export function feedDots(dots: number, profile: PrinterProfile): Uint8Array {
  const bytes: number[] = [];
  for (let left = dots * (profile.motion_unit === 'half-dot' ? 2 : 1); left > 0; left -= 255) {
    bytes.push(esc, 0x4a, Math.min(left, 255));
  }
  return Uint8Array.from(bytes);
}

/** GS v 0, mode 0. */
export function rasterHeader(widthBytes: number, rows: number, mode: 0 | 3 = 0): Uint8Array {
  return Uint8Array.of(gs, 0x76, 0x30, mode, low(widthBytes), high(widthBytes), low(rows), high(rows));
}
export const rasterHeaderBytes = 8;

/** ESC * 33: 24 dots high, three bytes a column. */
export const columnHeader = (columns: number) => Uint8Array.of(esc, 0x2a, 0x21, low(columns), high(columns));

/** FS 2: a character of 24 x 24 dots at the two-byte code FEh, `slot`. */
export function defineGlyph(slot: number, columns: Uint8Array): Uint8Array {
  return Uint8Array.of(fs, 0x32, 0xfe, slot, ...columns);
}

/** GS ( k, functions 165, 167, 169, 180 and 181. */
export function nativeQr(data: Uint8Array, moduleDots: number, selectModel: boolean): Uint8Array {
  const model = selectModel ? [gs, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0x00] : [];
  const stored = data.length + 3;
  return Uint8Array.of(
    ...model,
    ...[gs, 0x28, 0x6b, 3, 0, 0x31, 0x43, moduleDots],
    ...[gs, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31],
    ...[gs, 0x28, 0x6b, low(stored), high(stored), 0x31, 0x50, 0x30],
    ...data,
    ...[gs, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
  );
}

/** GS Z 2 and ESC Z: the dialect of several Chinese 58 and 80 mm sets; version 0 = smallest, level M. */
export function escZQr(data: Uint8Array, moduleDots: number): Uint8Array {
  return Uint8Array.of(gs, 0x5a, 0x02, esc, 0x5a, 0, 0x4d, moduleDots, low(data.length), high(data.length), ...data);
}

/** GS V and its older forms; a cut that does not feed by itself gets its feed first. */
export function cut(profile: PrinterProfile): Uint8Array {
  const feed = feedDots(profile.cutter_dots, profile);
  switch (profile.cut) {
    case 'feed-partial':
      return Uint8Array.of(gs, 0x56, 0x42, 0x00);
    case 'feed-full':
      return Uint8Array.of(gs, 0x56, 0x41, 0x00);
    case 'partial':
      return Uint8Array.of(...feed, gs, 0x56, 0x01);
    case 'full':
      return Uint8Array.of(...feed, gs, 0x56, 0x00);
    case 'esc-i':
      return Uint8Array.of(...feed, esc, 0x69);
    case 'esc-m':
      return Uint8Array.of(...feed, esc, 0x6d);
    case 'none':
      return feed;
  }
}

/** FS p: the picture stored under `number`, normal size. */
export const storedLogo = (number: number) => Uint8Array.of(fs, 0x70, number, 0x00);

const idPlaces = 4;
const idFirst = 0x21;
/** 21h to 7Eh: a blank in an id is legal and easily mistaken. */
const idDigits = 0x7e - idFirst + 1;
export const processIdCount = idDigits ** idPlaces;

/** The four characters of the process id with this number; numbers beyond `processIdCount` begin again. */
export function processIdText(number: number): string {
  let rest = number;
  let id = '';
  for (let place = 0; place < idPlaces; place++) {
    id += String.fromCharCode(idFirst + (rest % idDigits));
    rest = Math.floor(rest / idDigits);
  }
  return id;
}
