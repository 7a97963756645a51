/**
 * The GSM 7-bit default alphabet with its extension table, packed into octets as a text message carries it.
 * Source: 3GPP TS 23.038, sections 6.1.2.1 (packing), 6.2.1 and 6.2.1.1 (tables).
 */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const escapeCode = 0x1b;
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const codes = new Map<string, readonly number[]>([
  ...[...basic].flatMap((char, code) => (code === escapeCode ? [] : [[char, [code]] as const])),
  ...Object.entries(extension).map(([char, code]) => [char, [escapeCode, code]] as const),
]);
const extended = new Map(Object.entries(extension).map(([char, code]) => [code, char]));

/** The septets of a text; `undefined` when a character has none, so that the text needs UCS2. */
export function septetsOf(text: string): readonly number[] | undefined {
  const septets: number[] = [];
  for (const char of text) {
    const code = codes.get(char);
    if (code === undefined) return undefined;
    septets.push(...code);
  }
  return septets;
}

/** Seven bits each, least significant first, after `fillBits` zero bits: a header before the text ends at a septet's edge. */
export function packSeptets(septets: readonly number[], fillBits = 0): Uint8Array {
  const packed = new Uint8Array(Math.ceil((fillBits + septets.length * 7) / 8));
  let at = fillBits;
  for (const septet of septets) {
    const [index, shift] = [at >> 3, at & 7];
    packed[index] = (packed[index] ?? 0) | ((septet << shift) & 0xff);
    if (shift > 1) packed[index + 1] = (packed[index + 1] ?? 0) | (septet >> (8 - shift));
    at += 7;
  }
  return packed;
}

/** `count` septets out of `packed`, after `fillBits`; a code without a character reads as a space (23.038, 6.2.1.1, note 1). */
export function unpackText(packed: Uint8Array, count: number, fillBits = 0): string {
  let text = '';
  let escaped = false;
  for (let n = 0; n < count; n += 1) {
    const at = fillBits + n * 7;
    const [index, shift] = [at >> 3, at & 7];
    const septet = (((packed[index] ?? 0) | ((packed[index + 1] ?? 0) << 8)) >> shift) & 0x7f;
    if (escaped) text += extended.get(septet) ?? ' ';
    else if (septet !== escapeCode) text += basic[septet] ?? ' ';
    escaped = !escaped && septet === escapeCode;
  }
  return text;
}
