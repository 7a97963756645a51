/**
 * A maker's private board described in the config: literals, fields, length-of, check-of, escapes and the expected
 * answer. The frames come from the maker's sheet; the profile names it.
 */
import { z } from 'zod';
import { decodeGbk, encodeGbk, inGb2312, missingMark } from '../bytes/gbk.ts';
import type { AnswerParse } from '../line/line.ts';
import { columnsDrawn } from './drawn-size.ts';
import type {
  BoardAnswer,
  BoardEffect,
  BoardFrame,
  BoardLanguage,
  BoardProtocol,
  Decoded,
  FittedLine,
} from './protocol.ts';
import { buildRecipe, matchRecipe, type RecipeFrame, recipeFrame, zEscapes, zPart } from './recipe-frame.ts';

/** Bytes of an answer: hex pairs, `??` any byte, `@@` the address. */
const zPattern = z
  .string()
  .max(256)
  .regex(/^\s*(([0-9a-fA-F]{2}|\?\?|@@)\s*)+$/, 'an answer is written "06", "AA @@ ?? 0D"');
const zFrame = z.array(zPart).min(1).max(32);

const zOptions = z.strictObject({
  columns: z.int().min(1).max(64).default(16),
  lines: z.int().min(1).max(8).default(2),
  text: z.enum(['gb2312', 'ascii', 'digits']).default('gb2312'),
  colours: z
    .array(z.enum(['red', 'green', 'amber', 'white']))
    .min(1)
    .max(4)
    .default(['red']),
  /** Sent one after the other to show a content. */
  paint: z.array(zFrame).min(1).max(8),
  brightness: z
    .strictObject({ frame: zFrame, min: z.int().min(0).default(0), max: z.int().min(1).max(0xffff) })
    .optional(),
  /** Asks whether the board is there; without it the content is sent again. */
  check: zFrame.optional(),
  escapes: zEscapes.optional(),
  /** Without it the board is one way: calls are sent, never shown. */
  answer: z
    .strictObject({ ok: zPattern, refuse: zPattern.optional(), timeout_ms: z.int().min(20).max(30_000).default(500) })
    .optional(),
  gap_ms: z.number().min(0).max(5000).default(5),
  min_update_ms: z.int().min(0).max(60_000).default(0),
  check_s: z.number().min(1).max(600).default(3),
  /** Written again so often, unless the check itself is the whole content. */
  repaint_s: z.number().min(5).max(3600).default(30),
});
type Options = z.output<typeof zOptions>;

const defaultAddress = 1;
const maxAnswerBytes = 256;

export const frameRecipe: BoardProtocol = {
  name: 'frame-recipe',
  options: zOptions,
  bind: (address = defaultAddress, options) => bind(address, zOptions.parse(options)),
};

interface Recipe {
  readonly paint: readonly RecipeFrame[];
  readonly brightness: RecipeFrame | undefined;
  readonly check: RecipeFrame | undefined;
}

function bind(address: number, options: Options): BoardLanguage {
  const frameOf = (parts: z.output<typeof zFrame>) => recipeFrame(parts, options.escapes);
  const recipe: Recipe = {
    paint: options.paint.map(frameOf),
    brightness: options.brightness === undefined ? undefined : frameOf(options.brightness.frame),
    check: options.check === undefined ? undefined : frameOf(options.check),
  };
  const { answer, columns, lines } = options;
  const frame = (made: RecipeFrame, content: readonly FittedLine[], level = 0): BoardFrame => ({
    bytes: buildRecipe(made, { address, level, lines: content.map((line) => textBytes(line, options)) }),
    gapAfterMs: options.gap_ms,
    ...(answer === undefined
      ? {}
      : {
          answer: {
            timeoutMs: answer.timeout_ms,
            maxBytes: maxAnswerBytes,
            parse: (received: Uint8Array) => parseAnswer(received, address, answer),
          },
        }),
  });
  const kind = ({ gb2312: 'pixels', ascii: 'characters', digits: 'digits' } as const)[options.text];
  return {
    model: {
      kind,
      ...columnsDrawn(kind === 'digits' ? 'digits' : 'characters', lines, columns),
      ...{ lines, columns, alphabet: options.text, colours: options.colours },
      ...{ acknowledges: answer !== undefined, selfClears: false, turnsPages: false, scrolls: 'none' },
    },
    minUpdateMs: options.min_update_ms,
    checkMs: answer === undefined ? 0 : options.check_s * 1000,
    thoroughMs: 0,
    // A check of its own, or of one frame among several, does not show whether the content outlived a power cut.
    repaintMs:
      answer !== undefined && recipe.check === undefined && recipe.paint.length === 1 ? 0 : options.repaint_s * 1000,
    encode: (order) => {
      switch (order.kind) {
        case 'paint':
          return recipe.paint.map((made) => frame(made, order.lines));
        case 'brightness': {
          if (recipe.brightness === undefined || options.brightness === undefined) return [];
          const { min, max } = options.brightness;
          return [frame(recipe.brightness, [], Math.round(min + ((max - min) * order.percent) / 100))];
        }
        case 'clock':
          return [];
        case 'check':
          return answer === undefined ? [] : [frame(recipe.check ?? (recipe.paint[0] as RecipeFrame), order.painted)];
      }
    },
    decode: (received) => decode(received, address, recipe, options),
  };
}

