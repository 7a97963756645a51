/**
 * HID report descriptors (USB Device Class Definition for HID 1.11, sections 5.4, 6.2.2): which bits of which report
 * are which usage. Knows all item types; of fields it keeps what keypads and scanners need.
 */
export interface ReportField {
  /** 0 where the descriptor has no report numbers. */
  readonly report: number;
  /** From the first bit behind the report number. */
  readonly bitAt: number;
  /** Bits an element. */
  readonly bits: number;
  readonly count: number;
  readonly constant: boolean;
  /** Each element is a usage that is on or off; else an array: each element names a usage that is on. */
  readonly variable: boolean;
  readonly logicalMin: number;
  readonly logicalMax: number;
  /** `page << 16 | usage`; fewer than the elements: the last one stands for the rest (6.2.2.8). */
  readonly usages: readonly number[];
  /** The innermost application collection's usage. */
  readonly application: number;
}

export interface ReportLayout {
  readonly numbered: boolean;
  readonly inputs: readonly ReportField[];
  readonly outputs: readonly ReportField[];
  readonly features: readonly ReportField[];
  /** Usages of the application collections in order: what the device says it is. */
  readonly applications: readonly number[];
}

export type ParsedDescriptor =
  | { readonly ok: true; readonly layout: ReportLayout }
  | { readonly ok: false; readonly problem: string };

/** Linux takes no longer ones (HID_MAX_DESCRIPTOR_SIZE), nor do we. */
const maxDescriptorOctets = 4096;
/** Bounds what a broken descriptor can ask for. */
const maxUsages = 1024;
const maxReportBits = 8 * 4096;
const maxGlobalStack = 16;
const maxCollections = 64;

const extendedUsage = 4;
const pageSpan = 0x10000;
const longItemPrefix = 0xfe;
const mainType = 0;
const globalType = 1;
const localType = 2;

interface Globals {
  page: number;
  logicalMin: number;
  logicalMax: number;
  size: number;
  count: number;
  report: number;
}

interface Locals {
  usages: number[];
  /** How many octets each of them was given with: a four-octet usage brings its page. */
  sizes: number[];
  usageMin: number | undefined;
}

export function parseReportDescriptor(bytes: Uint8Array): ParsedDescriptor {
  if (bytes.length > maxDescriptorOctets) return { ok: false, problem: `longer than ${maxDescriptorOctets} octets` };
  const parser = new DescriptorParser();
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === longItemPrefix) {
      at += 3 + (bytes[at + 1] ?? 0);
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + size > bytes.length) return { ok: false, problem: `ends within the item at octet ${at}` };
    const problem = parser.item((prefix >> 2) & 3, prefix >> 4, bytes.subarray(at + 1, at + 1 + size));
    if (problem !== undefined) return { ok: false, problem: `${problem} (octet ${at})` };
    at += 1 + size;
  }
  return parser.finish();
}

class DescriptorParser {
  #globals: Globals = { page: 0, logicalMin: 0, logicalMax: 0, size: 0, count: 0, report: 0 };
  #stack: Globals[] = [];
  #locals: Locals = { usages: [], sizes: [], usageMin: undefined };
  #collections: { application: number }[] = [];
  #applications: number[] = [];
  #numbered = false;
  readonly #bitsUsed = new Map<string, number>();
  readonly #fields = { inputs: [] as ReportField[], outputs: [] as ReportField[], features: [] as ReportField[] };

  item(type: number, tag: number, data: Uint8Array): string | undefined {
    if (type === mainType) return this.#main(tag, unsigned(data));
    if (type === globalType) return this.#global(tag, data);
    if (type === localType) return this.#local(tag, data);
    return undefined;
  }

