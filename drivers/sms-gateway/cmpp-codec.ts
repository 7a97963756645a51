/**
 * CMPP, China Mobile's protocol between a service provider and its gateway: the messages of a sender, versions 3.0 and 2.0.
 * Source: China Mobile, "CMPP 3.0", sections 7 and 8; numbers are big-endian, texts padded with zero octets. Debian's
 * tshark reads version 3 whole (runtime/testing/acceptance); version 2 differs in the lengths named here.
 */
import { createHash } from 'node:crypto';

export type CmppVersion = 3 | 2;

export const cmppCommand = {
  connect: 0x00000001,
  connectResp: 0x80000001,
  terminate: 0x00000002,
  terminateResp: 0x80000002,
  submit: 0x00000004,
  submitResp: 0x80000004,
  deliver: 0x00000005,
  deliverResp: 0x80000005,
  activeTest: 0x00000008,
  activeTestResp: 0x80000008,
} as const;

export interface CmppMessage {
  readonly command: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

const headerOctets = 12;
/** Longer than any message of the protocol: what claims to be more is out of step. */
const mostOctets = 4096;

export function cmppMessage({ command, sequence, body }: CmppMessage): Uint8Array {
  const octets = Buffer.alloc(headerOctets + body.length);
  octets.writeUInt32BE(octets.length, 0);
  octets.writeUInt32BE(command, 4);
  octets.writeUInt32BE(sequence, 8);
  octets.set(body, headerOctets);
  return octets;
}

/** Cuts a stream into messages. `undefined` from `take`: out of step, the connection is of no more use. */
export class CmppStream {
  #rest = Buffer.alloc(0);

