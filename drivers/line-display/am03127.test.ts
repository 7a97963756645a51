import { expect, test } from 'vitest';
import { am03127, am03127Frame } from './am03127.ts';
import type { FittedLine } from './protocol.ts';

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');
const bytes = (ascii: string) => Uint8Array.from(Buffer.from(ascii, 'latin1'));

/**
 * Frames after "AM004-03128/03127 LED Display Board Communication" V2.2; the XORs were computed apart, and the Python
 * program of vogelchr/python-am03127 makes the same.
 */
const frames: readonly (readonly [data: string, printed: string])[] = [
  ['<L1><PA><FA><MA><WA><FA>A012 3', '<ID01><L1><PA><FA><MA><WA><FA>A012 317<E>'],
  ['<L2><PA><FA><MA><WA><FA>A012 3', '<ID01><L2><PA><FA><MA><WA><FA>A012 314<E>'],
  ['<L1><PA><FA><MA><WA><FA><CB><AA>A012 3', '<ID01><L1><PA><FA><MA><WA><FA><CB><AA>A012 316<E>'],
  ['<SC>25070928134500', '<ID01><SC>2507092813450012<E>'],
  ['<BA>', '<ID01><BA>01<E>'],
  ['<BD>', '<ID01><BD>04<E>'],
  ['<DL1PA>', '<ID01><DL1PA>2A<E>'],
  ['<D*>', '<ID01><D*>6C<E>'],
  ['<RPA>', '<ID01><RPA>41<E>'],
  ['<TA>00010100009912312359A', '<ID01><TA>00010100009912312359A5A<E>'],
];

test.each(frames)('%s', (data, printed) => {
  expect(text(am03127Frame('01', data))).toBe(printed);
  expect(am03127.bind(1, {}).decode(bytes(printed))).toMatchObject({ kind: 'frame', bytes: printed.length });
});

test('a word to all boards has no answer; the clock is one', () => {
  expect(text(am03127Frame('00', '<RPA>'))).toBe('<ID00><RPA>41<E>');
  const time = { year: 2025, month: 9, day: 28, hour: 13, minute: 45, second: 0, weekday: 7 };
  const [frame] = am03127.bind(1, {}).encode({ kind: 'clock', time });
  expect(text(frame?.bytes)).toBe('<ID00><SC>2507092813450012<E>');
  expect(frame?.answer).toBeUndefined();
  expect(am03127.bind(7, {}).decode(frame?.bytes ?? bytes(''))).toMatchObject({ effects: [{ kind: 'clock', time }] });
});

test('an id is set without a check and answered with itself', () => {
  const [frame] = am03127.commissioning?.({})?.setAddress(1) ?? [];
  expect(text(frame?.bytes)).toBe('<ID><01><E>');
  expect(frame?.answer?.parse(bytes('0'))).toEqual({ kind: 'more' });
  expect(frame?.answer?.parse(bytes('01'))).toMatchObject({ bytes: 2, answer: { kind: 'address', address: 1 } });
});

const line = (page: string, more: Partial<FittedLine> = {}): FittedLine => ({
  ...{ pages: [page], colour: 'red', align: 'left', blink: false },
  ...more,
});

test('a call: its line, its neighbour, and the page is run', () => {
  const made = am03127.bind(1, {}).encode({ kind: 'paint', lines: [line('A012 3'), line('', {})], fresh: true });
  expect(made.map((frame) => text(frame.bytes))[0]).toBe('<ID01><L1><PA><FA><MA><WA><FA>A012 317<E>');
  expect(text(made.at(-1)?.bytes)).toBe('<ID01><RPA>41<E>');
});

test('what is longer scrolls, what is new blinks, what delimits is another sign', () => {
  const language = am03127.bind(1, { columns: 8, lines: 1 });
  const lines = [line('', { pages: ['PLEASE GO', 'TO <3>'], blink: true })];
  const [frame] = language.encode({ kind: 'paint', lines, fresh: false });
  expect(text(frame?.bytes)).toContain('<FE><MB><WA><FA>PLEASE GO TO (3)');
});

test('answers: ACK in pieces, NACK is sent again, a wrong check is refused by the board', () => {
  const language = am03127.bind(1, {});
  const [frame] = language.encode({ kind: 'check', painted: [], thorough: true, percent: 100 });
  expect(frame?.answer?.parse(bytes('AC'))).toEqual({ kind: 'more' });
  expect(frame?.answer?.parse(bytes('ACK'))).toMatchObject({ bytes: 3, answer: { kind: 'done' } });
  expect(frame?.answer?.parse(bytes('NACK'))).toMatchObject({ bytes: 4, answer: { kind: 'busy' } });
  const heard = language.decode(bytes('<ID01><RPA>42<E>'));
  const self = { on: true, brightness: 100, areas: [], rows: [], wallMs: 0 };
  expect(heard.kind === 'frame' && text(heard.answer?.(self))).toBe('NACK');
  expect(language.decode(bytes('<ID02><RPA>41<E>')).kind).toBe('skip');
  const all = language.decode(bytes('<ID00><RPA>41<E>'));
  expect(all.kind === 'frame' && all.answer).toBeUndefined();
});
