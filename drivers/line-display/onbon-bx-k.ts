/**
 * Onbon BX font cards (BX-5K1/5K2/5MK, BX-6K1..6K4) on RS-232, RS-485 or TCP 5005: text in GB2312 that the card draws.
 * Calls go into dynamic areas, which live in RAM: no flash wear, lost at power-off. Source: Onbon
 * "BX-5K/6K通讯协议用户版本" V1.4. Programs, formatting and resets (A1 00, A1 05, A1 06, A2 01) are never sent.
 */
import { z } from 'zod';
import { encodeGbk, inGb2312, missingMark } from '../bytes/gbk.ts';
import type { AnswerParse } from '../line/line.ts';
import { type BoardColour, civilTime } from './line-display.ts';
import {
  type BxArea,
  broadcastAddress,
  bxAcknowledgement,
  bxAnsweredId,
  bxBrightness,
  bxClock,
  bxCommands,
  bxIdAnswer,
  bxRequest,
  bxSetId,
  bxStatusAnswer,
  bxStatusAreas,
  bxUpdateAreas,
  findBxMessage,
  hostAddress,
  isForHost,
  parseBxAreas,
  parseBxClock,
  wildcardAddress,
} from './onbon-bx-k-codec.ts';
import { boardErrors, isPassing, onbonBrightnessSteps, onbonCard, onbonErrors, onbonFrame } from './onbon-card.ts';
import type {
  BoardAnswer,
  BoardCommissioning,
  BoardEffect,
  BoardLanguage,
  BoardProtocol,
  Decoded,
  FittedLine,
} from './protocol.ts';

const zOptions = z.strictObject({
  width: z.int().min(16).max(1024).multipleOf(8).default(128),
  height: z.int().min(16).max(256).default(32),
  font_px: z.union([z.literal(16), z.literal(24), z.literal(32)]).default(16),
  colours: z
    .array(z.enum(['red', 'green', 'amber', 'white']))
    .min(1)
    .max(4)
    .default(['red', 'green', 'amber']),
  /** Blinks by a blank second page: half a second each. Off for boards that count pages otherwise. */
  blink: z.boolean().default(true),
  ...onbonCard,
  /** Does it still hold its areas? It lost them with its power. */
  content_check_s: z.number().min(1).max(600).default(15),
  /** Dynamic areas: 5 on 6K, 8 on 5K; each line of the board takes one. */
  areas: z.int().min(1).max(8).default(5),
  /** Text of one area: 1024 on 6K, 512 on 5K. */
  area_bytes: z.int().min(64).max(1024).default(1024),
});
type Options = z.output<typeof zOptions>;

const defaultAddress = 1;
/** "8000 for TCP where the address does not matter". */
const anyAddressOnTcp = 0x8000;
/** The card's receive buffer holds so many bytes of a request. */
const maxFrameBytes = 1024;
/** Header, command, check; and what stands before the text of an area. */
const headerAndCheckBytes = 14 + 2;
const frameOverhead = headerAndCheckBytes + 7;
const areaOverhead = 2 + 27;
/** "Refresh of a dynamic area >= 1 s". */
const minUpdateMs = 1000;
const fontIndex: Readonly<Record<Options['font_px'], number>> = { 16: 0, 24: 1, 32: 2 };
const colourCode: Readonly<Record<BoardColour, number>> = { red: 1, green: 2, amber: 3, white: 7 };
const alignCode = { left: 0, right: 1, centre: 2 } as const;
/** Font and colour before the text: `\FO000\C1`. */
const markBytes = 9;
/** "At least one frame time after a broadcast", at 9600. */
const broadcastGapMs = 50;
/** Pages half a second each: stay counts half seconds. */
const blinkStay = 1;
const loop = 0;
const deleteAfterTimeout = 2;
const showStill = 1;
const showLeft = 3;

export const onbonBxK: BoardProtocol = {
  name: 'onbon-bx-k',
  options: zOptions,
  bind: (address = defaultAddress, options) => bind(address, zOptions.parse(options)),
  commissioning: (options) => commissioning(zOptions.parse(options)),
};

/** Both commands go to every card on the line: the maker asks for one card at a time. */
function commissioning(options: Options): BoardCommissioning {
  const frame = (data: readonly number[]) =>
    onbonFrame(bxRequest(wildcardAddress, data), options, (received) => parseAnswer(received, wildcardAddress));
  return { readAddress: frame(bxCommands.readId), setAddress: (address) => [frame(bxSetId(address))] };
}

