/** One serial frame by its table of fields: written whole, and matched at the head of a buffer. */

import { unhex } from '../bytes/hex.ts';
import { checkOctets, checkSize } from './frame-check.ts';
import type { FrameField, FrameFormat } from './serial-frame-schema.ts';

export interface FrameMessage {
  readonly address: number;
  readonly function: number;
  readonly data: Uint8Array;
}

export type FrameMatch =
  | { readonly kind: 'frame'; readonly octets: number; readonly message: FrameMessage }
  | { readonly kind: 'more' }
  /** `start`: no frame begins here; the others were one until this field. */
  | { readonly kind: 'no'; readonly why: 'start' | 'length' | 'check' | 'end' };

const cr = 0x0d;
const lf = 0x0a;
const lineEnds = { cr: [cr], lf: [lf], crlf: [cr, lf], any: [cr, lf] } as const;

/** How many fields of constants open the frame: until they match, it is noise and not a broken frame. */
function leadingConstants(fields: readonly FrameField[]): number {
  const first = fields.findIndex(({ field }) => field !== 'const');
  return first < 0 ? fields.length : first;
}

export class SerialFrame {
  readonly format: FrameFormat;
  readonly #lead: number;
  readonly #constants: ReadonlyMap<number, Uint8Array>;
  /** Octets that must be escaped between the first and the last constant. */
  readonly #special: ReadonlySet<number>;

  constructor(format: FrameFormat) {
    this.format = format;
    this.#lead = leadingConstants(format.fields);
    this.#constants = new Map(
      format.fields.flatMap((field, index) => (field.field === 'const' ? [[index, unhex(field.bytes)] as const] : [])),
    );
    const special = new Set<number>();
    if (format.escape !== undefined) {
      special.add(format.escape.byte);
      for (const octets of this.#constants.values()) for (const octet of octets) special.add(octet);
    }
    this.#special = special;
  }

