/**
 * Alpha / BetaBrite signs ("M-Protocol", EZ KEY II). A call goes into the priority text, which needs no memory
 * configuration; by option everyday content stands in STRING files or, for Chinese, in a SMALL DOTS picture, whose memory
 * the commissioning command lays out. Source: Adaptive Micro Systems, form 9708-8061, rev. F.
 */
import { z } from 'zod';
import { drawText, makeBitmap, type PixelValue } from '../glyphs/bitmap.ts';
import type { AnswerParse } from '../line/line.ts';
import {
  alphaCodes,
  alphaCommands,
  alphaHeadBytes,
  alphaPacket,
  alphaPicture,
  everySign,
  findAlphaPacket,
  parseAlphaPicture,
  pictureHeadBytes,
  twoHex,
} from './alpha-packet.ts';
import { columnsDrawn } from './drawn-size.ts';
import type { BoardColour } from './line-display.ts';
import type {
  BoardAnswer,
  BoardCommissioning,
  BoardEffect,
  BoardFrame,
  BoardLanguage,
  BoardModel,
  BoardProtocol,
  Decoded,
  FittedLine,
} from './protocol.ts';

const zOptions = z.strictObject({
  /** `Z` all signs, `^` BetaBrite, `f` 215C, `1` one-line, `2` two-line …; a wrong one is silence. */
  type: z.string().length(1).default('Z'),
  columns: z.int().min(4).max(60).default(16),
  lines: z.int().min(1).max(2).default(1),
  /** 20h middle, 22h top, 26h bottom, 30h fill. */
  position: z.int().min(0x20).max(0x31).default(0x20),
  colours: z
    .array(z.enum(['red', 'green', 'amber']))
    .min(1)
    .max(3)
    .default(['red', 'green', 'amber']),
  /**
   * `priority`: everything in the priority text. `strings`: a STRING file a line, which changes without a flicker, and
   * the priority text for what blinks. `picture`: one picture of the whole sign, for Chinese; 64x16 takes 1.1 s at 9600.
   */
  content: z.enum(['priority', 'strings', 'picture']).default('priority'),
  /** Pixels, for `picture`. */
  width: z.int().min(16).max(255).default(64),
  height: z.int().min(12).max(31).default(16),
  /** EZ KEY II never acknowledges; Alpha 2.0 and 3.0 do when set so at commissioning (`Es1`). */
  acknowledges: z.boolean().default(false),
  /** The return wire is connected: the sign is asked for its information, and a missing answer is a fault. */
  reads: z.boolean().default(false),
  /** Between packets: 0.1 s lost packets on a real sign, 0.25 s did not. */
  gap_ms: z.int().min(0).max(5000).default(500),
  repaint_s: z.number().min(5).max(3600).default(60),
  check_s: z.number().min(1).max(600).default(3),
  timeout_ms: z.int().min(100).max(10_000).default(2000),
});
type Options = z.output<typeof zOptions>;

const ack = 0x06;
const nak = 0x15;
const hold = 'b';
const flash = 'c';
const auto = 'o';
const rotate = 'a';
/** The priority TEXT and a STRING hold so many bytes. */
const maxText = 125;
/** Status byte of an acknowledgement: bit 6 is always 1. */
const statusFine = 0x40;
const statusChecksum = 0x50;
const statusIllegal = 0x60;
/** Labels of our files; 0 is the priority text, 1 to 5 are counters' targets. */
const textLabel = 'A';
const lineLabels = 'BC';
const pictureLabel = 'P';
/** The sign takes its memory in before the rows of a picture. */
const pictureMs = 100;
const pictureFontPx = 12;
const tallPictureFontPx = 16;
/** After a bare "E$" a sign took 1 s, 2 were safe. */
const memoryMs = 2000;
const textBytes = 256;
/** The information of a simulated sign: its firmware; the rest is not read. */
const information = 'E"10344401';

const colourCode: Readonly<Record<BoardColour, string>> = { red: '1', green: '2', amber: '3', white: '1' };
const pixelOf: Readonly<Record<BoardColour, PixelValue>> = { red: 1, green: 2, amber: 3, white: 1 };

export const alpha: BoardProtocol = {
  name: 'alpha',
  options: zOptions,
  bind: (address = 0, options) => bind(twoHex(address), zOptions.parse(options)),
  commissioning: (options) => commissioning(zOptions.parse(options)),
};

