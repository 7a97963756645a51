/**
 * Modbus frames for displays, both ways: functions 03, 06 and 16, exceptions, over RTU and TCP. Sources: Modbus
 * Organization, "MODBUS Application Protocol V1.1b3" sections 6.3, 6.6, 6.12, 7; "MODBUS over Serial Line V1.02" section 2.5.
 */
import { crc16Modbus } from '../bytes/crc16.ts';

export type Transport = 'rtu' | 'tcp';

export type ModbusRequest =
  | { readonly kind: 'read'; readonly register: number; readonly count: number }
  | { readonly kind: 'write-one'; readonly register: number; readonly value: number }
  | { readonly kind: 'write'; readonly register: number; readonly values: readonly number[] };

export type ModbusResponse =
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'written'; readonly register: number }
  | { readonly kind: 'exception'; readonly code: number };

const readHolding = 0x03;
const writeSingle = 0x06;
const writeMultiple = 0x10;
const exceptionBit = 0x80;
const mbapBytes = 7;

const word = (value: number) => [(value >> 8) & 0xff, value & 0xff];

/** TCP: the transaction id is made of the request, so that a late answer to another one is not taken for this. */
function wrap(transport: Transport, unit: number, pdu: readonly number[], transaction: number): Uint8Array {
  if (transport === 'tcp') return Uint8Array.from([...word(transaction), 0, 0, ...word(pdu.length + 1), unit, ...pdu]);
  const body = Uint8Array.from([unit, ...pdu]);
  const crc = crc16Modbus(body);
  return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
}

export function encodeModbusRequest(transport: Transport, unit: number, request: ModbusRequest): Uint8Array {
  const pdu = requestPdu(request);
  return wrap(transport, unit, pdu, crc16Modbus(Uint8Array.from(pdu)));
}

function requestPdu(request: ModbusRequest): readonly number[] {
  switch (request.kind) {
    case 'read':
      return [readHolding, ...word(request.register), ...word(request.count)];
    case 'write-one':
      return [writeSingle, ...word(request.register), ...word(request.value)];
    case 'write': {
      const { register, values } = request;
      return [writeMultiple, ...word(register), ...word(values.length), 2 * values.length, ...values.flatMap(word)];
    }
  }
}

export function encodeModbusResponse(
  transport: Transport,
  unit: number,
  request: ModbusRequest,
  response: ModbusResponse,
): Uint8Array {
  const transaction = crc16Modbus(Uint8Array.from(requestPdu(request)));
  const code = { read: readHolding, 'write-one': writeSingle, write: writeMultiple }[request.kind];
  if (response.kind === 'exception') return wrap(transport, unit, [code | exceptionBit, response.code], transaction);
  if (response.kind === 'values') {
    const { values } = response;
    return wrap(transport, unit, [code, 2 * values.length, ...values.flatMap(word)], transaction);
  }
  const tail =
    request.kind === 'write-one' ? word(request.value) : request.kind === 'write' ? word(request.values.length) : [];
  return wrap(transport, unit, [code, ...word(request.register), ...tail], transaction);
}

export interface ModbusFrame {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly bytes: number;
  readonly transaction: number | undefined;
}

export type ModbusFound =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  | { readonly kind: 'frame'; readonly frame: ModbusFrame };

/**
 * RTU has no marks, only silence, and pieces come as the adapter likes: so the length follows from the function, and
 * the check tells a request from an answer. `expected`: what the reader waits for; the other form is tried too.
 */
export function findModbus(transport: Transport, received: Uint8Array, expected: 'request' | 'response'): ModbusFound {
  if (received.length === 0) return { kind: 'more' };
  if (transport === 'tcp') return findTcp(received);
  const lengths = [...new Set([rtuLength(received, expected), rtuLength(received, other(expected))])];
  for (const length of lengths) {
    if (typeof length !== 'number' || received.length < length) continue;
    const body = received.subarray(0, length - 2);
    const crc = (received[length - 2] ?? 0) | ((received[length - 1] ?? 0) << 8);
    if (crc === crc16Modbus(body)) {
      const frame = { unit: received[0] ?? 0, pdu: body.slice(1), bytes: length, transaction: undefined };
      return { kind: 'frame', frame };
    }
  }
  if (lengths.some((length) => length === 'more' || (typeof length === 'number' && received.length < length)))
    return { kind: 'more' };
  // Nothing fits at this byte: a frame may begin at the next.
  return { kind: 'skip', bytes: 1, garbled: lengths.some((length) => typeof length === 'number') };
}