function bind(address: number, options: Options): BoardLanguage {
  const { width, height, font_px: fontPx, clears_after_s: clearsAfterS } = options;
  const frame = (data: readonly number[]) =>
    onbonFrame(bxRequest(address, data), options, (received) => parseAnswer(received, address));
  return {
    model: {
      kind: 'pixels',
      width,
      height,
      lines: Math.min(options.areas, Math.max(1, Math.floor(height / fontPx))),
      columns: Math.floor((2 * width) / fontPx),
      alphabet: 'gb2312',
      colours: options.colours,
      acknowledges: true,
      selfClears: clearsAfterS > 0,
      turnsPages: true,
      scrolls: 'all',
    },
    minUpdateMs,
    checkMs: options.check_s * 1000,
    thoroughMs: options.content_check_s * 1000,
    // Three chances before the card clears itself.
    repaintMs: (clearsAfterS * 1000) / 3,
    encode: (order) => {
      switch (order.kind) {
        case 'paint':
          return framesOf(areasOf(order.lines, options)).map((areas, index) =>
            frame(bxUpdateAreas(areas, order.fresh && index === 0)),
          );
        case 'brightness':
          return [frame(bxBrightness(Math.round((order.percent * onbonBrightnessSteps) / 100)))];
        case 'clock':
          return [
            {
              bytes: bxRequest(broadcastAddress, bxClock(order.time, false)),
              gapAfterMs: Math.max(options.gap_ms, broadcastGapMs),
              broadcast: 'onbon-clock',
            },
          ];
        case 'check':
          return [frame(order.thorough ? bxCommands.status : bxCommands.ping)];
      }
    },
    decode: (received) => decode(received, address, options),
  };
}

function areasOf(lines: readonly FittedLine[], options: Options): BxArea[] {
  const rowHeight = Math.floor(options.height / lines.length);
  return lines.map((line, id) => {
    // Pages that turn draw the eye by themselves; blinking too, each would stay half a second.
    const blinks = line.blink && options.blink && line.pages.length === 1 && line.scroll !== true;
    const pages = blinks ? line.pages.flatMap((page) => [page, ' ']) : line.pages;
    const paged = pages.length > 1;
    const clears = options.clears_after_s > 0;
    const moves = line.scroll === true;
    return {
      ...{ id, x: 0, y: id * rowHeight, width: options.width, height: rowHeight, lineSpacing: 0 },
      runMode: clears ? deleteAfterTimeout : loop,
      timeoutS: options.clears_after_s,
      alignment: alignCode[line.align],
      ...{ lines: paged ? 2 : 1, wrap: 1, show: moves ? showLeft : showStill, speed: moves ? options.scroll_speed : 0 },
      stay: blinks ? blinkStay : paged ? Math.round(options.page_s * 2) : 0,
      text: marked(pages, line.colour, options),
    };
  });
}

/** Font and colour stand at the start; the Chinese font draws Latin too, the Latin one no Chinese. */
function marked(pages: readonly string[], colour: BoardColour, options: Options): string {
  const text = fitting(pages.map(clean), options.area_bytes - markBytes).join('\\n');
  const latin = /^[\x20-\x7e]*$/.test(text);
  const known = options.colours.includes(colour) ? colour : (options.colours[0] ?? 'red');
  return `\\F${latin ? 'E' : 'O'}00${fontIndex[options.font_px]}\\C${colourCode[known]}${text}`;
}

/** As many pages as an area holds, each with the two bytes that part it from the next. */
function fitting(pages: readonly string[], room: number): readonly string[] {
  const kept: string[] = [];
  let used = 0;
  for (const page of pages) {
    used += encodeGbk(page).length + 2;
    if (used > room && kept.length > 0) break;
    kept.push(page);
  }
  return kept;
}

/** Areas that go into the card's buffer together. */
function framesOf(areas: readonly BxArea[]): readonly (readonly BxArea[])[] {
  const frames: BxArea[][] = [[]];
  let used = frameOverhead;
  for (const area of areas) {
    const bytes = areaOverhead + encodeGbk(area.text).length;
    if (used + bytes > maxFrameBytes && used > frameOverhead) {
      frames.push([]);
      used = frameOverhead;
    }
    frames.at(-1)?.push(area);
    used += bytes;
  }
  return frames;
}

/** A backslash begins a command of the card; what its fonts lack is marked. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is cut out.
  const plain = text.replace(/[\\\x00-\x1f\x7f]/g, '');
  return Array.from(plain, (character) => (inGb2312(character) ? character : missingMark)).join('');
}

function parseAnswer(received: Uint8Array, address: number): AnswerParse<BoardAnswer> {
  const found = findBxMessage(received);
  if (found.kind !== 'message') return found;
  const { bytes, message } = found;
  const ours = isForHost(message) && (message.from === address || namesNobody(address));
  if (!ours) return { kind: 'skip', bytes };
  const id = bxAnsweredId(message.data);
  if (id !== undefined) return { kind: 'answer', bytes, answer: { kind: 'address', address: id } };
  const areas = bxStatusAreas(message.data);
  if (areas !== undefined) return { kind: 'answer', bytes, answer: { kind: 'state', intact: areas > 0 } };
  const [group, kind, error = 0] = message.data;
  if (group !== 0xa0) return { kind: 'skip', bytes };
  if (kind === 0) return { kind: 'answer', bytes, answer: { kind: 'done' } };
  if (isPassing(error)) return { kind: 'answer', bytes, answer: { kind: 'busy' } };
  return { kind: 'answer', bytes, answer: { kind: 'refused', ...boardErrors(error) } };
}

/** Over TCP the card is known by its connection; the wildcard is for one card alone on its line. */
function namesNobody(address: number): boolean {
  return address === anyAddressOnTcp || address === wildcardAddress;
}

