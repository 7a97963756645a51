import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { alpha } from './alpha.ts';
import { alphaCommands, alphaPacket, alphaPicture, findAlphaPacket, parseAlphaPicture } from './alpha-packet.ts';
import type { FittedLine } from './protocol.ts';

/** Past the five NULs by which the sign finds the rate. */
const packetIn = (bytes: Uint8Array) => findAlphaPacket(bytes.subarray(5));
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
  [
    'memory for TEXT A and STRING B, as the library asks for it',
    alphaPacket('Z', '00', 'E$AAU0064FFFFBBU00200000', true),
    '00 00 00 00 00 01 5A 30 30 02 45 24 41 41 55 30 30 36 34 46 46 46 46 42 42 55 30 30 32 30 30 30 30 30 03 30 35 38 32 04',
  ],
  [
    'memory, without a checksum (tests of tenderlove/betabrite)',
    alphaPacket('Z', '00', 'E$AAU0100FF00', false),
    '00 00 00 00 00 01 5A 30 30 02 45 24 41 41 55 30 31 30 30 46 46 30 30 04',
  ],
  [
    'run sequence',
    alphaPacket('Z', '00', 'E.TUA', true),
    '00 00 00 00 00 01 5A 30 30 02 45 2E 54 55 41 03 30 31 36 32 04',
  ],
  [
    'dots',
    alphaPacket('Z', '01', alphaPicture('P', 4, 2, Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0)), true),
    '00 00 00 00 00 01 5A 30 31 02 49 50 30 32 30 34 31 30 30 31 0D 30 31 31 30 0D 03 30 33 30 32 04',
  ],
  ['time', alphaPacket('Z', '00', 'E 1345', true), '00 00 00 00 00 01 5A 30 30 02 45 20 31 33 34 35 03 30 31 33 37 04'],
  ['acknowledge', alphaPacket('Z', '01', 'Es1', true), '00 00 00 00 00 01 5A 30 31 02 45 73 31 03 30 30 45 45 04'],
  ['read', alphaPacket('Z', '01', 'F"', true), '00 00 00 00 00 01 5A 30 31 02 46 22 03 30 30 36 44 04'],
];

test.each(packets)('%s', (_, made, printed) => {
  expect(hex(made)).toBe(packed(printed));
  const found = packetIn(unhex(printed));
  expect(found).toMatchObject({ kind: 'packet', bytes: made.length - 5 });
  const [command = ''] = (found.kind === 'packet' && found.commands) || [];
  const { type, to } = found.kind === 'packet' ? found : { type: '', to: '' };
  expect(hex(alphaPacket(type, to, command, printed.includes(' 03 ')))).toBe(packed(printed));
});

const sunday = { year: 2025, month: 9, day: 28, hour: 13, minute: 45, second: 7, weekday: 7 };

/** Made by alphasignpy 0.1.1 from its own commands, taken down on 26 November 2026: an independent program's bytes. */
const beside: readonly (readonly [type: string, to: string, command: string, printed: string])[] = [
  ['Z', '00', alphaCommands.date(sunday), '0000000000015A303002453B303932383235033031424604'],
  ['Z', '00', alphaCommands.time(sunday), '0000000000015A303002452031333435033031333704'],
  ['Z', '00', alphaCommands.weekday(sunday), '0000000000015A303002452631033030413104'],
  ['Z', '00', alphaCommands.weekday({ ...sunday, weekday: 1 }), '0000000000015A303002452632033030413204'],
  ['Z', '00', alphaCommands.weekday({ ...sunday, weekday: 6 }), '0000000000015A303002452637033030413704'],
  ['Z', '00', alphaCommands.dayOf24Hours, '0000000000015A30300245274D033030424504'],
  ['Z', '00', alphaCommands.setAddress(15), '0000000000015A30300245373046033030463704'],
  ['Z', '1F', alphaCommands.acknowledge(true), '0000000000015A314602457331033030454504'],
  ['Z', '01', alphaCommands.acknowledge(false), '0000000000015A303102457330033030454404'],
  ['Z', '02', alphaCommands.readInformation, '0000000000015A3032024622033030364404'],
  ['Z', '0A', alphaCommands.string('B', 'A012'), '0000000000015A304102474241303132033031363204'],
  ['^', 'FF', alphaCommands.string('C', 'B  7 > 12'), '0000000000015E464602474342202037203E203132033032323904'],
  [
    'Z',
    '01',
    alphaPicture('P', 4, 3, Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0, 3, 2, 2, 3)),
    '0000000000015A303102495030333034313030310D303131300D333232330D033033444104',
  ],
];

