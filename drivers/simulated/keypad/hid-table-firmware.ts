/** A simulated vendor HID pad's program: the same table as the driver's, seen from the other side. */
import { unhex } from '../../bytes/hex.ts';
import { parseReportDescriptor } from '../../hid/hid-descriptor.ts';
import { reportOctets } from '../../hid/hid-report.ts';
import type { HidTableMessages } from '../../keypad/hid-table-schema.ts';
import { KeyTable, writeHeld, writeInput } from '../../keypad/input-rules.ts';
import type { LampState } from '../../keypad/keypad.ts';
import { lampTemplate, oneLamp, readLamps } from '../../keypad/lamp-template.ts';
import { codedKeys, keyedLamps, type ProfileKey } from '../../keypad/profile-keys.ts';
import type { FirmwareReaction, PadFirmware } from './keypad-machine.ts';

export class HidTableFirmware implements PadFirmware {
  readonly #messages: HidTableMessages;
  readonly #keys: readonly ProfileKey[];
  readonly #table: KeyTable;
  readonly #templates: readonly ReturnType<typeof lampTemplate>[];
  readonly #numbered: boolean;
  /** What each lamp command last said: lighting and blinking may be two commands. */
  readonly #said = new Map<number, ReadonlyMap<number, LampState>>();
  readonly #single = new Map<number, LampState>();
  readonly #inputOctets: ReadonlyMap<number, number>;

  constructor(messages: HidTableMessages, keys: readonly ProfileKey[]) {
    this.#messages = messages;
    this.#keys = keys;
    this.#table = new KeyTable(codedKeys(keys));
    this.#templates = messages.lamps.map(lampTemplate);
    const parsed = parseReportDescriptor(unhex(messages.descriptor));
    this.#numbered = parsed.ok && parsed.layout.numbered;
    this.#inputOctets = reportOctets(parsed.ok ? parsed.layout.inputs : []);
  }

  restart(): void {
    this.#said.clear();
    this.#single.clear();
  }

  change(key: string, down: boolean, held: readonly string[]): readonly Uint8Array[] {
    for (const rule of this.#messages.events) {
      const data = writeInput(rule, key, down, held, this.#table);
      if (data !== undefined) return [this.#report(rule.function, data)];
    }
    return [];
  }

  receive(report: Uint8Array, held: readonly string[]): FirmwareReaction {
    for (const [at, template] of this.#templates.entries()) {
      const states = readLamps(template, report);
      if (states === undefined) continue;
      this.#said.set(at, states);
      return { lamps: keyedLamps(this.#allSaid(), this.#keys) };
    }
    if (this.#one(report)) return { lamps: keyedLamps(this.#single, this.#keys) };
    if (!this.#messages.opening.some((message) => unhex(message).every((octet, at) => report[at] === octet))) return {};
    const answer = this.#messages.events.find(
      (rule) => rule.kind === 'bits' && (rule.answer || rule.answer_at !== undefined),
    );
    if (answer?.kind !== 'bits') return {};
    const data = writeHeld(answer, held, this.#table);
    if (answer.answer_at !== undefined) data[answer.answer_at] = (data[answer.answer_at] ?? 0) | answer.answer_mask;
    return { replies: [this.#report(answer.function, data)] };
  }

  #allSaid(): ReadonlyMap<number, LampState> {
    const all = new Map<number, LampState>();
    for (const states of this.#said.values())
      for (const [lamp, state] of states) if (all.get(lamp) !== 'blink') all.set(lamp, state);
    return all;
  }

  /** A command for one lamp: the others stay as they are. */
  #one(report: Uint8Array): boolean {
    const { lamp_each: each } = this.#messages;
    if (each === undefined) return false;
    for (const { lamp } of this.#keys)
      for (const state of ['off', 'on', 'blink'] as const) {
        if (lamp === undefined || !oneLamp(each, lamp, state).every((octet, at) => octet === report[at])) continue;
        this.#single.set(lamp, state);
        return true;
      }
    return false;
  }

  #report(number: number, data: Uint8Array): Uint8Array {
    const body = new Uint8Array(this.#inputOctets.get(number) ?? data.length);
    body.set(data.subarray(0, body.length));
    return this.#numbered ? Uint8Array.from([number, ...body]) : body;
  }
}
