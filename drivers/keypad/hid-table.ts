/** The protocol `hid-table`: HID pads on vendor pages, by a table of report octets. */
import { unhex } from '../bytes/hex.ts';
import type { ReportLayout } from '../hid/hid-descriptor.ts';
import { reportOctets, splitReport } from '../hid/hid-report.ts';
import { layoutOf } from './hid-standard.ts';
import type { HidTableMessages } from './hid-table-schema.ts';
import { KeyTable, readInput } from './input-rules.ts';
import { fillLamps, lampTemplate, oneLamp } from './lamp-template.ts';
import type { PadInput } from './pad-input.ts';
import type { Lamps, PadProtocol } from './pad-protocol.ts';
import { codedKeys, lampNumbers, numberedLamps, type ProfileKey } from './profile-keys.ts';

export class HidTablePad implements PadProtocol {
  readonly keys: readonly string[];
  readonly lamps: boolean;
  readonly displayColumns = 0;
  readonly openingMessages: readonly Uint8Array[];
  readonly #messages: HidTableMessages;
  readonly #table: KeyTable;
  readonly #lampNumbers: ReadonlyMap<string, number>;
  readonly #templates: readonly ReturnType<typeof lampTemplate>[];
  #layout: ReportLayout;
  #octets: ReadonlyMap<number, number>;

  constructor(messages: HidTableMessages, keys: readonly ProfileKey[]) {
    this.#messages = messages;
    this.keys = keys.map(({ key }) => key);
    this.#table = new KeyTable(codedKeys(keys));
    this.#lampNumbers = lampNumbers(keys);
    this.#templates = messages.lamps.map(lampTemplate);
    this.lamps = this.#templates.length > 0 || messages.lamp_each !== undefined;
    this.openingMessages = messages.opening.map((message) => this.#padded(unhex(message)));
    this.#layout = layoutOf(unhex(messages.descriptor));
    this.#octets = reportOctets(this.#layout.inputs);
  }

  opened(descriptor: Uint8Array | undefined): void {
    if (descriptor === undefined) return;
    this.#layout = layoutOf(descriptor);
    this.#octets = reportOctets(this.#layout.inputs);
  }

  receive(report: Uint8Array): readonly PadInput[] {
    const { number, data } = splitReport(this.#layout, report);
    // Cut short, or a number that the descriptor does not have.
    if (data.length < (this.#octets.get(number) ?? Number.POSITIVE_INFINITY))
      return [{ kind: 'noise', octets: report.length }];
    for (const rule of this.#messages.events) {
      if (rule.function !== number) continue;
      const inputs = readInput(rule, data, this.#table);
      if (inputs !== undefined) return inputs;
    }
    return [{ kind: 'noise', octets: report.length }];
  }

  encodeLamps(lamps: Lamps): readonly Uint8Array[] {
    const numbered = numberedLamps(lamps, this.#lampNumbers);
    const whole = this.#templates.map((template) => fillLamps(template, numbered));
    const { lamp_each: each } = this.#messages;
    const single =
      each === undefined
        ? []
        : [...this.#lampNumbers.values()].map((lamp) => oneLamp(each, lamp, numbered.get(lamp) ?? 'off'));
    return [...whole, ...single].map((message) => this.#padded(message));
  }

  encodeDisplay(): readonly Uint8Array[] {
    return [];
  }

  #padded(message: Uint8Array): Uint8Array {
    const report = new Uint8Array(Math.max(this.#messages.report_octets, message.length));
    report.set(message);
    return report;
  }
}
