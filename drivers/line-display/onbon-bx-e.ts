/**
 * Onbon BX dynamic-area cards (5E, 6E; TCP 5005 or serial): we draw the picture, one area a line, and send only the
 * lines that changed. Sources: Onbon "6th动态区域用户手册", "5th动态区域用户手册".
 */
import { z } from 'zod';
import { drawText, makeBitmap, type PixelValue } from '../glyphs/bitmap.ts';
import type { AnswerParse } from '../line/line.ts';
import type { BoardColour } from './line-display.ts';
import {
  type BxeArea,
  bxDevices,
  bxeAnswer,
  bxeBrightness,
  bxeDelete,
  bxePing,
  bxeRequest,
  bxeUpdate,
  findBxeMessage,
  parseBxeUpdate,
} from './onbon-bx-e-codec.ts';
import { boardErrors } from './onbon-errors.ts';
import type {
  BoardAnswer,
  BoardEffect,
  BoardFrame,
  BoardLanguage,
  BoardProtocol,
  FittedLine,
  Heard,
} from './protocol.ts';

const zOptions = z.strictObject({
  device: z.enum(Object.keys(bxDevices) as [keyof typeof bxDevices, ...(keyof typeof bxDevices)[]]).default('bx-6e1'),
  /** Rows are whole words of 32 pixels on 6E. */
  width: z.int().min(32).max(1024).multipleOf(32).default(128),
  height: z.int().min(12).max(256).default(32),
  font_px: z.union([z.literal(12), z.literal(16), z.literal(24), z.literal(32)]).default(16),
  colour: z.enum(['mono', 'dual']).default('mono'),
  page_s: z.number().min(0.5).max(30).default(3),
  clears_after_s: z.int().min(0).max(3600).default(0),
  timeout_ms: z.int().min(50).max(30_000).default(2000),
  gap_ms: z.number().min(0).max(1000).default(1),
  check_s: z.number().min(1).max(600).default(15),
  /** A card does not say that it lost its areas: they are sent again so often. */
  repaint_s: z.number().min(5).max(3600).default(60),
});
type Options = z.output<typeof zOptions>;

const defaultAddress = 1;
const hostAddress = 0x8000;
const broadcastAddress = 0xffff;
const wildcardAddress = 0xfffe;
const maxAnswerBytes = 220;
const brightnessSteps = 15;
const vanishOnTimeout = 2;
/** Pages of 10 ms: half a second on, half a second off. */
const blinkStay = 50;
const errorBusy = 3;
const errorCrc = 5;
const errorCommand = 2;
const planeOf: Readonly<Record<BoardColour, PixelValue>> = { red: 1, green: 2, amber: 3, white: 3 };

export const onbonBxE: BoardProtocol = {
  name: 'onbon-bx-e',
  options: zOptions,
  bind: (address = defaultAddress, options) => bind(address, zOptions.parse(options)),
};

function bind(address: number, options: Options): BoardLanguage {
  const { width, height, font_px: fontPx, device } = options;
  const frame = (data: Uint8Array): BoardFrame => ({
    bytes: bxeRequest(address, device, data),
    gapAfterMs: options.gap_ms,
    answer: {
      timeoutMs: options.timeout_ms,
      maxBytes: maxAnswerBytes,
      parse: (received) => parseAnswer(received, address),
    },
  });
  const dual = options.colour === 'dual';
  return {
    model: {
      kind: 'pixels',
      ...{ width, height, lines: Math.max(1, Math.floor(height / fontPx)), columns: Math.floor((2 * width) / fontPx) },
      alphabet: 'gb2312',
      colours: dual ? ['red', 'green', 'amber'] : ['red'],
      ...{ acknowledges: true, selfClears: options.clears_after_s > 0, turnsPages: true },
    },
    minUpdateMs: 0,
    checkMs: options.check_s * 1000,
    repaintMs: Math.min(options.repaint_s, options.clears_after_s > 0 ? options.clears_after_s / 3 : Infinity) * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint': {
          const areas = order.lines.map((line, id) => areaOf(line, id, order.lines.length, options));
          const changed = areas.filter((_, id) => !same(order.lines[id], order.painted?.[id]));
          // The same call again is sent whole: its acknowledgement is wanted.
          const sent = order.fresh || changed.length === 0 ? areas : changed;
          return [
            ...(order.fresh ? [frame(bxeDelete('all'))] : []),
            ...sent.map((area) => frame(bxeUpdate(seriesOf(options), area))),
          ];
        }
        case 'brightness':
          return [frame(bxeBrightness(Math.round((order.percent * brightnessSteps) / 100)))];
        case 'check':
          return [frame(bxePing)];
      }
    },
    decode: (received) => decode(received, address, options),
  };
}

