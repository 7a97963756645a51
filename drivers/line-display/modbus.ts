/**
 * Modbus RTU/TCP displays by register profile: seven-segment numbers and text lines. There is no common map; facts of a
 * model come from its profile. Sources: lamaplc.com "DM56A04 / DM36B06 digital tube display with Modbus"; EmbeddedArt
 * "LED display control card"; MODBUS Application Protocol V1.1b3. Address, baud rate and save registers are never written.
 */
import { z } from 'zod';
import type { AnswerParse } from '../line/line.ts';
import { columnsDrawn } from './drawn-size.ts';
import {
  encodeModbusRequest,
  encodeModbusResponse,
  findModbus,
  type ModbusRequest,
  parseModbusRequest,
  parseModbusResponse,
} from './modbus-frame.ts';
import { fromRegisters, modbusEncodings, registersFor, toRegisters } from './modbus-value.ts';
import type {
  BoardAnswer,
  BoardCommissioning,
  BoardEffect,
  BoardFrame,
  BoardLanguage,
  BoardProtocol,
  BoardSelf,
  Decoded,
  FittedLine,
} from './protocol.ts';

const zRegister = z.int().min(0).max(0xffff);

const zOptions = z
  .strictObject({
    transport: z.enum(['rtu', 'tcp']).default('rtu'),
    kind: z.enum(['digits', 'text']).default('digits'),
    /** Digits, or Latin letters a line. */
    columns: z.int().min(1).max(60).default(4),
    /** First register of each line. */
    lines: z.array(zRegister).min(1).max(4).default([0]),
    encoding: z.enum(modbusEncodings).default('ascii'),
    /** 06 writes register by register, 16 all at once. */
    function: z.union([z.literal(6), z.literal(16)]).default(16),
    /** What a dark place is written as. */
    blank: z.int().min(0).max(0xff).default(0x20),
    brightness: z.strictObject({ register: zRegister, min: z.int().min(0), max: z.int().min(1) }).optional(),
    /** Where the product keeps its address, and what makes it keep it: written by the commissioning command alone. */
    setup: z
      .strictObject({
        address_register: zRegister,
        save_register: zRegister.optional(),
        save_value: z.int().min(0).max(0xffff).default(1),
      })
      .optional(),
    /** `read` compares what the registers hold, `write` writes them again: for products that cannot be read. */
    check: z.enum(['read', 'write']).default('read'),
    check_s: z.number().min(1).max(600).default(3),
    timeout_ms: z.int().min(20).max(10_000).default(300),
    /** 3.5 characters of silence: 4 ms at 9600, 1.75 ms above 19200 (MODBUS over Serial Line V1.02, section 2.5.1.1). */
    gap_ms: z.number().min(0).max(1000).default(4),
    /**
     * Does the adapter echo what is sent? Function 06 is answered by its own copy, so an echo looks like the answer. Without
     * this option the line learns it, and what was written with 06 is read back.
     */
    adapter_echo: z.boolean().optional(),
    colour: z.enum(['red', 'green', 'amber', 'white']).default('red'),
  })
  .refine(({ encoding, columns }) => registersFor(encoding, columns) <= 60, 'more than 60 registers a line');
type Options = z.output<typeof zOptions>;

const defaultUnit = 1;
const broadcastUnit = 0;
const exceptionAddress = 2;
const exceptionBusy = 6;
const maxAnswerBytes = 260;
/** After a broadcast (MODBUS over Serial Line V1.02, section 2.4.1: 100 to 200 ms). */
const turnaroundMs = 200;
const unreadableRepaintMs = 30_000;

export const modbus: BoardProtocol = {
  name: 'modbus',
  options: zOptions,
  bind: (address = defaultUnit, options) => bind(address, zOptions.parse(options)),
  commissioning: (options) => commissioning(zOptions.parse(options)),
};

