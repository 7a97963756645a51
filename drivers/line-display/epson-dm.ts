/**
 * Epson ESC/POS command set for customer displays (DM-D110 and the "EPSON mode" of many others), RS-232, one way.
 * Source: Epson "ESC/POS DM reference" and DM-D110 specification.
 */
import { z } from 'zod';
import { columnsDrawn } from './drawn-size.ts';
import type { BoardEffect, BoardLanguage, BoardProtocol, Decoded } from './protocol.ts';
import { rowText } from './row-text.ts';

const zOptions = z.strictObject({
  columns: z.int().min(8).max(40).default(20),
  rows: z.int().min(1).max(4).default(2),
  repaint_s: z.number().min(5).max(3600).default(30),
  gap_ms: z.number().min(0).max(5000).default(50),
});
type Options = z.output<typeof zOptions>;

const esc = 0x1b;
const us = 0x1f;
const initialise = [esc, 0x40, 0x0c];
const clearScreen = 0x0c;
const moveCursor = 0x24;
const brightness = 0x58;
const blink = 0x45;
const brightnessSteps = 4;
/** In 50 ms: half a second on, half a second off. */
const blinkTicks = 10;

export const epsonDm: BoardProtocol = {
  name: 'epson-dm',
  options: zOptions,
  bind: (_, options) => bind(zOptions.parse(options)),
};

function bind(options: Options): BoardLanguage {
  const { columns, rows } = options;
  const frame = (bytes: readonly number[]) => ({ bytes: Uint8Array.from(bytes), gapAfterMs: options.gap_ms });
  return {
    model: {
      kind: 'characters',
      ...columnsDrawn('characters', rows, columns),
      ...{ lines: rows, columns, alphabet: 'ascii', colours: ['green'] },
      ...{ acknowledges: false, selfClears: false, turnsPages: false, scrolls: 'none' },
    },
    minUpdateMs: options.gap_ms,
    checkMs: 0,
    thoroughMs: 0,
    repaintMs: options.repaint_s * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint': {
          const text = Array.from({ length: rows }, (_, row) => putAt(1, row + 1, rowText(order.lines[row], columns)));
          const blinks = order.lines.some((line) => line.blink);
          return [frame([...(order.fresh ? initialise : []), ...text.flat(), us, blink, blinks ? blinkTicks : 0])];
        }
        case 'brightness':
          return [frame([us, brightness, Math.max(1, Math.round((order.percent * brightnessSteps) / 100))])];
        case 'clock':
        case 'check':
          return [];
      }
    },
    decode: (received) => decode(received, options),
  };
}

/** Column and row from 1. */
export function putAt(column: number, row: number, text: string): number[] {
  return [us, moveCursor, column, row, ...Buffer.from(text, 'latin1')];
}

function decode(received: Uint8Array, { columns, rows }: Options): Decoded {
  const decoded = (bytes: number, ...effects: BoardEffect[]): Decoded => ({ kind: 'frame', bytes, effects });
  const [first, second, third, fourth] = received;
  if (first === clearScreen) return decoded(1, { kind: 'clear' });
  if (first !== esc && first !== us) return { kind: 'skip', bytes: 1 };
  if (second === undefined) return { kind: 'more' };
  if (first === esc && second === 0x40) return decoded(2, { kind: 'clear' });
  if (third === undefined) return { kind: 'more' };
  if (first === us && second === brightness)
    return decoded(3, { kind: 'brightness', percent: (third * 100) / brightnessSteps });
  if (first === us && second === blink) return decoded(3, { kind: 'blink', on: third > 0 && third < 0xff });
  if (first === us && second === moveCursor) {
    if (fourth === undefined) return { kind: 'more' };
    if (third < 1 || third > columns || fourth < 1 || fourth > rows) return { kind: 'skip', bytes: 4, garbled: true };
    let end = 4;
    while (end < received.length && (received[end] ?? 0) >= 0x20 && end - 4 < columns) end += 1;
    const text = Buffer.from(received.subarray(4, end)).toString('latin1');
    return decoded(end, { kind: 'put', row: fourth - 1, column: third - 1, text });
  }
  return decoded(3);
}
