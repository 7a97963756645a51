/** A bar-code scanner at the far end of a port: somebody holds a slip under it. */
import type { Clock } from '../../clock.ts';
import type { DriverSettings } from '../../driver.ts';
import { DeviceError } from '../../errors.ts';
import { keyFor } from '../../scanner/keyboard-layout.ts';
import type { CableAction, FarEnd, SimulatedMachine } from '../machine.ts';

export type ScannerAction = { readonly type: 'scan'; readonly text: string } | CableAction;

export interface ScannerLook {
  readonly last: string | null;
  readonly scans: number;
}

/** A scanner's own typing, well under what fingers can do. */
const keyGapMs = 4;
const enterUsage = 0x28;
const posReport = 2;
const posCapacity = 56;

export function createSimulatedScanner(
  settings: DriverSettings,
  world: { readonly end: FarEnd; readonly clock: Clock; readonly name: string },
): SimulatedMachine<ScannerLook, ScannerAction> {
  return new SimulatedScanner(messagesOf(settings.protocol), world);
}

class SimulatedScanner implements SimulatedMachine<ScannerLook, ScannerAction> {
  readonly kind = 'scanner';
  readonly #messages: (text: string) => readonly Uint8Array[];
  readonly #world: { readonly end: FarEnd; readonly clock: Clock; readonly name: string };
  readonly #listeners = new Set<() => void>();
  #look: ScannerLook = { last: null, scans: 0 };

  constructor(
    messages: (text: string) => readonly Uint8Array[],
    world: { readonly end: FarEnd; readonly clock: Clock; readonly name: string },
  ) {
    this.#messages = messages;
    this.#world = world;
  }

  look(): ScannerLook {
    return this.#look;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(action: ScannerAction): void {
    const { end, clock, name } = this.#world;
    switch (action.type) {
      case 'scan':
        this.#look = { last: action.text, scans: this.#look.scans + 1 };
        this.#messages(action.text).forEach((message, at) => {
          clock.after(at * keyGapMs, () => end.send(message));
        });
        break;
      case 'unplug':
        end.unplug();
        break;
      case 'plug':
        end.plug();
        break;
      default:
        throw new DeviceError('illegal', `${name}: a scanner has no act "${(action as { type: string }).type}"`);
    }
    for (const listener of [...this.#listeners]) listener();
  }
}

function messagesOf(protocol: string): (text: string) => readonly Uint8Array[] {
  switch (protocol) {
    case 'serial-scan':
      return (text) => [new TextEncoder().encode(`${text}\r\n`)];
    case 'hid-pos-scan':
      return posReports;
    case 'keyboard-scan':
      return keyReports;
    default:
      throw new DeviceError('illegal', `no scanner protocol "${protocol}"`);
  }
}

/** Report 2: a count, then as many characters; a full one is followed by another (here, as makers do, at least an empty one). */
function posReports(text: string): readonly Uint8Array[] {
  const octets = new TextEncoder().encode(text);
  const reports: Uint8Array[] = [];
  for (let at = 0; at <= octets.length; at += posCapacity) {
    const piece = octets.subarray(at, at + posCapacity);
    const report = new Uint8Array(2 + posCapacity);
    report.set([posReport, piece.length, ...piece]);
    reports.push(report);
  }
  return reports;
}

function keyReports(text: string): readonly Uint8Array[] {
  const reports: Uint8Array[] = [];
  const press = (usage: number, modifiers: number) => {
    reports.push(Uint8Array.of(modifiers, 0, usage, 0, 0, 0, 0, 0), new Uint8Array(8));
  };
  for (const character of text) {
    const key = keyFor(character);
    if (key !== undefined) press(key.usage, key.modifiers);
  }
  press(enterUsage, 0);
  return reports;
}
