/**
 * AM03127/AM03128 tickers (Amplus; McCrypt 590996), RS-232 or a shared line: ASCII frames with an XOR in hex, ACK or
 * NACK. Source: "AM004-03128/03127 LED Display Board Communication", version 2.2, 13 Aug 2005. Whether pages are kept in
 * wearing memory is not stated, so a page is written only when it changes; the check sets the brightness it has again: it
is acknowledged, and running the page again would start a moving text anew.
 */
import { z } from 'zod';
import { xorOf } from '../bytes/sums.ts';
import type { AnswerParse } from '../line/line.ts';
import { columnsDrawn } from './drawn-size.ts';
import type { BoardColour, CivilTime } from './line-display.ts';
import type {
  BoardAnswer,
  BoardEffect,
  BoardFrame,
  BoardLanguage,
  BoardProtocol,
  Decoded,
  FittedLine,
} from './protocol.ts';

const zOptions = z.strictObject({
  columns: z.int().min(4).max(40).default(16),
  lines: z.int().min(1).max(8).default(2),
  colours: z
    .array(z.enum(['red', 'green', 'amber']))
    .min(1)
    .max(3)
    .default(['red']),
  /** Public programs wait 1 s (Python) to 5 s (Rust). */
  timeout_ms: z.int().min(50).max(10_000).default(1000),
  gap_ms: z.number().min(0).max(1000).default(5),
  check_s: z.number().min(1).max(600).default(3),
  /** The maker does not state whether pages outlive a power cut: `false` where a board was seen to forget them. */
  keeps_pages: z.boolean().default(true),
  /** Boards that forget are written again so often; those that keep only when the text changes (wear). */
  repaint_s: z.number().min(5).max(3600).default(30),
});
type Options = z.output<typeof zOptions>;

const defaultAddress = 1;
/** A broadcast is not answered: time enough for the slowest to have understood. */
const broadcastGapMs = 50;
const broadcast = '00';
const maxFrame = 512;
const colourTag: Readonly<Record<BoardColour, string>> = { red: '<CB>', green: '<CE>', amber: '<CH>', white: '<CB>' };
/** Section on brightness: A 100 %, B 75, C 50, D 25. */
const brightnessLetters = 'ABCD';
/** Lead-in: A at once, E scrolls left, for what is longer than the row. */
const atOnce = 'A';
const scrollLeft = 'E';
/** Speed and behaviour: A steady, B blinking; the other letters are slower ones. */
const steady = 'A';
const blinking = 'B';
const blinkLetters = 'BRbr';

export const am03127: BoardProtocol = {
  name: 'am03127',
  options: zOptions,
  bind: (address = defaultAddress, options) => bind(twoHex(address), zOptions.parse(options)),
  // Without a check, as printed; the answer is the new id in two digits.
  commissioning: (options) => ({
    setAddress: (address) => [
      {
        bytes: Uint8Array.from(Buffer.from(`<ID><${twoHex(address)}><E>`, 'latin1')),
        gapAfterMs: zOptions.parse(options).gap_ms,
        answer: {
          timeoutMs: zOptions.parse(options).timeout_ms,
          maxBytes: 16,
          parse: (received) => parseId(received, address),
        },
      },
    ],
  }),
};

const twoHex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');

function parseId(received: Uint8Array, address: number): AnswerParse<BoardAnswer> {
  const text = Buffer.from(received).toString('latin1');
  if (twoHex(address).startsWith(text) && text.length < 2) return { kind: 'more' };
  if (!text.startsWith(twoHex(address))) return { kind: 'skip', bytes: 1 };
  return { kind: 'answer', bytes: 2, answer: { kind: 'address', address } };
}

export function am03127Frame(id: string, data: string): Uint8Array {
  const check = twoHex(xorOf(Buffer.from(data, 'latin1')));
  return Uint8Array.from(Buffer.from(`<ID${id}>${data}${check}<E>`, 'latin1'));
}

function bind(id: string, options: Options): BoardLanguage {
  const frame = (data: string): BoardFrame => ({
    bytes: am03127Frame(id, data),
    gapAfterMs: options.gap_ms,
    answer: { timeoutMs: options.timeout_ms, maxBytes: 16, parse: parseAnswer },
  });
  return {
    model: {
      kind: 'characters',
      ...columnsDrawn('characters', options.lines, options.columns),
      ...{ lines: options.lines, columns: options.columns, alphabet: 'ascii', colours: options.colours },
      ...{ acknowledges: true, selfClears: false, turnsPages: true, scrolls: 'all', keepsContent: options.keeps_pages },
    },
    minUpdateMs: 0,
    checkMs: options.check_s * 1000,
    thoroughMs: 0,
    repaintMs: options.keeps_pages ? 0 : options.repaint_s * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint': {
          const pages = order.lines.map((line, row) => pageLine(line, row + 1, options));
          return [...pages, ...(order.fresh ? ['<RPA>'] : [])].map(frame);
        }
        case 'brightness':
        case 'check': {
          const step = Math.min(3, Math.floor((100 - order.percent) / 25));
          return [frame(`<B${brightnessLetters[step]}>`)];
        }
        case 'clock':
          return [
            {
              bytes: am03127Frame(broadcast, clockData(order.time)),
              gapAfterMs: Math.max(options.gap_ms, broadcastGapMs),
              broadcast: 'am03127-clock',
            },
          ];
      }
    },
    decode: (received) => decode(received, id, options),
  };
}

