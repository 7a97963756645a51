/** Byte stuffing by a table: a reserved byte becomes an escape and a code. */
export interface EscapePair {
  readonly plain: number;
  readonly escaped: readonly [number, number];
}

export function escapeBytes(bytes: Uint8Array, pairs: readonly EscapePair[]): Uint8Array {
  if (!pairs.some(({ plain }) => bytes.includes(plain))) return bytes.slice();
  const out: number[] = [];
  for (const byte of bytes) {
    const pair = pairs.find(({ plain }) => plain === byte);
    if (pair === undefined) out.push(byte);
    else out.push(...pair.escaped);
  }
  return Uint8Array.from(out);
}

/** `undefined`: an escape byte with a code that means nothing, or cut off at the end; the frame is broken. */
export function unescapeBytes(bytes: Uint8Array, pairs: readonly EscapePair[]): Uint8Array | undefined {
  if (!pairs.some(({ escaped }) => bytes.includes(escaped[0]))) return bytes.slice();
  const out: number[] = [];
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (!pairs.some(({ escaped }) => escaped[0] === byte)) {
      out.push(byte);
      continue;
    }
    index += 1;
    const pair = pairs.find(({ escaped }) => escaped[0] === byte && escaped[1] === bytes[index]);
    if (pair === undefined) return undefined;
    out.push(pair.plain);
  }
  return Uint8Array.from(out);
}
