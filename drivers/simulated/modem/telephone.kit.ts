/**
 * The network's side of a text message: reads a SUBMIT as a service centre does, puts parts together as a telephone does, and
 * makes the status report. Written from 3GPP TS 23.040, section 9.2, apart from the encoder in `drivers/modem`.
 */

import { unpackText } from '../../bytes/gsm-alphabet.ts';
import { unhex } from '../../bytes/hex.ts';

export interface ReceivedPart {
  /** Digits as they were addressed, `+` in front where international. */
  readonly to: string;
  /** The address octets as they came, for the report. */
  readonly address: string;
  readonly reportAsked: boolean;
  readonly text: string;
  /** `undefined`: a message of one part. */
  readonly concatenation: { readonly reference: number; readonly total: number; readonly index: number } | undefined;
}

export interface TelephoneMessage {
  readonly to: string;
  readonly text: string;
}

/** `undefined`: a service centre refuses it (+CMS ERROR 304). `length`: what `AT+CMGS=` announced. */
export function readSubmit(pdu: string, length: number): ReceivedPart | undefined {
  if (!/^([0-9A-F]{2})+$/.test(pdu)) return undefined;
  const octets = unhex(pdu);
  const tpdu = octets.subarray(1 + (octets[0] ?? 0));
  if (tpdu.length !== length) return undefined;
  const [first = 0, , digits = 0, type = 0] = tpdu;
  if ((first & 0x03) !== 0x01 || (first & 0x18) !== 0x10) return undefined;
  const addressEnd = 4 + Math.ceil(digits / 2);
  const [protocol, scheme = 0, , dataLength = 0] = tpdu.subarray(addressEnd);
  if (protocol !== 0) return undefined;
  const data = tpdu.subarray(addressEnd + 4);
  const wide = scheme === 0x08;
  if (!wide && scheme !== 0x00) return undefined;
  if (data.length !== (wide ? dataLength : Math.ceil((dataLength * 7) / 8)) || data.length > 140) return undefined;
  const hasHeader = (first & 0x40) !== 0;
  const headerOctets = hasHeader ? 1 + (data[0] ?? 0) : 0;
  const [, element, size, reference = 0, total = 0, index = 0] = data;
  if (hasHeader && (element !== 0 || size !== 3 || index < 1 || index > total)) return undefined;
  const skipped = Math.ceil((headerOctets * 8) / 7);
  return {
    to: numberOf(tpdu.subarray(4, addressEnd), digits, type),
    address: Buffer.from(tpdu.subarray(2, addressEnd)).toString('hex').toUpperCase(),
    reportAsked: (first & 0x20) !== 0,
    text: wide
      ? new TextDecoder('utf-16be').decode(data.subarray(headerOctets))
      : unpackText(data, dataLength - (hasHeader ? skipped : 0), hasHeader ? skipped * 7 : 0),
    concatenation: hasHeader ? { reference, total, index } : undefined,
  };
}

function numberOf(octets: Uint8Array, digits: number, type: number): string {
  const swapped = [...octets].flatMap((octet) => [octet & 0x0f, octet >> 4]).slice(0, digits);
  return `${type === 0x91 ? '+' : ''}${swapped.join('')}`;
}

/** Delivered at once: the report of section 9.2.2.3, time stamps fixed, as nothing reads them. */
export function statusReportPdu(reference: number, { address }: ReceivedPart): string {
  const stamp = '62113251320023';
  const number = reference.toString(16).padStart(2, '0').toUpperCase();
  return `0891683108100005F006${number}${address}${stamp}${stamp}00`;
}

/** Most recent messages alone: a page draws them. */
const mostMessages = 50;
const mostOpen = 50;

export class TelephoneInbox {
  #messages: TelephoneMessage[] = [];
  #open = new Map<string, (string | undefined)[]>();

  get messages(): readonly TelephoneMessage[] {
    return this.#messages;
  }

  receive({ to, text, concatenation }: ReceivedPart): void {
    if (concatenation === undefined) {
      this.#whole({ to, text });
      return;
    }
    const { reference, total, index } = concatenation;
    const key = `${to} ${reference} ${total}`;
    const parts = this.#open.get(key) ?? new Array<string | undefined>(total).fill(undefined);
    parts[index - 1] = text;
    this.#open.set(key, parts);
    if (this.#open.size > mostOpen) this.#open.delete(this.#open.keys().next().value ?? '');
    if (parts.includes(undefined)) return;
    this.#open.delete(key);
    this.#whole({ to, text: parts.join('') });
  }

  #whole(message: TelephoneMessage): void {
    this.#messages = [...this.#messages, message].slice(-mostMessages);
  }
}
