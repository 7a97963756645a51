/**
 * Alpha / BetaBrite signs ("M-Protocol", EZ KEY II): everything goes into the priority text, which needs no memory
 * configuration. Source: Adaptive Micro Systems, "Alpha Sign Communications Protocol", form 9708-8061, rev. F.
 */
import { z } from 'zod';
import { sum16 } from '../bytes/sums.ts';
import type { AnswerParse } from '../line/line.ts';
import { columnsDrawn } from './drawn-size.ts';
import type { BoardColour } from './line-display.ts';
import type { BoardAnswer, BoardFrame, BoardLanguage, BoardProtocol, FittedLine, Heard } from './protocol.ts';

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
  /** EZ KEY II never acknowledges; Alpha 2.0 and 3.0 do when told to at commissioning (`Es1`). */
  acknowledges: z.boolean().default(false),
  /** Between packets: 0.1 s lost packets on a real sign, 0.25 s did not. */
  gap_ms: z.int().min(0).max(5000).default(500),
  repaint_s: z.number().min(5).max(3600).default(60),
  timeout_ms: z.int().min(100).max(10_000).default(2000),
});
type Options = z.output<typeof zOptions>;

const nul = 0x00;
const soh = 0x01;
const stx = 0x02;
const etx = 0x03;
const eot = 0x04;
const ack = 0x06;
const nak = 0x15;
const newLine = 0x0d;
const newPage = 0x0c;
const colourSelect = 0x1c;
const modeSelect = 0x1b;
const hold = 'b';
const flash = 'c';
const auto = 'o';
const leadCount = 5;
/** The priority TEXT holds so many bytes. */
const maxText = 125;
/** Status byte of an acknowledgement: bit 6 is always 1. */
const statusFine = 0x40;
const statusChecksum = 0x50;
const broadcast = '00';

const colourCode: Readonly<Record<BoardColour, string>> = { red: '1', green: '2', amber: '3', white: '1' };

export const alpha: BoardProtocol = {
  name: 'alpha',
  options: zOptions,
  bind: (address = 0, options) => bind(address.toString(16).toUpperCase().padStart(2, '0'), zOptions.parse(options)),
};

/** One packet; `checked` adds ETX and the sum of STX to ETX. */
export function alphaPacket(type: string, address: string, command: string, checked: boolean): Uint8Array {
  const body = Uint8Array.from([stx, ...Buffer.from(command, 'latin1'), ...(checked ? [etx] : [])]);
  const sum = checked ? Buffer.from(sum16(body).toString(16).toUpperCase().padStart(4, '0'), 'latin1') : [];
  const head = [...new Array<number>(leadCount).fill(nul), soh, ...Buffer.from(type + address, 'latin1')];
  return Uint8Array.from([...head, ...body, ...sum, eot]);
}

function bind(address: string, options: Options): BoardLanguage {
  const answers = options.acknowledges && address !== broadcast;
  const frame = (command: string): BoardFrame => ({
    bytes: alphaPacket(options.type, address, command, true),
    gapAfterMs: options.gap_ms,
    ...(answers ? { answer: { timeoutMs: options.timeout_ms, maxBytes: 64, parse: parseAnswer } } : {}),
  });
  return {
    model: {
      kind: 'characters',
      ...columnsDrawn('characters', options.lines, options.columns),
      ...{ lines: options.lines, columns: options.columns, alphabet: 'ascii', colours: options.colours },
      ...{ acknowledges: answers, selfClears: false, turnsPages: true },
    },
    minUpdateMs: options.gap_ms,
    checkMs: 0,
    repaintMs: options.repaint_s * 1000,
    encode: (order) => (order.kind === 'paint' ? [frame(priorityText(order.lines, options))] : []),
    decode: (received) => decode(received, address, options, answers),
  };
}

function priorityText(lines: readonly FittedLine[], options: Options): string {
  const pages = Math.max(1, ...lines.map((line) => line.pages.length));
  const blank = lines.every((line) => line.pages.every((page) => page.trim() === ''));
  // A bare "A0" gives the sign back; an empty text would show a blank priority message.
  if (blank) return 'A0';
  const mode = lines.some((line) => line.blink) ? flash : pages > 1 ? auto : hold;
  const text = Array.from({ length: pages }, (_, page) =>
    lines
      .map((line) => String.fromCharCode(colourSelect) + colourCode[line.colour] + clean(line.pages[page] ?? ''))
      .join(String.fromCharCode(newLine)),
  ).join(String.fromCharCode(newPage));
  return `A0${String.fromCharCode(modeSelect, options.position)}${mode}${text.slice(0, maxText)}`;
}

