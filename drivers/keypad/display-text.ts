/** A pad's own display line, in the octets its model takes: filled up with spaces, never half a Chinese character. */
import { decodeGbk, encodeGbk, inGbk } from '../bytes/gbk.ts';

export type DisplayAlphabet = 'ascii' | 'gbk';

/** What the model has no character for becomes a space. */
export function encodeDisplayText(text: string, columns: number, alphabet: DisplayAlphabet): Uint8Array {
  const octets: number[] = [];
  for (const character of text) {
    const shown = isPrintable(character, alphabet) ? [...encodeGbk(character)] : [0x20];
    if (octets.length + shown.length > columns) break;
    octets.push(...shown);
  }
  while (octets.length < columns) octets.push(0x20);
  return Uint8Array.from(octets);
}

export function decodeDisplayText(octets: Uint8Array): string {
  return decodeGbk(octets).trimEnd();
}

function isPrintable(character: string, alphabet: DisplayAlphabet): boolean {
  if (character >= ' ' && character <= '~') return true;
  return alphabet === 'gbk' && character > '\u007f' && inGbk(character);
}
