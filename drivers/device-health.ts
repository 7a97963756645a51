/** A device's health for its driver: faults by name with since-when and remedy, and counters. Listeners hear changes of state and faults. */
import type { Clock } from './clock.ts';
import type { Fault, FaultKind, Health, HealthState } from './health.ts';

export interface FaultFact {
  readonly code: string;
  readonly kind: FaultKind;
  readonly severity: Fault['severity'];
  readonly remedy: string;
}

export class DeviceHealth {
  readonly #clock: Clock;
  readonly #faults = new Map<string, Fault>();
  readonly #counters: Record<string, number>;
  readonly #listeners = new Set<(health: Health) => void>();
  #state: HealthState = 'closed';

  constructor(clock: Clock, counters: readonly string[]) {
    this.#clock = clock;
    this.#counters = Object.fromEntries(counters.map((name) => [name, 0]));
  }

  get now(): Health {
    const broken = [...this.#faults.values()].some(({ severity }) => severity === 'error');
    const state = this.#state === 'closed' || !broken ? this.#state : 'fault';
    return { state, faults: [...this.#faults.values()], counters: { ...this.#counters } };
  }

  listen(listener: (health: Health) => void): () => void {
    this.#listeners.add(listener);
    listener(this.now);
    return () => this.#listeners.delete(listener);
  }

  count(name: string, by = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + by;
  }

  has(code: string): boolean {
    return this.#faults.has(code);
  }

  state(state: HealthState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell();
  }

  enter(fact: FaultFact): void {
    const present = this.#faults.get(fact.code);
    if (present?.remedy === fact.remedy) return;
    this.#faults.set(fact.code, { ...fact, sinceMs: present?.sinceMs ?? this.#clock.wallMs() });
    this.#tell();
  }

  leave(code: string): void {
    if (this.#faults.delete(code)) this.#tell();
  }

  #tell(): void {
    const { now } = this;
    for (const listener of [...this.#listeners]) listener(now);
  }
}
