/** A board's faults as a technician reads them, by cause: port gone, no answer, garbled, address clash, or reported by the board. */
import type { Context } from '../context.ts';
import type { Fault, FaultKind, Health, HealthState } from '../health.ts';
import { StateSignal } from '../signal.ts';

type BoardHealthContext = Pick<Context, 'clock' | 'log'>;

export class BoardHealth {
  readonly changed: StateSignal<Health>;
  #context: BoardHealthContext;
  #counters: () => Readonly<Record<string, number>>;
  #state: HealthState = 'closed';
  #faults = new Map<string, Fault>();

  constructor(
    context: BoardHealthContext,
    { counters }: { readonly counters: () => Readonly<Record<string, number>> },
  ) {
    this.#context = context;
    this.changed = new StateSignal(context.log, () => this.health);
    this.#counters = counters;
  }

  get health(): Health {
    const faults = [...this.#faults.values()];
    const broken = this.#state === 'ready' && faults.some(({ severity }) => severity === 'error');
    return { state: broken ? 'fault' : this.#state, faults, counters: this.#counters() };
  }

  setState(state: HealthState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.changed.emit(this.health);
  }

  enter(code: string, kind: FaultKind, remedy: string, severity: Fault['severity'] = 'error'): void {
    if (this.#faults.has(code)) return;
    this.#faults.set(code, { code, kind, severity, sinceMs: this.#context.clock.wallMs(), remedy });
    this.changed.emit(this.health);
  }

  /** Ends the named faults, or all of a kind. */
  leave(which: { readonly codes?: readonly string[]; readonly kind?: FaultKind }): void {
    const gone = [...this.#faults.values()].filter(
      ({ code, kind }) => kind === which.kind || which.codes?.includes(code) === true,
    );
    for (const { code } of gone) this.#faults.delete(code);
    if (gone.length > 0) this.changed.emit(this.health);
  }
}
