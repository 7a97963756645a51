/**
 * Text messages as a modem takes and gives them in PDU mode: SUBMIT out, DELIVER and STATUS-REPORT in.
 * Source: 3GPP TS 23.040, sections 9.2.2 (PDU types), 9.2.3 (fields), 9.1.2.5 (addresses); 23.038 for the coding scheme.
 */

import { unpackText } from '../bytes/gsm-alphabet.ts';
import { hex, unhex } from '../bytes/hex.ts';
import { type SmsAlphabet, type SmsPart, smsText } from '../bytes/sms-text.ts';

export interface SubmitOptions {
  /** Digits, with `+` in front where international. */
  readonly to: string;
  readonly text: string;
  /** Ties the parts of a long text together, 0 to 255. */
  readonly reference: number;
  /** After so long the network drops it, in minutes: 5 to 635,040; rounded up to what the field can say. */
  readonly validityMin: number;
  /** The network is asked to report the delivery. */
  readonly report: boolean;
}

export interface SubmitPdu {
  /** Upper-case hex, with the empty service-centre field in front: what follows the prompt. */
  readonly pdu: string;
  /** Octets without the service-centre field: the number in `AT+CMGS=`. */
  readonly length: number;
}

const codingScheme: Readonly<Record<SmsAlphabet, number>> = { 'gsm-7': 0x00, 'ucs-2': 0x08 };
/** TP-MTI, TP-VPF, TP-SRR, TP-UDHI of the first octet. */
const first = { submit: 0x01, relativeValidity: 0x10, reportAsked: 0x20, header: 0x40 } as const;

/** One PDU a part, in order. Throws `RangeError` for a number or text that cannot be sent. */
export function submitPdus({ to, text, reference, validityMin, report }: SubmitOptions): readonly SubmitPdu[] {
  const { alphabet, parts } = smsText(text, reference);
  const address = addressOctets(to);
  return parts.map((part) => submitPdu(part, { address, alphabet, validity: validityOctet(validityMin), report }));
}

function submitPdu(
  { userData, length, hasHeader }: SmsPart,
  fields: {
    readonly address: Uint8Array;
    readonly alphabet: SmsAlphabet;
    readonly validity: number;
    readonly report: boolean;
  },
): SubmitPdu {
  const { address, alphabet, validity, report } = fields;
  const firstOctet =
    first.submit | first.relativeValidity | (report ? first.reportAsked : 0) | (hasHeader ? first.header : 0);
  const tpdu = [firstOctet, 0, ...address, 0, codingScheme[alphabet], validity, length, ...userData];
  return { pdu: `00${hex(Uint8Array.from(tpdu)).toUpperCase().replaceAll(' ', '')}`, length: tpdu.length };
}

/** The number of digits, the type of number, the digits swapped in pairs (section 9.1.2.5). */
function addressOctets(number: string): Uint8Array {
  const international = number.startsWith('+');
  const digits = international ? number.slice(1) : number;
  if (!/^\d{3,20}$/.test(digits))
    throw new RangeError('a telephone number has 3 to 20 digits, and "+" in front at most');
  return Uint8Array.of(digits.length, international ? 0x91 : 0x81, ...swappedDigits(digits));
}

function swappedDigits(digits: string): number[] {
  const pairs = digits.match(/.{1,2}/g) ?? [];
  return pairs.map((pair) => Number.parseInt(`${pair[1] ?? 'F'}${pair[0]}`, 16));
}

/** TP-VP in relative format (section 9.2.3.12.1), rounded up. */
export function validityOctet(minutes: number): number {
  const [hour, day, week] = [60, 24 * 60, 7 * 24 * 60];
  if (minutes <= 12 * hour) return Math.max(0, Math.ceil(minutes / 5) - 1);
  if (minutes <= day) return 143 + Math.ceil((minutes - 12 * hour) / 30);
  if (minutes <= 30 * day) return 166 + Math.ceil(minutes / day);
  return Math.min(255, 192 + Math.max(5, Math.ceil(minutes / week)));
}

export interface StatusReport {
  readonly kind: 'status-report';
  /** What the modem gave as `+CMGS: n` for the part that this is about. */
  readonly reference: number;
  readonly to: string;
  /** 0x00 to 0x1f done, 0x20 to 0x3f still trying, 0x40 to 0x5f given up, 0x60 to 0x7f given up for now (section 9.2.3.15). */
  readonly status: number;
}

export interface Deliver {
  readonly kind: 'deliver';
  readonly from: string;
  readonly text: string;
}

/** What a report means for the message. */
export function reportOutcome(status: number): 'delivered' | 'trying' | 'failed' {
  if (status < 0x20) return 'delivered';
  return status < 0x40 ? 'trying' : 'failed';
}

/** An incoming PDU as the modem gives it (service-centre field in front); `undefined` for one that is cut short or of another type. */
export function readPdu(text: string): StatusReport | Deliver | undefined {
  if (!/^([0-9a-fA-F]{2})+$/.test(text)) return undefined;
  const octets = new Reader(unhex(text));
  octets.skip(octets.next());
  const firstOctet = octets.next();
  const kind = firstOctet & 0x03;
  const message =
    kind === 0x02 ? statusReport(octets) : kind === 0x00 ? deliver(octets, (firstOctet & 0x40) !== 0) : undefined;
  return octets.short ? undefined : message;
}

function statusReport(octets: Reader): StatusReport {
  const reference = octets.next();
  const to = address(octets);
  octets.skip(14);
  return { kind: 'status-report', reference, to, status: octets.next() };
}

function deliver(octets: Reader, hasHeader: boolean): Deliver {
  const from = address(octets);
  octets.skip(1);
  const scheme = octets.next();
  octets.skip(7);
  const length = octets.next();
  const data = octets.rest();
  const headerOctets = hasHeader ? 1 + (data[0] ?? 0) : 0;
  if ((scheme & 0x0c) === 0x08) return { kind: 'deliver', from, text: utf16(data.subarray(headerOctets, length)) };
  const headerSeptets = Math.ceil((headerOctets * 8) / 7);
  return { kind: 'deliver', from, text: unpackText(data, length - headerSeptets, headerSeptets * 7) };
}

function address(octets: Reader): string {
  const digits = octets.next();
  const type = octets.next();
  const octetCount = Math.ceil(digits / 2);
  if ((type & 0x70) === 0x50) return unpackText(octets.take(octetCount), Math.floor((digits * 4) / 7));
  const swapped = [...octets.take(octetCount)].map(
    (octet) => `${(octet & 0x0f).toString(16)}${(octet >> 4).toString(16)}`,
  );
  return `${type === 0x91 ? '+' : ''}${swapped.join('').slice(0, digits)}`;
}

function utf16(octets: Uint8Array): string {
  let text = '';
  for (let n = 0; n + 1 < octets.length; n += 2)
    text += String.fromCharCode(((octets[n] ?? 0) << 8) | (octets[n + 1] ?? 0));
  return text;
}

class Reader {
  #octets: Uint8Array;
  #at = 0;
  /** Something was read beyond the end. */
  short = false;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  next(): number {
    const octet = this.#octets[this.#at];
    this.#at += 1;
    if (octet === undefined) this.short = true;
    return octet ?? 0;
  }

  take(count: number): Uint8Array {
    const taken = this.#octets.subarray(this.#at, this.#at + count);
    this.#at += count;
    if (taken.length < count) this.short = true;
    return taken;
  }

  skip(count: number): void {
    this.take(count);
  }

  rest(): Uint8Array {
    return this.#octets.subarray(this.#at);
  }
}