function decode(received: Uint8Array, address: number, options: Options): Decoded {
  const found = findBxMessage(received);
  if (found.kind !== 'message') return found;
  const { bytes, message } = found;
  const broadcast = message.to === broadcastAddress;
  const ours = broadcast || message.to === address || message.to === wildcardAddress || message.to === anyAddressOnTcp;
  if (!ours || message.from !== hostAddress) return { kind: 'skip', bytes };
  const { data } = message;
  const command = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  const unanswered = broadcast || data[2] === 2;
  const decoded = (effects: readonly BoardEffect[], error = 0): Decoded => ({
    kind: 'frame',
    bytes,
    effects,
    ...(unanswered
      ? {}
      : { answer: () => bxAcknowledgement(address, error), refusal: bxAcknowledgement(address, onbonErrors.busy) }),
  });
  switch (command) {
    case 0xa200:
      return decoded([]);
    case 0xa203: {
      const time = parseBxClock(data);
      return time === undefined ? decoded([], onbonErrors.date) : decoded([{ kind: 'clock', time }]);
    }
    case 0xa206:
      if (message.to !== wildcardAddress || data.length !== 7) return decoded([], onbonErrors.command);
      return decoded([{ kind: 'address', address: (data[5] ?? 0) | ((data[6] ?? 0) << 8) }]);
    case 0xa207:
      return { kind: 'frame', bytes, effects: [], answer: () => bxIdAnswer(address) };
    case 0xa102:
      return {
        kind: 'frame',
        bytes,
        effects: [],
        answer: (self) =>
          bxStatusAnswer(address, {
            on: self.on,
            brightness: Math.round((self.brightness * onbonBrightnessSteps) / 100),
            areas: self.areas,
            time: civilTime(self.wallMs),
          }),
        refusal: bxAcknowledgement(address, onbonErrors.busy),
      };
    case 0xa310:
      return decoded([{ kind: 'clear' }]);
    case 0xa300:
      return decoded([{ kind: 'power', on: data[5] === 1 }]);
    case 0xa302:
      return decoded([{ kind: 'brightness', percent: Math.round(((data[6] ?? 0) * 100) / onbonBrightnessSteps) }]);
    case 0xa306: {
      const update = parseBxAreas(data);
      if (update === undefined) return decoded([], onbonErrors.command);
      if (headerAndCheckBytes + data.length > maxFrameBytes || !update.areas.every((area) => has(area, options)))
        return decoded([], onbonErrors.memory);
      const drawn = update.areas.map((area) => areaEffect(area, options));
      if (drawn.includes(undefined)) return decoded([], onbonErrors.font);
      const deleted =
        update.deleted === 'all' || update.deleted.length > 0
          ? [{ kind: 'delete', areas: update.deleted } as const]
          : [];
      return decoded([...deleted, ...drawn.filter((effect) => effect !== undefined)]);
    }
    default:
      return decoded([], onbonErrors.command);
  }
}

/** Does the card have such an area, with so much text, on its screen? */
function has({ id, x, y, width, height, text }: BxArea, options: Options): boolean {
  const onScreen = x + width <= options.width && y + height <= options.height;
  return onScreen && id < options.areas && encodeGbk(text).length <= options.area_bytes;
}

const fontOf: Readonly<Record<string, 16 | 24 | 32>> = { '000': 16, '001': 24, '002': 32 };
const colourOf: Readonly<Record<string, BoardColour>> = { 1: 'red', 2: 'green', 3: 'amber', 7: 'white' };
const alignOf = ['left', 'right', 'centre'] as const;

/** What the card makes of an area; `undefined` = a font that is not on it. */
function areaEffect(area: BxArea, options: Options): BoardEffect | undefined {
  let fontPx: 16 | 24 | 32 | undefined = 16;
  let colour: BoardColour = 'red';
  const text = area.text
    .replace(/\\F[OE](\d{3})/g, (_, index: string) => {
      fontPx = fontOf[index];
      return '';
    })
    .replace(/\\C([1-7])/g, (_, code: string) => {
      colour = colourOf[code] ?? 'white';
      return '';
    });
  if (fontPx === undefined) return undefined;
  const { id, x, y, width, height } = area;
  return {
    kind: 'area',
    area: {
      ...{ id, x, y, width, height, fontPx },
      colour: options.colours.includes(colour) ? colour : (options.colours[0] ?? 'red'),
      align: alignOf[area.alignment & 3] ?? 'left',
      rows: text.split('\\n'),
      ...(area.show === showLeft ? { scroll: true } : {}),
      pageMs: area.stay * 500,
      clearAfterMs: area.runMode === deleteAfterTimeout ? area.timeoutS * 1000 : 0,
    },
  };
}