/** A broadcast, obeyed by every board on the line and answered by none. */
function commissioning(options: Options): BoardCommissioning | undefined {
  const { setup, transport } = options;
  if (setup === undefined) return undefined;
  const frame = (register: number, value: number): BoardFrame => ({
    bytes: encodeModbusRequest(transport, broadcastUnit, { kind: 'write-one', register, value }),
    gapAfterMs: turnaroundMs,
  });
  return {
    setAddress: (address) => [
      frame(setup.address_register, address),
      ...(setup.save_register === undefined ? [] : [frame(setup.save_register, setup.save_value)]),
    ],
  };
}

function bind(unit: number, options: Options): BoardLanguage {
  const { transport, columns, kind } = options;
  const drawn = kind === 'digits' ? 'digits' : 'characters';
  const frame = (request: ModbusRequest, painted?: readonly number[]): BoardFrame => ({
    bytes: encodeModbusRequest(transport, unit, request),
    gapAfterMs: transport === 'rtu' ? options.gap_ms : 0,
    answer: {
      timeoutMs: options.timeout_ms,
      maxBytes: maxAnswerBytes,
      mayRepeatRequest: request.kind === 'write-one' && transport === 'rtu',
      ...(options.adapter_echo === undefined ? {} : { adapterEcho: options.adapter_echo }),
      parse: (received) => parseAnswer(received, unit, request, painted, options),
    },
  });
  const read = (register: number, values: readonly number[]) =>
    frame({ kind: 'read', register, count: values.length }, values);
  const writes = (lines: readonly FittedLine[]) =>
    options.lines.flatMap((register, index) => {
      const values = lineRegisters(lines[index], options);
      return options.function === 16
        ? [frame({ kind: 'write', register, values })]
        : values.map((value, offset) => frame({ kind: 'write-one', register: register + offset, value }));
    });
  // An adapter's echo looks like the answer of function 06: what the registers hold decides.
  const proves =
    options.function === 6 && transport === 'rtu' && options.check === 'read' && options.adapter_echo !== false;
  const readBack = (lines: readonly FittedLine[]) =>
    proves ? options.lines.map((register, index) => read(register, lineRegisters(lines[index], options))) : [];
  return {
    model: {
      kind: drawn,
      ...columnsDrawn(drawn, options.lines.length, columns),
      lines: options.lines.length,
      columns,
      alphabet: kind === 'digits' ? 'digits' : 'ascii',
      colours: [options.colour],
      acknowledges: true,
      selfClears: false,
      turnsPages: false,
      scrolls: 'none',
    },
    minUpdateMs: 0,
    checkMs: options.check_s * 1000,
    thoroughMs: 0,
    // A check by writing writes one line: the others come again now and then.
    repaintMs: options.check === 'write' && options.lines.length > 1 ? unreadableRepaintMs : 0,
    encode: (order) => {
      switch (order.kind) {
        case 'paint':
          return [...writes(order.lines), ...readBack(order.lines)];
        case 'brightness': {
          const { brightness } = options;
          if (brightness === undefined) return [];
          const { register, min, max } = brightness;
          return [frame({ kind: 'write-one', register, value: Math.round(min + ((max - min) * order.percent) / 100) })];
        }
        case 'clock':
          return [];
        case 'check': {
          if (options.check === 'write') return writes(order.painted).slice(0, 1);
          // A dark line looks the same after a power cut: one that shows something is asked for.
          const shows = order.painted.findIndex((line) => line.pages.some((page) => page.trim() !== ''));
          const row = shows < 0 || shows >= options.lines.length ? 0 : shows;
          const values = lineRegisters(order.painted[row], options);
          return [read(options.lines[row] ?? 0, values)];
        }
      }
    },
    decode: (received) => decode(received, unit, options),
  };
}

function lineRegisters(line: FittedLine | undefined, options: Options): readonly number[] {
  const text = (line?.pages[0] ?? '').slice(0, options.columns);
  const wide = options.kind === 'digits' ? text.padStart(options.columns, ' ') : text.padEnd(options.columns, ' ');
  return toRegisters(options.encoding, wide, options.blank);
}

