/**
 * Bytes of the Onbon BX dynamic-area cards (5E, 6E, 6Q), both ways: header with F0 mark, area updates as pictures. Sources:
 * Onbon "6th动态区域用户手册" and "5th动态区域用户手册"; field values as the vendor's BX_05_06_SDK_20200210 sends them.
 */
import { findOnbon, wrapOnbon } from './onbon-frame.ts';

/** Written with `bx-`: YAML reads a bare `6e2` as the number 600. */
export const bxDevices = {
  'bx-5e1': 0x0154,
  'bx-5e2': 0x0254,
  'bx-5e3': 0x0354,
  'bx-6e1': 0x0174,
  'bx-6e2': 0x0274,
  'bx-6e3': 0x0374,
  'bx-6e1x': 0x0474,
  'bx-6e2x': 0x0574,
  'bx-6ql': 0x0066,
  'bx-6q1': 0x0166,
  'bx-6q2': 0x0266,
  'bx-6q3': 0x0366,
  'bx-6q2l': 0x0466,
  'bx-6q3l': 0x0566,
  any: 0xfffe,
} as const;
export type BxDevice = keyof typeof bxDevices;
export type BxSeries = '5e' | '6';
export type BxColour = 'mono' | 'dual' | 'full';

const hostAddress = 0x8000;
const mark = 0xf0;
const headerBytes = 16;

const word = (value: number) => [value & 0xff, (value >> 8) & 0xff];
const long = (value: number) => [...word(value), ...word(value >>> 16)];

export interface BxeMessage {
  readonly to: number;
  readonly from: number;
  readonly device: number;
  readonly data: Uint8Array;
}

export function encodeBxeMessage({ to, from, device, data }: BxeMessage): Uint8Array {
  const header = [...word(to), ...word(from), mark, 0, ...word(device), 0, 0, 0, 0, ...long(data.length)];
  return wrapOnbon(Uint8Array.from([...header, ...data]));
}

export function bxeRequest(to: number, device: BxDevice, data: Uint8Array): Uint8Array {
  return encodeBxeMessage({ to, from: hostAddress, device: bxDevices[device], data });
}

export type BxeFound =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  | { readonly kind: 'message'; readonly bytes: number; readonly message: BxeMessage };

export function findBxeMessage(received: Uint8Array): BxeFound {
  const found = findOnbon(received);
  if (found.kind !== 'frame') return found;
  const { bytes, body } = found;
  const at = (index: number) => (body[index] ?? 0) | ((body[index + 1] ?? 0) << 8);
  const fits =
    body.length >= headerBytes && body[4] === mark && at(12) + at(14) * 0x10000 === body.length - headerBytes;
  if (!fits) return { kind: 'skip', bytes, garbled: true };
  return { kind: 'message', bytes, message: { to: at(0), from: at(2), device: at(6), data: body.slice(headerBytes) } };
}

/** `rtn group cmd len16 payload`. */
function request(group: number, command: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.from([0x01, group, command, ...word(payload.length), ...payload]);
}

/** `00 group cmd status16 error16 len16 payload`. */
export function bxeAnswer(
  from: number,
  device: number,
  group: number,
  command: number,
  error: number,
  payload: readonly number[] = [],
): Uint8Array {
  const data = Uint8Array.from([
    0,
    group,
    command,
    ...word(error === 0 ? 0 : 1),
    ...word(error),
    ...word(payload.length),
    ...payload,
  ]);
  return encodeBxeMessage({ to: hostAddress, from, device, data });
}

export const bxePing = Uint8Array.of(0x01, 0xa2, 0x00, 0x00, 0x00);

export function bxeDelete(ids: 'all' | readonly number[]): Uint8Array {
  return request(0xa7, 0x01, ids === 'all' ? [0xff] : [ids.length, ...ids]);
}

/** All 48 half hours alike: the manual's "manual" mode. `level` 0 to 15. */
export function bxeBrightness(level: number): Uint8Array {
  return request(0xa2, 0x07, [0x00, ...new Array<number>(48).fill(level)]);
}