  finish(): ParsedDescriptor {
    if (this.#collections.length > 0) return { ok: false, problem: 'a collection is not ended' };
    return { ok: true, layout: { numbered: this.#numbered, ...this.#fields, applications: this.#applications } };
  }

  /** 6.2.2.4 Main items. */
  #main(tag: number, value: number): string | undefined {
    const kind = ({ 8: 'inputs', 9: 'outputs', 11: 'features' } as const)[tag];
    let problem: string | undefined;
    this.#bindUsages();
    if (kind !== undefined) problem = this.#field(kind, value);
    else if (tag === 10) problem = this.#collection(value);
    else if (tag === 12 && this.#collections.pop() === undefined) problem = 'a collection ends that did not begin';
    this.#locals = { usages: [], sizes: [], usageMin: undefined };
    return problem;
  }

  /**
   * A Main item joins short usages with the last Usage Page, also one that stands behind them (6.2.2.8). Usages of several
   * pages for one Main item keep the page each had, as Linux reads them (hid_concatenate_last_usage_page).
   */
  #bindUsages(): void {
    const { usages, sizes } = this.#locals;
    const { page } = this.#globals;
    for (let at = usages.length - 1; at >= 0; at -= 1) {
      if (sizes[at] === extendedUsage) continue;
      const usage = usages[at] ?? 0;
      if (Math.floor(usage / pageSpan) === page) return;
      usages[at] = page * pageSpan + (usage % pageSpan);
    }
  }

  #collection(kind: number): string | undefined {
    if (this.#collections.length >= maxCollections) return 'collections nest too deep';
    const applicationKind = 1;
    const outer = this.#collections.at(-1)?.application ?? 0;
    const application = kind === applicationKind ? (this.#locals.usages[0] ?? 0) : outer;
    if (kind === applicationKind) this.#applications.push(application);
    this.#collections.push({ application });
    return undefined;
  }

  #field(kind: 'inputs' | 'outputs' | 'features', flags: number): string | undefined {
    const { report, size, count, logicalMin, logicalMax } = this.#globals;
    const key = `${kind} ${report}`;
    const bitAt = this.#bitsUsed.get(key) ?? 0;
    if (size > 32 && count > 0 && size * count > maxReportBits) return 'a field is too wide';
    if (bitAt + size * count > maxReportBits) return 'a report is too long';
    this.#bitsUsed.set(key, bitAt + size * count);
    this.#fields[kind].push({
      report,
      bitAt,
      bits: size,
      count,
      constant: (flags & 1) !== 0,
      variable: (flags & 2) !== 0,
      logicalMin,
      logicalMax,
      usages: this.#locals.usages,
      application: this.#collections.at(-1)?.application ?? 0,
    });
    return undefined;
  }

  /** 6.2.2.7 Global items. */
  #global(tag: number, data: Uint8Array): string | undefined {
    const globals = this.#globals;
    const value = unsigned(data);
    switch (tag) {
      case 0:
        globals.page = value & 0xffff;
        return undefined;
      case 1:
        globals.logicalMin = signed(data);
        return undefined;
      case 2:
        // Makers write 255 in one octet and mean 255, not -1: only a negative minimum makes the maximum signed.
        globals.logicalMax = globals.logicalMin < 0 ? signed(data) : value;
        return undefined;
      case 7:
        globals.size = value;
        return value > maxReportBits ? 'an element is too wide' : undefined;
      case 8:
        if (value === 0 || value > 255) return 'a report number is 1 to 255';
        globals.report = value;
        this.#numbered = true;
        return undefined;
      case 9:
        globals.count = value;
        return value > maxReportBits ? 'a field has too many elements' : undefined;
      case 10:
        if (this.#stack.length >= maxGlobalStack) return 'too much is pushed';
        this.#stack.push({ ...globals });
        return undefined;
      case 11: {
        const popped = this.#stack.pop();
        if (popped === undefined) return 'a pop without a push';
        this.#globals = popped;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** 6.2.2.8 Local items; a four-octet usage brings its page. */
  #local(tag: number, data: Uint8Array): string | undefined {
    const value = unsigned(data);
    const usage = data.length === 4 ? value : this.#globals.page * pageSpan + value;
    const { usages, sizes } = this.#locals;
    if (tag === 0) {
      if (usages.length >= maxUsages) return 'too many usages';
      usages.push(usage);
      sizes.push(data.length);
    } else if (tag === 1) this.#locals.usageMin = usage;
    else if (tag === 2 && this.#locals.usageMin !== undefined) {
      const count = usage - this.#locals.usageMin + 1;
      if (count < 0 || usages.length + count > maxUsages) return 'a usage range is too long';
      for (let at = 0; at < count; at += 1) {
        usages.push(this.#locals.usageMin + at);
        sizes.push(data.length);
      }
      this.#locals.usageMin = undefined;
    }
    return undefined;
  }
}

function unsigned(data: Uint8Array): number {
  return data.reduce((all, octet, at) => all + octet * 256 ** at, 0);
}

function signed(data: Uint8Array): number {
  const value = unsigned(data);
  const span = 256 ** data.length;
  return data.length > 0 && value >= span / 2 ? value - span : value;
}
