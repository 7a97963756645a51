/** A simulated pad on the standard usage pages: reports by its descriptor, lamps from the LED page. */
import { unhex } from '../../bytes/hex.ts';
import type { ReportLayout } from '../../hid/hid-descriptor.ts';
import { reportWith } from '../../hid/hid-report.ts';
import { layoutOf, ledsOf, StandardNames } from '../../keypad/hid-standard.ts';
import type { LampState } from '../../keypad/keypad.ts';
import { keyedLamps, type ProfileKey } from '../../keypad/profile-keys.ts';
import type { FirmwareReaction, PadFirmware } from './keypad-machine.ts';

export class HidStandardFirmware implements PadFirmware {
  readonly #keys: readonly ProfileKey[];
  readonly #layout: ReportLayout;
  readonly #usageOf = new Map<string, { readonly report: number; readonly usage: number }>();

  constructor(keys: readonly ProfileKey[], descriptor: string) {
    this.#layout = layoutOf(unhex(descriptor));
    const names = new StandardNames(keys);
    for (const field of this.#layout.inputs)
      for (const usage of field.usages) {
        const key = names.keyOf(usage);
        if (key !== undefined && !this.#usageOf.has(key)) this.#usageOf.set(key, { report: field.report, usage });
      }
    this.#keys = keys.length > 0 ? keys : this.keys.map((key, lamp) => ({ key, code: 0, lamp }));
  }

  /** All keys it can send. */
  get keys(): readonly string[] {
    return [...this.#usageOf.keys()];
  }

  restart(): void {}

  change(key: string, _down: boolean, held: readonly string[]): readonly Uint8Array[] {
    const report = this.#usageOf.get(key)?.report;
    if (report === undefined) return [];
    const on = held.map((each) => this.#usageOf.get(each)).filter((each) => each?.report === report);
    const data = reportWith(this.#layout.inputs, report, new Set(on.map((each) => each?.usage ?? 0)));
    return [this.#layout.numbered ? Uint8Array.from([report, ...data]) : data];
  }

  receive(message: Uint8Array): FirmwareReaction {
    const states = new Map<number, LampState>();
    ledsOf(this.#layout).forEach(({ report, at }, lamp) => {
      const place = 1 + (at >> 3);
      if (report === message[0] && (((message[place] ?? 0) >> (at & 7)) & 1) === 1) states.set(lamp, 'on');
    });
    return { lamps: keyedLamps(states, this.#keys) };
  }
}
