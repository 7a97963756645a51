/** Finds real-time commands anywhere in the stream, even inside pictures, as a printer's receiver does (Epson, "DLE EOT", notes). */
import { dc4Lengths } from '../../ticket-printer/command-framing.ts';

export type RealTime =
  | { readonly kind: 'status'; readonly n: number }
  | { readonly kind: 'enquiry'; readonly n: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'drawer' };

const clearBytes = [0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08];

export class RealTimeScanner {
  #held: number[] = [];

  reset(): void {
    this.#held = [];
  }

  push(byte: number): RealTime | undefined {
    const held = this.#held;
    if (held.length === 0 && byte !== 0x10) return undefined;
    held.push(byte);
    if (held.length === 2 && byte !== 0x04 && byte !== 0x05 && byte !== 0x14) {
      this.#held = byte === 0x10 ? [0x10] : [];
      return undefined;
    }
    if (held.length < 3) return undefined;
    const [, kind, n = 0] = held;
    if (kind === 0x14 && held.length < (dc4Lengths.get(n) ?? 3)) return undefined;
    this.#held = [];
    if (kind === 0x04) return { kind: 'status', n };
    if (kind === 0x05) return { kind: 'enquiry', n };
    if (n === 8 && clearBytes.every((expected, at) => held[at + 3] === expected)) return { kind: 'clear' };
    return n === 1 ? { kind: 'drawer' } : undefined;
  }
}
