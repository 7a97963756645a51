import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { onbonBxK } from './onbon-bx-k.ts';
import {
  broadcastAddress,
  bxAcknowledgement,
  bxBrightness,
  bxClock,
  bxCommands,
  bxRequest,
  bxUpdateAreas,
  encodeBxMessage,
  findBxMessage,
  parseBxAreas,
  wildcardAddress,
} from './onbon-bx-k-codec.ts';

/**
 * Frames as printed in Onbon "BX-5K/6K通讯协议用户版本" V1.4 (marked doc), or computed from its tables with an
 * independent CRC-16/ARC (calc). Vendor frames lead with eight A5.
 */
const lead = 'A5A5A5A5A5A5A5A5';
const header = (to: string, from: string, length: string) => `${to} ${from} 000000 00 00 00 FE 02 ${length}`;
const packed = (text: string) => text.replace(/\s+/g, '');

const area = {
  ...{ id: 0, x: 0, y: 0, width: 64, height: 16, lineSpacing: 0, runMode: 0, timeoutS: 0, alignment: 0 },
  ...{ lines: 1, wrap: 1, show: 1, speed: 0, stay: 0 },
};

const frames: readonly (readonly [name: string, made: Uint8Array, printed: string])[] = [
  [
    'doc: 欢迎光临 on 128x32, wildcard',
    bxRequest(
      wildcardAddress,
      bxUpdateAreas(
        [{ ...area, width: 128, height: 32, timeoutS: 10, lines: 2, speed: 2, stay: 10, text: '欢迎光临' }],
        false,
      ),
    ),
    `${header('FEFF', '0080', '2C00')} A306010000000123000000800000808020000000000A0000000002010100020A08000000BBB6D3ADB9E2C1D9 3C49 5A`,
  ],
  ['doc: ping', bxRequest(1, bxCommands.ping), `${header('0100', '0080', '0500')} A200010000 68F8 5A`],
  [
    'doc: yes to the wildcard',
    encodeBxMessage({ to: 0x8000, from: wildcardAddress, data: unhex('A000000000') }),
    `${header('0080', 'FEFF', '0500')} A000000000 14AC 5A`,
  ],
  [
    'doc: no, check wrong',
    bxAcknowledgement(wildcardAddress, 5),
    `${header('0080', 'FEFF', '0500')} A001050000 0551 5A`,
  ],
  ['calc: status', bxRequest(1, bxCommands.status), `${header('0100', '0080', '0500')} A102010000 2D40 5A`],
  ['calc: clear', bxRequest(1, bxCommands.clear), `${header('0100', '0080', '0500')} A310010000 51F8 5A`],
  ['calc: brightness 8', bxRequest(1, bxBrightness(8)), `${header('0100', '0080', '0700')} A302010000 0108 2656 5A`],
  ['calc: on', bxRequest(1, bxCommands.on), `${header('0100', '0080', '0600')} A30001000001 79EA 5A`],
  ['calc: off', bxRequest(1, bxCommands.off), `${header('0100', '0080', '0600')} A30001000002 39EB 5A`],
  [
    'calc: clock of all boards, 2025-09-28 13:45 Sunday, no answer',
    bxRequest(
      broadcastAddress,
      bxClock({ year: 2025, month: 9, day: 28, hour: 13, minute: 45, second: 0, weekday: 7 }, false),
    ),
    `${header('FFFF', '0080', '0D00')} A203020000 2520 09 28 13 45 00 07 3385 5A`,
  ],
  [
    'calc: delete all areas',
    bxRequest(1, bxUpdateAreas([], true)),
    `${header('0100', '0080', '0700')} A306010000FF00 6674 5A`,
  ],
  ['calc: yes from 1', bxAcknowledgement(1, 0), `${header('0080', '0100', '0500')} A000000000 64DC 5A`],
  ['calc: no from 1', bxAcknowledgement(1, 5), `${header('0080', '0100', '0500')} A001050000 7521 5A`],
  [
    'calc: A012 in red, 64x16',
    bxRequest(1, bxUpdateAreas([{ ...area, text: '\\FE000\\C1A012' }], false)),
    `${header('0100', '0080', '3100')} A306010000000128000000800000408010000000000000000000010101000000 0D000000 5C464530 30305C43 31413031 32 BF78 5A`,
  ],
  [
    'calc: A012 请到3号窗口, 128x16',
    bxRequest(1, bxUpdateAreas([{ ...area, width: 128, text: '\\FO000\\C1A012 请到3号窗口' }], false)),
    `${header('0100', '0080', '3D00')} A306010000000134000000800000808010000000000000000000010101000000 19000000 5C464F3030305C4331 41303132 20 C7EB B5BD 33 BAC5 B4B0 BFDA 7A81 5A`,
  ],
  [
    'calc: two areas',
    bxRequest(
      1,
      bxUpdateAreas(
        [
          { ...area, width: 128, text: '\\FO000\\C1A012号' },
          { ...area, id: 1, width: 128, y: 16, text: '\\FO000\\C1请到3号窗口' },
        ],
        false,
      ),
    ),
    `${header('0100', '0080', '6400')} A3060100000002 2A00 000080000080801000000000000000000001010100 0000 0F000000 5C464F3030305C433141303132BAC5
     2F00 000080100080801000010000000000000001010100 0000 14000000 5C464F3030305C4331C7EBB5BD33BAC5B4B0BFDA 42C3 5A`,
  ],
  [
    'calc: every escape, "Z[哎唉"',
    bxRequest(1, bxUpdateAreas([{ ...area, text: 'Z[哎唉' }], false)),
    `${header('0100', '0080', '2A00')} A306010000000121000000800000408010000000000000000000010101000000 06000000 5B02 5B01 B0A602 B0A601 74A1 5A`,
  ],
];

