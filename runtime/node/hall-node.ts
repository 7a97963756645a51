/**
 * One box in the hall: opens its ports, runs its devices, keeps an outbox. It starts and works without a hub, says what is
 * wrong with what, and never lets one faulty device delay another.
 */

import type { HallConfig } from '../../config/hall-config.ts';
import type { NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import { type Ack, zAck } from '../../devices/contract/envelope.ts';
import { type DeviceState, type NodeBirth, zNodeCmd, zNodeState } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { type Log, type LogPlace, OnceLog, withDefects } from '../../drivers/log.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import type { PortTrace } from '../../drivers/port/trace.ts';
import { type Random, uuidFrom } from '../../drivers/random.ts';
import type { Bus, BusMessage } from '../bus/bus.ts';
import { parseJson } from '../bus/json.ts';
import { unsent } from '../bus/unsent.ts';
import type { NodeChange, NodeStore } from '../store/store.ts';
import { type BuiltDevice, buildDevice } from './build-device.ts';
import { ByHandViews } from './by-hand-views.ts';
import { CommandDesk } from './command-desk.ts';
import { DeviceLink } from './device-link.ts';
import { DeviceStates } from './device-states.ts';
import { HubSight } from './hub-sight.ts';
import { numbersGiven, offsetToStore, storedOffset, told } from './node-memory.ts';
import { NodeWriter } from './node-writer.ts';
import { Outbox, type OutboxSettings } from './outbox.ts';
import { Presence } from './presence.ts';
import { ViewCache } from './view-cache.ts';
import { Wiring } from './wiring.ts';

export interface NodeParts {
  readonly config: HallConfig;
  readonly node: NodeConfig;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly makePort: (port: PortConfig) => PortMaker;
  readonly software: string;
}

/** What `halld status` and the box's own page say, also when the hub is away. */
export interface NodeStatus {
  readonly node: string;
  readonly hub: { readonly fresh: boolean; readonly epoch: number };
  readonly broker: boolean;
  readonly duplicateId: boolean;
  readonly streamError: string | null;
  readonly outbox: number;
  readonly devices: readonly DeviceState[];
  readonly counters: Readonly<Record<string, number>>;
}

export class HallNode {
  readonly counters = { badMessages: 0 };
  #parts: NodeParts;
  #once: OnceLog;
  #sight!: HubSight;
  #views!: ViewCache;
  #byHand!: ByHandViews;
  #outbox!: Outbox;
  #presence!: Presence;
  #states: DeviceStates;
  #desk!: CommandDesk;
  #writer: NodeWriter;
  #wiring: Wiring;
  #links = new Map<string, DeviceLink>();
  #built: BuiltDevice[] = [];
  #stream = '';
  #streamError: string | null = null;
  #bornTo = 0;
  #session = 0;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.#once = new OnceLog(parts.log);
    this.#writer = new NodeWriter(contextOf(parts, { part: 'outbox' }), { store: parts.store });
    this.#states = new DeviceStates(parts, {
      publish: (state) => this.#publishDevice(state),
      boxFaults: () => this.#writer.faults(),
    });
    this.#writer.writableChanged.on((writable) => {
      this.#states.boxChanged();
      // Answers that could not be written are asked for again at once.
      if (writable) this.#outbox.connected();
    });
    this.#wiring = new Wiring({ ...parts, defect: (device) => this.#states.defect(device) });
  }

  async start(): Promise<void> {
    const { config, node, store, bus, clock, random } = this.#parts;
    const { stream, lastSeq } = store.open();
    this.#stream = stream;
    this.#sight = new HubSight(clock, Number(store.facts().epoch ?? 0), storedOffset(store));
    this.#views = new ViewCache(config.rules.hall, this.#sight);
    this.#views.onWanted = (topic) => {
      if (bus.connected) this.#follow(topic).catch(unsent(this.#parts.log, `the subscription to ${topic}`));
    };
    this.#outbox = new Outbox(contextOf(this.#parts, { part: 'outbox' }), {
      hall: config.rules.hall,
      node: node.id,
      stream,
      lastSeq,
      store,
      bus,
      keptAbove: (seq) => {
        this.#writer.flush();
        return store.answeredAbove(seq);
      },
      answered: (answers, durableThrough) => this.#answered(answers, durableThrough),
      streamRefused: (error) => this.#streamRefused(error),
    });
    this.#outbox.load();
    this.#byHand = new ByHandViews({ rules: config.rules, views: this.#views, sight: this.#sight, clock });
    this.#byHand.written(this.#outbox.rows());
    this.#presence = new Presence({
      hall: config.rules.hall,
      node: node.id,
      stream: () => this.#stream,
      bus,
      clock,
      log: this.#parts.log,
      nextSession: () => this.#nextSession(),
      birth: (session) => this.#birth(session),
      condition: () => this.#condition(),
    });
    this.#desk = new CommandDesk({
      log: this.#parts.log,
      node: node.id,
      hall: config.rules.hall,
      store,
      bus,
      sight: this.#sight,
      rebirth: () => this.#presence.announce(),
      device: (id) => this.#built.find(({ device }) => device.id === id)?.device,
    });
    this.#sight.onSight(({ epoch, fresh }) => {
      // A hub that is back should not wait for the next repeat of what it missed.
      if (fresh) this.#outbox.connected();
      // Lower where a person has healed the hall.
      if (epoch !== Number(store.facts().epoch ?? 0)) this.#writer.write({ facts: { epoch } });
      this.#keepOffset();
      // What this box knows, a new hub may have forgotten (F11).
      if (epoch !== this.#bornTo && bus.connected) this.#presence.announce();
      this.#bornTo = epoch;
    });
    this.#sight.onOlder(() => {
      if (bus.connected) this.#presence.announce();
    });
    const built = (id: string) => this.#built.find(({ device }) => device.id === id);
    const boot = uuidFrom(random);
    for (const device of node.devices) {
      const world = contextOf(this.#parts, { device: device.id });
      const context = { ...world, log: withDefects(world.log, () => this.#states.defect(device.id)) };
      const link = new DeviceLink(context, {
        device: device.id,
        store,
        writer: this.#writer,
        outbox: this.#outbox,
        sight: this.#sight,
        views: this.#views,
        byHand: this.#byHand,
        boot,
      });
      this.#links.set(device.id, link);
      this.#built.push(await buildDevice(device, { config, node, wiring: this.#wiring, link, context, built }));
    }
    this.#states.watch(this.#built);
    for (const { device, drivers } of this.#built) {
      device.start();
      for (const driver of drivers) driver.start();
    }
    this.#wiring.start();
    bus.start({ up: () => this.#connected(), down: () => this.#sight.brokerLost() }, this.#presence.will);
  }

  async stop(): Promise<void> {
    await this.#presence.goodbye();
    await this.#closeDevices();
    await this.#parts.bus.close();
    this.#writer.flush();
    this.#writer.stop();
    this.#parts.store.close();
  }

  /** As a power cut would: the bus and the store are the caller's to cut. */
  async crash(): Promise<void> {
    this.#presence.stop();
    this.#writer.stop();
    this.#outbox.close();
    this.#sight.close();
    await this.#closeDevices();
  }

  /** Hot-plug saw a device node appear. */
  poke(): void {
    this.#wiring.poke();
  }

  trace(port: string): PortTrace | undefined {
    return this.#wiring.trace(port);
  }

  status(): NodeStatus {
    return {
      node: this.#parts.node.id,
      hub: this.#sight.sight,
      broker: this.#parts.bus.connected,
      duplicateId: this.#presence.duplicate,
      streamError: this.#streamError,
      outbox: this.#outbox.length,
      devices: this.#states.all(),
      counters: {
        ...this.counters,
        ...this.#outbox.counters,
        ...this.#writer.counters,
        ...this.#views.counters,
        ...this.#sight.counters,
        ...this.#presence.counters,
      },
    };
  }

  async #closeDevices(): Promise<void> {
    this.#outbox.close();
    this.#sight.close();
    this.#byHand.close();
    this.#states.close();
    await Promise.all(this.#built.map(({ device }) => device.close()));
    await Promise.all(this.#built.flatMap(({ drivers }) => drivers.map((driver) => driver.close())));
    await this.#wiring.close();
  }

  #connected(): void {
    const { bus, config, node } = this.#parts;
    const hall = config.rules.hall;
    const subscribe = (filter: string, take: (value: unknown, message: BusMessage) => string | undefined) =>
      bus.subscribe(filter, (message) => this.#take(message, take));
    Promise.all([
      subscribe(topics.nodeAck(hall, node.id), (value) => this.#takeAck(value)),
      subscribe(topics.hubState(hall), (value, { retained }) =>
        this.#sight.take(value, retained) ? undefined : 'hub state',
      ),
      ...this.#views.wanted().map((topic) => this.#follow(topic)),
      subscribe(topics.nodeState(hall, node.id), (value) => this.#takeOwnState(value)),
      subscribe(topics.nodeCmd(hall, node.id), (value) => this.#takeCommand(value)),
    ]).then(
      () => {
        this.#presence.announce();
        this.#states.republish();
        this.#outbox.connected();
      },
      unsent(this.#parts.log, 'a subscription'),
    );
  }

  #follow(topic: string): Promise<void> {
    return this.#parts.bus.subscribe(topic, (message) =>
      this.#take(message, (value) => this.#views.take(topic, value)),
    );
  }

  #take(message: BusMessage, take: (value: unknown, message: BusMessage) => string | undefined): void {
    const json = parseJson(message.payload);
    const reason = json.ok ? take(json.value, message) : json.reason;
    if (reason === undefined) return;
    this.counters.badMessages += 1;
    this.#once.warn(
      `${message.topic} ${reason}`,
      { topic: message.topic, reason },
      'a message that cannot be used was dropped',
    );
  }

  #takeAck(value: unknown): string | undefined {
    const parsed = zAck.safeParse(value);
    if (!parsed.success) return `ack: ${parsed.error.issues[0]?.message ?? 'wrong'}`;
    if (parsed.data.epoch < this.#sight.sight.epoch) return 'ack of an older epoch';
    if (parsed.data.stream_error === undefined) this.#streamError = null;
    this.#outbox.takeAck(parsed.data);
    return undefined;
  }

  #takeOwnState(value: unknown): string | undefined {
    const parsed = zNodeState.safeParse(value);
    if (!parsed.success) return 'own state';
    this.#presence.heardOwn(parsed.data);
    if (this.#presence.duplicate)
      this.#parts.log.error({ node: this.#parts.node.id }, 'two boxes have this node id: give one of them another');
    return undefined;
  }

  #takeCommand(value: unknown): string | undefined {
    const parsed = zNodeCmd.safeParse(value);
    if (!parsed.success)
      return `cmd: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? 'wrong'}`;
    void this.#desk.take(parsed.data);
    return undefined;
  }

  /**
   * What the devices make of their answers is written in one transaction with the end of the rows (F2); nothing made, no
   * hurry. What follows from it, a paper first of all, begins only when that is on disk. `false`: it is not.
   */
  #answered(answers: Parameters<OutboxSettings['answered']>[0], durableThrough: number): boolean {
    const append: NonNullable<NodeChange['append']>[number][] = [];
    const notes: NonNullable<NodeChange['notes']>[number][] = [];
    const eager = new Map<string, readonly number[]>();
    const after: (() => void)[] = [];
    for (const { row, answer } of answers) {
      const reaction = this.#links.get(row.device)?.react(row, answer);
      if (reaction === undefined) continue;
      append.push(...(reaction.append ?? []));
      notes.push(...(reaction.notes ?? []));
      for (const [id, ages] of reaction.eager) eager.set(id, ages);
      after.push(reaction.onceWritten);
    }
    const answered = answers.map(({ row }) => row.seq);
    if (append.length + notes.length === 0) this.#writer.forget(answered, durableThrough, told(answers));
    else {
      const stored = this.#writer.write({ answered, durableThrough, append, notes, ...told(answers) });
      if (!stored.ok) return false;
      after.unshift(() => this.#outbox.appended(stored.rows, eager));
    }
    after.push(
      ...answers.map(
        ({ row }) =>
          () =>
            this.#byHand.answered(row),
      ),
    );
    for (const act of after) this.#guarded('what follows an answer failed', act);
    return true;
  }

  #guarded(what: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#parts.log.defect(error, what);
    }
  }

  #keepOffset(): void {
    const change = offsetToStore(this.#parts.store, this.#sight.wallOffset);
    if (change !== undefined) this.#writer.write(change);
  }

  #streamRefused(error: NonNullable<Ack['stream_error']>): void {
    this.#streamError = error;
    if (error === 'duplicate-node') this.#presence.duplicate = true;
    // F10: another box has this one's card. Under a new stream a technician sees that there are two.
    if (error === 'stream-conflict') {
      this.#stream = this.#writer.newStream();
      this.#outbox.restart(this.#stream, this.#parts.store.unanswered().at(-1)?.seq ?? 0);
      this.#presence.announce();
    }
    this.#once.warn(`stream ${error}`, { error }, 'the hub does not take this box: a technician has to adopt it');
  }

  #publishDevice(state: DeviceState): void {
    const { bus, config, node } = this.#parts;
    if (!bus.connected) return;
    bus
      .publish(topics.nodeDevice(config.rules.hall, node.id, state.device), JSON.stringify(state), {
        qos: 1,
        retain: true,
      })
      .catch(unsent(this.#parts.log, `the state of ${state.device}`));
    this.#presence.tell();
  }

  #nextSession(): number {
    const { store } = this.#parts;
    // A disk that takes nothing must not end the box: the number is above this process's own at least.
    this.#session = Math.max(this.#session, Number(store.facts().session ?? 0)) + 1;
    this.#writer.write({ facts: { session: this.#session } });
    return this.#session;
  }

  #condition(): { readonly state: 'ready' | 'alert'; readonly code?: string } {
    for (const { faults } of this.#states.all()) {
      const fault = faults.find((each) => each.severity === 'error');
      if (fault !== undefined) return { state: 'alert', code: fault.code };
    }
    return { state: 'ready' };
  }

  #birth(session: number): NodeBirth {
    const { node, config, software } = this.#parts;
    return {
      v: 1,
      node: node.id,
      session,
      stream: this.#stream,
      last_seq: this.#outbox.lastSeq,
      epoch_seen: this.#sight.sight.epoch,
      acked: this.#outbox.answeredThrough,
      numbers: numbersGiven(this.#parts.store),
      software,
      config_rev: config.rules.rev,
      devices: this.#built.map(({ device, window }) => ({
        device: device.id,
        role: device.role,
        ...(window === undefined ? {} : { window }),
        capabilities: {},
      })),
    };
  }
}

function contextOf({ clock, random, log, node }: NodeParts, place: LogPlace): Context {
  return { clock, random, log: log.at({ node: node.id, ...place }) };
}