/** Control bytes end or change a packet. */
function clean(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ');
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

function decode(received: Uint8Array, address: string, options: Options, answers: boolean): Heard {
  const start = received.indexOf(soh);
  if (start < 0) return { kind: 'skip', bytes: received.length };
  if (start > 0) return { kind: 'skip', bytes: start };
  const end = received.indexOf(eot);
  const next = received.indexOf(soh, 1);
  if (next > 0 && (end < 0 || next < end)) return { kind: 'skip', bytes: next, garbled: true };
  if (end < 0) return { kind: 'more' };
  const bytes = end + 1;
  const text = Buffer.from(received.subarray(1, end)).toString('latin1');
  const [type = '', to] = [text[0], text.slice(1, 3)];
  const forUs = (type === 'Z' || type === options.type) && addressFits(to ?? '', address);
  if (!forUs) return { kind: 'skip', bytes };
  const commands = commandsIn(received.subarray(4, end));
  const reply = (fine: boolean) =>
    answers && to !== broadcast
      ? { answer: () => Uint8Array.of(fine ? ack : nak, fine ? statusFine : statusChecksum) }
      : {};
  // A wrong checksum is dropped without a word, but by signs that acknowledge.
  if (commands === undefined)
    return answers ? { kind: 'frame', bytes, effects: [], ...reply(false) } : { kind: 'skip', bytes, garbled: true };
  const effects = commands.flatMap((command) => effectsOf(command, options));
  return { kind: 'frame', bytes, effects, refusal: Uint8Array.of(nak, statusFine | 0x20), ...reply(true) };
}

function addressFits(asked: string, own: string): boolean {
  if (asked === broadcast) return true;
  return [0, 1].every((at) => asked[at] === '?' || asked[at] === own[at]);
}

/** The commands of a packet; `undefined` = a checksum is wrong. */
function commandsIn(body: Uint8Array): readonly string[] | undefined {
  const commands: string[] = [];
  let at = body.indexOf(stx) < 0 ? body.length : body.indexOf(stx);
  while (at < body.length) {
    const following = body.indexOf(stx, at + 1);
    const group = body.subarray(at, following < 0 ? body.length : following);
    const close = group.indexOf(etx);
    if (close >= 0) {
      const printed = Buffer.from(group.subarray(close + 1)).toString('latin1');
      const sum = sum16(group.subarray(0, close + 1))
        .toString(16)
        .toUpperCase()
        .padStart(4, '0');
      if (printed !== '' && printed !== sum) return undefined;
    }
    commands.push(Buffer.from(group.subarray(1, close < 0 ? group.length : close)).toString('latin1'));
    at = following < 0 ? body.length : following;
  }
  return commands;
}

function effectsOf(command: string, options: Options): readonly Extract<Heard, { kind: 'frame' }>['effects'][number][] {
  if (command === 'A0') return [{ kind: 'clear' }, { kind: 'blink', on: false }];
  if (!command.startsWith(`A0${String.fromCharCode(modeSelect)}`)) return [];
  const mode = command[4] ?? hold;
  const text = command.slice(5);
  const rows = (text.split(String.fromCharCode(newPage))[0] ?? '').split(String.fromCharCode(newLine));
  return [
    { kind: 'clear' },
    { kind: 'blink', on: mode === flash },
    ...rows.slice(0, options.lines).map((row, index) => {
      const shown = withoutColours(row).slice(0, options.columns);
      const column = Math.floor((options.columns - shown.length) / 2);
      return { kind: 'put' as const, row: index, column, text: shown };
    }),
  ];
}

/** A colour is two characters: the select code and a digit. */
function withoutColours(text: string): string {
  const [first = '', ...rest] = text.split(String.fromCharCode(colourSelect));
  return first + rest.map((part) => part.slice(1)).join('');
}
