/** A whole hall in one deterministic world: virtual time, a local bus that can lose, repeat and cut, disks in memory, one seed. */
import type { HallConfig } from '../../../config/hall-config.ts';
import { silentLog } from '../../../drivers/log.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
// Else loaded when a config names it, in wall time: a slow machine would take it off the first test's limit.
import '../../../drivers/ticket-printer/escpos.ts';
import { hallDeskOf } from '../../boot/hall-desk.ts';
import { HallWorld } from '../../boot/hall-world.ts';
import type { JourneyWorld } from '../../boot/journey.ts';
import { SimulatedHardware } from '../../boot/simulated-hardware.ts';
import type { FaultPoint } from '../../store/store.ts';
import type { HallDesk } from '../../web/needs.ts';
import { LocalBroker } from './local-broker.ts';
import { LocalBus } from './local-bus.ts';
import { MemoryHallDisk, MemoryHallStore } from './memory-hall-store.ts';
import { MemoryNodeDisk, MemoryNodeStore } from './memory-node-store.ts';

/** A Monday at 10:00 in Shanghai. */
const openMs = Date.UTC(2026, 10, 23, 2, 0);

export class VirtualHall {
  readonly clock: VirtualClock;
  readonly broker: LocalBroker;
  readonly world: HallWorld;
  readonly hardware: SimulatedHardware;
  readonly hallDisk = new MemoryHallDisk();
  readonly nodeDisks = new Map<string, MemoryNodeDisk>();
  /** Where a test may stop a process; settable at any time. */
  hubFault: FaultPoint = () => {};
  nodeFault: FaultPoint = () => {};
  #config: HallConfig;

  constructor(config: HallConfig, seed: number, wallStartMs = openMs) {
    const random = seededRandom(seed);
    this.#config = config;
    this.clock = new VirtualClock(wallStartMs);
    this.broker = new LocalBroker({ clock: this.clock, random });
    this.hardware = new SimulatedHardware(config, this.clock, random);
    const context = { clock: this.clock, random, log: silentLog };
    this.world = new HallWorld(context, {
      config,
      makePort: (node, port) => this.hardware.makePort(node, port),
      media: {
        hallStore: () => {
          this.hallDisk.crash();
          return new MemoryHallStore(this.hallDisk, (label) => this.hubFault(label));
        },
        nodeStore: (node) => {
          const disk = this.nodeDisks.get(node) ?? new MemoryNodeDisk();
          this.nodeDisks.set(node, disk);
          disk.crash();
          return new MemoryNodeStore({ disk, random, fault: (label) => this.nodeFault(label) });
        },
        bus: (client) => new LocalBus(this.broker, client),
        startBroker: async () => this.broker.start(),
        stopBroker: async () => this.broker.stop(),
      },
    });
  }

  async start(): Promise<void> {
    await this.hardware.fit();
    await this.#still(this.world.start());
    await this.clock.advance(500);
  }

  stop(): Promise<void> {
    return this.run(this.world.stop());
  }

  /** A promise of this world settles only as its time moves. */
  async run<T>(work: Promise<T>, limitMs = 60_000): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    // Not before it is awaited below.
    settled.catch(() => undefined);
    await this.clock.settle();
    for (let ms = 0; !done; ms += 1) {
      if (ms > limitMs) throw new Error(`not settled within ${limitMs} ms of virtual time`);
      await this.clock.advance(1);
    }
    return settled;
  }

  desk(): HallDesk {
    const { hub, hallStore } = this.world;
    if (hub === undefined || hallStore === undefined) throw new Error('the hub is away');
    return hallDeskOf(hub, hallStore, this.#config.rules);
  }

  /** Work that waits for the disk alone (protocols load when first named): virtual time stands still, so the seed decides all. */
  async #still(work: Promise<void>): Promise<void> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    while (!done) await this.clock.settle();
    return settled;
  }

  /** The journal's events, parsed. */
  journal(): readonly { readonly type: string; readonly [field: string]: unknown }[] {
    return this.hallDisk.journal.map((line) => JSON.parse(line));
  }

  get journey(): JourneyWorld {
    return {
      rules: this.#config.rules,
      machines: this.hardware.machines,
      desk: () => this.desk(),
      settle: (work) => this.run(work),
      wait: async (what, so, limitMs = 20_000) => {
        for (let ms = 0; !so(); ms += 10) {
          if (ms > limitMs) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
          await this.clock.advance(10);
        }
      },
    };
  }
}
