/** Bytes as people write them: `A5 0B` in, `a50b` out. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** Takes spaces and line ends; throws on anything else that is not pairs of hex digits. */
export function unhex(text: string): Uint8Array {
  const packed = text.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(packed)) throw new RangeError(`not pairs of hex digits: "${text.slice(0, 40)}"`);
  return Uint8Array.from(Buffer.from(packed, 'hex'));
}
