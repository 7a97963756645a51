/**
 * A whole hall in one process: broker, hub and nodes as they are, on whatever media the caller brings. The demo runs it on
 * MQTT and SQLite, the journey's in-memory form on a local bus and virtual time. Each part can be cut and started alone.
 */
import type { HallConfig } from '../../config/hall-config.ts';
import { kioskPlaces } from '../../config/kiosk-places.ts';
import { padPlaces } from '../../config/pad-places.ts';
import type { PortConfig } from '../../config/wiring-schema.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import type { Random } from '../../drivers/random.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Bus } from '../bus/bus.ts';
import type { BackupParts } from '../hub/backups.ts';
import { Hub } from '../hub/hub.ts';
import type { SecretsParts } from '../hub/people-desk.ts';
import { HallNode } from '../node/hall-node.ts';
import type { HallStore, NodeStore } from '../store/store.ts';

export interface Media {
  /** A new object over the same disk. */
  hallStore(): HallStore;
  /** Where telephone numbers and texts are kept; absent = none are taken. */
  secrets?(): SecretsParts;
  nodeStore(node: string): NodeStore;
  bus(client: string): Bus;
  startBroker(): Promise<void>;
  stopBroker(): Promise<void>;
}

export interface WorldParts {
  readonly config: HallConfig;
  readonly media: Media;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly software: string;
  readonly backup?: BackupParts | undefined;
  readonly makePort: (node: string, port: PortConfig) => PortMaker;
  /** How the hub's journal failed, if it did. */
  readonly onFatal?: (error: unknown) => void;
}

interface RunningHub {
  readonly hub: Hub;
  readonly store: HallStore;
  readonly bus: Bus;
}

interface RunningNode {
  readonly node: HallNode;
  readonly store: NodeStore;
  readonly bus: Bus;
}

export class HallWorld {
  #parts: WorldParts;
  #hub: RunningHub | undefined;
  #nodes = new Map<string, RunningNode>();
  #broker = false;
  /** A part was started or stopped. */
  readonly changed: Signal;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    this.changed = new Signal(parts.log);
  }

  get hub(): Hub | undefined {
    return this.#hub?.hub;
  }

  get hallStore(): HallStore | undefined {
    return this.#hub?.store;
  }

  node(id: string): HallNode | undefined {
    return this.#nodes.get(id)?.node;
  }

  status(): { readonly hub: boolean; readonly broker: boolean; readonly nodes: Readonly<Record<string, boolean>> } {
    const nodes = this.#parts.config.file.nodes.map(({ id }) => [id, this.#nodes.has(id)] as const);
    return { hub: this.#hub !== undefined, broker: this.#broker, nodes: Object.fromEntries(nodes) };
  }

  async start(): Promise<void> {
    await this.setBroker(true);
    await this.setHub(true);
    for (const { id } of this.#parts.config.file.nodes) await this.setNode(id, true);
  }

  async stop(): Promise<void> {
    for (const { node } of this.#nodes.values()) await node.stop();
    this.#nodes.clear();
    await this.#hub?.hub.stop();
    this.#hub = undefined;
    await this.setBroker(false);
  }

  async setBroker(running: boolean): Promise<void> {
    if (running === this.#broker) return;
    this.#broker = running;
    await (running ? this.#parts.media.startBroker() : this.#parts.media.stopBroker());
    this.changed.emit();
  }

  /** `false` stops it as a power cut would. */
  async setHub(running: boolean): Promise<void> {
    const { config, media, clock, random, log } = this.#parts;
    if (!running) {
      const cut = this.#hub;
      if (cut === undefined) return;
      this.#hub = undefined;
      cut.hub.crash();
      await cut.bus.abort();
      await cut.store.close();
      return this.changed.emit();
    }
    if (this.#hub !== undefined) return;
    const store = media.hallStore();
    const bus = media.bus(config.file.hub.id);
    const onFatal = (error: unknown) => {
      this.setHub(false).catch(() => {});
      this.#parts.onFatal?.(error);
    };
    const secrets = media.secrets?.();
    const { id: hubId } = config.file.hub;
    const { rules } = config;
    const kiosks = kioskPlaces(config.file);
    const pads = padPlaces(config.file);
    const { backup } = this.#parts;
    const hub = new Hub({ hubId, rules, kiosks, pads, store, secrets, bus, clock, random, log, onFatal, backup });
    this.#hub = { hub, store, bus };
    hub.onChange(() => this.changed.emit());
    await hub.start();
    this.changed.emit();
  }

  /** `false` stops it as a power cut would. */
  async setNode(id: string, running: boolean): Promise<void> {
    const { config, media, clock, random, log, software, makePort } = this.#parts;
    if (!running) {
      const cut = this.#nodes.get(id);
      if (cut === undefined) return;
      this.#nodes.delete(id);
      await cut.bus.abort();
      await cut.node.crash();
      cut.store.close();
      return this.changed.emit();
    }
    const node = config.file.nodes.find((each) => each.id === id);
    if (node === undefined || this.#nodes.has(id)) return;
    const store = media.nodeStore(id);
    const bus = media.bus(id);
    const runner = new HallNode({
      config,
      node,
      store,
      bus,
      clock,
      random,
      log,
      software,
      makePort: (port) => makePort(id, port),
    });
    this.#nodes.set(id, { node: runner, store, bus });
    await runner.start();
    this.changed.emit();
  }
}
