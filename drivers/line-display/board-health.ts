/** A board's faults as a technician reads them, told apart: port gone, mute, garbled, address clash, or what the board says. */
import type { Clock } from '../clock.ts';
import type { Fault, FaultKind, Health, HealthState } from '../health.ts';

export class BoardHealth {
  #clock: Clock;
  #counters: () => Readonly<Record<string, number>>;
  #state: HealthState = 'closed';
  #faults = new Map<string, Fault>();
  #listeners = new Set<(health: Health) => void>();

  constructor(clock: Clock, counters: () => Readonly<Record<string, number>>) {
    this.#clock = clock;
    this.#counters = counters;
  }

  get health(): Health {
    const faults = [...this.#faults.values()];
    const broken = this.#state === 'ready' && faults.some(({ severity }) => severity === 'error');
    return { state: broken ? 'fault' : this.#state, faults, counters: this.#counters() };
  }

  onHealth(listener: (health: Health) => void): () => void {
    this.#listeners.add(listener);
    listener(this.health);
    return () => this.#listeners.delete(listener);
  }

  setState(state: HealthState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell();
  }

  enter(code: string, kind: FaultKind, remedy: string, severity: Fault['severity'] = 'error'): void {
    if (this.#faults.has(code)) return;
    this.#faults.set(code, { code, kind, severity, sinceMs: this.#clock.wallMs(), remedy });
    this.#tell();
  }

  /** Ends the named faults, or all of a kind. */
  leave(which: { readonly codes?: readonly string[]; readonly kind?: FaultKind }): void {
    const gone = [...this.#faults.values()].filter(
      ({ code, kind }) => kind === which.kind || which.codes?.includes(code) === true,
    );
    for (const { code } of gone) this.#faults.delete(code);
    if (gone.length > 0) this.#tell();
  }

  #tell(): void {
    const { health } = this;
    for (const listener of [...this.#listeners]) listener(health);
  }
}
