import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { alpha, alphaPacket } from './alpha.ts';
import type { FittedLine } from './protocol.ts';

const packed = (text: string) => text.replace(/\s+/g, '');

/** Output of alphasignpy (lancereinsmith/alphasignpy), checksums checked by hand calculation; the bare release is computed. */
const packets: readonly (readonly [name: string, made: Uint8Array, printed: string])[] = [
  [
    'priority text, all signs',
    alphaPacket('Z', '00', 'A0\x1b bA012 > 3', true),
    '00 00 00 00 00 01 5A 30 30 02 41 30 1B 20 62 41 30 31 32 20 3E 20 33 03 30 32 39 38 04',
  ],
  [
    'the same to sign 01, at the bottom',
    alphaPacket('Z', '01', 'A0\x1b&bA012 > 3', true),
    '00 00 00 00 00 01 5A 30 31 02 41 30 1B 26 62 41 30 31 32 20 3E 20 33 03 30 32 39 45 04',
  ],
  [
    'without a checksum',
    alphaPacket('Z', '00', 'AA\x1b bHELLO', false),
    '00 00 00 00 00 01 5A 30 30 02 41 41 1B 20 62 48 45 4C 4C 4F 04',
  ],
  ['release', alphaPacket('Z', '00', 'A0', false), '00 00 00 00 00 01 5A 30 30 02 41 30 04'],
  ['release, checked', alphaPacket('Z', '00', 'A0', true), '00 00 00 00 00 01 5A 30 30 02 41 30 03 30 30 37 36 04'],
  [
    'string file',
    alphaPacket('Z', '01', 'GBA012', true),
    '00 00 00 00 00 01 5A 30 31 02 47 42 41 30 31 32 03 30 31 36 32 04',
  ],
  ['time', alphaPacket('Z', '00', 'E 1345', true), '00 00 00 00 00 01 5A 30 30 02 45 20 31 33 34 35 03 30 31 33 37 04'],
  ['acknowledge', alphaPacket('Z', '01', 'Es1', true), '00 00 00 00 00 01 5A 30 31 02 45 73 31 03 30 30 45 45 04'],
  ['read', alphaPacket('Z', '01', 'F"', true), '00 00 00 00 00 01 5A 30 31 02 46 22 03 30 30 36 44 04'],
];

test.each(packets)('%s', (_, made, printed) => {
  expect(hex(made)).toBe(packed(printed));
});

const line = (text: string, blink = false): FittedLine => ({ pages: [text], colour: 'red', align: 'centre', blink });

test('a call is the priority text; nothing to show gives the sign back; blinking is its flash mode', () => {
  const language = alpha.bind(1, {});
  const bytes = (lines: readonly FittedLine[]) =>
    Buffer.from(language.encode({ kind: 'paint', lines, fresh: true })[0]?.bytes ?? []).toString('latin1');
  expect(bytes([line('A012 > 3')])).toContain('\x01Z01\x02A0\x1b b\x1c1A012 > 3\x03');
  expect(bytes([line('A012', true)])).toContain('A0\x1b c\x1c1A012');
  expect(bytes([line('')])).toContain('\x02A0\x030076\x04');
});

test('a sign takes packets for it, for all, by wildcard; a wrong checksum shows nothing', () => {
  const language = alpha.bind(1, {});
  const show = '02 41 30 1B 20 62 41 30 31 32 20 3E 20 33 03 30 32 39 38 04';
  for (const to of ['5A 30 30', '5A 30 31', '5A 3F 31']) {
    expect(language.decode(unhex(`01 ${to} ${show}`))).toMatchObject({
      kind: 'frame',
      effects: [{ kind: 'clear' }, { kind: 'blink', on: false }, { kind: 'put', text: 'A012 > 3' }],
    });
  }
  expect(language.decode(unhex(`01 5A 30 32 ${show}`)).kind).toBe('skip');
  expect(language.decode(unhex(`01 5A 30 31 ${show.replace('32 39 38', '32 39 39')}`))).toMatchObject({
    kind: 'skip',
    garbled: true,
  });
  // Two commands in one packet, as printed by the library.
  const nested = '01 5A 30 31 02 47 42 41 30 31 32 03 30 31 36 32 02 47 43 33 03 30 30 43 32 04';
  expect(language.decode(unhex(nested))).toMatchObject({ kind: 'frame', effects: [] });
});

test('signs that acknowledge are asked to: ACK is shown, NAK with a checksum error is sent again', () => {
  const language = alpha.bind(1, { acknowledges: true });
  const [frame] = language.encode({ kind: 'paint', lines: [line('A012')], fresh: true });
  expect(frame?.answer?.parse(unhex('00 06 40'))).toEqual({ kind: 'skip', bytes: 1 });
  expect(frame?.answer?.parse(unhex('06 40'))).toMatchObject({ answer: { kind: 'done' } });
  expect(frame?.answer?.parse(unhex('15 50'))).toMatchObject({ answer: { kind: 'busy' } });
  expect(frame?.answer?.parse(unhex('15 60'))).toMatchObject({ answer: { kind: 'refused' } });
});
