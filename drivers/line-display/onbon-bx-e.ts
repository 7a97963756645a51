/**
 * Onbon BX dynamic-area cards (5E, 6E, 6Q; TCP 5005 or serial): we draw the picture, one area a line, and send only the
 * lines that changed. Sources: Onbon "6th动态区域用户手册", "5th动态区域用户手册".
 */
import { z } from 'zod';
import { drawText, makeBitmap, type PixelValue, scrollFrames } from '../glyphs/bitmap.ts';
import type { AnswerParse } from '../line/line.ts';
import type { BoardColour } from './line-display.ts';
import {
  type BxColour,
  type BxeArea,
  type BxSeries,
  bxDevices,
  bxeAnswer,
  bxeBrightness,
  bxeDelete,
  bxePing,
  bxeRequest,
  bxeUpdate,
  findBxeMessage,
  parseBxeUpdate,
  showMovingLeft,
  showStill,
} from './onbon-bx-e-codec.ts';
import { boardErrors, isPassing, onbonBrightnessSteps, onbonCard, onbonErrors, onbonFrame } from './onbon-card.ts';
import type { BoardAnswer, BoardEffect, BoardLanguage, BoardProtocol, Decoded, FittedLine } from './protocol.ts';

const zOptions = z
  .strictObject({
    device: z.enum(Object.keys(bxDevices) as [keyof typeof bxDevices, ...(keyof typeof bxDevices)[]]).default('bx-6e1'),
    /** Rows are whole words of 32 pixels on 6E. */
    width: z.int().min(32).max(1024).multipleOf(32).default(128),
    height: z.int().min(12).max(256).default(32),
    font_px: z.union([z.literal(12), z.literal(16), z.literal(24), z.literal(32)]).default(16),
    /** What its lamps are; `full` on 6Q alone. */
    colour: z.enum(['mono', 'dual', 'full']).default('mono'),
    /** Dynamic areas: 4 on 5E and 6E, 32 on 6Q; each line of the board takes one. */
    areas: z.int().min(1).max(32).default(4),
    ...onbonCard,
    /** A card does not report that it lost its areas: they are sent again so often. */
    repaint_s: z.number().min(5).max(3600).default(60),
  })
  .refine(({ device, colour }) => device.startsWith('bx-6q') === (colour === 'full'), {
    error: 'the 6Q cards, and only they, are of full colour: set colour to full',
  });
type Options = z.output<typeof zOptions>;

const defaultAddress = 1;
const hostAddress = 0x8000;
const broadcastAddress = 0xffff;
const wildcardAddress = 0xfffe;
const vanishOnTimeout = 2;
/** One colour, two, three and more, in the answer to a ping. */
const pingColour: Readonly<Record<BxColour, number>> = { mono: 1, dual: 3, full: 0xff };
/** Pages of 10 ms: half a second on, half a second off. */
const blinkStay = 50;
const pixelOf: Readonly<Record<BoardColour, PixelValue>> = { red: 1, green: 2, amber: 3, white: 4 };
const coloursOf: Readonly<Record<BxColour, readonly BoardColour[]>> = {
  mono: ['red'],
  dual: ['red', 'green', 'amber'],
  full: ['red', 'green', 'amber', 'white'],
};

export const onbonBxE: BoardProtocol = {
  name: 'onbon-bx-e',
  options: zOptions,
  bind: (address = defaultAddress, options) => bind(address, zOptions.parse(options)),
};

function bind(address: number, options: Options): BoardLanguage {
  const { width, height, font_px: fontPx, device } = options;
  const frame = (data: Uint8Array) =>
    onbonFrame(bxeRequest(address, device, data), options, (received) => parseAnswer(received, address));
  const lines = Math.min(options.areas, Math.max(1, Math.floor(height / fontPx)));
  return {
    model: {
      kind: 'pixels',
      ...{ width, height, lines, columns: Math.floor((2 * width) / fontPx) },
      alphabet: 'gb2312',
      colours: coloursOf[options.colour],
      ...{ acknowledges: true, selfClears: options.clears_after_s > 0, turnsPages: true, scrolls: 'all' },
    },
    minUpdateMs: 0,
    checkMs: options.check_s * 1000,
    thoroughMs: 0,
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
          return [frame(bxeBrightness(Math.round((order.percent * onbonBrightnessSteps) / 100)))];
        // With this header the clock command is not documented, and what we draw shows no clock of the card.
        case 'clock':
          return [];
        case 'check':
          return [frame(bxePing)];
      }
    },
    decode: (received) => decode(received, address, options),
  };
}

