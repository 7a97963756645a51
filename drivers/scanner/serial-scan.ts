/** The protocol `serial-scan`: a code, then CR, LF or both (and ETX after STX, where the scanner is set so). */
import { z } from 'zod';
import { decodeScan, zScanEncoding } from './scan-encoding.ts';
import { isCodeText, maxCodeCharacters, type NoiseReason, type ScanInput, type ScanProtocol } from './scan-input.ts';

export const zSerialScanOptions = z.strictObject({
  /** Sent by the scanner before every code, cut off again: an AIM identifier, a site's own mark. */
  prefix: z.string().max(16).default(''),
  /** A code without an end mark is whole after this silence; 0 = only an end mark ends it. */
  silence_ms: z.int().min(0).max(1000).default(0),
  /** A code begun and not ended for so long is thrown away. */
  give_up_ms: z.int().min(50).max(10_000).default(1000),
  encoding: zScanEncoding,
});

const stx = 0x02;
const etx = 0x03;
const cr = 0x0d;
const lf = 0x0a;

export class SerialScan implements ScanProtocol {
  readonly #options: z.output<typeof zSerialScanOptions>;
  #octets: number[] = [];
  #lastMs = 0;
  /** Too long already: drop all until the next end. */
  #overlong = false;

  constructor(options: z.output<typeof zSerialScanOptions>) {
    this.#options = options;
  }

  get dueMs(): number | undefined {
    if (this.#octets.length === 0 && !this.#overlong) return undefined;
    return this.#lastMs + (this.#options.silence_ms || this.#options.give_up_ms);
  }

  opened(): void {
    this.#octets = [];
    this.#overlong = false;
  }

  receive(bytes: Uint8Array, atMs: number): readonly ScanInput[] {
    const out = [...this.settle(atMs)];
    for (const octet of bytes) {
      if (octet === cr || octet === lf || octet === etx) out.push(...this.#end());
      else if (octet === stx) out.push(...this.#drop());
      else if (this.#octets.length >= maxCodeCharacters * 4) {
        this.#octets = [];
        this.#overlong = true;
      } else if (!this.#overlong) this.#octets.push(octet);
    }
    this.#lastMs = atMs;
    return out;
  }

  settle(nowMs: number): readonly ScanInput[] {
    const { dueMs } = this;
    if (dueMs === undefined || nowMs < dueMs) return [];
    return this.#options.silence_ms > 0 ? this.#end() : this.#drop();
  }

  #end(): readonly ScanInput[] {
    if (this.#overlong) {
      this.#overlong = false;
      return [{ kind: 'unread' }];
    }
    if (this.#octets.length === 0) return [];
    const octets = Uint8Array.from(this.#octets);
    this.#octets = [];
    const { prefix, encoding } = this.#options;
    const noise = (why: NoiseReason): readonly ScanInput[] => [{ kind: 'noise', octets: octets.length, why }];
    const decoded = decodeScan(octets, encoding);
    if (decoded.text === undefined) return noise(decoded.why);
    if (!decoded.text.startsWith(prefix)) return noise('prefix');
    const text = decoded.text.slice(prefix.length);
    return isCodeText(text) ? [{ kind: 'code', text }] : noise('control');
  }

  #drop(): readonly ScanInput[] {
    const octets = this.#octets.length;
    const was = octets > 0 || this.#overlong;
    this.#octets = [];
    this.#overlong = false;
    return was ? [{ kind: 'noise', octets, why: 'unended' }] : [];
  }
}
