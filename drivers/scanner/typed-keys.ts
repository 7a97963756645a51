/**
 * What a keyboard's reports press, one key after the other, with the modifiers that are down. Read by the report descriptor
 * where there is one; without it by the boot format (HID 1.11, appendix B.1), with or without a report number in front.
 */
import { parseReportDescriptor, type ReportLayout } from '../hid/hid-descriptor.ts';
import { splitReport, usagesOn } from '../hid/hid-report.ts';
import { idOf, isKeyboardError, pageOf, pages } from '../hid/hid-usages.ts';

/** Bits of the modifier octet (HID 1.11, 8.3); left in the lower half. */
export const modifierBits = { ctrl: 0x11, shift: 0x22, alt: 0x44, gui: 0x88 } as const;

export interface TypedKeys {
  /** Modifiers that are down in this report. */
  readonly modifiers: number;
  /** Usages of the keyboard page that were not down before. */
  readonly fresh: readonly number[];
}

const modifierFirst = 0xe0;
const modifierLast = 0xe7;
const bootOctets = 8;

export class KeyboardReports {
  #layout: ReportLayout | undefined;
  /** Keys that are down, by report number. */
  #held = new Map<number, readonly number[]>();

  opened(descriptor: Uint8Array | undefined): void {
    this.#held = new Map();
    const parsed = descriptor === undefined ? undefined : parseReportDescriptor(descriptor);
    const types = parsed?.ok === true && parsed.layout.inputs.some(carriesKeys);
    this.#layout = types ? parsed.layout : undefined;
  }

  /** `undefined`: not a keyboard's report. Too many keys at once say nothing about keys. */
  read(report: Uint8Array): TypedKeys | undefined {
    const found = this.#layout === undefined ? boot(report) : byLayout(this.#layout, report);
    if (found === undefined) return undefined;
    const modifiers = found.usages
      .filter((usage) => usage >= modifierFirst && usage <= modifierLast)
      .reduce((bits, usage) => bits | (1 << (usage - modifierFirst)), 0);
    const keys = found.usages.filter((usage) => usage !== 0 && usage < modifierFirst);
    if (keys.some((usage) => isKeyboardError(pages.keyboard * 0x10000 + usage))) return { modifiers, fresh: [] };
    const before = this.#held.get(found.number) ?? [];
    this.#held.set(found.number, keys);
    return { modifiers, fresh: keys.filter((usage) => !before.includes(usage)) };
  }
}

function carriesKeys({ usages, constant }: ReportLayout['inputs'][number]): boolean {
  return !constant && usages.some((usage) => pageOf(usage) === pages.keyboard && idOf(usage) < modifierFirst);
}

function byLayout(layout: ReportLayout, report: Uint8Array) {
  const { number, data } = splitReport(layout, report);
  const on = usagesOn(layout.inputs, number, data);
  if (on === undefined) return undefined;
  return { number, usages: on.filter((usage) => pageOf(usage) === pages.keyboard).map(idOf) };
}

/** Modifiers, a reserved octet, six keys; nine octets: a report number stands in front. */
function boot(report: Uint8Array) {
  if (report.length < bootOctets) return undefined;
  const numbered = report.length === bootOctets + 1 && report[0] !== 0 && report[2] === 0;
  const data = numbered ? report.subarray(1) : report;
  const bits = data[0] ?? 0;
  const modifiers = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((bits >> bit) & 1) === 1);
  return {
    number: numbered ? (report[0] ?? 0) : 0,
    usages: [...modifiers.map((bit) => modifierFirst + bit), ...data.subarray(2, bootOctets)],
  };
}