function textBytes(line: FittedLine, { text, columns }: Options): Uint8Array {
  const page = (line.pages[0] ?? '').slice(0, columns);
  if (text === 'gb2312')
    return encodeGbk(Array.from(page, (character) => (inGb2312(character) ? character : missingMark)).join(''));
  return Uint8Array.from(Buffer.from(text === 'digits' ? page.padStart(columns, ' ') : page, 'latin1'));
}

function patternFits(pattern: string, address: number, bytes: Uint8Array): 'yes' | 'no' | 'more' {
  const wanted = pattern.match(/[0-9a-fA-F]{2}|\?\?|@@/g) ?? [];
  for (const [index, each] of wanted.entries()) {
    const byte = bytes[index];
    if (byte === undefined) return 'more';
    const value = each === '@@' ? address & 0xff : Number.parseInt(each, 16);
    if (each !== '??' && byte !== value) return 'no';
  }
  return 'yes';
}

const patternLength = (pattern: string) => (pattern.match(/[0-9a-fA-F]{2}|\?\?|@@/g) ?? []).length;

function parseAnswer(
  received: Uint8Array,
  address: number,
  { ok, refuse }: NonNullable<Options['answer']>,
): AnswerParse<BoardAnswer> {
  const [fine, refused] = [
    patternFits(ok, address, received),
    refuse === undefined ? 'no' : patternFits(refuse, address, received),
  ];
  if (fine === 'yes') return { kind: 'answer', bytes: patternLength(ok), answer: { kind: 'done' } };
  if (refused === 'yes' && refuse !== undefined) {
    const remedy = 'The board refuses the frame: check the recipe against its maker sheet';
    return { kind: 'answer', bytes: patternLength(refuse), answer: { kind: 'refused', code: 'board-refused', remedy } };
  }
  return fine === 'more' || refused === 'more' ? { kind: 'more' } : { kind: 'skip', bytes: 1 };
}

function decode(received: Uint8Array, address: number, recipe: Recipe, options: Options): Decoded {
  const known = [...recipe.paint, recipe.brightness, recipe.check].filter((each) => each !== undefined);
  const matches = known.map((frame) => ({ frame, match: matchRecipe(frame, received) }));
  for (const { frame, match } of matches) {
    if (match.kind !== 'match') continue;
    const { bytes } = match;
    const addressed = frame.parts.some(({ part }) => part === 'address');
    if (addressed && match.address !== address) return { kind: 'skip', bytes };
    const reply = options.answer === undefined ? {} : { answer: () => filledIn(options.answer?.ok ?? '', address) };
    const refuse = options.answer?.refuse;
    return {
      kind: 'frame',
      bytes,
      effects: effectsOf(match, options),
      ...reply,
      ...(refuse === undefined ? {} : { refusal: filledIn(refuse, address) }),
    };
  }
  if (matches.some(({ match }) => match.kind === 'more')) return { kind: 'more' };
  const broken = matches.find(({ match }) => match.kind === 'broken')?.match;
  return broken?.kind === 'broken' ? { kind: 'skip', bytes: broken.bytes, garbled: true } : { kind: 'skip', bytes: 1 };
}

function filledIn(pattern: string, address: number): Uint8Array {
  const parts = pattern.match(/[0-9a-fA-F]{2}|\?\?|@@/g) ?? [];
  return Uint8Array.from(parts, (each) =>
    each === '@@' ? address & 0xff : each === '??' ? 0 : Number.parseInt(each, 16),
  );
}

function effectsOf(
  match: Extract<ReturnType<typeof matchRecipe>, { kind: 'match' }>,
  options: Options,
): readonly BoardEffect[] {
  const effects: BoardEffect[] = [];
  const { brightness, columns, lines } = options;
  if (match.level !== undefined && brightness !== undefined) {
    const percent = ((match.level - brightness.min) * 100) / (brightness.max - brightness.min);
    effects.push({ kind: 'brightness', percent: Math.round(percent) });
  }
  for (const [line, bytes] of match.lines) {
    const row = line - 1;
    const text = options.text === 'gb2312' ? decodeGbk(bytes) : Buffer.from(bytes).toString('latin1');
    if (row >= lines) continue;
    if (options.text !== 'gb2312') {
      effects.push({ kind: 'put', row, column: 0, text: text.slice(0, columns).padEnd(columns, ' ') });
      continue;
    }
    const { width, height } = columnsDrawn('characters', 1, columns);
    const area = { id: row, x: 0, y: row * height, width, height, rows: [text.trimEnd()], pageMs: 0, clearAfterMs: 0 };
    effects.push({ kind: 'area', area: { ...area, fontPx: 16, align: 'left', colour: options.colours[0] ?? 'red' } });
  }
  return effects;
}
