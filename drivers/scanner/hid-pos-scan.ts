/**
 * The protocol `hid-pos-scan`: scanners on the Bar Code Scanner page (HID Point of Sale Usage Tables 1.02, page 8C: usage
 * 02 bar code scanner, FB to FD the AIM identifier, FE decoded data, FF more of the same code follows). The report
 * descriptor says where these stand; without one the options do. A code longer than one report comes in several.
 */
import { z } from 'zod';
import { DeviceError } from '../errors.ts';
import { parseReportDescriptor, type ReportField } from '../hid/hid-descriptor.ts';
import { usage } from '../hid/hid-usages.ts';
import { decodeScan, zScanEncoding } from './scan-encoding.ts';
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
  encoding: zScanEncoding,
});

/** Where things stand in a report, in octets behind its number. */
interface PosLayout {
  readonly report: number;
  readonly countAt: number | undefined;
  readonly dataAt: number;
  readonly capacity: number;
  /** The bit "more of this code follows"; without it a full report is followed by another. */
  readonly moreBit: number | undefined;
}

const byteCount = usage(0x01, 0x3b);
const decodedData = usage(0x8c, 0xfe);
const dataContinued = usage(0x8c, 0xff);
const aimOctets = 3;
/** Behind the data: two octets of the maker's own symbology, then the octet with "more follows" (as Microsoft and Zebra print the report). */
const aimReportOctets = 63;

export class HidPosScan implements ScanProtocol {
  readonly #options: z.output<typeof zHidPosOptions>;
  #layout: PosLayout | undefined;
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

  opened(descriptor: Uint8Array | undefined): void {
    this.#octets = [];
    this.#layout = descriptor === undefined ? undefined : posLayout(descriptor);
  }

  receive(report: Uint8Array, atMs: number): readonly ScanInput[] {
    const out = [...this.settle(atMs)];
    const noise: ScanInput = { kind: 'noise', octets: report.length, why: 'report' };
    const { report: number } = this.#layout ?? this.#options;
    const data = number === 0 ? report : report.subarray(1);
    const { countAt, dataAt, capacity, moreBit } = this.#layout ?? this.#assumed(data);
    const room = data.subarray(dataAt, dataAt + capacity);
    const count = countAt === undefined ? room.findLastIndex((octet) => octet !== 0) + 1 : data[countAt];
    if ((number !== 0 && report[0] !== number) || count === undefined) return [...out, noise];
    if (count > capacity || dataAt + count > data.length) return [...out, noise];
    if (count === 0 && this.#octets.length === 0) return [...out, { kind: 'unread' }];
    this.#octets.push(...data.subarray(dataAt, dataAt + count));
    this.#lastMs = atMs;
    const more = moreBit === undefined ? count === capacity : (((data[moreBit >> 3] ?? 0) >> (moreBit & 7)) & 1) === 1;
    if (more && this.#octets.length < maxCodeCharacters * 4) return out;
    return [...out, this.#end()];
  }

  /** The report that would have ended it did not come: full reports alone may be the whole code. */
  settle(nowMs: number): readonly ScanInput[] {
    const { dueMs } = this;
    return dueMs === undefined || nowMs < dueMs ? [] : [this.#end()];
  }

  /** Without a descriptor. An identifier that the count leaves out pushes the last characters behind it. */
  #assumed(data: Uint8Array): PosLayout {
    const { report, count_at: countAt, data_at: dataAt, capacity } = this.#options;
    const plain = { report, countAt, dataAt, capacity, moreBit: undefined };
    const count = data[countAt] ?? 0;
    const aim = String.fromCharCode(...data.subarray(dataAt, dataAt + aimOctets));
    const behind = data.subarray(dataAt + count, dataAt + count + aimOctets);
    const pushed = /^\][A-Za-z][0-9A-Za-z]$/.test(aim) && count > 0 && behind.some((octet) => octet !== 0);
    if (!pushed) return plain;
    const moreBit = data.length === aimReportOctets ? (aimReportOctets - 1) * 8 : undefined;
    return { ...plain, dataAt: dataAt + aimOctets, moreBit };
  }

  #end(): ScanInput {
    const octets = Uint8Array.from(this.#octets);
    this.#octets = [];
    const decoded = decodeScan(octets, this.#options.encoding);
    const text = decoded.text?.replace(/[\r\n]+$/, '');
    if (text !== undefined && isCodeText(text)) return { kind: 'code', text };
    return { kind: 'noise', octets: octets.length, why: decoded.text === undefined ? decoded.why : 'control' };
  }
}

/** `undefined`: a descriptor without decoded data; the options decide then. */
function posLayout(descriptor: Uint8Array): PosLayout | undefined {
  const parsed = parseReportDescriptor(descriptor);
  if (!parsed.ok) return undefined;
  const { inputs } = parsed.layout;
  const data = inputs.find(({ usages, bits }) => usages.includes(decodedData) && bits === 8);
  if (data === undefined) return undefined;
  const bitOf = (wanted: number) => {
    const field = inputs.find(({ report, usages }) => report === data.report && usages.includes(wanted));
    return field === undefined ? undefined : placeOf(field, wanted);
  };
  const count = bitOf(byteCount);
  const first = placeOf(data, decodedData) >> 3;
  return {
    report: data.report,
    countAt: count === undefined ? undefined : count >> 3,
    dataAt: first,
    capacity: data.count - (first - (data.bitAt >> 3)),
    moreBit: bitOf(dataContinued),
  };
}

/** The first bit of a usage; the last usage of a field stands for the rest of its elements. */
function placeOf({ bitAt, bits, usages }: ReportField, wanted: number): number {
  return bitAt + usages.indexOf(wanted) * bits;
}
