/** Codes that a scanner sent and that were refused: after a few in a row it is a fault with its reason and remedy. */
import type { FaultFact } from '../device-health.ts';
import type { NoiseReason } from './scan-input.ts';

export type RefusalReason = NoiseReason | 'unread';

/** In a row, without a good code between. */
const refusedAfter = 3;

export const refusalCodes = ['scan-encoding', 'scan-refused'] as const;

const remedies: Readonly<Record<RefusalReason, readonly [code: (typeof refusalCodes)[number], remedy: string]>> = {
  report: [
    'scan-refused',
    'its reports have another layout than its descriptor or the options: check report, count_at, data_at',
  ],
  typing: [
    'scan-refused',
    'what is typed is no code of a scanner: check its end mark (Enter), the option gap_ms, and that nobody types on it',
  ],
  chord: [
    'scan-refused',
    'it types keys with Ctrl, Alt or the system key within a code: turn off control characters in the scanner (FNC1, GS)',
  ],
  'alt-code': [
    'scan-refused',
    'it types characters as Alt and digits that mean another character on each computer: set the scanner to the US keyboard without ALT mode',
  ],
  'not-utf-8': [
    'scan-encoding',
    'its codes are not UTF-8: set the option encoding (gb18030, latin-1), or the scanner to UTF-8',
  ],
  'not-gb18030': [
    'scan-encoding',
    'its codes are not GB 18030 (GB 2312): set the option encoding to utf-8 or latin-1, or the scanner to GB 18030',
  ],
  'maybe-gb18030': [
    'scan-encoding',
    'its codes seem to be GB 18030 (GBK): set the option encoding to gb18030, or the scanner to UTF-8',
  ],
  'unknown-encoding': [
    'scan-encoding',
    'its codes are neither UTF-8 nor GB 2312: set the option encoding (utf-8, gb18030, latin-1) as the scanner is set, and check its baud rate',
  ],
  prefix: [
    'scan-refused',
    'its codes begin without the configured prefix: check the option prefix and the setting of the scanner',
  ],
  control: ['scan-refused', 'its codes have control characters or are too long: check the end mark of the scanner'],
  unended: ['scan-refused', 'its codes have no end mark: set the scanner to send CR or LF, or the option silence_ms'],
  unread: ['scan-refused', 'it reads nothing, or codes that are too long: clean its window, check the printed code'],
};

export class RefusedCodes {
  #reason: RefusalReason | undefined;
  #inARow = 0;

  good(): void {
    this.#inARow = 0;
  }

  /** The fault that this refusal makes, if it is one too many. */
  refused(reason: RefusalReason, name: string): FaultFact | undefined {
    if (reason !== this.#reason) this.#inARow = 0;
    this.#reason = reason;
    this.#inARow += 1;
    if (this.#inARow < refusedAfter) return undefined;
    const [code, remedy] = remedies[reason];
    return { code, kind: 'garbled', severity: 'warning', remedy: `${name}: ${remedy}` };
  }
}
