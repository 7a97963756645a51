/** For tests of the page alone: capital letters as dots, on a board or on paper. The real ones come from the machines. */
import { crc32, deflateSync } from 'node:zlib';

/** The common 5x7 dot font: five columns, lowest bit on top. */
const columns: Readonly<Record<string, string>> = {
  0: '3e5149453e',
  1: '00427f4000',
  2: '4261514946',
  3: '2141454b31',
  4: '1814127f10',
  5: '2745454539',
  6: '3c4a494930',
  7: '0171090503',
  8: '3649494936',
  9: '064949291e',
  A: '7e1111117e',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141221c',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e4149497a',
  H: '7f0808087f',
  I: '00417f4100',
  J: '2040413f01',
  K: '7f08142241',
  L: '7f40404040',
  M: '7f020c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '4649494931',
  T: '01017f0101',
  U: '3f4040403f',
  V: '1f2040201f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  '-': '0808080808',
  '>': '0041221408',
  ':': '0036360000',
  '.': '0060600000',
  ' ': '0000000000',
};
const cell = 6;

export class Dots {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
  }

  text(line: string, top: number, size: number, colour: number): void {
    const left = Math.max(0, Math.floor((this.width - line.length * cell * size) / 2));
    [...line].forEach((letter, index) => {
      const shape = Buffer.from(columns[letter] ?? columns['-'] ?? '', 'hex');
      shape.forEach((bits, column) => {
        for (let row = 0; row < 7; row += 1)
          if ((bits >> row) & 1) this.#block(left + (index * cell + column) * size, top + row * size, size, colour);
      });
    });
  }

  rule(top: number): void {
    for (let x = 12; x < this.width - 12; x += 1) if (x % 6 < 4) this.#set(x, top, 1);
  }

  #block(left: number, top: number, size: number, colour: number): void {
    for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) this.#set(left + x, top + y, colour);
  }

  #set(x: number, y: number, colour: number): void {
    if (x < this.width && y < this.height) this.pixels[y * this.width + x] = colour;
  }

  /** Black on white, 8-bit grey (PNG, third edition, sections 5 and 11). */
  png(): Uint8Array {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const rows = Buffer.alloc(this.height * (this.width + 1));
    for (let y = 0; y < this.height; y += 1)
      for (let x = 0; x < this.width; x += 1)
        rows[y * (this.width + 1) + 1 + x] = this.pixels[y * this.width + x] === 0 ? 255 : 0;
    const signature = Buffer.from('89504e470d0a1a0a', 'hex');
    return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
  }
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
