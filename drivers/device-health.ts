/** A device's health for its driver: faults by name with since-when and remedy, and counters. `changed` is emitted at changes of state and faults. */
import type { Context } from './context.ts';
import type { Fault, FaultKind, Health, HealthState } from './health.ts';
import { StateSignal } from './signal.ts';

export interface FaultFact {
  readonly code: string;
  readonly kind: FaultKind;
  readonly severity: Fault['severity'];
  readonly remedy: string;
}

export class DeviceHealth {
  readonly changed: StateSignal<Health>;
  readonly #context: Context;
  readonly #faults = new Map<string, Fault>();
  readonly #counters: Record<string, number>;
  #state: HealthState = 'closed';

  /** `counters`: names of those that are shown as 0 before their first count. */
  constructor(context: Context, { counters }: { readonly counters: readonly string[] }) {
    this.#context = context;
    this.changed = new StateSignal(context.log, () => this.now);
    this.#counters = Object.fromEntries(counters.map((name) => [name, 0]));
  }

  get now(): Health {
    const broken = [...this.#faults.values()].some(({ severity }) => severity === 'error');
    const state = this.#state === 'closed' || !broken ? this.#state : 'fault';
    return { state, faults: [...this.#faults.values()], counters: { ...this.#counters } };
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
    this.changed.emit(this.now);
  }

  enter(fact: FaultFact): void {
    const present = this.#faults.get(fact.code);
    if (present?.remedy === fact.remedy) return;
    this.#faults.set(fact.code, { ...fact, sinceMs: present?.sinceMs ?? this.#context.clock.wallMs() });
    this.changed.emit(this.now);
  }

  leave(code: string): void {
    if (this.#faults.delete(code)) this.changed.emit(this.now);
  }
}