test.each(beside)('beside alphasignpy: type %s to %s, %j', (type, to, command, printed) => {
  expect(hex(alphaPacket(type, to, command, true))).toBe(printed);
  expect(packetIn(unhex(printed))).toMatchObject({ kind: 'packet', type, to, commands: [command] });
});

test('a picture is read back; one whose rows do not fit its size is none', () => {
  const pixels = Uint8Array.of(1, 0, 2, 3, 0, 1);
  const command = alphaPicture('P', 3, 2, pixels);
  expect(parseAlphaPicture(command)).toEqual({ label: 'P', width: 3, height: 2, pixels });
  expect(parseAlphaPicture(command.slice(0, -1))).toBeUndefined();
  expect(parseAlphaPicture(command.replace('0203', '0303'))).toBeUndefined();
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
      effects: [{ kind: 'clear' }, { kind: 'blink', on: false }, { kind: 'put', text: '    A012 > 3    ' }],
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

test('everyday content in STRING files: no flicker, and the priority text for what blinks until it is released', () => {
  const language = alpha.bind(1, { content: 'strings', lines: 2 });
  const commands = (order: Parameters<typeof language.encode>[0]) =>
    language.encode(order).map(({ bytes }) => {
      const found = packetIn(bytes);
      return found.kind === 'packet' ? found.commands?.[0] : undefined;
    });
  const calm = [line('A012'), line('WINDOW 3')];
  const calling = [line('A013', true), line('WINDOW 3')];
  expect(commands({ kind: 'paint', lines: calm, fresh: true })).toEqual(['GBA012', 'GCWINDOW 3', 'A0']);
  expect(commands({ kind: 'paint', lines: calling, fresh: false, painted: calm })[0]).toContain('A0\x1b c');
  expect(commands({ kind: 'paint', lines: calm, fresh: false, painted: calling })).toEqual([
    'GBA012',
    'GCWINDOW 3',
    'A0',
  ]);
  expect(commands({ kind: 'paint', lines: calm, fresh: false, painted: calm })).toEqual(['GBA012', 'GCWINDOW 3']);
});

test('Chinese is a picture: the sign gets its tenth of a second before the rows', () => {
  const language = alpha.bind(1, { content: 'picture', width: 64, height: 16 });
  const [frame] = language.encode({ kind: 'paint', lines: [line('请到3号')], fresh: true });
  const at = frame?.pause?.afterBytes ?? 0;
  expect(Buffer.from(frame?.bytes.subarray(0, at) ?? []).toString('latin1')).toBe('\0\0\0\0\0\x01Z01\x02IP1040');
  expect(frame?.pause?.ms).toBe(100);
  // 64 dots and a return a row, sixteen rows, as the form counts them: 1.1 s at 9600.
  expect(frame?.bytes.length).toBe(9 + 1 + 6 + 16 * 65 + 5 + 1);
  const heard = language.decode(frame?.bytes.subarray(5) ?? new Uint8Array(0));
  expect(heard).toMatchObject({ kind: 'frame', effects: [{ kind: 'bitmap', width: 64, height: 16 }] });
});

test('a sign that can be read is asked for its information; the one that acknowledges is told again to do so', () => {
  const order = { kind: 'check', painted: [], thorough: true, percent: 100 } as const;
  expect(alpha.bind(1, {}).encode(order)).toEqual([]);
  const reading = alpha.bind(1, { reads: true });
  const [question] = reading.encode(order);
  expect(Buffer.from(question?.bytes ?? []).toString('latin1')).toContain('F"');
  const heard = reading.decode(question?.bytes.subarray(5) ?? new Uint8Array(0));
  const self = { on: true, brightness: 100, areas: [], rows: [], wallMs: 0 };
  const answer = (heard.kind === 'frame' && heard.answer?.(self)) || new Uint8Array(0);
  expect(question?.answer?.parse(answer)).toEqual({ kind: 'skip', bytes: 5 });
  expect(question?.answer?.parse(answer.subarray(5))).toMatchObject({ kind: 'answer', answer: { kind: 'done' } });
  expect(question?.answer?.parse(answer.subarray(5, -1)).kind).toBe('more');
  expect(reading.model.acknowledges).toBe(false);
  const [again] = alpha.bind(1, { acknowledges: true }).encode(order);
  expect(Buffer.from(again?.bytes ?? []).toString('latin1')).toContain('Es1');
});
