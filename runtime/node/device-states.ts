/** What is wrong with what, for the hub, the page and `halld status`: every device's drivers folded into one retained state. */
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Fault, Health } from '../../drivers/health.ts';
import type { BuiltDevice } from './build-device.ts';
import { InternalFaults } from './internal-faults.ts';

/** Changes are gathered this long: a replug is one change, not ten. */
const gatherMs = 50;
/** Counters alone are told at most so often. */
const faultLimit = 32;

const rank: Readonly<Record<Health['state'], number>> = { ready: 0, busy: 1, opening: 2, fault: 3, closed: 4 };

export interface DeviceStatesSettings {
  readonly publish: (state: DeviceState) => void;
  /** What is wrong with the whole box: every device has it. */
  readonly boxFaults: () => DeviceState['faults'];
}

export class DeviceStates {
  #clock: Clock;
  #built: readonly BuiltDevice[] = [];
  #stops: (() => void)[] = [];
  #gather: Timer | undefined;
  #changed = new Set<BuiltDevice>();
  #last = new Map<string, string>();
  #publish: (state: DeviceState) => void;
  #boxFaults: DeviceStatesSettings['boxFaults'];
  #internal: InternalFaults;

  constructor(context: Pick<Context, 'clock'>, settings: DeviceStatesSettings) {
    const { clock } = context;
    this.#clock = clock;
    this.#publish = settings.publish;
    this.#boxFaults = settings.boxFaults;
    this.#internal = new InternalFaults({ clock }, { changed: (device) => this.#markDevice(device) });
  }

  watch(built: readonly BuiltDevice[]): void {
    this.#built = built;
    for (const each of built) {
      const mark = () => this.#mark(each);
      this.#stops.push(each.device.changed.on(mark), ...each.drivers.map((driver) => driver.healthChanged.on(mark)));
    }
  }

  all(): readonly DeviceState[] {
    return this.#built.map((each) => this.#stateOf(each));
  }

  /** The program of this device failed: it shows the fault `internal`. */
  defect(device: string): void {
    this.#internal.enter(device);
  }

  /** A fault of the whole box came or went. */
  boxChanged(): void {
    for (const each of this.#built) this.#mark(each);
  }

  /** A new connection: everything again. */
  republish(): void {
    this.#last.clear();
    for (const each of this.#built) this.#mark(each);
  }

  close(): void {
    this.#gather?.cancel();
    this.#internal.close();
    for (const stop of this.#stops.splice(0)) stop();
  }

  #markDevice(id: string): void {
    const built = this.#built.find(({ device }) => device.id === id);
    if (built !== undefined) this.#mark(built);
  }

  #stateOf(built: BuiltDevice): DeviceState {
    const state = stateOf(built);
    const internal = this.#internal.of(state.device);
    const more = [...this.#boxFaults(), ...internal];
    if (more.length === 0) return state;
    const counters =
      internal.length === 0 ? state.counters : { ...state.counters, defects: this.#internal.count(state.device) };
    return { ...state, faults: [...more, ...state.faults].slice(0, faultLimit), counters };
  }

  #mark(built: BuiltDevice): void {
    this.#changed.add(built);
    this.#gather ??= this.#clock.after(gatherMs, () => {
      this.#gather = undefined;
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const each of changed) {
        const state = this.#stateOf(each);
        const worth = JSON.stringify({ ...state, counters: {} });
        if (this.#last.get(state.device) === worth) continue;
        this.#last.set(state.device, worth);
        this.#publish(state);
      }
    });
  }
}

function stateOf({ device, drivers }: BuiltDevice): DeviceState {
  const healths = drivers.map((driver) => driver.health);
  const worst = healths.reduce<Health['state']>(
    (sofar, { state }) => (rank[state] > rank[sofar] ? state : sofar),
    'ready',
  );
  const ofDrivers = healths.flatMap((health) => health.faults.map(wireFault));
  const faults = [...(device.faults?.() ?? []), ...ofDrivers].slice(0, faultLimit);
  const counters: Record<string, number> = {};
  for (const health of healths)
    for (const [name, count] of Object.entries(health.counters)) counters[name] = (counters[name] ?? 0) + count;
  return { v: 1, device: device.id, role: device.role, state: worst, faults, counters, detail: { ...device.detail() } };
}

function wireFault({ code, kind, severity, sinceMs, remedy }: Fault): DeviceState['faults'][number] {
  return { code, kind, severity, since: sinceMs, remedy };
}