const other = (form: 'request' | 'response') => (form === 'request' ? 'response' : 'request');

/** Whole length with address and check; `undefined` = no such function. */
function rtuLength(received: Uint8Array, form: 'request' | 'response'): number | 'more' | undefined {
  const [, code, third] = received;
  if (code === undefined) return 'more';
  if (form === 'response' && (code & exceptionBit) !== 0) return isKnown(code & ~exceptionBit) ? 5 : undefined;
  if (!isKnown(code)) return undefined;
  if (form === 'response' && code === readHolding) return third === undefined ? 'more' : 5 + third;
  if (form === 'request' && code === writeMultiple) {
    const count = received[6];
    return count === undefined ? 'more' : 9 + count;
  }
  return 8;
}

function isKnown(code: number): boolean {
  return code === readHolding || code === writeSingle || code === writeMultiple;
}

function findTcp(received: Uint8Array): ModbusFound {
  if (received.length < mbapBytes) return { kind: 'more' };
  const length = ((received[4] ?? 0) << 8) | (received[5] ?? 0);
  const longest = 254;
  if (received[2] !== 0 || received[3] !== 0 || length < 3 || length > longest)
    return { kind: 'skip', bytes: 1, garbled: true };
  const bytes = 6 + length;
  if (received.length < bytes) return { kind: 'more' };
  const transaction = ((received[0] ?? 0) << 8) | (received[1] ?? 0);
  return {
    kind: 'frame',
    frame: { unit: received[6] ?? 0, pdu: received.slice(mbapBytes, bytes), bytes, transaction },
  };
}

export function parseModbusRequest(pdu: Uint8Array): ModbusRequest | undefined {
  const at = (index: number) => ((pdu[index] ?? 0) << 8) | (pdu[index + 1] ?? 0);
  if (pdu[0] === readHolding && pdu.length === 5) return { kind: 'read', register: at(1), count: at(3) };
  if (pdu[0] === writeSingle && pdu.length === 5) return { kind: 'write-one', register: at(1), value: at(3) };
  if (pdu[0] !== writeMultiple || pdu.length !== 6 + 2 * at(3) || pdu[5] !== 2 * at(3)) return undefined;
  return { kind: 'write', register: at(1), values: Array.from({ length: at(3) }, (_, index) => at(6 + 2 * index)) };
}

/** `undefined`: not an answer to this request. */
export function parseModbusResponse(request: ModbusRequest, frame: ModbusFrame): ModbusResponse | undefined {
  const { pdu, transaction } = frame;
  const asked = requestPdu(request);
  if (transaction !== undefined && transaction !== crc16Modbus(Uint8Array.from(asked))) return undefined;
  const code = pdu[0] ?? 0;
  if (code === ((asked[0] ?? 0) | exceptionBit) && pdu.length === 2) return { kind: 'exception', code: pdu[1] ?? 0 };
  if (code !== asked[0]) return undefined;
  if (request.kind === 'read') {
    if (pdu[1] !== 2 * request.count || pdu.length !== 2 + 2 * request.count) return undefined;
    const values = Array.from(
      { length: request.count },
      (_, index) => ((pdu[2 + 2 * index] ?? 0) << 8) | (pdu[3 + 2 * index] ?? 0),
    );
    return { kind: 'values', values };
  }
  // Both writes repeat the first four bytes after the function: register and value, or register and count.
  const repeats = pdu.length === 5 && [1, 2, 3, 4].every((index) => pdu[index] === asked[index]);
  return repeats ? { kind: 'written', register: request.register } : undefined;
}
