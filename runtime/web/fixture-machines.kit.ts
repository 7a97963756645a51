/** For tests of the page alone: machines that look like the simulated ones and hand every act to the fixture hall. */
import type { BenchMachine } from './needs.ts';

export type MachineAction = { readonly type: string; readonly [key: string]: unknown };

export class FixtureMachine implements BenchMachine {
  readonly id: string;
  readonly kind: string;
  readonly node: string;
  readonly device: string;
  readonly window: string | null;
  readonly part: string;
  readonly faults: Record<string, boolean>;
  labels: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {};
  plugged = true;
  state: Record<string, unknown>;
  readonly pictures = new Map<string, Uint8Array>();
  /** What the hall does about a key or torn paper. */
  onAct: (action: MachineAction) => void = () => {};
  #listeners = new Set<() => void>();

  constructor(
    what: Pick<BenchMachine, 'id' | 'kind' | 'node' | 'device' | 'window' | 'part'>,
    faults: readonly string[],
    state: Record<string, unknown>,
  ) {
    this.id = what.id;
    this.kind = what.kind;
    this.node = what.node;
    this.device = what.device;
    this.window = what.window;
    this.part = what.part;
    this.faults = Object.fromEntries(faults.map((fault) => [fault, false]));
    this.state = state;
  }

  look(): unknown {
    const { keys, lamps: lit, ...state } = this.state as { keys?: readonly string[]; lamps?: Record<string, string> };
    const faults = Object.keys(this.faults).filter((fault) => this.faults[fault]);
    const shown = keys?.map((key) => ({ key, lamp: lit?.[key] ?? 'off', down: false }));
    return { ...state, ...(shown === undefined ? {} : { keys: shown }), plugged: this.plugged, faults };
  }

  act(action: MachineAction): void {
    if (action.type === 'plug' || action.type === 'unplug') this.plugged = action.type === 'plug';
    else if (action.type === 'fault') {
      const fault = String(action.fault);
      if (!Object.hasOwn(this.faults, fault)) throw new Error(`${this.id} cannot have the fault "${fault}"`);
      this.faults[fault] = action.on === true;
    }
    this.onAct(action);
    this.changed();
  }

  set(state: Record<string, unknown>): void {
    this.state = { ...this.state, ...state };
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async picture(paperId: string): Promise<Uint8Array | undefined> {
    return this.pictures.get(paperId);
  }
}

export const serviceKeys = ['1', '2', '3', '4', '5', '6', '7', '8'];
export const padKeys = [
  ...'next recall start complete review miss transfer hold park pause open close call login enter clear'.split(' '),
  ...Array.from({ length: 10 }, (_, digit) => `digit-${digit}`),
];
export const ratingKeys = ['level-5', 'level-4', 'level-3', 'level-2', 'level-1'];

export function lamps(keys: readonly string[], on: (key: string) => boolean | 'blink'): Record<string, string> {
  return Object.fromEntries(
    keys.map((key) => {
      const state = on(key);
      return [key, state === 'blink' ? 'blink' : state ? 'on' : 'off'];
    }),
  );
}
