import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { modbus } from './modbus.ts';
import {
  encodeModbusRequest,
  encodeModbusResponse,
  findModbus,
  type ModbusRequest,
  type ModbusResponse,
  parseModbusRequest,
  parseModbusResponse,
} from './modbus-frame.ts';
import { fromRegisters, modbusEncodings, registersFor, toRegisters } from './modbus-value.ts';

const letters = [0x41, 0x30, 0x31, 0x32];

/** Bytes exchanged by modbus-serial 8.0.25 with a pymodbus 3.0 server over a pseudo-terminal. */
const exchanged: readonly (readonly [string, number, ModbusRequest, string, ModbusResponse | undefined, string])[] = [
  [
    'one register',
    1,
    { kind: 'write-one', register: 7, value: 12 },
    '01 06 00 07 00 0C 38 0E',
    { kind: 'written', register: 7 },
    '01 06 00 07 00 0C 38 0E',
  ],
  [
    '"A012" a letter a register',
    1,
    { kind: 'write', register: 0, values: letters },
    '01 10 00 00 00 04 08 00 41 00 30 00 31 00 32 77 60',
    { kind: 'written', register: 0 },
    '01 10 00 00 00 04 C1 CA',
  ],
  [
    '"A012" two letters a register',
    1,
    { kind: 'write', register: 1000, values: [0x4130, 0x3132] },
    '01 10 03 E8 00 02 04 41 30 31 32 68 C7',
    { kind: 'written', register: 1000 },
    '01 10 03 E8 00 02 C1 B8',
  ],
  [
    'read back',
    1,
    { kind: 'read', register: 0, count: 4 },
    '01 03 00 00 00 04 44 09',
    { kind: 'values', values: letters },
    '01 03 08 00 41 00 30 00 31 00 32 54 CD',
  ],
  ['broadcast', 0, { kind: 'write-one', register: 7, value: 77 }, '00 06 00 07 00 4D F9 EF', undefined, ''],
  [
    'exception',
    1,
    { kind: 'read', register: 0xea60, count: 1 },
    '01 03 EA 60 00 01 B0 0C',
    { kind: 'exception', code: 2 },
    '01 83 02 C0 F1',
  ],
];

test.each(exchanged)('%s, as on the wire', (_, unit, request, requestBytes, response, responseBytes) => {
  expect(hex(encodeModbusRequest('rtu', unit, request))).toBe(requestBytes.replaceAll(' ', ''));
  const heard = findModbus('rtu', unhex(requestBytes), 'request');
  expect(heard.kind === 'frame' && parseModbusRequest(heard.frame.pdu)).toEqual(request);
  if (response === undefined) return;
  expect(hex(encodeModbusResponse('rtu', unit, request, response))).toBe(responseBytes.replaceAll(' ', ''));
  const answer = findModbus('rtu', unhex(responseBytes), 'response');
  expect(answer.kind === 'frame' && parseModbusResponse(request, answer.frame)).toEqual(response);
});

test('a value of register 7 read after the broadcast', () => {
  const found = findModbus('rtu', unhex('01 03 02 00 4D 78 71'), 'response');
  const request: ModbusRequest = { kind: 'read', register: 7, count: 1 };
  expect(found.kind === 'frame' && parseModbusResponse(request, found.frame)).toEqual({ kind: 'values', values: [77] });
});

test('TCP: no check, and a late answer to another request is not ours', () => {
  const first: ModbusRequest = { kind: 'write', register: 0, values: letters };
  const second: ModbusRequest = { kind: 'write', register: 0, values: [0x42, 0x30, 0x31, 0x32] };
  const sent = encodeModbusRequest('tcp', 1, first);
  expect(hex(sent.subarray(2))).toBe('0000000F01100000000408004100300031 0032'.replaceAll(' ', ''));
  const late = findModbus('tcp', encodeModbusResponse('tcp', 1, first, { kind: 'written', register: 0 }), 'response');
  expect(late.kind === 'frame' && parseModbusResponse(first, late.frame)).toEqual({ kind: 'written', register: 0 });
  expect(late.kind === 'frame' && parseModbusResponse(second, late.frame)).toBeUndefined();
});