test.each(frames)('%s', (_, made, printed) => {
  expect(hex(made)).toBe(lead + packed(printed));
  const found = findBxMessage(unhex(lead + printed));
  expect(found.kind).toBe('message');
  if (found.kind !== 'message') return;
  expect(found.bytes).toBe(made.length);
  expect(hex(encodeBxMessage(found.message))).toBe(hex(made));
});

test("doc: the clock example's reserved byte is 08, and its check still fits", () => {
  const printed = unhex(`${lead}${header('0100', '0080', '0D00')} A203010800 1320 01 25 11 17 26 05 B03F 5A`);
  expect(findBxMessage(printed)).toMatchObject({ kind: 'message', bytes: printed.length });
});

test('an area update is read back as it was written', () => {
  const areas = [
    { ...area, text: 'Z[哎唉' },
    { ...area, id: 3, y: 16, runMode: 2, timeoutS: 300, text: '' },
  ];
  expect(parseBxAreas(Uint8Array.from(bxUpdateAreas(areas, true)))).toEqual({ deleted: 'all', areas });
  const cut = Uint8Array.from(bxUpdateAreas(areas, false)).subarray(0, -1);
  expect(parseBxAreas(cut)).toBeUndefined();
});

test('nine A5, two 5A and noise before the frame are taken as they come from real cards', () => {
  const frame = bxAcknowledgement(1, 0);
  const noisy = Uint8Array.from([0x00, 0x5a, 0xa5, ...frame, 0x5a]);
  let at = 0;
  const seen: string[] = [];
  while (at < noisy.length) {
    const found = findBxMessage(noisy.subarray(at));
    seen.push(found.kind);
    if (found.kind === 'more') break;
    at += found.bytes;
  }
  expect(seen.filter((kind) => kind === 'message')).toHaveLength(1);
});

test('every single wrong byte is noticed', () => {
  const frame = bxRequest(1, bxUpdateAreas([{ ...area, text: 'Z[哎唉' }], false));
  // The lead may lose bytes: one A5 is enough.
  for (let index = 8; index < frame.length; index += 1) {
    const wrong = frame.slice();
    wrong[index] = (wrong[index] ?? 0) ^ 0x10;
    expect(findBxMessage(wrong).kind).not.toBe('message');
  }
});

const language = onbonBxK.bind(1, {});

test('a text cannot carry commands of the card: backslashes go, what the fonts lack is marked', () => {
  const lines = [{ pages: ['A\\C2\u{1F600}𠮷'], colour: 'red', align: 'left', blink: false }] as const;
  const [frame] = language.encode({ kind: 'paint', lines, fresh: false });
  const heard = language.decode(frame?.bytes ?? new Uint8Array(0));
  expect(heard).toMatchObject({ effects: [{ kind: 'area', area: { rows: ['AC2〓〓'], colour: 'red' } }] });
});

test('answers of other boards and other groups are not ours', () => {
  const [frame] = language.encode({ kind: 'brightness', percent: 50, painted: [] });
  const parse = frame?.answer?.parse ?? (() => ({ kind: 'more' as const }));
  expect(parse(bxAcknowledgement(2, 0))).toMatchObject({ kind: 'skip' });
  expect(parse(bxRequest(1, bxCommands.ping))).toMatchObject({ kind: 'skip' });
  expect(parse(bxAcknowledgement(1, 0))).toMatchObject({ kind: 'answer', answer: { kind: 'done' } });
  expect(parse(bxAcknowledgement(1, 3))).toMatchObject({ kind: 'answer', answer: { kind: 'busy' } });
  expect(parse(bxAcknowledgement(1, 12))).toMatchObject({
    kind: 'answer',
    answer: { kind: 'refused', code: 'board-font-missing' },
  });
});

