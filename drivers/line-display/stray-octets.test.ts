/** Octets that belong to nobody, around every answer of every board protocol: the answer is read, whatever stands beside it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { Receiver } from '../line/receiver.ts';
import { seededRandom } from '../random.ts';
import { boardWays } from './board-ways.kit.ts';
import { encodeModbusResponse } from './modbus-frame.ts';
import type { BoardAnswer, BoardFrame, BoardLanguage, Decoded } from './protocol.ts';
import { boardLanguage } from './registry.ts';

const seed = 11;
const self = { on: true, brightness: 100, areas: [], rows: ['A012', ''], wallMs: 0 };
const line = { pages: ['A012'], colour: 'red', align: 'left', blink: false } as const;
const time = { year: 2026, month: 11, day: 23, weekday: 1, hour: 8, minute: 0, second: 0 };

interface Asked {
  readonly frame: BoardFrame & { readonly answer: NonNullable<BoardFrame['answer']> };
  readonly answer: Uint8Array;
}

/** Every frame that is answered, with its answer. */
function answered(language: BoardLanguage): Asked[] {
  return [
    ...language.encode({ kind: 'paint', lines: [line, line], fresh: true }),
    ...language.encode({ kind: 'brightness', percent: 50, painted: [line, line] }),
    ...language.encode({ kind: 'clock', time }),
    ...language.encode({ kind: 'check', painted: [line, line], thorough: true, percent: 100 }),
    ...language.encode({ kind: 'check', painted: [line, line], thorough: false, percent: 100 }),
  ].flatMap((frame) => {
    const heard = heardIn(language, frame.bytes);
    const answer = heard.kind === 'frame' ? heard.answer?.(self) : undefined;
    return frame.answer === undefined || answer === undefined
      ? []
      : [{ frame: { ...frame, answer: frame.answer }, answer }];
  });
}

/** Past the octets that stand in front of a frame. */
function heardIn(language: BoardLanguage, bytes: Uint8Array): Decoded {
  const heard = language.decode(bytes);
  return heard.kind === 'skip' && heard.bytes < bytes.length ? heardIn(language, bytes.subarray(heard.bytes)) : heard;
}

/** What a line makes of these pieces and the silence behind them. */
function read({ bytes, answer }: Asked['frame'], ...pieces: readonly Uint8Array[]): BoardAnswer | undefined {
  const receiver = new Receiver(bytes, answer);
  for (const piece of pieces) {
    const received = receiver.take(piece);
    if (received.kind === 'answer') return received.answer;
  }
  const settled = receiver.settle();
  return settled.kind === 'answer' ? settled.answer : undefined;
}

/** All single octets, then pairs and triples: random ones, and heads of the frames themselves. */
function strays({ frame, answer }: Asked): Uint8Array[] {
  const random = seededRandom(seed);
  const octets = [...new Set([...frame.bytes.subarray(0, 3), ...answer.subarray(0, 3), 0x00, 0xff])];
  return [
    ...Array.from({ length: 256 }, (_, octet) => Uint8Array.of(octet)),
    ...octets.flatMap((one) => octets.map((other) => Uint8Array.of(one, other))),
    ...[2, 3].flatMap((length) =>
      Array.from({ length: 100 }, () => Uint8Array.from({ length }, () => Math.floor(random() * 256))),
    ),
  ];
}

let readings = 0;
let ambiguous = 0;

describe.each(boardWays)('%s', (_, protocol, options) => {
  const asked = answered(boardLanguage({ protocol, address: 5, options }));
  const checked = protocol === 'modbus' || protocol.startsWith('onbon');

  test('before, between and behind an answer', () => {
    for (const each of asked) {
      const { frame, answer } = each;
      const right = read(frame, answer);
      expect(right, hex(answer)).toBeDefined();
      for (const stray of strays(each)) {
        const half = answer.length >> 1;
        const placed: readonly (readonly [string, readonly Uint8Array[]])[] = [
          ['before', [stray, answer]],
          ['in one piece', [Buffer.concat([stray, answer])]],
          ['in pieces', [stray, answer.subarray(0, half), answer.subarray(half)]],
          ['between echo and answer', [frame.bytes, stray, answer]],
          ['before the echo', [stray, frame.bytes, answer]],
          ['behind an echo without its first octet', [frame.bytes.subarray(1), stray, answer]],
          ['behind', [answer, stray]],
        ];
        for (const [where, pieces] of placed) {
          // No adapter echoes on a network.
          if (options.transport === 'tcp' && where.includes('echo')) continue;
          const got = read(frame, ...pieces);
          readings += 1;
          // Without a check, a stray octet may be an answer by itself: that of an acknowledgement alone.
          if (!checked && got?.kind !== right?.kind && got !== undefined) ambiguous += 1;
          else expect(got?.kind, `${where}: ${hex(stray)} ${hex(answer)}, seed ${seed}`).toBe(right?.kind);
        }
      }
    }
    console.log(
      `${protocol}: ${asked.length} answers; so far ${readings} readings, ${ambiguous} of them an answer in the stray octets`,
    );
  });

  test('an answer without its first octet is none, or the same', () => {
    for (const { frame, answer } of asked) {
      const cut = read(frame, answer.subarray(1));
      // A preamble of eight octets may lose one.
      if (checked && cut !== undefined) expect(cut, hex(answer)).toEqual(read(frame, answer));
    }
  });
});

test('every Modbus unit, every stray octet before its answer', () => {
  let here = 0;
  for (let unit = 1; unit <= 247; unit += 1) {
    for (const options of [{ function: 16 }, { function: 6 }]) {
      for (const { frame, answer } of answered(boardLanguage({ protocol: 'modbus', address: unit, options }))) {
        for (let stray = 0; stray < 256; stray += [1, 3, 5, 6, 16, 131].includes(unit) ? 1 : 37) {
          expect(read(frame, Uint8Array.of(stray, ...answer)), `unit ${unit}, stray ${stray}`).toBeDefined();
          here += 1;
        }
      }
    }
  }
  console.log(`247 units: ${here} answers read`);
});

/** Lines `name: octets` of a report. */
function reported(name: string): Readonly<Record<string, Uint8Array>> {
  const text = readFileSync(new URL(`reported/${name}`, import.meta.url), 'utf8');
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((row) => [row.split(':')[0]?.trim() ?? '', unhex((row.split(':')[1] ?? '').replace(/\(.*/, ''))]),
  );
}

test('a display with unit 3 that answers with one stray octet in front', () => {
  const { request = new Uint8Array(), answer = new Uint8Array() } = reported('modbus-address3-one-octet-before.hex');
  const language = boardLanguage({ protocol: 'modbus', address: 3, options: {} });
  const twelve = { ...line, pages: ['  12'] };
  const [frame] = language.encode({ kind: 'paint', lines: [twelve], fresh: true });
  expect(hex(frame?.bytes ?? new Uint8Array())).toBe(hex(request));
  if (frame?.answer === undefined) throw new Error('a write is answered');
  expect(read({ ...frame, answer: frame.answer }, answer)).toEqual({ kind: 'done' });
});

test('the answer of another function is none', () => {
  const [write] = answered(boardLanguage({ protocol: 'modbus', address: 3, options: {} }));
  const other = encodeModbusResponse(
    'rtu',
    3,
    { kind: 'read', register: 0, count: 1 },
    { kind: 'values', values: [1] },
  );
  if (write === undefined) throw new Error('a write is answered');
  expect(read(write.frame, other)).toBeUndefined();
});
