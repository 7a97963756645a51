/**
 * The protocol `hid-pos-scan`: scanners on the Bar Code Scanner page (HID Point of Sale Usage Tables 1.02, page 8C:
 * usage 02 bar code scanner, FE decoded data). A code longer than one report comes in several.
 */
import { z } from 'zod';
import { DeviceError } from '../errors.ts';
import { isCodeText, maxCodeCharacters, type ScanInput, type ScanProtocol } from './scan-input.ts';

export const zHidPosOptions = z.strictObject({
  /** The report that carries decoded data. */
  report: z.int().min(0).max(255).default(2),
  /** Where the octet with the number of characters stands behind the report number. */
  count_at: z.int().min(0).max(15).default(0),
  data_at: z.int().min(0).max(31).default(1),
  /** Characters a report can hold; a report that is full is followed by another of the same code. */
  capacity: z.int().min(1).max(255).default(56),
  give_up_ms: z.int().min(50).max(10_000).default(1000),
});

export class HidPosScan implements ScanProtocol {
  readonly #options: z.output<typeof zHidPosOptions>;
  #octets: number[] = [];
  #lastMs = 0;

  constructor(options: z.output<typeof zHidPosOptions>) {
    if (options.data_at <= options.count_at)
      throw new DeviceError('illegal', 'hid-pos-scan: "data_at" stands behind "count_at"; check the profile');
    this.#options = options;
  }

  get dueMs(): number | undefined {
    return this.#octets.length === 0 ? undefined : this.#lastMs + this.#options.give_up_ms;
  }

  opened(): void {
    this.#octets = [];
  }

  receive(report: Uint8Array, atMs: number): readonly ScanInput[] {
    const { report: number, count_at, data_at, capacity } = this.#options;
    const out = [...this.settle(atMs)];
    const data = number === 0 ? report : report.subarray(1);
    const count = data[count_at];
    const noise: ScanInput = { kind: 'noise', octets: report.length };
    if ((number !== 0 && report[0] !== number) || count === undefined) return [...out, noise];
    if (count > capacity || data_at + count > data.length) return [...out, noise];
    if (count === 0 && this.#octets.length === 0) return [...out, { kind: 'unread' }];
    this.#octets.push(...data.subarray(data_at, data_at + count));
    this.#lastMs = atMs;
    if (count === capacity && this.#octets.length < maxCodeCharacters * 4) return out;
    const text = new TextDecoder().decode(Uint8Array.from(this.#octets)).replace(/[\r\n]+$/, '');
    this.#octets = [];
    return [...out, isCodeText(text) && !text.includes('\ufffd') ? { kind: 'code', text } : noise];
  }

  /** The report that would have ended it did not come: full reports alone may be the whole code. */
  settle(nowMs: number): readonly ScanInput[] {
    const { dueMs } = this;
    if (dueMs === undefined || nowMs < dueMs) return [];
    const text = new TextDecoder().decode(Uint8Array.from(this.#octets));
    const octets = this.#octets.length;
    this.#octets = [];
    return [isCodeText(text) && !text.includes('\ufffd') ? { kind: 'code', text } : { kind: 'noise', octets }];
  }
}
