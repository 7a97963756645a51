/**
 * A text cut into the parts of a text message: GSM 7-bit where every character allows it, else UCS2; several parts carry the
 * 6-octet concatenation header. Source: 3GPP TS 23.040, sections 9.2.3.24 and 9.2.3.24.1 (8-bit reference number).
 */
import { packSeptets, septetsOf } from './gsm-alphabet.ts';

export type SmsAlphabet = 'gsm-7' | 'ucs-2';

export interface SmsPart {
  /** What follows the length octet: the header, if any, and the text. */
  readonly userData: Uint8Array;
  /** TP-UDL: septets for GSM 7-bit (header included), octets for UCS2. */
  readonly length: number;
  readonly hasHeader: boolean;
}

export interface SmsText {
  readonly alphabet: SmsAlphabet;
  readonly parts: readonly SmsPart[];
}

/** What one message holds, and one part of several: 140 octets, less the header. */
const mostSeptets = { single: 160, part: 153 } as const;
const mostUnits = { single: 70, part: 67 } as const;
/** A header counts its parts in one octet; a hall's message of more than ten is a mistake. */
const mostParts = 10;
/** The header's 48 bits and one bit of fill are seven septets. */
const header = { octets: 6, septets: 7, fillBits: 49 } as const;

/**
 * `reference` (0 to 255) ties the parts of one message together: a new one for every message to the same number.
 * `only`: UCS2 also where the 7-bit alphabet would do. Throws `RangeError` for an empty text and for one of more than ten parts.
 */
export function smsText(text: string, reference: number, only?: 'ucs-2'): SmsText {
  if (text === '') throw new RangeError('a text message needs a text');
  const septets = only === 'ucs-2' ? undefined : septetsOf(text);
  const alphabet: SmsAlphabet = septets === undefined ? 'ucs-2' : 'gsm-7';
  const chunks = septets === undefined ? cutUnits(text) : cutSeptets(text, septets.length);
  if (chunks.length > mostParts)
    throw new RangeError(`a text message has ${mostParts} parts at most, this needs ${chunks.length}`);
  const several = chunks.length > 1;
  const parts = chunks.map((chunk, index) => {
    const head = several ? Uint8Array.of(5, 0, 3, reference & 0xff, chunks.length, index + 1) : new Uint8Array();
    return alphabet === 'gsm-7' ? septetPart(chunk, head) : unitPart(chunk, head);
  });
  return { alphabet, parts };
}

function septetPart(chunk: string, head: Uint8Array): SmsPart {
  const septets = septetsOf(chunk) ?? [];
  if (head.length === 0) return { userData: packSeptets(septets), length: septets.length, hasHeader: false };
  const userData = packSeptets(septets, header.fillBits);
  userData.set(head);
  return { userData, length: septets.length + header.septets, hasHeader: true };
}

function unitPart(chunk: string, head: Uint8Array): SmsPart {
  const userData = new Uint8Array([...head, ...ucs2(chunk)]);
  return { userData, length: userData.length, hasHeader: head.length > 0 };
}

/** Big-endian UTF-16: what phones make of UCS2, surrogate pairs included. */
export function ucs2(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 2);
  for (let n = 0; n < text.length; n += 1) {
    const unit = text.charCodeAt(n);
    octets[2 * n] = unit >> 8;
    octets[2 * n + 1] = unit & 0xff;
  }
  return octets;
}

/** Never between the two halves of a surrogate pair. */
function cutUnits(text: string): string[] {
  return cut(text, text.length <= mostUnits.single ? mostUnits.single : mostUnits.part, (char) => char.length);
}

/** Never between an escape and its character. */
function cutSeptets(text: string, total: number): string[] {
  const most = total <= mostSeptets.single ? mostSeptets.single : mostSeptets.part;
  return cut(text, most, (char) => septetsOf(char)?.length ?? 1);
}

function cut(text: string, most: number, sizeOf: (char: string) => number): string[] {
  const chunks: string[] = [];
  let [chunk, size] = ['', 0];
  for (const char of text) {
    const more = sizeOf(char);
    if (size + more > most) {
      chunks.push(chunk);
      [chunk, size] = ['', 0];
    }
    chunk += char;
    size += more;
  }
  return [...chunks, chunk];
}
