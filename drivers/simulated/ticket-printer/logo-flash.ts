/** A printer's memory for pictures that outlives its power: by key (Epson GS ( L) and as a numbered set (FS q). */
import type { Bitmap } from '../../glyphs/packed-bitmap.ts';
import type { Command } from '../../ticket-printer/command-framing.ts';
import { keyedDots, storedPictures } from './picture-data.ts';

export interface LogoPictures {
  readonly keyed: ReadonlyMap<string, Bitmap>;
  readonly numbered: ReadonlyMap<number, Bitmap>;
}

/** Keys in one block of the list (Epson, GS ( L function 64). */
const keysABlock = 40;
const capacityBytes = 384 * 1024;
const header = 0x37;
const listMark = 0x72;
const capacityMark = 0x31;
const lastBlock = 0x40;
const moreBlocks = 0x41;

export class LogoFlash {
  /** Every one of these wears it. */
  writes = 0;
  #keyed: Map<string, Bitmap>;
  #numbered: ReadonlyMap<number, Bitmap>;
  /** Keys that the host has not asked on for yet. */
  #toList: string[] = [];

  constructor({ keyed, numbered }: LogoPictures = { keyed: new Map(), numbered: new Map() }) {
    this.#keyed = new Map(keyed);
    this.#numbered = numbered;
  }

  get pictures(): LogoPictures {
    return { keyed: this.#keyed, numbered: this.#numbered };
  }

  /** FS q. */
  storeNumbered(command: Command): void {
    this.writes += 1;
    this.#numbered = storedPictures(command.bytes);
  }

  numbered(number: number): Bitmap | undefined {
    return this.#numbered.get(number);
  }

  keyed(key: string): Bitmap | undefined {
    return this.#keyed.get(key);
  }

  /** GS ( L and GS 8 L from their `m` on: what changes the memory. */
  change(data: readonly number[]): void {
    const [, fn, ...rest] = data;
    const text = String.fromCharCode(...rest.slice(0, 3));
    if (fn === 65 && text === 'CLR') {
      this.writes += 1;
      this.#keyed.clear();
    } else if (fn === 66) {
      if (this.#keyed.delete(text.slice(0, 2))) this.writes += 1;
    } else if (fn === 67) {
      const picture = keyedDots(data);
      if (picture === undefined || picture.dots.data.length > this.#left()) return;
      this.writes += 1;
      this.#keyed.set(picture.key, picture.dots);
    }
  }

  /** What it answers to a question about the memory; `undefined` when the command is none. */
  answer(data: readonly number[]): Uint8Array | undefined {
    const [, fn, first, second] = data;
    if (fn === 51 || fn === 3) return block(capacityMark, String(this.#left()));
    if (fn !== 64 || first !== 0x4b || second !== 0x43) return undefined;
    this.#toList = [...this.#keyed.keys()];
    return this.#nextBlock();
  }

  /** ACK: the next block of the list, if there is one. */
  acknowledged(): Uint8Array | undefined {
    return this.#toList.length === 0 ? undefined : this.#nextBlock();
  }

  #nextBlock(): Uint8Array {
    const keys = this.#toList.splice(0, keysABlock);
    const status = this.#toList.length > 0 ? moreBlocks : lastBlock;
    return block(listMark, String.fromCharCode(status) + keys.join(''));
  }

  #left(): number {
    return [...this.#keyed.values()].reduce((left, { data }) => left - data.length, capacityBytes);
  }
}

function block(mark: number, text: string): Uint8Array {
  return Uint8Array.of(header, mark, ...Buffer.from(text, 'latin1'), 0);
}