function bind(address: string, options: Options): BoardLanguage {
  const answers = options.acknowledges && address !== everySign;
  const frame = (command: string): BoardFrame => ({
    bytes: alphaPacket(options.type, address, command, true),
    gapAfterMs: options.gap_ms,
    ...(answers ? { answer: { timeoutMs: options.timeout_ms, maxBytes: 64, parse: parseAnswer } } : {}),
  });
  const asks = answers || (options.reads && address !== everySign);
  return {
    model: modelOf(options, answers),
    minUpdateMs: options.gap_ms,
    checkMs: asks ? options.check_s * 1000 : 0,
    thoroughMs: 0,
    repaintMs: options.repaint_s * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint':
          return paint(order.lines, order.fresh ? undefined : order.painted, frame, options);
        case 'brightness':
          return [];
        case 'clock': {
          const { time, date, weekday, dayOf24Hours } = alphaCommands;
          return [time(order.time), date(order.time), weekday(order.time), dayOf24Hours].map((command) => ({
            bytes: alphaPacket(options.type, everySign, command, true),
            gapAfterMs: options.gap_ms,
            broadcast: `alpha-${command.slice(0, 2)}`,
          }));
        }
        case 'check':
          // A sign that acknowledges is set so again; the others are read.
          if (answers) return [frame(alphaCommands.acknowledge(true))];
          return asks ? [{ ...frame(alphaCommands.readInformation), answer: informationOf(options) }] : [];
      }
    },
    decode: (received) => decode(received, address, options, answers),
  };
}

function modelOf(options: Options, answers: boolean): BoardModel {
  const { colours, lines, columns, width, height } = options;
  const common = { colours, acknowledges: answers, selfClears: false } as const;
  if (options.content === 'picture') {
    const fontPx = fontOf(options);
    return {
      ...{ kind: 'pixels', width, height, lines: 1, columns: Math.floor((2 * width) / fontPx), alphabet: 'gb2312' },
      ...common,
      ...{ turnsPages: false, scrolls: 'none' },
    };
  }
  return {
    ...{ kind: 'characters', ...columnsDrawn('characters', lines, columns), lines, columns, alphabet: 'ascii' },
    ...common,
    // A STRING holds one page; the priority text turns its own.
    ...{
      turnsPages: options.content === 'priority',
      scrolls: options.content === 'priority' && lines === 1 ? 'all' : 'none',
    },
  };
}

const fontOf = ({ height }: Options) => (height >= tallPictureFontPx ? tallPictureFontPx : pictureFontPx);

function paint(
  lines: readonly FittedLine[],
  painted: readonly FittedLine[] | undefined,
  frame: (command: string) => BoardFrame,
  options: Options,
): readonly BoardFrame[] {
  switch (options.content) {
    case 'priority':
      return [frame(priorityText(lines, options))];
    case 'strings': {
      if (lines.some(({ blink }) => blink)) return [frame(priorityText(lines, options))];
      const strings = lines.map((line, row) =>
        frame(alphaCommands.string(lineLabels[row] ?? '', clean(line.pages[0] ?? '').slice(0, maxText))),
      );
      const released = painted === undefined || painted.some(({ blink }) => blink);
      return [...strings, ...(released ? [frame(alphaCommands.release)] : [])];
    }
    case 'picture': {
      const { width, height } = options;
      const bitmap = makeBitmap(width, height);
      const [line] = lines;
      const box = { x: 0, y: 0, width, height, align: line?.align ?? 'centre' } as const;
      drawText(bitmap, box, line?.pages[0] ?? '', fontOf(options), pixelOf[line?.colour ?? 'red']);
      const made = frame(alphaPicture(pictureLabel, width, height, bitmap.pixels));
      return [{ ...made, pause: { afterBytes: alphaHeadBytes + pictureHeadBytes, ms: pictureMs } }];
    }
  }
}

function priorityText(lines: readonly FittedLine[], { position }: Options): string {
  const pages = Math.max(1, ...lines.map((line) => line.pages.length));
  const blank = lines.every((line) => line.pages.every((page) => page.trim() === ''));
  if (blank) return alphaCommands.release;
  const moves = lines.some((line) => line.scroll === true);
  const mode = lines.some((line) => line.blink) ? flash : moves ? rotate : pages > 1 ? auto : hold;
  const text = Array.from({ length: pages }, (_, page) =>
    lines
      .map((line) => alphaCodes.colour + colourCode[line.colour] + clean(line.pages[page] ?? ''))
      .join(alphaCodes.newLine),
  ).join(alphaCodes.newPage);
  return alphaCommands.text('0', position, mode, text.slice(0, maxText));
}

/** Control bytes end or change a packet. */
function clean(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ');
}

/** The memory is laid out once; it erases the sign. */
function commissioning(options: Options): BoardCommissioning {
  const frame = (command: string, gapAfterMs = options.gap_ms): BoardFrame => ({
    bytes: alphaPacket(options.type, everySign, command, true),
    gapAfterMs,
  });
  const { content, position, width, height, lines } = options;
  const labels = [...lineLabels].slice(0, lines);
  const files =
    content === 'strings'
      ? labels.map((label) => ({ label, type: 'string', size: maxText }) as const)
      : [{ label: pictureLabel, type: 'picture', size: (height << 8) | width } as const];
  const shown =
    content === 'strings'
      ? labels.map((label) => alphaCodes.callString + label).join(alphaCodes.newLine)
      : alphaCodes.callPicture + pictureLabel;
  const layout = [
    frame(alphaCommands.clearMemory, memoryMs),
    frame(alphaCommands.memory([{ label: textLabel, type: 'text', size: textBytes }, ...files]), memoryMs),
    frame(alphaCommands.text(textLabel, position, hold, shown)),
    frame(alphaCommands.runSequence(textLabel)),
  ];
  return {
    setAddress: (address) => [frame(alphaCommands.setAddress(address))],
    further: [
      ...(content === 'priority' ? [] : [{ what: `lays out the memory for ${content}`, frames: layout }]),
      ...(options.acknowledges
        ? [{ what: 'turns acknowledgements on', frames: [frame(alphaCommands.acknowledge(true))] }]
        : []),
    ],
  };
}

