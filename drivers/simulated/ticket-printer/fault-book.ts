/** The faults a simulated printer has now, and the errors that stay until DLE ENQ or power though their cause has gone. */
import { DeviceError } from '../../errors.ts';
import type { PrinterProfile } from '../../ticket-printer/profile.ts';
import { type PrinterFaultName, printerFaultNames } from './printer-look.ts';
import type { PrinterCondition } from './status-bytes.ts';

const stops: readonly PrinterFaultName[] = [
  'paper-out',
  'cover-open',
  'cutter',
  'mechanical',
  'jam',
  'head-hot',
  'unrecoverable',
];

export class FaultBook {
  #profile: PrinterProfile;
  #now = new Set<PrinterFaultName>();
  #latched = new Set<PrinterFaultName>();

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
  }

  set(fault: PrinterFaultName, on: boolean): void {
    if (!printerFaultNames.includes(fault)) throw new DeviceError('illegal', `a printer has no fault "${fault}"`);
    if (on) this.#now.add(fault);
    else this.#now.delete(fault);
    const enquires = this.#profile.clear !== 'none' || this.#profile.resume;
    if (fault === 'cutter' && on && enquires) this.#latched.add('cutter');
    if (fault === 'cutter-at-cut' && !on) this.#now.delete('cutter');
  }

  has(fault: PrinterFaultName): boolean {
    return this.#now.has(fault) || this.#latched.has(fault);
  }

  get names(): readonly PrinterFaultName[] {
    return [...new Set([...this.#now, ...this.#latched])];
  }

  get stopped(): boolean {
    return stops.some((fault) => this.has(fault));
  }

  /** DLE ENQ: `true` when an error ended, which needs its cause gone. */
  recover(): boolean {
    if (this.#latched.size === 0) return false;
    for (const fault of this.#latched) if (!this.#now.has(fault)) this.#latched.delete(fault);
    return this.#latched.size === 0;
  }

  powerCut(): void {
    this.#latched.clear();
  }

  condition(power: boolean, ticketAtOutput: boolean): PrinterCondition {
    return {
      online: power && !this.stopped,
      coverOpen: this.has('cover-open'),
      paperOut: this.has('paper-out'),
      nearEnd: this.has('near-end') || this.has('paper-out'),
      mechanical: this.has('mechanical') || (this.has('jam') && this.#profile.status.mechanical_bit === 'jam'),
      jam: this.has('jam'),
      cutter: this.has('cutter'),
      unrecoverable: this.has('unrecoverable'),
      selfRecovering: this.has('head-hot'),
      ticketAtOutput,
    };
  }
}