  encode(message: FrameMessage): Uint8Array {
    const { fields } = this.format;
    const pieces: number[][] = fields.map((field, index) => {
      switch (field.field) {
        case 'const':
          return [...(this.#constants.get(index) ?? [])];
        case 'address':
          return octetsOf(message.address, field.size, field.order);
        case 'function':
          return [message.function];
        case 'data':
          return typeof field.size === 'number' ? padded(message.data, field.size) : [...message.data];
        case 'again':
          return Array.from(message.data, (octet) => (field.inverted ? ~octet & 0xff : octet));
        case 'line-end':
          return [...lineEnds[field.ends]];
        default:
          return field.field === 'check' ? new Array<number>(checkSize(field.kind)).fill(0) : [0];
      }
    });
    fields.forEach((field, index) => {
      if (field.field === 'length')
        pieces[index] = [(pieces.slice(field.from, field.to + 1).flat().length + field.add) & 0xff];
    });
    fields.forEach((field, index) => {
      if (field.field === 'check')
        pieces[index] = [...checkOctets(field.kind, Uint8Array.from(pieces.slice(field.from, field.to + 1).flat()))];
    });
    const out = pieces.flatMap((piece, index) =>
      fields[index]?.field === 'const' || this.#special.size === 0 ? piece : piece.flatMap((o) => this.#escaped(o)),
    );
    return Uint8Array.from(out);
  }

  /** Looks for one frame that begins at the first octet. */
  match(buffer: Uint8Array): FrameMatch {
    const { fields } = this.format;
    const cursor = new Cursor(buffer, this.format.escape, this.#special);
    const pieces: (readonly number[])[] = [];
    let address = 0;
    let functionCode = 0;
    let data: readonly number[] = [];
    let length: { readonly value: number; readonly field: Extract<FrameField, { field: 'length' }> } | undefined;
    for (const [index, field] of fields.entries()) {
      const wrong = index < this.#lead ? ('start' as const) : ('end' as const);
      let piece: readonly number[] | undefined;
      switch (field.field) {
        case 'const':
          piece = cursor.constant(this.#constants.get(index) ?? new Uint8Array());
          break;
        case 'line-end':
          piece = cursor.lineEnd(field.ends);
          break;
        case 'data':
          if (field.size === 'until') piece = cursor.until(this.#stop(index), this.format.max_data);
          else {
            const octets =
              field.size === 'length' && length !== undefined ? this.#dataOctets(length, index) : field.size;
            if (typeof octets !== 'number' || octets < 0 || octets > this.format.max_data)
              return { kind: 'no', why: 'length' };
            piece = cursor.take(octets);
          }
          data = piece ?? [];
          break;
        case 'again':
          piece = cursor.take(data.length);
          break;
        case 'address':
          piece = cursor.take(field.size);
          break;
        case 'check':
          piece = cursor.take(checkSize(field.kind));
          break;
        default:
          piece = cursor.take(1);
      }
      if (piece === undefined) {
        if (cursor.short) return { kind: 'more' };
        return { kind: 'no', why: cursor.overlong ? 'length' : wrong };
      }
      pieces.push(piece);
      switch (field.field) {
        case 'address':
          address = piece.reduce(
            (all, octet, at) => all + octet * (field.order === 'low-first' ? 256 ** at : 256 ** (field.size - 1 - at)),
            0,
          );
          break;
        case 'function':
          functionCode = piece[0] ?? 0;
          break;
        case 'length': {
          const value = (piece[0] ?? 0) - field.add;
          // Given twice, both must agree.
          if (length !== undefined && length.value !== value) return { kind: 'no', why: 'length' };
          length = { value, field };
          break;
        }
        case 'again':
          if (piece.some((octet, at) => octet !== (field.inverted ? ~(data[at] ?? 0) & 0xff : data[at])))
            return { kind: 'no', why: 'check' };
          break;
        case 'check': {
          const over = Uint8Array.from(pieces.slice(field.from, field.to + 1).flat());
          if (checkOctets(field.kind, over).some((octet, at) => octet !== piece[at]))
            return { kind: 'no', why: 'check' };
          break;
        }
      }
    }
    const message = { address, function: functionCode, data: Uint8Array.from(data) };
    return { kind: 'frame', octets: cursor.used, message };
  }

  /** The octets of data that a length value leaves after the other fields it counts. */
  #dataOctets(length: { value: number; field: { from: number; to: number } }, dataAt: number): number {
    const { from, to } = length.field;
    let others = 0;
    for (let index = from; index <= to; index += 1) {
      const field = this.format.fields[index];
      if (index === dataAt || field === undefined) continue;
      if (field.field === 'const') others += this.#constants.get(index)?.length ?? 0;
      else if (field.field === 'address') others += field.size;
      else if (field.field === 'check') others += checkSize(field.kind);
      else others += 1;
    }
    return length.value - others;
  }

  /** What ends data of size `until`. */
  #stop(dataAt: number): (octet: number) => boolean {
    const next = this.format.fields[dataAt + 1];
    if (next?.field === 'line-end') {
      const ends: readonly number[] = lineEnds[next.ends];
      return (octet) => ends.includes(octet);
    }
    const first = this.#constants.get(dataAt + 1)?.[0];
    return (octet) => octet === first;
  }

  #escaped(octet: number): number[] {
    const { escape: escaping } = this.format;
    return escaping !== undefined && this.#special.has(octet) ? [escaping.byte, octet ^ escaping.xor] : [octet];
  }
}

/** Reads logical octets from a buffer, escapes undone. A method gives `undefined` when it cannot; `short` says that more may help. */
class Cursor {
  used = 0;
  short = false;
  overlong = false;
  readonly #buffer: Uint8Array;
  readonly #escape: FrameFormat['escape'];
  readonly #special: ReadonlySet<number>;

  constructor(buffer: Uint8Array, escaping: FrameFormat['escape'], special: ReadonlySet<number>) {
    this.#buffer = buffer;
    this.#escape = escaping;
    this.#special = special;
  }

  /** Constants are never escaped. */
  constant(octets: Uint8Array): readonly number[] | undefined {
    for (const octet of octets) {
      const here = this.#buffer[this.used];
      if (here === undefined) return this.#needMore();
      if (here !== octet) return undefined;
      this.used += 1;
    }
    return [...octets];
  }

  take(count: number): readonly number[] | undefined {
    const out: number[] = [];
    while (out.length < count) {
      const octet = this.#logical();
      if (octet === undefined) return undefined;
      out.push(octet);
    }
    return out;
  }

  until(stop: (octet: number) => boolean, max: number): readonly number[] | undefined {
    const out: number[] = [];
    for (;;) {
      const here = this.#buffer[this.used];
      if (here === undefined) return this.#needMore();
      if (stop(here)) return out;
      if (out.length >= max) {
        this.overlong = true;
        return undefined;
      }
      const octet = this.#logical();
      if (octet === undefined) return undefined;
      out.push(octet);
    }
  }

  lineEnd(ends: keyof typeof lineEnds): readonly number[] | undefined {
    if (ends === 'crlf') return this.constant(Uint8Array.from(lineEnds.crlf));
    const here = this.#buffer[this.used];
    if (here === undefined) return this.#needMore();
    if (!(lineEnds[ends] as readonly number[]).includes(here)) return undefined;
    this.used += 1;
    // The LF of a CR LF belongs to this line; one that comes later stands alone and is dropped as noise.
    if (ends === 'any' && here === cr && this.#buffer[this.used] === lf) this.used += 1;
    return [here];
  }

  #logical(): number | undefined {
    const here = this.#buffer[this.used];
    if (here === undefined) return this.#needMore();
    if (this.#escape === undefined || !this.#special.has(here)) {
      this.used += 1;
      return here;
    }
    // A bare start or end inside a frame: not this frame's.
    if (here !== this.#escape.byte) return undefined;
    const next = this.#buffer[this.used + 1];
    if (next === undefined) return this.#needMore();
    this.used += 2;
    return next ^ this.#escape.xor;
  }

  #needMore(): undefined {
    this.short = true;
    return undefined;
  }
}

function octetsOf(value: number, size: 1 | 2, order: 'high-first' | 'low-first'): number[] {
  const low = value & 0xff;
  if (size === 1) return [low];
  const high = (value >> 8) & 0xff;
  return order === 'high-first' ? [high, low] : [low, high];
}

function padded(data: Uint8Array, size: number): number[] {
  return Array.from({ length: size }, (_, at) => data[at] ?? 0);
}