function parseAnswer(received: Uint8Array): AnswerParse<BoardAnswer> {
  const [kind, status] = received;
  if (kind !== ack && kind !== nak) return { kind: 'skip', bytes: 1 };
  if (status === undefined) return { kind: 'more' };
  if (kind === ack) return { kind: 'answer', bytes: 2, answer: { kind: 'done' } };
  if (status === statusChecksum) return { kind: 'answer', bytes: 2, answer: { kind: 'busy' } };
  const remedy = `The sign refuses with status ${status.toString(16)}h: check its type code and the serial settings (7E1)`;
  return { kind: 'answer', bytes: 2, answer: { kind: 'refused', code: 'sign-refused', remedy } };
}

/** The answer to a read is a packet of its own, command E. */
function informationOf({ timeout_ms: timeoutMs }: Options): NonNullable<BoardFrame['answer']> {
  return {
    timeoutMs,
    maxBytes: 512,
    parse: (received) => {
      const found = findAlphaPacket(received);
      if (found.kind !== 'packet') return found;
      const { bytes, commands } = found;
      if (commands === undefined) return { kind: 'skip', bytes, garbled: true };
      const [command] = commands;
      return command?.startsWith('E') === true
        ? { kind: 'answer', bytes, answer: { kind: 'done' } }
        : { kind: 'skip', bytes };
    },
  };
}

function decode(received: Uint8Array, address: string, options: Options, answers: boolean): Decoded {
  const found = findAlphaPacket(received);
  if (found.kind !== 'packet') return found;
  const { bytes, type, to, commands } = found;
  if ((type !== 'Z' && type !== options.type) || !addressFits(to, address)) return { kind: 'skip', bytes };
  const answersThis = answers && to !== everySign;
  // A wrong checksum is dropped without an answer, except by signs that acknowledge.
  if (commands === undefined) {
    if (!answersThis) return { kind: 'skip', bytes, garbled: true };
    return { kind: 'frame', bytes, effects: [], answer: () => Uint8Array.of(nak, statusChecksum) };
  }
  const effects = commands.flatMap((command) => effectsOf(command, options));
  const refusal = Uint8Array.of(nak, statusIllegal);
  if (options.reads && to !== everySign && commands[0] === alphaCommands.readInformation) {
    return { kind: 'frame', bytes, effects, refusal, answer: () => alphaPacket('0', everySign, information, true) };
  }
  const answer = answersThis ? { answer: () => Uint8Array.of(ack, statusFine) } : {};
  return { kind: 'frame', bytes, effects, refusal, ...answer };
}

function addressFits(asked: string, own: string): boolean {
  if (asked === everySign) return true;
  return [0, 1].every((at) => asked[at] === '?' || asked[at] === own[at]);
}

function effectsOf(command: string, options: Options): readonly BoardEffect[] {
  const blinkOff = { kind: 'blink', on: false } as const;
  // Under the priority text the other files stand as they were.
  if (command === alphaCommands.release)
    return options.content === 'priority' ? [{ kind: 'clear' }, blinkOff] : [blinkOff];
  const picture = parseAlphaPicture(command);
  if (picture !== undefined && options.content === 'picture') {
    const { width, height, pixels } = picture;
    return [{ kind: 'bitmap', id: 0, x: 0, y: 0, width, height, pages: [pixels], pageMs: 0, clearAfterMs: 0 }];
  }
  if (command.startsWith('G') && options.content === 'strings') {
    const row = lineLabels.indexOf(command[1] ?? '');
    return row < 0 ? [] : [rowEffect(row, command.slice(2), options)];
  }
  if (!command.startsWith(`A0${alphaCodes.mode}`)) return [];
  const mode = command[4] ?? hold;
  const rows = (command.slice(5).split(alphaCodes.newPage)[0] ?? '').split(alphaCodes.newLine);
  return [
    { kind: 'clear' },
    { kind: 'blink', on: mode === flash },
    ...rows
      .slice(0, options.lines)
      .map((row, index) =>
        mode === rotate
          ? ({ kind: 'scroll', row: index, text: withoutColours(row) } as const)
          : rowEffect(index, withoutColours(row), options),
      ),
  ];
}

/** In the middle of its row. */
function rowEffect(row: number, text: string, { columns }: Options): BoardEffect {
  const shown = text.slice(0, columns);
  const left = Math.floor((columns - shown.length) / 2);
  return { kind: 'put', row, column: 0, text: (' '.repeat(left) + shown).padEnd(columns, ' ') };
}

/** A colour is two characters: the select code and a digit. */
function withoutColours(text: string): string {
  const [first = '', ...rest] = text.split(alphaCodes.colour);
  return first + rest.map((part) => part.slice(1)).join('');
}