const seriesOf = ({ device }: Options) => (device.startsWith('bx-5') ? '5e' : '6e') as '5e' | '6e';

function same(line: FittedLine | undefined, other: FittedLine | undefined): boolean {
  return line !== undefined && other !== undefined && JSON.stringify(line) === JSON.stringify(other);
}

function areaOf(line: FittedLine, id: number, count: number, options: Options): BxeArea {
  const { width } = options;
  const height = Math.floor(options.height / count);
  const drawn = line.pages.map((page) => {
    const bitmap = makeBitmap(width, height);
    const box = { x: 0, y: 0, width, height, align: line.align };
    drawText(bitmap, box, page, options.font_px, planeOf[line.colour]);
    return bitmap.pixels;
  });
  const pages = line.blink ? drawn.flatMap((page) => [page, new Uint8Array(page.length)]) : drawn;
  return {
    ...{ id, x: 0, y: id * height, width, height, pages, dual: options.colour === 'dual' },
    runMode: options.clears_after_s > 0 ? vanishOnTimeout : 0,
    timeoutS: options.clears_after_s,
    stay: line.blink ? blinkStay : pages.length > 1 ? Math.round(options.page_s * 100) : 0,
  };
}

function parseAnswer(received: Uint8Array, address: number): AnswerParse<BoardAnswer> {
  const found = findBxeMessage(received);
  if (found.kind !== 'message') return found;
  const { bytes, message } = found;
  const { data } = message;
  const ours = message.to === hostAddress && (message.from === address || address === wildcardAddress);
  if (!ours || data[0] !== 0) return { kind: 'skip', bytes };
  if (data[1] === 0xa2 && data[2] === 0x80) return { kind: 'answer', bytes, answer: { kind: 'state', intact: true } };
  if (data[1] !== 0xa0) return { kind: 'skip', bytes };
  const error = (data[5] ?? 0) | ((data[6] ?? 0) << 8);
  if (data[2] === 0) return { kind: 'answer', bytes, answer: { kind: 'done' } };
  if (error === errorBusy || error === errorCrc) return { kind: 'answer', bytes, answer: { kind: 'busy' } };
  return { kind: 'answer', bytes, answer: { kind: 'refused', ...boardErrors(error) } };
}

function decode(received: Uint8Array, address: number, options: Options): Heard {
  const found = findBxeMessage(received);
  if (found.kind !== 'message') return found;
  const { bytes, message } = found;
  const { data, to, device } = message;
  const broadcast = to === broadcastAddress;
  if (!broadcast && to !== address && to !== wildcardAddress) return { kind: 'skip', bytes };
  const reply = (group: number, command: number, error: number, payload?: readonly number[]) =>
    broadcast ? {} : { answer: () => bxeAnswer(address, device, group, command, error, payload) };
  const heard = (effects: readonly BoardEffect[], error = 0): Heard => ({
    kind: 'frame',
    bytes,
    effects,
    ...reply(0xa0, error === 0 ? 0 : 1, error),
    refusal: bxeAnswer(address, device, 0xa0, 1, errorBusy),
  });
  const payload = data.subarray(5);
  switch (((data[1] ?? 0) << 8) | (data[2] ?? 0)) {
    case 0xa200: {
      const state = [0x74, 0x02, ...Buffer.from('V1.00   '), 0, address & 0xff, address >> 8, 0, options.width & 0xff];
      const size = [options.width >> 8, options.height & 0xff, options.height >> 8, options.colour === 'dual' ? 3 : 1];
      return { kind: 'frame', bytes, effects: [], ...reply(0xa2, 0x80, 0, [...state, ...size]) };
    }
    case 0xa207:
      return heard([{ kind: 'brightness', percent: Math.round(((payload[1] ?? 0) * 100) / brightnessSteps) }]);
    case 0xa701:
      return heard([{ kind: 'delete', areas: payload[0] === 0xff ? 'all' : [...payload.subarray(1)] }]);
    case 0xa700: {
      const area = parseBxeUpdate(seriesOf(options), payload, options.colour === 'dual');
      if (area === undefined) return heard([], errorCommand);
      const { id, x, y, width, height, pages, stay, runMode, timeoutS } = area;
      const clearAfterMs = runMode === vanishOnTimeout ? timeoutS * 1000 : 0;
      return heard([{ kind: 'bitmap', ...{ id, x, y, width, height, pages, clearAfterMs, pageMs: stay * 10 } }]);
    }
    default:
      return heard([], errorCommand);
  }
}
