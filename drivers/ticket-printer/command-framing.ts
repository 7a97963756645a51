/**
 * Cuts a printer's byte stream into commands, as a printer's receiver does: every command of the Epson reference and of
 * the Chinese, Custom and Citizen manuals, by its length. What it does not know is counted, and its letters print as text.
 */
export interface Command {
  /** Its first bytes as text: `ESC @`, `GS v 0`, `LF`, `text`. */
  readonly name: string;
  /** The whole command. */
  readonly bytes: readonly number[];
}

/** FS C0h … (Custom KPM216): obeyed at once, whatever the printer is busy with. */
export const hardwareReset = 'FS \u00c0';
/** No command is kept beyond this; the rest of a longer one is skipped. */
const maxCommandBytes = 1 << 20;
const esc = 0x1b;
const fs = 0x1c;
const gs = 0x1d;
const dle = 0x10;

const c = (letter: string) => letter.charCodeAt(0);
const fixed = (table: Readonly<Record<string, number>>) =>
  new Map(Object.entries(table).map(([letter, length]) => [c(letter), length]));

/** Whole lengths of commands that always have the same. */
const escLengths = fixed({
  '@': 2, '2': 2, i: 2, m: 2, v: 2, L: 2, S: 2, '\f': 2,
  a: 3, d: 3, J: 3, '3': 3, E: 3, '-': 3, M: 3, '!': 3, t: 3, R: 3, u: 3, T: 3, r: 3, G: 3, V: 3, '{': 3, ' ': 3,
  '=': 3, '?': 3, '%': 3, K: 3, e: 3, U: 3,
  $: 4, '\\': 4, c: 4, B: 4, p: 5, W: 10,
}); // biome-ignore format: a table
const fsLengths = fixed({ '&': 2, '.': 2, '!': 3, W: 3, '-': 3, C: 3, S: 4, p: 4, '?': 4, '2': 76, '\u00c0': 6 });
const gsLengths = fixed({
  ':': 2, c: 2, '!': 3, B: 3, a: 3, r: 3, I: 3, h: 3, w: 3, H: 3, f: 3, b: 3, Z: 3, '/': 3, T: 3, '\u00e0': 3,
  L: 4, W: 4, P: 4, $: 4, '\\': 4, '^': 5,
}); // biome-ignore format: a table

/** How many bytes are needed before more can be said; equal to the length so far when the command is whole; 0 = unknown. */
type Need = number;

const word = (b: readonly number[], at: number) => (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8);

function escNeed(b: readonly number[]): Need {
  const letter = b[1] as number;
  const known = escLengths.get(letter);
  if (known !== undefined) return known;
  if (letter === c('*')) return b.length < 5 ? 5 : 5 + word(b, 3) * ((b[2] as number) >= 32 ? 3 : 1);
  if (letter === c('D')) return b.at(-1) === 0 && b.length > 2 ? b.length : b.length >= 35 ? b.length : b.length + 1;
  if (letter === c('(')) return b.length < 5 ? 5 : 5 + word(b, 3);
  if (letter === c('Z')) return b.length < 7 ? 7 : 7 + word(b, 5);
  if (letter === c('&')) return definedCharacters(b);
  return 0;
}

/** ESC & y c1 c2 [x d…]…: as many columns as each character says. */
function definedCharacters(b: readonly number[]): Need {
  if (b.length < 5) return 5;
  let at = 5;
  for (let character = b[3] as number; character <= (b[4] as number); character++) {
    if (b.length <= at) return at + 1;
    at += 1 + (b[at] as number) * (b[2] as number);
  }
  return at;
}

function fsNeed(b: readonly number[]): Need {
  const letter = b[1] as number;
  const known = fsLengths.get(letter);
  if (known !== undefined) return known;
  if (letter === c('(')) return b.length < 5 ? 5 : 5 + word(b, 3);
  if (letter === c('q')) return storedPictures(b);
  return 0;
}

/** FS q n [xL xH yL yH d…]…: each x * y * 8 bytes. */
function storedPictures(b: readonly number[]): Need {
  if (b.length < 3) return 3;
  let at = 3;
  for (let picture = 0; picture < (b[2] as number); picture++) {
    if (b.length < at + 4) return at + 4;
    at += 4 + word(b, at) * word(b, at + 2) * 8;
    if (at > maxCommandBytes) return at;
  }
  return at;
}

