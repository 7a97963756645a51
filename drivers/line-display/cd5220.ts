/**
 * CD5220 command set of two-line customer displays (VD-220, XP8200, LDX1000 …), RS-232, one way: no acknowledgement,
 * no address. Source: CD5220 user manual, command list (POS-X XP8200 and Bematech LDX1000 manuals agree).
 */
import { z } from 'zod';
import { columnsDrawn } from './drawn-size.ts';
import type { BoardEffect, BoardLanguage, BoardProtocol, Decoded, FittedLine } from './protocol.ts';
import { rowText } from './row-text.ts';

const zOptions = z.strictObject({
  columns: z.int().min(8).max(40).default(20),
  /** A power loss of the display cannot be detected: it is written again so often. */
  repaint_s: z.number().min(5).max(3600).default(30),
  /** After a change of mode the display needs so long (batzlerg/cd5220, reference). */
  gap_ms: z.number().min(0).max(5000).default(200),
});

const esc = 0x1b;
const initialise = [esc, 0x40];
const clearScreen = 0x0c;
const clearLine = 0x18;
const home = 0x0b;
const carriageReturn = 0x0d;
const writeLine = 0x51;
const upper = 0x41;
const lower = 0x42;
/** Moves through the upper line for ever; holds so many letters. */
const upperForEver = 0x44;
const maxScroll = 40;
const brightness = 0x2a;
const moveCursor = 0x6c;
/** 1 to 4, about 25 % each. */
const brightnessSteps = 4;

export const cd5220: BoardProtocol = {
  name: 'cd5220',
  options: zOptions,
  bind: (_, options) => bind(zOptions.parse(options)),
};

function bind({ columns, repaint_s: repaintS, gap_ms: gapAfterMs }: z.output<typeof zOptions>): BoardLanguage {
  const write = (lines: readonly FittedLine[]) =>
    [upper, lower].flatMap((row, index) => {
      const line = lines[index];
      const moves = index === 0 && line?.scroll === true;
      const text = moves ? (line.pages[0] ?? '').slice(0, maxScroll) : rowText(line, columns);
      return [esc, writeLine, moves ? upperForEver : row, ...Buffer.from(text, 'latin1'), carriageReturn];
    });
  const frame = (bytes: readonly number[]) => ({ bytes: Uint8Array.from(bytes), gapAfterMs });
  return {
    model: {
      kind: 'characters',
      ...columnsDrawn('characters', 2, columns),
      ...{ lines: 2, columns, alphabet: 'ascii', colours: ['green'] },
      ...{ acknowledges: false, selfClears: false, turnsPages: false, scrolls: 'first', dimmingRewrites: true },
    },
    minUpdateMs: gapAfterMs,
    checkMs: 0,
    thoroughMs: 0,
    repaintMs: repaintS * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint':
          return [frame([...(order.fresh ? initialise : []), ...write(order.lines)])];
        case 'brightness': {
          const level = Math.max(1, Math.round((order.percent * brightnessSteps) / 100));
          // After lines were written only 0C ends that mode, and it clears them: they are written again.
          return [
            frame([clearScreen, esc, brightness, level, ...(order.painted.length > 0 ? write(order.painted) : [])]),
          ];
        }
        case 'clock':
        case 'check':
          return [];
      }
    },
    decode: (received) => decode(received, columns),
  };
}

function decode(received: Uint8Array, columns: number): Decoded {
  const decoded = (bytes: number, ...effects: BoardEffect[]): Decoded => ({ kind: 'frame', bytes, effects });
  const [first, second, third, fourth] = received;
  if (first === clearScreen) return decoded(1, { kind: 'clear' });
  if (first === clearLine || first === home) return decoded(1);
  if (first !== esc) return { kind: 'skip', bytes: 1 };
  if (second === undefined) return { kind: 'more' };
  if (second === 0x40) return decoded(2, { kind: 'clear' });
  if (second === writeLine) {
    const end = received.indexOf(carriageReturn);
    const longest = third === upperForEver ? maxScroll : columns;
    if (end < 0) return received.length > 3 + longest ? { kind: 'skip', bytes: 1, garbled: true } : { kind: 'more' };
    if ((third !== upper && third !== lower && third !== upperForEver) || end - 3 > longest)
      return { kind: 'skip', bytes: end + 1, garbled: true };
    const written = Buffer.from(received.subarray(3, end)).toString('latin1');
    if (third === upperForEver) return decoded(end + 1, { kind: 'scroll', row: 0, text: written });
    const text = written.padEnd(columns, ' ');
    return decoded(end + 1, { kind: 'put', row: third === upper ? 0 : 1, column: 0, text });
  }
  if (second === brightness) {
    if (third === undefined) return { kind: 'more' };
    return decoded(3, { kind: 'brightness', percent: (third * 100) / brightnessSteps });
  }
  if (second === moveCursor) {
    if (third === undefined || fourth === undefined) return { kind: 'more' };
    if (third < 1 || third > columns || fourth < 1 || fourth > 2) return { kind: 'skip', bytes: 4, garbled: true };
    let end = 4;
    while (end < received.length && (received[end] ?? 0) >= 0x20 && end - 4 < columns) end += 1;
    const text = Buffer.from(received.subarray(4, end)).toString('latin1');
    return decoded(end, ...(text === '' ? [] : [{ kind: 'put', row: fourth - 1, column: third - 1, text } as const]));
  }
  return third === undefined ? { kind: 'more' } : decoded(3);
}
