import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { cd5220 } from './cd5220.ts';
import { epsonDm, putAt } from './epson-dm.ts';
import type { BoardEffect, BoardLanguage, FittedLine } from './protocol.ts';

const line = (text: string): FittedLine => ({ pages: [text], colour: 'green', align: 'left', blink: false });

function understood(language: BoardLanguage, bytes: Uint8Array): BoardEffect[] {
  const effects: BoardEffect[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const heard = language.decode(rest);
    if (heard.kind === 'more') break;
    if (heard.kind === 'frame') effects.push(...heard.effects);
    rest = rest.slice(heard.bytes);
  }
  return effects;
}

/** Computed from the CD5220 command list; accepted by the batzlerg/cd5220 simulator. */
test('CD5220: "NOW A012" over "TO WINDOW 3"', () => {
  const language = cd5220.bind(undefined, {});
  const lines = [line('NOW A012'), line('TO WINDOW 3')];
  const [frame] = language.encode({ kind: 'paint', lines, fresh: true });
  const printed = `1B 40
    1B 51 41 4E 4F 57 20 41 30 31 32 20 20 20 20 20 20 20 20 20 20 20 20 0D
    1B 51 42 54 4F 20 57 49 4E 44 4F 57 20 33 20 20 20 20 20 20 20 20 20 0D`;
  expect(hex(frame?.bytes ?? new Uint8Array(0))).toBe(printed.replace(/\s/g, ''));
  expect(understood(language, unhex(printed))).toEqual([
    { kind: 'clear' },
    { kind: 'put', row: 0, column: 0, text: 'NOW A012            ' },
    { kind: 'put', row: 1, column: 0, text: 'TO WINDOW 3         ' },
  ]);
});

test('CD5220: brightness clears the lines, so they come with it', () => {
  const language = cd5220.bind(undefined, {});
  const [frame] = language.encode({ kind: 'brightness', percent: 50, painted: [line('A012'), line('')] });
  expect(hex(frame?.bytes ?? new Uint8Array(0))).toMatch(/^0C1B2A021B5141/);
  expect(understood(language, frame?.bytes ?? new Uint8Array(0))).toMatchObject([
    { kind: 'clear' },
    { kind: 'brightness', percent: 50 },
    { kind: 'put', row: 0 },
    { kind: 'put', row: 1 },
  ]);
});

test('CD5220: clear, brightness, cursor and letters, as the batzlerg simulator takes them', () => {
  const language = cd5220.bind(undefined, {});
  expect(understood(language, unhex('0C 1B 2A 02 1B 6C 05 02 41 30 31 32'))).toEqual([
    { kind: 'clear' },
    { kind: 'brightness', percent: 50 },
    { kind: 'put', row: 1, column: 4, text: 'A012' },
  ]);
  expect(language.decode(unhex('1B 6C 15 02')).kind).toBe('skip');
});

test('CD5220: a long upper line moves for ever, forty letters of it', () => {
  const language = cd5220.bind(undefined, {});
  const long = 'PLEASE GO TO THE DESK NEAR THE DOOR OF THE HALL';
  const lines = [{ ...line(long), scroll: true }, line('')];
  const [frame] = language.encode({ kind: 'paint', lines, fresh: false });
  expect(hex(frame?.bytes ?? new Uint8Array(0))).toMatch(/^1B5144(..){40}0D1B5142/);
  expect(understood(language, frame?.bytes ?? new Uint8Array(0))[0]).toEqual({
    kind: 'scroll',
    row: 0,
    text: long.slice(0, 40),
  });
});

/** Computed from the ESC/POS DM reference: ESC @, CLR, US $ x y. */
test('Epson: cursor and text, as in the reference', () => {
  const language = epsonDm.bind(undefined, {});
  const printed = '1B 40 0C 1F 24 01 01 41 30 31 32 1F 24 01 02 57 49 4E 44 4F 57 20 33';
  expect(hex(Uint8Array.from([0x1b, 0x40, 0x0c, ...putAt(1, 1, 'A012'), ...putAt(1, 2, 'WINDOW 3')]))).toBe(
    printed.replaceAll(' ', ''),
  );
  expect(understood(language, unhex(printed))).toEqual([
    { kind: 'clear' },
    { kind: 'clear' },
    { kind: 'put', row: 0, column: 0, text: 'A012' },
    { kind: 'put', row: 1, column: 0, text: 'WINDOW 3' },
  ]);
  const blinking = language.encode({
    kind: 'paint',
    lines: [{ ...line('A012'), blink: true }, line('')],
    fresh: false,
  });
  expect(hex(blinking[0]?.bytes ?? new Uint8Array(0))).toMatch(/1F450A$/);
});