function parseAnswer(
  received: Uint8Array,
  unit: number,
  request: ModbusRequest,
  painted: readonly number[] | undefined,
  options: Options,
): AnswerParse<BoardAnswer> {
  const found = findModbus(options.transport, received, 'response');
  if (found.kind !== 'frame') return found;
  const { frame } = found;
  const { bytes } = frame;
  const response = frame.unit === unit ? parseModbusResponse(request, frame) : undefined;
  if (response === undefined) return { kind: 'skip', bytes };
  switch (response.kind) {
    case 'written':
      return { kind: 'answer', bytes, answer: { kind: 'done' } };
    case 'values': {
      const intact = response.values.every((value, index) => value === painted?.[index]);
      return { kind: 'answer', bytes, answer: { kind: 'state', intact } };
    }
    case 'exception': {
      const { code } = response;
      if (code === exceptionBusy) return { kind: 'answer', bytes, answer: { kind: 'busy' } };
      const remedy = `The display refuses with Modbus exception ${code}: check the registers in its profile`;
      return { kind: 'answer', bytes, answer: { kind: 'refused', code: `modbus-exception-${code}`, remedy } };
    }
  }
}

function decode(received: Uint8Array, unit: number, options: Options): Decoded {
  const found = findModbus(options.transport, received, 'request');
  if (found.kind !== 'frame') return found;
  const { frame } = found;
  const { bytes } = frame;
  const request = parseModbusRequest(frame.pdu);
  if (request === undefined || (frame.unit !== unit && frame.unit !== broadcastUnit)) return { kind: 'skip', bytes };
  const reply = (make: (self: BoardSelf) => Uint8Array) => (frame.unit === broadcastUnit ? {} : { answer: make });
  const refusal = encodeModbusResponse(options.transport, unit, request, { kind: 'exception', code: exceptionBusy });
  const wrongAddress = () =>
    encodeModbusResponse(options.transport, unit, request, { kind: 'exception', code: exceptionAddress });
  const effects = effectsOf(request, options);
  if (effects === undefined) return { kind: 'frame', bytes, effects: [], refusal, ...reply(wrongAddress) };
  const answer = (self: BoardSelf) =>
    encodeModbusResponse(
      options.transport,
      unit,
      request,
      request.kind === 'read'
        ? { kind: 'values', values: held(request, self, options) }
        : { kind: 'written', register: request.register },
    );
  return { kind: 'frame', bytes, effects, refusal, ...reply(answer) };
}

/** What a request does to the display; `undefined` = a register that it does not have. */
function effectsOf(request: ModbusRequest, options: Options): readonly BoardEffect[] | undefined {
  const { brightness, encoding, columns, blank } = options;
  const values = request.kind === 'write' ? request.values : request.kind === 'write-one' ? [request.value] : [];
  if (brightness !== undefined && request.register === brightness.register && request.kind !== 'read') {
    const percent = (((values[0] ?? 0) - brightness.min) * 100) / (brightness.max - brightness.min);
    return [{ kind: 'brightness', percent: Math.round(percent) }];
  }
  const count = registersFor(encoding, columns);
  const asked = request.kind === 'read' ? request.count : values.length;
  const row = options.lines.findIndex(
    (first) => request.register >= first && request.register + asked <= first + count,
  );
  if (row < 0) return undefined;
  if (request.kind === 'read') return [];
  const offset = request.register - (options.lines[row] ?? 0);
  const width = columns / count;
  if (!Number.isInteger(width) && offset > 0) return undefined;
  const shown = values.length === count ? columns : Math.round(values.length * width);
  return [{ kind: 'put', row, column: offset * width, text: fromRegisters(encoding, values, shown, blank) }];
}

function held(
  request: { readonly register: number; readonly count: number },
  self: BoardSelf,
  options: Options,
): readonly number[] {
  const row = options.lines.findLastIndex((first) => request.register >= first);
  const all = toRegisters(options.encoding, self.rows[row] ?? '', options.blank);
  const offset = request.register - (options.lines[row] ?? 0);
  return Array.from({ length: request.count }, (_, index) => all[offset + index] ?? 0);
}