test('no order of the call path writes a flash, an address, or asks for anything to be formatted or reset', () => {
  const allowed = new Set(['A200', 'A102', 'A302', 'A203', 'A306']);
  const line = { pages: ['A012', '请到3号窗口'], colour: 'red', align: 'centre', blink: true } as const;
  const time = { year: 2025, month: 9, day: 28, hour: 13, minute: 45, second: 0, weekday: 7 };
  const orders = [
    { kind: 'paint', lines: [line, line], fresh: true },
    { kind: 'paint', lines: [{ ...line, scroll: true }], fresh: false, painted: [line] },
    { kind: 'brightness', percent: 40, painted: [line] },
    { kind: 'clock', time },
    { kind: 'check', painted: [line], thorough: true, percent: 40 },
    { kind: 'check', painted: [line], thorough: false, percent: 40 },
  ] as const;
  for (const { bytes } of orders.flatMap((order) => language.encode(order))) {
    const found = findBxMessage(bytes);
    const command = found.kind === 'message' ? hex(found.message.data.subarray(0, 2)) : 'none';
    expect(allowed).toContain(command);
  }
});

test('a hall board of many rows stays within the areas, the text of an area and the buffer of the card', () => {
  const hall = onbonBxK.bind(1, { width: 1024, height: 128, area_bytes: 512 });
  expect(hall.model.lines).toBe(5);
  const page = '请到综合服务区三号窗口办理'.repeat(4);
  const line = { pages: [page, page, page, page, page, page], colour: 'red', align: 'left', blink: false } as const;
  const frames = hall.encode({ kind: 'paint', lines: [line, line, line, line, line], fresh: true });
  const areas = frames.map(({ bytes }) => {
    const found = findBxMessage(bytes);
    const data = found.kind === 'message' ? found.message.data : new Uint8Array(0);
    expect(14 + data.length + 2).toBeLessThanOrEqual(1024);
    return parseBxAreas(data);
  });
  expect(areas.flatMap((each) => each?.areas.map(({ id }) => id))).toEqual([0, 1, 2, 3, 4]);
  // Only the first of them clears what stood there.
  expect(areas.map((each) => each?.deleted)).toEqual(['all', ...areas.slice(1).map(() => [])]);
});

test('commissioning asks and sets the card that is alone on the wire', () => {
  const { readAddress, setAddress } = onbonBxK.commissioning?.({}) ?? { setAddress: () => [] };
  const sent = (bytes: Uint8Array | undefined) => {
    const found = findBxMessage(bytes ?? new Uint8Array(0));
    return found.kind === 'message' ? [found.message.to, hex(found.message.data)] : [];
  };
  expect(sent(readAddress?.bytes)).toEqual([wildcardAddress, 'A207010000']);
  expect(sent(setAddress(260)[0]?.bytes)).toEqual([wildcardAddress, 'A2060100000401']);
  const heard = onbonBxK.bind(260, {}).decode(readAddress?.bytes ?? new Uint8Array(0));
  const self = { on: true, brightness: 100, areas: [], rows: [], wallMs: 0 };
  const answer = (heard.kind === 'frame' && heard.answer?.(self)) || new Uint8Array(0);
  expect(readAddress?.answer?.parse(answer)).toMatchObject({ answer: { kind: 'address', address: 260 } });
});

test('the simulated card refuses what a card has no room for: a fifth area too many, a text too long, dots beside the screen', () => {
  const card = onbonBxK.bind(1, { width: 64, height: 16, areas: 2, area_bytes: 64 });
  const answered = (more: object) => {
    const heard = card.decode(bxRequest(1, bxUpdateAreas([{ ...area, text: 'A012', ...more }], false)));
    const self = { on: true, brightness: 100, areas: [], rows: [], wallMs: 0 };
    const found = findBxMessage((heard.kind === 'frame' && heard.answer?.(self)) || new Uint8Array(0));
    return found.kind === 'message' ? [...found.message.data.subarray(0, 3)] : [];
  };
  const [yes, no] = [
    [0xa0, 0, 0],
    [0xa0, 1, 4],
  ];
  expect(answered({})).toEqual(yes);
  expect(answered({ id: 2 })).toEqual(no);
  expect(answered({ text: '8'.repeat(65) })).toEqual(no);
  expect(answered({ x: 8 })).toEqual(no);
  expect(answered({ height: 17 })).toEqual(no);
});
