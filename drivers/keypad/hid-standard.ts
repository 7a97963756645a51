/**
 * The protocols `hid-standard` and `hid-keyboard`: pads on the standard usage pages, understood by their own report
 * descriptor. Button, keyboard and telephony pages in, LED page out; a profile may give usages other names.
 */

import { unhex } from '../bytes/hex.ts';
import { DeviceError } from '../errors.ts';
import { parseReportDescriptor, type ReportLayout } from '../hid/hid-descriptor.ts';
import { reportWith, splitReport, usagesOn } from '../hid/hid-report.ts';
import { genericKey, idOf, isKeyboardError, isKeyPage, numLock, pageOf, pages } from '../hid/hid-usages.ts';
import { KeyTable } from './input-rules.ts';
import type { LampState } from './keypad.ts';
import type { PadInput } from './pad-input.ts';
import type { Lamps, PadProtocol } from './pad-protocol.ts';
import { codedKeys, lampNumbers, numberedLamps, type ProfileKey, usageCode } from './profile-keys.ts';

/** HID 1.11, appendix B.1 and E.6: the format of a keyboard before another is requested. */
export const bootKeyboardDescriptor =
  '05 01 09 06 A1 01 05 07 19 E0 29 E7 15 00 25 01 75 01 95 08 81 02 95 01 75 08 81 01 95 05 75 01 05 08 19 01 29 05 91 02 95 01 75 03 91 01 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 C0';

const modifierFirst = 0xe0;

/** What names usages and lamps on a standard pad; the simulated pad uses the same. */
export class StandardNames {
  readonly #table: KeyTable;
  readonly #named: boolean;
  readonly #lamps: ReadonlyMap<string, number>;

  constructor(keys: readonly ProfileKey[]) {
    this.#table = new KeyTable(codedKeys(keys));
    this.#named = keys.length > 0;
    this.#lamps = lampNumbers(keys);
  }

  keyOf(full: number): string | undefined {
    const own = this.#table.keyOf(usageCode(pageOf(full), idOf(full)));
    return own ?? (this.#named ? undefined : genericKey(full));
  }

  /** Lamps by their place among the LED usages; without a profile, lamp n belongs to button n + 1. */
  numbered(lamps: Lamps): ReadonlyMap<number, LampState> {
    if (this.#named) return numberedLamps(lamps, this.#lamps);
    return new Map(
      Object.entries(lamps).flatMap(([key, state]) => {
        const button = /^button-(\d+)$/.exec(key)?.[1];
        return button === undefined ? [] : [[Number(button) - 1, state] as const];
      }),
    );
  }
}

export function layoutOf(descriptor: Uint8Array): ReportLayout {
  const parsed = parseReportDescriptor(descriptor);
  if (parsed.ok) return parsed.layout;
  throw new DeviceError(
    'illegal',
    `its report descriptor is invalid (${parsed.problem}): try another USB port, else replace the pad`,
  );
}

/** The lamps of a layout, in order: report number and usage of each. */
export function ledsOf(
  layout: ReportLayout,
): readonly { readonly report: number; readonly led: number; readonly at: number }[] {
  return layout.outputs.flatMap((field) =>
    field.constant || !field.variable
      ? []
      : Array.from({ length: field.count }, (_, index) => ({
          report: field.report,
          led: field.usages[Math.min(index, field.usages.length - 1)] ?? 0,
          at: field.bitAt + index * field.bits,
        })).filter(({ led }) => pageOf(led) === pages.led),
  );
}

export class HidStandardPad implements PadProtocol {
  readonly displayColumns = 0;
  readonly #profileKeys: readonly string[];
  readonly #names: StandardNames;
  readonly #fallback: Uint8Array | undefined;
  #layout: ReportLayout | undefined;
  /** The usages that are on, by report number. */
  #on = new Map<number, readonly number[]>();

  constructor(keys: readonly ProfileKey[], descriptor: string | undefined) {
    this.#profileKeys = keys.map(({ key }) => key);
    this.#names = new StandardNames(keys);
    this.#fallback = descriptor === undefined ? undefined : unhex(descriptor);
    if (this.#fallback !== undefined) this.#layout = layoutOf(this.#fallback);
  }

  /** Of a pad without a profile they are known once it was open. */
  get keys(): readonly string[] {
    if (this.#profileKeys.length > 0) return this.#profileKeys;
    const usages = (this.#layout?.inputs ?? []).flatMap((field) => field.usages);
    return [...new Set(usages.map((each) => this.#names.keyOf(each)).filter((key) => key !== undefined))];
  }

  get lamps(): boolean {
    return this.#layout !== undefined && ledsOf(this.#layout).length > 0;
  }

  opened(descriptor: Uint8Array | undefined): void {
    this.#on = new Map();
    this.#layout = undefined;
    const known = descriptor ?? this.#fallback;
    if (known === undefined)
      throw new DeviceError(
        'illegal',
        'its report descriptor cannot be read: give the profile a descriptor, or the port more rights',
      );
    this.#layout = layoutOf(known);
  }

  receive(report: Uint8Array): readonly PadInput[] {
    const layout = this.#layout;
    const noise: PadInput = { kind: 'noise', octets: report.length };
    if (layout === undefined) return [noise];
    const { number, data } = splitReport(layout, report);
    const on = usagesOn(layout.inputs, number, data);
    if (on === undefined) return [noise];
    // Too many keys for the report: it carries no state; keys held before are still held.
    if (on.some(isKeyboardError)) return [{ kind: 'alive' }];
    this.#on.set(number, on);
    const keys = new Set<string>();
    const unknown: PadInput[] = [];
    for (const full of [...this.#on.values()].flat()) {
      const key = this.#names.keyOf(full);
      if (key !== undefined) keys.add(key);
      else if (on.includes(full) && isUnknownKey(full))
        unknown.push({ kind: 'unknown', code: usageCode(pageOf(full), idOf(full)) });
    }
    return [...unknown, { kind: 'held', keys: [...keys], answer: false }];
  }

  /** LEDs have no blinking of their own on most pads: what should blink is lit. */
  encodeLamps(lamps: Lamps): readonly Uint8Array[] {
    const layout = this.#layout;
    if (layout === undefined) return [];
    const leds = ledsOf(layout);
    const wanted = this.#names.numbered(lamps);
    return [...new Set(leds.map(({ report }) => report))].map((report) => {
      const data = reportWith(layout.outputs, report, new Set());
      leds.forEach(({ report: mine, at }, lamp) => {
        if (mine === report && (wanted.get(lamp) ?? 'off') !== 'off')
          data[at >> 3] = (data[at >> 3] ?? 0) | (1 << (at & 7));
      });
      return Uint8Array.from([report, ...data]);
    });
  }

  encodeDisplay(): readonly Uint8Array[] {
    return [];
  }
}

function isUnknownKey(full: number): boolean {
  const silent = pageOf(full) === pages.keyboard && (idOf(full) === 0 || idOf(full) >= modifierFirst);
  return isKeyPage(full) && full !== numLock && !silent;
}
