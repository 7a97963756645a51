import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { profileFile } from '../simulated/keypad/pad-rig.kit.ts';
import { type FrameFound, FrameReader } from './frame-reader.ts';
import { zKeypadProfile } from './profile.ts';
import { SerialFrame } from './serial-frame-format.ts';
import { zFrameFormat } from './serial-frame-schema.ts';

const pad21 = new SerialFrame(
  zFrameFormat.parse((profileFile('call-pad-21') as { wire: { frame: unknown } }).wire.frame),
);

/** 21键点阵液晶呼叫器通讯协议, the examples of the note and its trap. */
const noteVectors: readonly (readonly [string, number, number, string])[] = [
  ['FF 68 02 02 68 01 01 02 16', 0x01, 0x01, ''],
  ['FF 68 03 03 68 03 10 05 18 16', 0x03, 0x10, '05'],
  ['FF 68 04 04 68 16 68 16 68 FC 16', 0x16, 0x68, '16 68'],
];

test.each(noteVectors)('%s', (bytes, address, functionCode, data) => {
  const message = { address, function: functionCode, data: unhex(data) };
  expect(hex(pad21.encode(message))).toBe(hex(unhex(bytes)));
  expect(pad21.match(unhex(bytes))).toEqual({ kind: 'frame', octets: unhex(bytes).length, message });
});

const data1 = { field: 'data', size: 1 } as const;
const table: readonly (readonly [string, unknown, string, string])[] = [
  ['one octet a key', { fields: [data1] }, '33', '33'],
  ['the key said again', { fields: [data1, { field: 'again' }] }, '01', '01 01'],
  ['key and complement', { fields: [data1, { field: 'again', inverted: true }] }, '01', '01 FE'],
  [
    'STX .. ETX BCC, the BCC over data and ETX',
    {
      fields: [
        { field: 'const', bytes: '02' },
        { field: 'data', size: 'until' },
        { field: 'const', bytes: '03' },
        { field: 'check', kind: 'xor', from: 1, to: 2 },
      ],
    },
    '4B 31',
    '02 4B 31 03 79',
  ],
  [
    'an ASCII line',
    {
      fields: [
        { field: 'const', bytes: '4B 45 59 3D' },
        { field: 'data', size: 'until' },
        { field: 'line-end', ends: 'crlf' },
      ],
    },
    '35',
    '4B 45 59 3D 35 0D 0A',
  ],
  [
    // MODBUS over Serial Line V1.02, 6.2.2: 01 03 00 00 00 02 has the CRC C4 0B, low octet first.
    'MODBUS check',
    {
      fields: [
        { field: 'data', size: 6 },
        { field: 'check', kind: 'crc16-modbus', from: 0, to: 0 },
      ],
    },
    '01 03 00 00 00 02',
    '01 03 00 00 00 02 C4 0B',
  ],
  [
    "two's complement of the sum",
    {
      fields: [
        { field: 'data', size: 2 },
        { field: 'check', kind: 'complement', from: 0, to: 0 },
      ],
    },
    '01 02',
    '01 02 FD',
  ],
];

describe('framings by table', () => {
  test.each(table)('%s', (_name, format, data, bytes) => {
    const frame = new SerialFrame(zFrameFormat.parse(format));
    const message = { address: 0, function: 0, data: unhex(data) };
    expect(hex(frame.encode(message))).toBe(hex(unhex(bytes)));
    expect(frame.match(unhex(bytes))).toEqual({ kind: 'frame', octets: unhex(bytes).length, message });
  });

  test('a table that cannot be read back is refused', () => {
    const wrong = (fields: unknown[]) => expect(zFrameFormat.safeParse({ fields }).success).toBe(false);
    wrong([{ field: 'const', bytes: 'AA' }]);
    wrong([
      { field: 'data', size: 'until' },
      { field: 'check', kind: 'sum', from: 0, to: 0 },
    ]);
    wrong([{ field: 'data', size: 'length' }]);
    wrong([
      { field: 'data', size: 1 },
      { field: 'length', from: 0, to: 0 },
    ]);
    wrong([{ field: 'check', kind: 'sum', from: 0, to: 1 }, data1]);
    wrong([
      { field: 'data', size: 1 },
      { field: 'const', bytes: '' },
    ]);
  });
});

