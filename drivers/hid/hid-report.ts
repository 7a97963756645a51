/** HID reports by their layout, both ways: which usages are on in it, and a report with these usages on (HID 1.11, 6.2.2.5, 8). */
import type { ReportField, ReportLayout } from './hid-descriptor.ts';

const bigFieldBits = 32;

/** One field's elements: `undefined` where the report is too short. */
function element(field: ReportField, data: Uint8Array, index: number): number | undefined {
  const from = field.bitAt + index * field.bits;
  if (from + field.bits > data.length * 8) return undefined;
  let value = 0;
  for (let bit = Math.min(field.bits, bigFieldBits) - 1; bit >= 0; bit -= 1) {
    const at = from + bit;
    value = value * 2 + (((data[at >> 3] ?? 0) >> (at & 7)) & 1);
  }
  const half = 2 ** (field.bits - 1);
  return field.logicalMin < 0 && value >= half ? value - 2 * half : value;
}

/** Splits a report into its number and data. */
export function splitReport(
  layout: ReportLayout,
  report: Uint8Array,
): { readonly number: number; readonly data: Uint8Array } {
  return layout.numbered ? { number: report[0] ?? 0, data: report.subarray(1) } : { number: 0, data: report };
}

/** Octets of each report's data, by report number. */
export function reportOctets(fields: readonly ReportField[]): ReadonlyMap<number, number> {
  const bits = new Map<number, number>();
  for (const field of fields)
    bits.set(field.report, Math.max(bits.get(field.report) ?? 0, field.bitAt + field.bits * field.count));
  return new Map([...bits].map(([report, count]) => [report, Math.ceil(count / 8)]));
}

/** Usages that are on, `page << 16 | usage`; `undefined`: the report has no such number, or is shorter than its descriptor says. */
export function usagesOn(
  fields: readonly ReportField[],
  number: number,
  data: Uint8Array,
): readonly number[] | undefined {
  const mine = fields.filter((field) => field.report === number);
  if (mine.length === 0) return undefined;
  const on: number[] = [];
  for (const field of mine) {
    if (field.constant) continue;
    for (let index = 0; index < field.count; index += 1) {
      const value = element(field, data, index);
      if (value === undefined) return undefined;
      const usage = field.variable ? variableUsage(field, index, value) : arrayUsage(field, value);
      if (usage !== undefined) on.push(usage);
    }
  }
  return on;
}

/** A report's data with these usages on; what does not fit into an array is left out. */
export function reportWith(fields: readonly ReportField[], number: number, usages: ReadonlySet<number>): Uint8Array {
  const mine = fields.filter((field) => field.report === number);
  const data = new Uint8Array(reportOctets(mine).get(number) ?? 0);
  for (const field of mine) {
    if (field.constant) continue;
    const left = [...usages].filter((usage) => field.usages.includes(usage));
    for (let index = 0; index < field.count; index += 1) {
      const usage = field.usages[Math.min(index, field.usages.length - 1)];
      if (field.variable) {
        if (usage !== undefined && usages.has(usage)) put(data, field, index, 1);
      } else {
        const next = left.shift();
        if (next !== undefined) put(data, field, index, field.usages.indexOf(next) + field.logicalMin);
      }
    }
  }
  return data;
}

function variableUsage(field: ReportField, index: number, value: number): number | undefined {
  return value === 0 ? undefined : field.usages[Math.min(index, field.usages.length - 1)];
}

/** 6.2.2.5: an array's value is an index into its usages; one outside the logical range is no control. */
function arrayUsage(field: ReportField, value: number): number | undefined {
  return value < field.logicalMin || value > field.logicalMax ? undefined : field.usages[value - field.logicalMin];
}

function put(data: Uint8Array, field: ReportField, index: number, value: number): void {
  for (let bit = 0; bit < Math.min(field.bits, bigFieldBits); bit += 1) {
    if (((value >>> bit) & 1) === 0) continue;
    const at = field.bitAt + index * field.bits + bit;
    data[at >> 3] = (data[at >> 3] ?? 0) | (1 << (at & 7));
  }
}
