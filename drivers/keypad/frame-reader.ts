/**
 * Finds frames in bytes that come in any pieces. On a broken frame it goes forward one octet past the head, never past
 * the frame, so a whole frame behind noise is always found.
 */
import type { FrameMessage, SerialFrame } from './serial-frame-format.ts';

export type FrameFound =
  | { readonly kind: 'frame'; readonly message: FrameMessage }
  /** It looked like a frame until its check, length or end. */
  | { readonly kind: 'broken'; readonly why: 'length' | 'check' | 'end' | 'unfinished' }
  | { readonly kind: 'noise'; readonly octets: number };

/** More than the longest frame the table allows, escapes included. */
const bufferOctets = 256;
/** A CR LF end may come in two pieces; its LF is no noise. */
const lf = 0x0a;

export class FrameReader {
  readonly #frame: SerialFrame;
  #buffer = new Uint8Array(bufferOctets);
  #length = 0;

  constructor(frame: SerialFrame) {
    this.#frame = frame;
  }

  /** A frame has begun and is not whole: after a silence call `flush`. */
  get halfMade(): boolean {
    return this.#length > 0;
  }

  push(bytes: Uint8Array): FrameFound[] {
    const found: FrameFound[] = [];
    // Piecewise: a scan leaves at most one half-made frame, which is shorter than half the buffer.
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + bufferOctets - this.#length);
      this.#buffer.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      this.#scan(found, false);
      // No frame is this long: its head was none.
      if (this.#length === bufferOctets) this.#scan(found, true);
    }
    return found;
  }

  /** A silence ended what was half-made: nothing more of it will come. */
  flush(): FrameFound[] {
    const found: FrameFound[] = [];
    this.#scan(found, true);
    return found;
  }

  reset(): void {
    this.#length = 0;
  }

  #scan(found: FrameFound[], toTheEnd: boolean): void {
    let at = 0;
    while (at < this.#length) {
      const match = this.#frame.match(this.#buffer.subarray(at, this.#length));
      if (match.kind === 'frame') {
        found.push({ kind: 'frame', message: match.message });
        at += match.octets;
        continue;
      }
      if (match.kind === 'more' && !toTheEnd) break;
      if (match.kind === 'no' && match.why !== 'start') found.push({ kind: 'broken', why: match.why });
      else if (match.kind === 'more') found.push({ kind: 'broken', why: 'unfinished' });
      else if (this.#buffer[at] !== lf) addNoise(found);
      at += 1;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
  }
}

function addNoise(found: FrameFound[]): void {
  const last = found.at(-1);
  if (last?.kind === 'noise') found[found.length - 1] = { kind: 'noise', octets: last.octets + 1 };
  else found.push({ kind: 'noise', octets: 1 });
}
