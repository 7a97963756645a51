/**
 * The framing all Onbon BX cards share. Source: Onbon "BX-5K/6K通讯协议用户版本" V1.4, chapter on the physical layer:
 * A5 run, escaped header + data + CRC-16/ARC (low byte first), 5A.
 */
import { crc16Arc } from '../bytes/crc16.ts';
import { type EscapePair, escapeBytes, unescapeBytes } from '../bytes/escapes.ts';

const start = 0xa5;
const end = 0x5a;
const leadCount = 8;
const crcBytes = 2;

const pairs: readonly EscapePair[] = [
  { plain: 0xa5, escaped: [0xa6, 0x02] },
  { plain: 0xa6, escaped: [0xa6, 0x01] },
  { plain: 0x5a, escaped: [0x5b, 0x02] },
  { plain: 0x5b, escaped: [0x5b, 0x01] },
];

export function wrapOnbon(body: Uint8Array): Uint8Array {
  const crc = crc16Arc(body);
  const checked = new Uint8Array(body.length + crcBytes);
  checked.set(body);
  checked.set([crc & 0xff, crc >> 8], body.length);
  const escaped = escapeBytes(checked, pairs);
  const frame = new Uint8Array(leadCount + escaped.length + 1).fill(start, 0, leadCount);
  frame.set(escaped, leadCount);
  frame[frame.length - 1] = end;
  return frame;
}

export type OnbonFound =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  /** Header and data, unescaped and checked. */
  | { readonly kind: 'frame'; readonly bytes: number; readonly body: Uint8Array };

/** One A5 is enough and any number is skipped; empty frames between 5A bytes are ignored, as the vendor's SDK sends two 5A. */
export function findOnbon(received: Uint8Array): OnbonFound {
  const first = received.indexOf(start);
  if (first < 0) return { kind: 'skip', bytes: received.length };
  if (first > 0) return { kind: 'skip', bytes: first };
  let from = 0;
  while (received[from] === start) from += 1;
  const at = received.indexOf(end, from);
  const next = received.indexOf(start, from);
  // A5 is escaped inside a frame: here a new frame begins, and the one before was cut off.
  if (next >= 0 && (at < 0 || next < at)) return { kind: 'skip', bytes: next, garbled: true };
  if (at < 0) return { kind: 'more' };
  const bytes = at + 1;
  if (at === from) return { kind: 'skip', bytes };
  const checked = unescapeBytes(received.subarray(from, at), pairs);
  if (checked === undefined || checked.length <= crcBytes) return { kind: 'skip', bytes, garbled: true };
  const body = checked.subarray(0, -crcBytes);
  const crc = (checked.at(-2) ?? 0) | ((checked.at(-1) ?? 0) << 8);
  if (crc !== crc16Arc(body)) return { kind: 'skip', bytes, garbled: true };
  return { kind: 'frame', bytes, body };
}