export interface BxeArea {
  readonly id: number;
  /** 0 loop, 2 vanish on time-out. */
  readonly runMode: number;
  readonly timeoutS: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Pages in turn, each one byte a pixel: values of `glyphs/bitmap.ts`. */
  readonly pages: readonly Uint8Array[];
  /** A page stays so long, 10 ms units. */
  readonly stay: number;
  /** 1 still, 4 moving left without a gap between the pages ("向左连移"). */
  readonly show: number;
  /** 0 fastest. */
  readonly speed: number;
  readonly colour: BxColour;
}

const areaType = 0x10;
/** As the vendor's SDK sends it. */
const transparency = 0x65;
const pageBytes6 = 26;

export function bxeUpdate(series: BxSeries, area: BxeArea): Uint8Array {
  return series === '6' ? update6(area) : update5(area);
}

function commonHead(area: BxeArea): number[] {
  const { id, runMode, timeoutS, x, y, width, height } = area;
  return [
    ...[id, runMode, ...word(timeoutS)],
    // On all programs, none related, alone (no program shows through), reserved.
    ...[1, 0, 0, 1, 0, 0, 0, 0, areaType, ...word(x), ...word(y), ...word(width), ...word(height), 0],
  ];
}

export const showStill = 1;
export const showMovingLeft = 4;

function update6(area: BxeArea): Uint8Array {
  const pictures = area.pages.map((page) => (area.colour === 'full' ? pictureQ(page) : picture6(page, area)));
  let offset = 0;
  const descriptors = pictures.flatMap((picture) => {
    const entry = [
      ...[...long(pageBytes6), 0, area.show, 1, area.speed, ...word(area.stay), 1, ...word(area.width)],
      ...[...new Array<number>(9).fill(0), ...long(offset), ...long(picture.length)],
    ];
    offset += picture.length;
    return entry;
  });
  const head = [...commonHead(area), 0, transparency, 0, 0, 0, 0, 0, 0, 0, ...word(area.pages.length), ...descriptors];
  return request(0xa7, 0x00, [...word(1), ...long(head.length), ...head, ...pictures.flatMap((each) => [...each])]);
}

function update5(area: BxeArea): Uint8Array {
  const pages = area.pages.flatMap((page) => {
    const body = [
      0,
      area.show,
      0,
      area.speed,
      ...word(area.stay),
      1,
      ...word(area.width),
      0,
      0,
      0,
      0,
      ...picture5(page, area),
    ];
    return [...long(body.length), ...body];
  });
  const body = [...commonHead(area), ...word(area.pages.length), ...pages];
  return request(0xa7, 0x00, [...long(body.length), ...body]);
}

/** Which values light a plane: one colour shows whatever is lit, white on two colours is both. */
const planesOf = (colour: BxColour) => (colour === 'dual' ? [1, 2] : [7]);
const litBy = (value: number) => (value === 4 ? 7 : value);

/** One pixel is 24 bits, red lowest (manual, appendix 2): red, green, blue byte; by value of `glyphs/bitmap.ts`. */
const rgbOf: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [0xff, 0, 0],
  [0, 0xff, 0],
  [0xff, 0xff, 0],
  [0xff, 0xff, 0xff],
];

function pictureQ(page: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * page.length);
  for (const [index, value] of page.entries()) out.set(rgbOf[value] ?? [0, 0, 0], 3 * index);
  return out;
}

function unpackQ(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: bytes.length / 3 }, (_, index) => {
    const pixel = bytes.subarray(3 * index, 3 * index + 3);
    return Math.max(
      0,
      rgbOf.findIndex((rgb) => rgb.every((part, at) => pixel[at] === part)),
    );
  });
}

/** Rows of 32-bit words, bit 31 leftmost, words little-endian, 0 = lit; the whole red plane, then the whole green one. */
function picture6(page: Uint8Array, { width, height, colour }: BxeArea): Uint8Array {
  const words = Math.ceil(width / 32);
  const planes = planesOf(colour);
  const out = new Uint8Array(planes.length * words * 4 * height).fill(0xff);
  for (const [plane, mask] of planes.entries()) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if ((litBy(page[y * width + x] ?? 0) & mask) === 0) continue;
        const byte = ((plane * height + y) * words + (x >> 5)) * 4 + 3 - ((x & 31) >> 3);
        out[byte] = (out[byte] ?? 0) & ~(0x80 >> (x & 7));
      }
    }
  }
  return out;
}

