/**
 * A whole hall in one process: broker, hub and nodes as they are, on whatever media the caller brings. The demo runs it on
 * MQTT and SQLite, the journey's in-memory form on a local bus and virtual time. Each part can be cut and started alone.
 */
import type { HallConfig } from '../../config/hall-config.ts';
import type { PortConfig } from '../../config/wiring-schema.ts';
import type { Context } from '../../drivers/context.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Bus } from '../bus/bus.ts';
import type { Hub } from '../hub/hub.ts';
import type { PrivateTexts } from '../hub/people-desk.ts';
import type { HallNode } from '../node/hall-node.ts';
import type { HallStore, NodeStore } from '../store/store.ts';
import { assembleHub, assembleNode } from './assemble.ts';

export interface Media {
  /** A new object over the same disk. */
  hallStore(): HallStore;
  /** Where telephone numbers and texts are kept; absent = none are taken. */
  secrets?(): PrivateTexts;
  nodeStore(node: string): NodeStore;
  bus(client: string): Bus;
  startBroker(): Promise<void>;
  stopBroker(): Promise<void>;
}

export interface WorldSettings {
  readonly config: HallConfig;
  readonly media: Media;
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
  #context: Context;
  #settings: WorldSettings;
  #hub: RunningHub | undefined;
  #nodes = new Map<string, RunningNode>();
  #broker = false;
  /** A part was started or stopped. */
  readonly changed: Signal;

  constructor(context: Context, settings: WorldSettings) {
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
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
    const nodes = this.#settings.config.file.nodes.map(({ id }) => [id, this.#nodes.has(id)] as const);
    return { hub: this.#hub !== undefined, broker: this.#broker, nodes: Object.fromEntries(nodes) };
  }

  async start(): Promise<void> {
    await this.setBroker(true);
    await this.setHub(true);
    for (const { id } of this.#settings.config.file.nodes) await this.setNode(id, true);
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
    await (running ? this.#settings.media.startBroker() : this.#settings.media.stopBroker());
    this.changed.emit();
  }

  /** `false` stops it as a power cut would. */
  async setHub(running: boolean): Promise<void> {
    const { config, media } = this.#settings;
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
      this.setHub(false).catch((failed) => this.#context.log.defect(failed, 'the hub could not be ended'));
      this.#settings.onFatal?.(error);
    };
    const hub = assembleHub(this.#context, { config, store, bus, secrets: media.secrets?.(), onFatal });
    this.#hub = { hub, store, bus };
    hub.changed.on(() => this.changed.emit());
    await hub.start();
    this.changed.emit();
  }

  /** `false` stops it as a power cut would. */
  async setNode(id: string, running: boolean): Promise<void> {
    const { config, media, makePort } = this.#settings;
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
    const runner = assembleNode(
      { ...this.#context, log: this.#context.log.at({ node: id }) },
      { config, node, store, bus, makePort: (port) => makePort(id, port) },
    );
    this.#nodes.set(id, { node: runner, store, bus });
    await runner.start();
    this.changed.emit();
  }
}
