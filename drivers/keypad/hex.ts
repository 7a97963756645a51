/** Bytes as the hexadecimal text that profiles and makers' papers use: `FF 68 02`. */
const pattern = /^(\s*[0-9a-f]{2})*\s*$/i;

export function isHex(text: string): boolean {
  return pattern.test(text);
}

/** Of a text that `isHex`. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