/** Rows of bytes, bit 7 leftmost, 0 = lit; red byte, green byte in turn. */
function picture5(page: Uint8Array, { width, height, colour }: BxeArea): Uint8Array {
  const stride = Math.ceil(width / 8);
  const planes = planesOf(colour);
  const out = new Uint8Array(planes.length * stride * height).fill(0xff);
  for (const [plane, mask] of planes.entries()) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if ((litBy(page[y * width + x] ?? 0) & mask) === 0) continue;
        const byte = (y * stride + (x >> 3)) * planes.length + plane;
        out[byte] = (out[byte] ?? 0) & ~(0x80 >> (x & 7));
      }
    }
  }
  return out;
}

/** The card's side of `bxeUpdate`, payload after `len16`; `undefined` = it does not fit together. */
export function parseBxeUpdate(series: BxSeries, payload: Uint8Array, colour: BxColour): BxeArea | undefined {
  const byte = (index: number) => payload[index] ?? 0;
  const at = (index: number) => byte(index) | (byte(index + 1) << 8);
  const longAt = (index: number) => at(index) + at(index + 2) * 0x10000;
  const start = series === '6' ? 6 : 4;
  const dual = colour === 'dual';
  const head = {
    ...{ id: byte(start), runMode: byte(start + 1), timeoutS: at(start + 2) },
    ...{ x: at(start + 13), y: at(start + 15), width: at(start + 17), height: at(start + 19), colour },
  };
  const { width, height } = head;
  let [show, speed, stay] = [0, 0, 0];
  if (width === 0 || height === 0 || byte(start + 12) !== areaType) return undefined;
  if (series === '6') {
    if (at(0) !== 1) return undefined;
    const pagesAt = start + 31;
    const size = colour === 'full' ? 3 * width * height : (dual ? 2 : 1) * Math.ceil(width / 32) * 4 * height;
    const data = start + longAt(2);
    const pages: Uint8Array[] = [];
    for (let page = 0; page < at(pagesAt); page += 1) {
      const entry = pagesAt + 2 + page * (4 + pageBytes6);
      const from = data + longAt(entry + 22);
      [show, speed, stay] = [byte(entry + 5), byte(entry + 7), at(entry + 8)];
      if (longAt(entry) !== pageBytes6 || longAt(entry + 26) !== size || from + size > payload.length) return undefined;
      const picture = payload.subarray(from, from + size);
      pages.push(colour === 'full' ? unpackQ(picture) : unpack6(picture, width, height, dual));
    }
    return { ...head, pages, stay, show, speed };
  }
  if (longAt(0) !== payload.length - 4) return undefined;
  const size = (dual ? 2 : 1) * Math.ceil(width / 8) * height;
  const pages: Uint8Array[] = [];
  let entry = start + 24;
  for (let page = 0; page < at(start + 22); page += 1) {
    if (longAt(entry) !== size + 13 || entry + 4 + longAt(entry) > payload.length) return undefined;
    [show, speed, stay] = [byte(entry + 5), byte(entry + 7), at(entry + 8)];
    pages.push(unpack5(payload.subarray(entry + 17, entry + 17 + size), width, height, dual));
    entry += 4 + longAt(entry);
  }
  return { ...head, pages, stay, show, speed };
}

function unpack6(bits: Uint8Array, width: number, height: number, dual: boolean): Uint8Array {
  const words = Math.ceil(width / 32);
  return unpack(width, height, dual, (plane, x, y) => {
    const byte = bits[((plane * height + y) * words + (x >> 5)) * 4 + 3 - ((x & 31) >> 3)] ?? 0xff;
    return (byte & (0x80 >> (x & 7))) === 0;
  });
}

function unpack5(bits: Uint8Array, width: number, height: number, dual: boolean): Uint8Array {
  const stride = Math.ceil(width / 8);
  const planes = dual ? 2 : 1;
  return unpack(width, height, dual, (plane, x, y) => {
    const byte = bits[(y * stride + (x >> 3)) * planes + plane] ?? 0xff;
    return (byte & (0x80 >> (x & 7))) === 0;
  });
}

/** A single-colour card is red. */
function unpack(
  width: number,
  height: number,
  dual: boolean,
  lit: (plane: number, x: number, y: number) => boolean,
): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      pixels[y * width + x] = dual ? (lit(0, x, y) ? 1 : 0) | (lit(1, x, y) ? 2 : 0) : lit(0, x, y) ? 1 : 0;
    }
  }
  return pixels;
}
