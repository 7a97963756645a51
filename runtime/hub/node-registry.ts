/** Who is there: what the hub knows of every node and device, from their states, births and silence. */

import {
  type BoardShows,
  type DeviceState,
  type NodeBirth,
  type NodeState,
  nodeSilentAfterMs,
  zDeviceState,
  zNodeBirth,
  zNodeState,
} from '../../devices/contract/presence.ts';
import type { Clock } from '../../drivers/clock.ts';
import { parseJson } from '../bus/json.ts';

export interface KnownNode {
  readonly node: string;
  session: number;
  /** Whose sessions these are; a replaced box counts its own (F10). */
  stream: string | undefined;
  state: NodeState['state'] | 'silent' | 'unknown';
  /** Wall clock of the last change of `state`. */
  sinceMs: number;
  /** Monotonic, of the last word from it. */
  heardMs: number;
  birth: NodeBirth | undefined;
  readonly devices: Map<string, DeviceState>;
  /** Stores that spoke under this id, and when, monotonic: two at a time are two boxes (F10). */
  streams: ReadonlyMap<string, number>;
}

export type Heard =
  | { readonly ok: true; readonly changed: boolean; readonly wantsBirth: boolean }
  | { readonly ok: false; readonly reason: string };

/** States of a box that speaks. */
const heardStates: ReadonlySet<KnownNode['state']> = new Set(['init', 'ready', 'alert']);

/** A box that went away by itself or was switched off; one never heard of yet is `unknown`. */
export const goneStates: ReadonlySet<KnownNode['state']> = new Set(['lost', 'silent', 'disconnected']);

const nodeLimit = 4000;
const streamsKept = 4;
const deviceLimit = 1000;

export class NodeRegistry {
  readonly counters = { staleSessions: 0, births: 0, silences: 0 };
  #clock: Clock;
  #nodes = new Map<string, KnownNode>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  all(): readonly KnownNode[] {
    return [...this.#nodes.values()];
  }

  get(node: string): KnownNode | undefined {
    return this.#nodes.get(node);
  }

  /** A box's devices as far as anybody can know: of one that is not heard, what its boards show is not known either. */
  devicesOf({ state, devices }: KnownNode): readonly DeviceState[] {
    const said = [...devices.values()];
    return heardStates.has(state) ? said : said.map(unheard);
  }