test('a broadcast is obeyed and not answered; the register it wrote is read back', () => {
  const clone = modbus.bind(1, { encoding: 'u16', function: 6, lines: [7] });
  const all = clone.decode(unhex('00 06 00 07 00 4D F9 EF'));
  expect(all).toMatchObject({ kind: 'frame', effects: [{ kind: 'put', text: '  77' }] });
  expect(all.kind === 'frame' && all.answer).toBeUndefined();
  const read: ModbusRequest = { kind: 'read', register: 7, count: 1 };
  const answer = encodeModbusResponse('rtu', 1, read, { kind: 'values', values: [77] });
  expect(hex(answer)).toBe('010302004D7871');
});

test('a check looks at a line that shows something: a dark one looks the same after a power cut', () => {
  const two = modbus.bind(1, { kind: 'text', columns: 4, lines: [1000, 2000], encoding: 'ascii-packed' });
  const of = (text: string) => ({ pages: [text], colour: 'red', align: 'left', blink: false }) as const;
  const order = { kind: 'check', painted: [of(''), of('W 3')], thorough: true, percent: 100 } as const;
  const [check] = two.encode(order);
  expect(hex(check?.bytes ?? new Uint8Array(0))).toMatch(/^010307D00002/);
});

test('where a profile names the register, the address of the board that is alone on the wire is set', () => {
  expect(modbus.commissioning?.({})).toBeUndefined();
  const setup = modbus.commissioning?.({ setup: { address_register: 41, save_register: 42 } });
  const sent = (setup?.setAddress(5) ?? []).map(({ bytes, answer }) => [hex(bytes.subarray(0, -2)), answer]);
  expect(sent).toEqual([
    ['000600290005', undefined],
    ['0006002A0001', undefined],
  ]);
});

test('a frame is found after noise, and in pieces', () => {
  const answer = unhex('01 10 00 00 00 04 C1 CA');
  for (let cut = 1; cut < answer.length; cut += 1) {
    expect(findModbus('rtu', answer.subarray(0, cut), 'response').kind).toBe('more');
  }
  let noisy = Uint8Array.from([0xff, 0x00, ...answer]);
  for (let step = 0; step < 12; step += 1) {
    const found = findModbus('rtu', noisy, 'response');
    if (found.kind === 'frame') return;
    if (found.kind === 'more') break;
    noisy = noisy.slice(found.bytes);
  }
  expect.unreachable('the frame was not found');
});

test('every encoding gives back what it can show', () => {
  for (const encoding of modbusEncodings) {
    const numeric = encoding === 'u16' || encoding === 'u24-flags' || encoding === 'bcd';
    const text = numeric ? '  12' : 'A012';
    const registers = toRegisters(encoding, text, 0x20);
    expect(registers).toHaveLength(registersFor(encoding, 4));
    expect(fromRegisters(encoding, registers, 4, 0x20)).toBe(text);
  }
});

test('DM56A04: letters one a register by default; the clone shows the number alone', () => {
  const line = [{ pages: ['A012'], colour: 'red', align: 'centre', blink: false }] as const;
  const [frame] = modbus.bind(1, {}).encode({ kind: 'paint', lines: line, fresh: true });
  expect(hex(frame?.bytes ?? new Uint8Array(0))).toBe('0110000000040800410030003100327760');
  const clone = modbus.bind(2, { encoding: 'u16', function: 6, lines: [7] });
  const three = [{ ...line[0], pages: ['A003'] }];
  const [number] = clone.encode({ kind: 'paint', lines: three, fresh: true });
  expect(hex(number?.bytes ?? new Uint8Array(0))).toBe('0206000700037839');
});

test('an exception names its code; a check that reads something else says the content is gone', () => {
  const language = modbus.bind(1, {});
  const line = [{ pages: ['A012'], colour: 'red', align: 'centre', blink: false }] as const;
  const [check] = language.encode({ kind: 'check', painted: line, thorough: true, percent: 100 });
  expect(check?.answer?.parse(unhex('01 83 02 C0 F1'))).toMatchObject({ answer: { code: 'modbus-exception-2' } });
  expect(check?.answer?.parse(unhex('01 03 08 00 41 00 30 00 31 00 32 54 CD'))).toMatchObject({
    answer: { kind: 'state', intact: true },
  });
  const request: ModbusRequest = { kind: 'read', register: 0, count: 4 };
  const other = encodeModbusResponse('rtu', 1, request, { kind: 'values', values: [32, 32, 32, 32] });
  expect(check?.answer?.parse(other)).toMatchObject({ answer: { kind: 'state', intact: false } });
});
