/**
 * Defects of the program, as a fault of the device whose code failed: the port stays open and the device goes on, so it is a
 * warning. It stays until the box's program restarts, or until nothing has failed for half an hour.
 */
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';

const forgetAfterMs = 30 * 60_000;

const remedy =
  "An internal error in this device's program; it goes on working. Send this box's log to the maker. If the device behaves wrongly, restart halld on this box.";

export class InternalFaults {
  #clock: Clock;
  #changed: (device: string) => void;
  #present = new Map<string, { readonly sinceMs: number; count: number; end: Timer }>();

  constructor({ clock }: { readonly clock: Clock }, { changed }: { readonly changed: (device: string) => void }) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** `device`: whose listener or handler threw. */
  enter(device: string): void {
    const present = this.#present.get(device);
    present?.end.cancel();
    const end = this.#clock.after(forgetAfterMs, () => {
      this.#present.delete(device);
      this.#changed(device);
    });
    if (present === undefined) {
      this.#present.set(device, { sinceMs: this.#clock.wallMs(), count: 1, end });
      this.#changed(device);
      return;
    }
    present.count += 1;
    present.end = end;
  }

  of(device: string): DeviceState['faults'] {
    const present = this.#present.get(device);
    if (present === undefined) return [];
    return [{ code: 'internal', kind: 'said', severity: 'warning', since: present.sinceMs, remedy }];
  }

  /** How often it happened since the fault was entered. */
  count(device: string): number {
    return this.#present.get(device)?.count ?? 0;
  }

  close(): void {
    for (const { end } of this.#present.values()) end.cancel();
    this.#present.clear();
  }
}
