/** Which nodes are there: what the hub knows of each node and device, from their states, births and silence. */

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
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { parseJson } from '../bus/json.ts';
import { BoxFaults } from './box-faults.ts';
import type { BoxTime } from './clock-watch.ts';

export interface KnownNode {
  readonly node: string;
  session: number;
  /** Whose sessions these are; a replaced box counts its own (F10). */
  stream: string | undefined;
  state: NodeState['state'] | 'silent' | 'unknown';
  /** Wall clock of the last change of `state`. */
  sinceMs: number;
  /** Monotonic, of its last message. */
  seenMs: number;
  birth: NodeBirth | undefined;
  readonly devices: Map<string, DeviceState>;
  /** Its wall clock, if it says. */
  time?: BoxTime | undefined;
  /** Stores that sent something under this id, and when, monotonic: two at a time are two boxes (F10). */
  streams: ReadonlyMap<string, number>;
}

export type TakenMessage =
  | { readonly ok: true; readonly changed: boolean; readonly wantsBirth: boolean }
  | { readonly ok: false; readonly reason: string };

/** States of a box that is connected. */
const liveStates: ReadonlySet<KnownNode['state']> = new Set(['init', 'ready', 'alert']);

/** A box that went away by itself or was switched off; one that never connected is `unknown`. */
export const goneStates: ReadonlySet<KnownNode['state']> = new Set(['lost', 'silent', 'disconnected']);

const nodeLimit = 4000;
const streamsKept = 4;
const deviceLimit = 1000;

export class NodeRegistry {
  readonly counters = { staleSessions: 0, births: 0, silences: 0 };
  /** What a box may not say, and said. */
  readonly faults: BoxFaults;
  #clock: Clock;
  #log: Log;
  #nodes = new Map<string, KnownNode>();

  constructor({ clock, log }: Context) {
    this.#clock = clock;
    this.#log = log;
    this.faults = new BoxFaults(clock);
  }

  all(): readonly KnownNode[] {
    return [...this.#nodes.values()];
  }

  get(node: string): KnownNode | undefined {
    return this.#nodes.get(node);
  }

  /** A box's devices as far as is known: of one that is not connected, what its boards show is not known either. */
  devicesOf({ node, state, devices }: KnownNode): readonly DeviceState[] {
    const reported = [...devices.values()];
    const known = liveStates.has(state) ? reported : reported.map(ofLostBox);
    const claimed = this.faults.of(node);
    return claimed.length === 0 ? known : known.map((each) => ({ ...each, faults: [...each.faults, ...claimed] }));
  }

  /** Wall clocks of the boxes that are connected. */
  times(): readonly BoxTime[] {
    return [...this.#nodes.values()].flatMap(({ state, time }) => (liveStates.has(state) ? (time ?? []) : []));
  }

  takeState(node: string, payload: Uint8Array): TakenMessage {
    const json = parseJson(payload);
    if (!json.ok) return json;
    const parsed = zNodeState.safeParse(json.value);
    if (!parsed.success) return { ok: false, reason: `node state: ${parsed.error.issues[0]?.message ?? 'wrong'}` };
    const { state, session, stream, wall } = parsed.data;
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
    known.seenMs = this.#clock.monotonicMs();
    known.time = wall === undefined || ends ? undefined : { wall, atMs: known.seenMs };
    const changed = this.#enter(known, state);
    return {
      ok: true,
      changed,
      wantsBirth: known.birth?.session !== session && !ends,
    };
  }

  /** Whether this store sent something a moment ago. */
  isActive(node: string, stream: string): boolean {
    const seenMs = this.#nodes.get(node)?.streams.get(stream);
    return seenMs !== undefined && this.#clock.monotonicMs() - seenMs <= nodeSilentAfterMs;
  }

  takeBirth(node: string, payload: Uint8Array): TakenMessage {
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

  takeDevice(node: string, device: string, payload: Uint8Array): TakenMessage {
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
    this.#logFaults(node, known.devices.get(device), parsed.data);
    known.devices.set(device, parsed.data);
    return { ok: true, changed: true, wantsBirth: false };
  }

  /** Whether it ever reported its state. */
  knows(node: string): boolean {
    return (this.#nodes.get(node)?.state ?? 'unknown') !== 'unknown';
  }

  /** Monotonic; `undefined` = it is there. One that never connected is away once it had its time to do so, from `fromMs`. */
  awaySinceMs(node: string, fromMs: number): number | undefined {
    const known = this.#nodes.get(node);
    if (known === undefined || known.state === 'unknown') return fromMs + nodeSilentAfterMs;
    if (!goneStates.has(known.state)) return undefined;
    return known.seenMs + (known.state === 'silent' ? nodeSilentAfterMs : 0);
  }

  /** Marks nodes that have said nothing for 5 s; to be called every second. Says whether any fell silent. */
  watch(): boolean {
    let changed = false;
    for (const known of this.#nodes.values()) {
      const quietMs = this.#clock.monotonicMs() - known.seenMs;
      if (liveStates.has(known.state) && quietMs > nodeSilentAfterMs) {
        this.counters.silences += 1;
        changed = this.#enter(known, 'silent') || changed;
      }
    }
    return changed;
  }

  #enter(known: KnownNode, state: KnownNode['state']): boolean {
    const before = known.state;
    if (before === state) return false;
    known.state = state;
    this.#logState(known.node, before, state);
    known.sinceMs = this.#clock.wallMs();
    return true;
  }

  #logState(node: string, before: KnownNode['state'], state: KnownNode['state']): void {
    const log = this.#log.at({ node });
    if (!liveStates.has(state)) {
      if (state === 'disconnected') log.info({}, `node ${node} was stopped`);
      else log.warn({ state }, `node ${node} is lost: check its power and its network`);
    } else if (liveStates.has(before)) log.debug({ before, state }, `node ${node} is now ${state}`);
    else log.info({ state }, `node ${node} is connected`);
  }

  #logFaults(node: string, before: DeviceState | undefined, state: DeviceState): void {
    const log = this.#log.at({ node, device: state.device });
    const same = (one: { readonly code: string }) => (other: { readonly code: string }) => other.code === one.code;
    for (const fault of state.faults) {
      if (before?.faults.some(same(fault)) === true) continue;
      const sentence = `${state.device}: fault ${fault.code}: ${fault.remedy}`;
      if (fault.severity === 'error') log.warn({}, sentence);
      else log.info({}, sentence);
    }
    for (const fault of before?.faults ?? [])
      if (!state.faults.some(same(fault))) log.info({}, `${state.device}: fault ${fault.code} is over`);
    if (before?.state !== state.state) log.debug({ state: state.state }, `${state.device} is ${state.state}`);
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
      seenMs: this.#clock.monotonicMs(),
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

/** A board whose box is not connected keeps its last content, unless it clears itself; what was unknown before stays so. */
function ofLostBox(device: DeviceState): DeviceState {
  const { shows: before, self_clears: selfClears } = device.detail;
  if (before === undefined) return device;
  const shows: BoardShows = selfClears === true && before !== 'unknown' ? 'clears-itself' : 'unknown';
  return { ...device, detail: { ...device.detail, shows } };
}
