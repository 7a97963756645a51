/**
 * What a modem's numbered errors mean, and what follows for the message.
 * Source: 3GPP TS 27.005, section 3.2.5 (+CMS ERROR); 27.007, section 9.2 (+CME ERROR).
 */
import type { FinalResult } from './at-lines.ts';

export interface ErrorMeaning {
  /** Stable, for counters and faults: `sim-missing`. */
  readonly name: string;
  readonly retry: 'later' | 'never' | 'mend';
}

const cms = new Map<number, ErrorMeaning>([
  ...named('never', {
    1: 'number-unassigned',
    8: 'operator-barred',
    10: 'call-barred',
    21: 'rejected',
    28: 'subscriber-unidentified',
    29: 'facility-rejected',
    30: 'subscriber-unknown',
    50: 'not-subscribed',
    96: 'information-missing',
    304: 'bad-pdu',
    305: 'bad-text',
  }),
  ...named('later', {
    27: 'phone-out-of-order',
    38: 'network-out-of-order',
    41: 'temporary-failure',
    42: 'congestion',
    47: 'no-resources',
    314: 'sim-busy',
    322: 'memory-full',
    331: 'no-network',
    332: 'network-timeout',
    500: 'modem-error',
  }),
  ...named('mend', {
    69: 'not-implemented',
    111: 'protocol-error',
    127: 'interworking',
    300: 'modem-failure',
    301: 'service-reserved',
    302: 'not-allowed',
    303: 'not-supported',
    310: 'sim-missing',
    311: 'pin-needed',
    312: 'phone-locked',
    313: 'sim-failure',
    315: 'sim-wrong',
    316: 'puk-needed',
    320: 'memory-failure',
    321: 'memory-index',
    330: 'service-centre-unknown',
    340: 'no-acknowledgement-expected',
  }),
]);

const cme = new Map<number, ErrorMeaning>([
  ...named('mend', {
    3: 'not-allowed',
    4: 'not-supported',
    10: 'sim-missing',
    11: 'pin-needed',
    12: 'puk-needed',
    13: 'sim-failure',
    15: 'sim-wrong',
    16: 'pin-wrong',
    20: 'memory-full',
  }),
  ...named('later', { 14: 'sim-busy', 30: 'no-network', 31: 'network-timeout', 100: 'modem-error' }),
]);

function named(retry: ErrorMeaning['retry'], names: Readonly<Record<number, string>>): [number, ErrorMeaning][] {
  return Object.entries(names).map(([code, name]) => [Number(code), { name, retry }]);
}

/** A number that the tables lack is the modem's own: tried again later, and named by its number. */
export function errorMeaning(result: Exclude<FinalResult, { kind: 'ok' }>): ErrorMeaning {
  if (result.kind === 'error') return { name: 'modem-error', retry: 'later' };
  const [table, kind] = result.kind === 'cms-error' ? [cms, 'cms'] : [cme, 'cme'];
  return table.get(result.code) ?? { name: `${kind}-error-${result.code}`, retry: 'later' };
}