  take(bytes: Uint8Array): readonly CmppMessage[] | undefined {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: CmppMessage[] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (length < headerOctets || length > mostOctets) return undefined;
      if (this.#rest.length < length) break;
      messages.push({
        command: this.#rest.readUInt32BE(4),
        sequence: this.#rest.readUInt32BE(8),
        body: Uint8Array.from(this.#rest.subarray(headerOctets, length)),
      });
      this.#rest = this.#rest.subarray(length);
    }
    return messages;
  }
}

/** MMDDHHMMSS of the given wall clock parts, as a number and as the ten digits that are signed. */
export function cmppTimestamp(wallMs: number, timeZone: string): { readonly digits: string; readonly value: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(wallMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '00';
  const digits = ['month', 'day', 'hour', 'minute', 'second'].map(part).join('');
  return { digits, value: Number(digits) };
}

export interface ConnectFields {
  readonly source: string;
  readonly secret: string;
  readonly version: CmppVersion;
  readonly timestamp: { readonly digits: string; readonly value: number };
}

/** Source_Addr 6, AuthenticatorSource 16, Version 1, Timestamp 4. */
export function connectBody({ source, secret, version, timestamp }: ConnectFields): Uint8Array {
  const body = Buffer.alloc(27);
  body.set(padded(source, 6), 0);
  body.set(authenticator(source, secret, timestamp.digits), 6);
  body.writeUInt8(version === 3 ? 0x30 : 0x20, 22);
  body.writeUInt32BE(timestamp.value, 23);
  return body;
}

/** MD5 over Source_Addr, nine zero octets, the secret and the ten digits of the timestamp. */
export function authenticator(source: string, secret: string, digits: string): Uint8Array {
  const signed = Buffer.concat([
    Buffer.from(source, 'latin1'),
    Buffer.alloc(9),
    Buffer.from(`${secret}${digits}`, 'latin1'),
  ]);
  return createHash('md5').update(signed).digest();
}

/** 0 right, 1 wrong structure, 2 illegal address, 3 wrong authenticator, 4 version too high; a number in four octets (3) or one (2). */
export function connectStatus(body: Uint8Array, version: CmppVersion): number | undefined {
  const octets = Buffer.from(body);
  if (octets.length < (version === 3 ? 21 : 18)) return undefined;
  return version === 3 ? octets.readUInt32BE(0) : octets.readUInt8(0);
}

export interface SubmitFields {
  readonly version: CmppVersion;
  /** Service code with extension: what the telephone shows. */
  readonly sourceNumber: string;
  readonly serviceId: string;
  /** The provider's six-digit enterprise code. */
  readonly enterprise: string;
  /** Mainland digits without `+86`. */
  readonly to: string;
  /** Coded text: UCS2, the concatenation header in front where there is one. */
  readonly content: Uint8Array;
  readonly part: number;
  readonly parts: number;
  readonly reportAsked: boolean;
  /** `YYMMDDHHMMSS032+`: dropped by the network after that; empty = its own default. */
  readonly validUntil: string;
}

const ucs2 = 8;
/** Paid for by whom sends: FeeType and FeeCode of an enterprise message. */
const fee = { userType: 2, type: '01', code: '000000' } as const;

/** Source: section 8.4 of version 3.0; version 2.0 has numbers of 21 octets without type octets, and Reserve 8 for LinkID 20. */
export function submitBody(fields: SubmitFields): Uint8Array {
  const { version, sourceNumber, serviceId, enterprise, to, content, part, parts, reportAsked, validUntil } = fields;
  const numberOctets = version === 3 ? 32 : 21;
  const octets = (...values: number[]) => Buffer.from(values);
  return Buffer.concat([
    Buffer.alloc(8),
    octets(parts, part, reportAsked ? 1 : 0, 1),
    padded(serviceId, 10),
    octets(fee.userType),
    padded('', numberOctets),
    ...(version === 3 ? [octets(0)] : []),
    octets(0, parts > 1 ? 1 : 0, ucs2),
    padded(enterprise, 6),
    padded(fee.type, 2),
    padded(fee.code, 6),
    padded(validUntil, 17),
    padded('', 17),
    padded(sourceNumber, 21),
    octets(1),
    padded(to, numberOctets),
    ...(version === 3 ? [octets(0)] : []),
    octets(content.length),
    Buffer.from(content),
    padded('', version === 3 ? 20 : 8),
  ]);
}

/** Msg_Id 8 and the result: 0 right, 8 flow control; four octets in version 3, one in version 2. */
export function submitResult(
  body: Uint8Array,
  version: CmppVersion,
): { readonly messageId: string; readonly result: number } | undefined {
  const octets = Buffer.from(body);
  if (octets.length < (version === 3 ? 12 : 9)) return undefined;
  return {
    messageId: octets.subarray(0, 8).toString('hex'),
    result: version === 3 ? octets.readUInt32BE(8) : octets.readUInt8(8),
  };
}

export interface CmppDeliver {
  readonly messageId: Uint8Array;
  /** A status report: of which message, and its word (`DELIVRD`, `EXPIRED`, `UNDELIV` …). */
  readonly report: { readonly messageId: string; readonly stat: string } | undefined;
}

export function readDeliver(body: Uint8Array, version: CmppVersion): CmppDeliver | undefined {
  const octets = Buffer.from(body);
  const terminal = version === 3 ? 33 : 21;
  // Msg_Id 8, Dest_Id 21, Service_Id 10, TP_pid 1, TP_udhi 1, Msg_Fmt 1, Src_terminal_Id (and its type).
  const registeredAt = 42 + terminal;
  const content = registeredAt + 2;
  if (octets.length < content) return undefined;
  const messageId = Uint8Array.from(octets.subarray(0, 8));
  if (octets.readUInt8(registeredAt) !== 1) return { messageId, report: undefined };
  const length = octets.readUInt8(registeredAt + 1);
  if (length < 15 || octets.length < content + length) return undefined;
  return {
    messageId,
    report: {
      messageId: octets.subarray(content, content + 8).toString('hex'),
      stat: octets
        .subarray(content + 8, content + 15)
        .toString('latin1')
        .replace(/\0+$/, ''),
    },
  };
}

/** Msg_Id 8 and result 0, as the answer to a DELIVER. */
export function deliverRespBody(messageId: Uint8Array, version: CmppVersion): Uint8Array {
  return Buffer.concat([Buffer.from(messageId), Buffer.alloc(version === 3 ? 4 : 1)]);
}

function padded(text: string, octets: number): Buffer {
  const padded = Buffer.alloc(octets);
  padded.write(text, 'latin1');
  return padded;
}