function gsNeed(b: readonly number[]): Need {
  const letter = b[1] as number;
  const known = gsLengths.get(letter);
  if (known !== undefined) return known;
  switch (letter) {
    case c('('):
      return b.length < 5 ? 5 : 5 + word(b, 3);
    case c('8'):
      return b.length < 7 ? 7 : 7 + word(b, 3) + word(b, 5) * 65_536;
    case c('v'):
      return b.length < 8 ? 8 : 8 + word(b, 4) * word(b, 6);
    case c('*'):
      return b.length < 4 ? 4 : 4 + (b[2] as number) * (b[3] as number) * 8;
    case c('V'):
      return b.length < 3 ? 3 : [65, 66, 97, 98, 103, 104].includes(b[2] as number) ? 4 : 3;
    case c('e'):
      return b.length < 3 ? 3 : b[2] === 3 ? 4 : 3;
    case c('R'):
      return b.length < 3 ? 3 : b[2] === 0x31 ? 4 : 3;
    case c('k'):
      if (b.length < 4) return 4;
      if ((b[2] as number) >= 65) return 4 + (b[3] as number);
      return b.at(-1) === 0 || b.length > 300 ? b.length : b.length + 1;
    default:
      return 0;
  }
}

/** Real-time commands, which the receiver has obeyed before they come here. */
function dleNeed(b: readonly number[]): Need {
  if (b[1] === 0x04) return b.length < 3 ? 3 : [7, 8, 0x12].includes(b[2] as number) ? 4 : 3;
  if (b[1] === 0x05) return 3;
  if (b[1] === 0x14) return b.length < 3 ? 3 : (dc4Lengths.get(b[2] as number) ?? 3);
  return 0;
}
export const dc4Lengths: ReadonlyMap<number, number> = new Map([
  [1, 5],
  [2, 5],
  [3, 8],
  [7, 4],
  [8, 10],
]);

const needs = new Map([
  [esc, escNeed],
  [fs, fsNeed],
  [gs, gsNeed],
  [dle, dleNeed],
]);
const prefixNames = new Map([
  [esc, 'ESC'],
  [fs, 'FS'],
  [gs, 'GS'],
  [dle, 'DLE'],
]);
const controlNames = new Map([
  [0x0a, 'LF'],
  [0x0d, 'CR'],
  [0x09, 'HT'],
  [0x0c, 'FF'],
  [0x18, 'CAN'],
]);

export class CommandFraming {
  readonly counters = { unknown: 0, tooLong: 0 };
  /** Without it `GS (` is unknown, as on cheap boards: `k1A2…` then appears as text. */
  readonly bracketCommands: boolean;
  #held: number[] = [];
  #need = 0;
  #skip = 0;

  constructor(bracketCommands = true) {
    this.bracketCommands = bracketCommands;
  }

  /** Bytes of a command that is not whole yet. */
  get held(): number {
    return this.#held.length;
  }

  /** In the middle of a command: real-time sequences are then data too. */
  get inside(): boolean {
    return this.#held.length > 0 || this.#skip > 0;
  }

  reset(): void {
    this.#held = [];
    this.#skip = 0;
  }

  push(byte: number): Command | undefined {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return undefined;
    }
    const held = this.#held;
    if (held.length === 0) {
      if (!needs.has(byte)) return single(byte);
      held.push(byte);
      this.#need = 2;
      return undefined;
    }
    held.push(byte);
    while (held.length >= this.#need) {
      const need = this.#ask(held);
      if (need === 0) return this.#unknown(held);
      if (need > maxCommandBytes) {
        this.counters.tooLong += 1;
        this.#skip = need - held.length;
        this.#held = [];
        return undefined;
      }
      if (need === held.length && need === this.#ask(held)) {
        this.#held = [];
        return { name: nameOf(held), bytes: held };
      }
      this.#need = need;
    }
    return undefined;
  }

  #ask(held: readonly number[]): Need {
    if (!this.bracketCommands && held[0] === gs && held[1] === c('(')) return 0;
    return needs.get(held[0] as number)?.(held) ?? 0;
  }

  /** The prefix is dropped and the letter prints, as printers do. */
  #unknown(held: readonly number[]): Command | undefined {
    this.counters.unknown += 1;
    this.#held = [];
    const letter = held[1] as number;
    return needs.has(letter) ? this.push(letter) : single(letter);
  }
}

function single(byte: number): Command {
  if (byte >= 0x20 && byte !== 0x7f) return { name: 'text', bytes: [byte] };
  return { name: controlNames.get(byte) ?? 'control', bytes: [byte] };
}

function nameOf(bytes: readonly number[]): string {
  const letter = String.fromCharCode(bytes[1] ?? 0);
  const name = `${prefixNames.get(bytes[0] ?? 0)} ${letter}`;
  return letter === '(' ? `${name} ${String.fromCharCode(bytes[2] ?? 0)}` : name;
}