const escaped = new SerialFrame(
  zFrameFormat.parse({
    fields: [
      { field: 'const', bytes: '7E' },
      { field: 'address', size: 2 },
      { field: 'length', from: 3, to: 3 },
      { field: 'data', size: 'length' },
      { field: 'check', kind: 'sum', from: 1, to: 3 },
      { field: 'const', bytes: '7F' },
    ],
    escape: { byte: 0x7d, xor: 0x20 },
  }),
);

const zMessage = fc.record({
  address: fc.integer({ min: 0, max: 255 }),
  function: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 24 }),
});
const messages = fc.array(zMessage, { minLength: 1, maxLength: 8 });

/** Cuts bytes at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}

function read(frame: SerialFrame, chunks: readonly Uint8Array[]): FrameFound[] {
  const reader = new FrameReader(frame);
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.flush()];
}

describe.each([
  ['the 21-key frame', pad21, false],
  ['an escaped frame', escaped, true],
] as const)('%s, in any pieces', (_name, frame, noFunction) => {
  const clean = (all: readonly { address: number; function: number; data: Uint8Array }[]) =>
    all.map((message) => (noFunction ? { ...message, function: 0 } : message));

  test('whole frames come out as they went in', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 12 }), (all, cuts) => {
        const sent = clean(all);
        const bytes = Uint8Array.from(sent.flatMap((message) => [...frame.encode(message)]));
        expect(read(frame, pieces(bytes, cuts))).toEqual(sent.map((message) => ({ kind: 'frame', message })));
      }),
    );
  });

  test('behind noise that holds no head every frame is found', () => {
    const heads = new Set(frame === pad21 ? [0xff, 0x0a] : [0x7e, 0x0a]);
    const noise = fc.array(
      fc.integer({ min: 0, max: 255 }).filter((octet) => !heads.has(octet)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, zMessage), { maxLength: 6 }), fc.array(fc.nat()), (all, cuts) => {
        const sent = clean(all.map(([, message]) => message));
        const bytes = Uint8Array.from(
          all.flatMap(([before], at) => {
            const message = sent[at];
            return message === undefined ? [] : [...before, ...frame.encode(message)];
          }),
        );
        const found = read(frame, pieces(bytes, cuts));
        expect(found.filter(({ kind }) => kind === 'frame')).toEqual(
          sent.map((message) => ({ kind: 'frame', message })),
        );
        const lost = found.reduce((sum, each) => sum + (each.kind === 'noise' ? each.octets : 0), 0);
        expect(lost).toBe(all.reduce((sum, [before]) => sum + before.length, 0));
      }),
    );
  });

  test('a broken octet never makes another message of it, and the next frame is found', () => {
    fc.assert(
      fc.property(zMessage, zMessage, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, other, place, flip) => {
        const [broken, next] = clean([one, other]);
        if (broken === undefined || next === undefined) return;
        const bytes = frame.encode(broken);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const found = read(frame, [bytes, frame.encode(next)]).filter(({ kind }) => kind === 'frame');
        // Whatever the damage, no frame that was not sent; the frame behind it at most hidden by a wrong length.
        for (const each of found) expect([next]).toContainEqual(each.kind === 'frame' ? each.message : undefined);
      }),
    );
  });
});

test('a half-made frame and a silence: the frame inside it is still found', () => {
  const reader = new FrameReader(pad21);
  // The head says 32 octets and only a whole short frame follows.
  expect(reader.push(unhex('FF 68 20 20 68 FF 68 02 02 68 01 01 02 16'))).toEqual([]);
  expect(reader.halfMade).toBe(true);
  expect(reader.flush().filter(({ kind }) => kind === 'frame')).toHaveLength(1);
  expect(reader.halfMade).toBe(false);
});

test('a flood without a frame is dropped octet by octet, and counted', () => {
  const reader = new FrameReader(pad21);
  const found = reader.push(new Uint8Array(10_000).fill(0xff));
  const octets = found.reduce((sum, each) => sum + (each.kind === 'noise' ? each.octets : 1), 0);
  expect(octets).toBeGreaterThan(9_700);
  expect(reader.push(unhex('68 02 02 68 01 01 02 16')).some(({ kind }) => kind === 'frame')).toBe(true);
});

test.each(['panel-8', 'call-pad-21', 'call-pad-21-line', 'rating-5', 'rating-5-serial'])(
  'profile %s is whole',
  (name) => {
    const parsed = zKeypadProfile.safeParse(profileFile(name));
    expect(parsed.error?.message).toBeUndefined();
    // A profile that was parsed once may be parsed again: the config does the first, the driver the second.
    expect(zKeypadProfile.parse(parsed.data)).toEqual(parsed.data);
  },
);