const seriesOf = ({ device }: Options) => (device.startsWith('bx-5') ? '5e' : '6') as BxSeries;

function same(line: FittedLine | undefined, other: FittedLine | undefined): boolean {
  return line !== undefined && other !== undefined && JSON.stringify(line) === JSON.stringify(other);
}

function areaOf(line: FittedLine, id: number, count: number, options: Options): BxeArea {
  const { width } = options;
  const height = Math.floor(options.height / count);
  const moves = line.scroll === true;
  const drawn = moves
    ? scrollFrames(line.pages[0] ?? '', width, height, options.font_px, pixelOf[line.colour])
    : line.pages.map((page) => {
        const bitmap = makeBitmap(width, height);
        const box = { x: 0, y: 0, width, height, align: line.align };
        drawText(bitmap, box, page, options.font_px, pixelOf[line.colour]);
        return bitmap.pixels;
      });
  // Pages that turn draw the eye by themselves; blinking too, each would stay half a second.
  const blinks = line.blink && !moves && drawn.length === 1;
  const pages = blinks ? drawn.flatMap((page) => [page, new Uint8Array(page.length)]) : drawn;
  return {
    ...{ id, x: 0, y: id * height, width, height, pages, colour: options.colour },
    ...{ show: moves ? showMovingLeft : showStill, speed: moves ? options.scroll_speed : 1 },
    runMode: options.clears_after_s > 0 ? vanishOnTimeout : 0,
    timeoutS: options.clears_after_s,
    stay: moves ? 0 : blinks ? blinkStay : pages.length > 1 ? Math.round(options.page_s * 100) : 0,
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
  if (isPassing(error)) return { kind: 'answer', bytes, answer: { kind: 'busy' } };
  return { kind: 'answer', bytes, answer: { kind: 'refused', ...boardErrors(error) } };
}

function decode(received: Uint8Array, address: number, options: Options): Decoded {
  const found = findBxeMessage(received);
  if (found.kind !== 'message') return found;
  const { bytes, message } = found;
  const { data, to, device } = message;
  const broadcast = to === broadcastAddress;
  if (!broadcast && to !== address && to !== wildcardAddress) return { kind: 'skip', bytes };
  const reply = (group: number, command: number, error: number, payload?: readonly number[]) =>
    broadcast ? {} : { answer: () => bxeAnswer(address, device, group, command, error, payload) };
  const decoded = (effects: readonly BoardEffect[], error = 0): Decoded => ({
    kind: 'frame',
    bytes,
    effects,
    ...reply(0xa0, error === 0 ? 0 : 1, error),
    refusal: bxeAnswer(address, device, 0xa0, 1, onbonErrors.busy),
  });
  const payload = data.subarray(5);
  switch (((data[1] ?? 0) << 8) | (data[2] ?? 0)) {
    case 0xa200: {
      const state = [0x74, 0x02, ...Buffer.from('V1.00   '), 0, address & 0xff, address >> 8, 0, options.width & 0xff];
      const size = [options.width >> 8, options.height & 0xff, options.height >> 8, pingColour[options.colour]];
      return { kind: 'frame', bytes, effects: [], ...reply(0xa2, 0x80, 0, [...state, ...size]) };
    }
    case 0xa207:
      return decoded([{ kind: 'brightness', percent: Math.round(((payload[1] ?? 0) * 100) / onbonBrightnessSteps) }]);
    case 0xa701:
      return decoded([{ kind: 'delete', areas: payload[0] === 0xff ? 'all' : [...payload.subarray(1)] }]);
    case 0xa700: {
      const area = parseBxeUpdate(seriesOf(options), payload, options.colour);
      if (area === undefined) return decoded([], onbonErrors.command);
      const { id, x, y, width, height, pages, stay, runMode, timeoutS, show } = area;
      const clearAfterMs = runMode === vanishOnTimeout ? timeoutS * 1000 : 0;
      const scroll = show === showMovingLeft ? { scroll: true } : {};
      return decoded([
        { kind: 'bitmap', ...{ id, x, y, width, height, pages, clearAfterMs, pageMs: stay * 10 }, ...scroll },
      ]);
    }
    default:
      return decoded([], onbonErrors.command);
  }
}
