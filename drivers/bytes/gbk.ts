/**
 * Two-byte Chinese codes: GBK zones 1 to 5 as GB 18030-2022 table 1 keeps them (lead 81-FE, trail 40-7E and 80-FE).
 * Four-byte GB 18030 codes are never made: cheap printers and boards print them as two blanks and two digits.
 * The reverse map is built once, at first use, from the decoder that Node brings.
 */

/** Stands visibly for a character without a two-byte code; two columns wide, as what it replaces. */
export const missingMark = '〓';

const firstLead = 0x81;
const lastLead = 0xfe;
const firstTrail = 0x40;
const lastTrail = 0xfe;
/** DEL would be a control character inside a text: no trail byte. */
const noTrail = 0x7f;
const lastAscii = 0x7f;

interface Tables {
  /** Character to code, lead byte high. */
  readonly codes: ReadonlyMap<string, number>;
  /** Code minus 8100h to character. */
  readonly characters: readonly (string | undefined)[];
}

let built: Tables | undefined;

function tables(): Tables {
  if (built !== undefined) return built;
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, number>();
  const characters: (string | undefined)[] = [];
  for (let lead = firstLead; lead <= lastLead; lead++) {
    // One row in one call, a line feed after each pair: a call a pair takes a hundred times as long.
    const pairs = trails.flatMap((trail) => [lead, trail, 0x0a]);
    const row = decoder.decode(Uint8Array.from(pairs)).split('\n');
    for (const [at, trail] of trails.entries()) {
      const character = row[at] ?? '';
      if ([...character].length !== 1 || character === '\ufffd' || isPrivateUse(character)) continue;
      const code = lead * 256 + trail;
      characters[code - firstLead * 256] = character;
      if (!codes.has(character)) codes.set(character, code);
    }
  }
  built = { codes, characters };
  return built;
}

const trails: readonly number[] = Array.from({ length: lastTrail - firstTrail + 1 }, (_, at) => firstTrail + at).filter(
  (trail) => trail !== noTrail,
);

/** User-defined zones map there: no font has them. */
function isPrivateUse(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0xe000 && point <= 0xf8ff;
}

/** The two-byte code, lead byte high; `undefined` for ASCII and for what has none. */
export function gbkCode(character: string): number | undefined {
  return tables().codes.get(character);
}

/** Can this one character be sent: ASCII, or a two-byte code? */
export function inGbk(character: string): boolean {
  return isAscii(character) || gbkCode(character) !== undefined;
}

/** GB 2312-80 alone: rows 1 to 9 as far as they were assigned then, and the 6763 characters of rows 16 to 87; or ASCII. */
export function inGb2312(character: string): boolean {
  if (isAscii(character)) return true;
  const code = gbkCode(character);
  if (code === undefined) return false;
  const lead = code >> 8;
  const trail = code & 0xff;
  if (trail < 0xa1) return false;
  if (lead >= 0xb0 && lead <= 0xf7) return true;
  return (gb2312Symbols[lead] ?? []).some(([from, to]) => trail >= from && trail <= to);
}

/** GB 2312-80, rows 1 to 9: the assigned trail bytes by lead byte. */
const gb2312Symbols: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  161: [[0xa1, 0xfe]],
  162: [
    [0xb1, 0xe2],
    [0xe5, 0xee],
    [0xf1, 0xfc],
  ],
  163: [[0xa1, 0xfe]],
  164: [[0xa1, 0xf3]],
  165: [[0xa1, 0xf6]],
  166: [
    [0xa1, 0xb8],
    [0xc1, 0xd8],
  ],
  167: [
    [0xa1, 0xc1],
    [0xd1, 0xf1],
  ],
  168: [
    [0xa1, 0xba],
    [0xc5, 0xe9],
  ],
  169: [[0xa4, 0xef]],
};

/** ASCII as it is, Chinese as two bytes; a character without a code becomes `missingMark`. Control characters pass: the caller strips them. */
export function encodeGbk(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    if (isAscii(character)) {
      bytes.push(character.charCodeAt(0));
      continue;
    }
    const code = gbkCode(character) ?? gbkCode(missingMark) ?? 0x3f;
    bytes.push(code >> 8, code & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The other way, for simulated hardware and logs; a broken or unknown code becomes U+FFFD. */
export function decodeGbk(bytes: Uint8Array): string {
  const { characters } = tables();
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead <= lastAscii) {
      text += String.fromCharCode(lead);
      continue;
    }
    const trail = bytes[at + 1];
    const character = trail === undefined ? undefined : characters[lead * 256 + trail - firstLead * 256];
    text += character ?? '\ufffd';
    // A broken pair swallows its second byte only if that cannot be a character of its own.
    if (character !== undefined || (trail !== undefined && trail > lastAscii)) at += 1;
  }
  return text;
}

function isAscii(character: string): boolean {
  return character.length === 1 && character.charCodeAt(0) <= lastAscii;
}