  takeState(node: string, payload: Uint8Array): Heard {
    const json = parseJson(payload);
    if (!json.ok) return json;
    const parsed = zNodeState.safeParse(json.value);
    if (!parsed.success) return { ok: false, reason: `node state: ${parsed.error.issues[0]?.message ?? 'wrong'}` };
    const { state, session, stream } = parsed.data;
    const known = this.#known(node);
    if (known === undefined) return { ok: false, reason: `more than ${nodeLimit} nodes` };
    const ends = state === 'lost' || state === 'disconnected';
    if (isStale(known, session, stream, ends)) {
      this.counters.staleSessions += 1;
      return { ok: true, changed: false, wantsBirth: false };
    }
    known.session = session;
    known.stream = stream ?? known.stream;
    if (stream !== undefined && !ends)
      known.streams = new Map([...known.streams, [stream, this.#clock.monotonicMs()] as const].slice(-streamsKept));
    known.heardMs = this.#clock.monotonicMs();
    const changed = this.#enter(known, state);
    return {
      ok: true,
      changed,
      wantsBirth: known.birth?.session !== session && !ends,
    };
  }

  /** Whether this store spoke a moment ago. */
  hears(node: string, stream: string): boolean {
    const heardMs = this.#nodes.get(node)?.streams.get(stream);
    return heardMs !== undefined && this.#clock.monotonicMs() - heardMs <= nodeSilentAfterMs;
  }

  takeBirth(node: string, payload: Uint8Array): Heard {
    const json = parseJson(payload);
    if (!json.ok) return json;
    const parsed = zNodeBirth.safeParse(json.value);
    if (!parsed.success)
      return {
        ok: false,
        reason: `birth: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? 'wrong'}`,
      };
    if (parsed.data.node !== node) return { ok: false, reason: 'the birth names another node than its topic' };
    const known = this.#known(node);
    if (known === undefined) return { ok: false, reason: `more than ${nodeLimit} nodes` };
    const { session, stream } = parsed.data;
    if (isStale(known, session, stream, false)) {
      this.counters.staleSessions += 1;
      return { ok: true, changed: false, wantsBirth: false };
    }
    if (known.stream !== stream) known.session = session;
    known.stream = stream;
    this.counters.births += 1;
    known.birth = parsed.data;
    const named = new Set(parsed.data.devices.map((each) => each.device));
    for (const device of known.devices.keys()) if (!named.has(device)) known.devices.delete(device);
    return { ok: true, changed: true, wantsBirth: false };
  }

  takeDevice(node: string, device: string, payload: Uint8Array): Heard {
    const json = parseJson(payload);
    if (!json.ok) return json;
    const parsed = zDeviceState.safeParse(json.value);
    if (!parsed.success)
      return {
        ok: false,
        reason: `device state: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? 'wrong'}`,
      };
    if (parsed.data.device !== device) return { ok: false, reason: 'the state names another device than its topic' };
    const known = this.#known(node);
    if (known === undefined || (!known.devices.has(device) && known.devices.size >= deviceLimit)) {
      return { ok: false, reason: `more than ${deviceLimit} devices on a node` };
    }
    known.devices.set(device, parsed.data);
    return { ok: true, changed: true, wantsBirth: false };
  }

  /** Whether anything was ever heard of its state. */
  knows(node: string): boolean {
    return (this.#nodes.get(node)?.state ?? 'unknown') !== 'unknown';
  }

  /** Monotonic; `undefined` = it is there. One never heard of is away once it had its time, from `fromMs`, to be heard. */
  awaySinceMs(node: string, fromMs: number): number | undefined {
    const known = this.#nodes.get(node);
    if (known === undefined || known.state === 'unknown') return fromMs + nodeSilentAfterMs;
    if (!goneStates.has(known.state)) return undefined;
    return known.heardMs + (known.state === 'silent' ? nodeSilentAfterMs : 0);
  }

  /** Marks nodes that have said nothing for 5 s; to be called every second. Says whether any fell silent. */
  watch(): boolean {
    let changed = false;
    for (const known of this.#nodes.values()) {
      const quietMs = this.#clock.monotonicMs() - known.heardMs;
      if (heardStates.has(known.state) && quietMs > nodeSilentAfterMs) {
        this.counters.silences += 1;
        changed = this.#enter(known, 'silent') || changed;
      }
    }
    return changed;
  }

  #enter(known: KnownNode, state: KnownNode['state']): boolean {
    if (known.state === state) return false;
    known.state = state;
    known.sinceMs = this.#clock.wallMs();
    return true;
  }

  #known(node: string): KnownNode | undefined {
    const present = this.#nodes.get(node);
    if (present !== undefined) return present;
    if (this.#nodes.size >= nodeLimit) return undefined;
    const fresh: KnownNode = {
      node,
      session: 0,
      stream: undefined,
      state: 'unknown',
      sinceMs: this.#clock.wallMs(),
      heardMs: this.#clock.monotonicMs(),
      birth: undefined,
      devices: new Map(),
      streams: new Map(),
    };
    this.#nodes.set(node, fresh);
    return fresh;
  }
}

/**
 * A will or a state of an older connection says nothing about this one (presence rules, Sparkplug bdSeq). Another store
 * counts from its own beginning: what it says now is news, that it ended is not.
 */
function isStale(known: KnownNode, session: number, stream: string | undefined, ends: boolean): boolean {
  if (stream === undefined || known.stream === undefined || stream === known.stream) return session < known.session;
  return ends;
}

/** A board whose box is not heard keeps its last content, unless it clears itself; what was unknown before stays so. */
function unheard(device: DeviceState): DeviceState {
  const { shows: before, self_clears: selfClears } = device.detail;
  if (before === undefined) return device;
  const shows: BoardShows = selfClears === true && before !== 'unknown' ? 'clears-itself' : 'unknown';
  return { ...device, detail: { ...device.detail, shows } };
}