/** Year, weekday (01 Monday), month, day, hour, minute, second. */
function clockData({ year, weekday, month, day, hour, minute, second }: CivilTime): string {
  const digits = [year % 100, weekday, month, day, hour, minute, second];
  return `<SC>${digits.map((value) => String(value).padStart(2, '0')).join('')}`;
}

function pageLine(line: FittedLine, row: number, { columns, colours }: Options): string {
  // `<` and `>` delimit commands and cannot be shown.
  const text = line.pages.join(' ').replaceAll('<', '(').replaceAll('>', ')');
  const lead = text.length > columns ? scrollLeft : atOnce;
  const free = Math.max(0, columns - text.length);
  const left = { left: 0, centre: Math.floor(free / 2), right: free }[line.align];
  const colour = colours.length > 1 ? colourTag[line.colour] : '';
  const behaviour = line.blink ? blinking : steady;
  return `<L${row}><PA><F${lead}><M${behaviour}><WA><F${atOnce}>${colour}${' '.repeat(left)}${text}`;
}

/** Nothing ends an answer, so its letters are matched. */
function parseAnswer(received: Uint8Array): AnswerParse<BoardAnswer> {
  const text = Buffer.from(received).toString('latin1');
  if (text.startsWith('ACK')) return { kind: 'answer', bytes: 3, answer: { kind: 'done' } };
  // NACK: the check was wrong. A frame that is not understood has no answer at all.
  if (text.startsWith('NACK')) return { kind: 'answer', bytes: 4, answer: { kind: 'busy' } };
  return 'ACK'.startsWith(text) || 'NACK'.startsWith(text) ? { kind: 'more' } : { kind: 'skip', bytes: 1 };
}

function decode(received: Uint8Array, id: string, options: Options): Decoded {
  const text = Buffer.from(received).toString('latin1');
  if (!text.startsWith('<ID')) {
    const next = text.indexOf('<', 1);
    if (text.length < 3 && '<ID'.startsWith(text)) return { kind: 'more' };
    return { kind: 'skip', bytes: next < 0 ? received.length : next };
  }
  const end = text.indexOf('<E>');
  const again = text.indexOf('<ID', 1);
  if (again > 0 && (end < 0 || again < end)) return { kind: 'skip', bytes: again, garbled: true };
  if (end < 0) return received.length > maxFrame ? { kind: 'skip', bytes: 3, garbled: true } : { kind: 'more' };
  const bytes = end + 3;
  const to = text.slice(3, 5);
  if (text[5] !== '>' || (to !== id && to !== broadcast)) return { kind: 'skip', bytes };
  const data = text.slice(6, Math.max(6, end - 2));
  const check = text.slice(Math.max(6, end - 2), end);
  const fine = check === twoHex(xorOf(Buffer.from(data, 'latin1')));
  const word = Uint8Array.from(Buffer.from(fine ? 'ACK' : 'NACK', 'latin1'));
  const answer = to === broadcast ? {} : { answer: () => word };
  const refusal = Uint8Array.from(Buffer.from('NACK', 'latin1'));
  return { kind: 'frame', bytes, effects: fine ? effectsOf(data, options) : [], refusal, ...answer };
}

function effectsOf(data: string, { columns }: Options): readonly BoardEffect[] {
  const line = /^<L([1-8])><P[A-Z]><F([A-Za-z])><M([A-Za-z])><W[A-Z]><F[A-Za-z]>(.*)$/.exec(data);
  if (line !== null) {
    const [, row = '1', lead = '', behaviour = '', text = ''] = line;
    const shown = text.replace(/<[^>]*>/g, '');
    const put: BoardEffect =
      lead === scrollLeft
        ? { kind: 'scroll', row: Number(row) - 1, text: shown }
        : { kind: 'put', row: Number(row) - 1, column: 0, text: shown.slice(0, columns).padEnd(columns, ' ') };
    // The first line's behaviour, in capitals, is the whole display's.
    return row === '1' ? [{ kind: 'blink', on: blinkLetters.includes(behaviour) }, put] : [put];
  }
  if (data === '<D*>') return [{ kind: 'clear' }];
  const deleted = /^<DL([1-8])P[A-Z]>$/.exec(data);
  if (deleted !== null) return [{ kind: 'put', row: Number(deleted[1]) - 1, column: 0, text: ' '.repeat(columns) }];
  const clock = /^<SC>(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(data);
  if (clock !== null) {
    const [year = 0, weekday = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = clock.slice(1).map(Number);
    return [{ kind: 'clock', time: { year: 2000 + year, month, day, hour, minute, second, weekday } }];
  }
  const dimmed = /^<B([A-D])>$/.exec(data);
  if (dimmed === null) return [];
  return [{ kind: 'brightness', percent: 100 - 25 * brightnessLetters.indexOf(dimmed[1] ?? 'A') }];
}
