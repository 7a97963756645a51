/**
 * A whole hall in one process: the real hub, nodes, MQTT broker and SQLite, with every piece of hardware simulated at the
 * far end of its port, and the page to look at and to press. Another config of the real program, not another program.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { HallConfig } from '../../config/hall-config.ts';
import { type Clock, sleep } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import { seededRandom } from '../../drivers/random.ts';
import { createBroker } from '../bus/broker.ts';
import type { Bench, BenchMachine, HallDesk, WireTap } from '../web/needs.ts';
import { createWebServer } from '../web/server.ts';
import { Auto } from './auto.ts';
import { hallDeskOf } from './hall-desk.ts';
import { HallWorld } from './hall-world.ts';
import type { JourneyWorld } from './journey.ts';
import { openBus, openHallStore, openNodeStore, privateTexts } from './media.ts';
import { type PortDirection, tapped } from './port-tap.ts';
import { SimulatedHardware } from './simulated-hardware.ts';

export interface DemoParts {
  readonly config: HallConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly seed: number;
  /** Kept there; without it in a temporary folder that goes at the end. */
  readonly dataFolder?: string | undefined;
  /** Another broker than the embedded one; its starting and stopping are the caller's. */
  readonly broker?: { readonly url: string } | undefined;
  /** Puts another port in the place of a simulated one, such as a serial port with the same machine at its far end. */
  readonly replacePort?: ((port: string, simulated: PortMaker) => PortMaker | undefined) | undefined;
  /** Told of every byte that crosses a port, `k1/printer`. */
  readonly heard?: ((port: string, direction: PortDirection, bytes: Uint8Array) => void) | undefined;
  /** Told of every message that the embedded broker took. */
  readonly published?: ((topic: string, payload: Uint8Array) => void) | undefined;
  /** `undefined` = no page. */
  readonly http?: { readonly host: string; readonly port: number } | undefined;
}

export interface Demo {
  readonly url: string | undefined;
  readonly world: HallWorld;
  readonly machines: readonly BenchMachine[];
  readonly auto: Auto;
  readonly journey: JourneyWorld;
  desk(): HallDesk | undefined;
  stop(): Promise<void>;
}

const tapPayload = 400;
const pollMs = 10;

export async function startDemo(parts: DemoParts): Promise<Demo> {
  const { config, clock, log, seed, dataFolder, http, heard, replacePort } = parts;
  const random = seededRandom(seed);
  const context = { clock, random, log };
  // Whole or not at all (F24).
  await using opened = new AsyncDisposableStack();
  const folder = dataFolder ?? mkdtempSync(path.join(os.tmpdir(), 'halld-demo-'));
  if (dataFolder === undefined) opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const hardware = new SimulatedHardware(config, clock, random);
  await hardware.fit();
  // A free port, kept over restarts of the broker, so that a second demo does not disturb the first.
  const broker = createBroker({
    hall: config.rules.hall,
    host: '127.0.0.1',
    port: 0,
    anonymous: true,
    credentials: {},
    log: log.at({ part: 'broker' }),
  });
  broker.onMessage(({ topic, payload }) => parts.published?.(topic, payload));
  let brokerPort = 0;
  const tap: WireTap = {
    onMessage: (listener) =>
      broker.onMessage(({ topic, payload, retained }) =>
        listener({ atMs: clock.wallMs(), topic, bytes: payload.length, retain: retained, payload: shown(payload) }),
      ),
  };
  const brokerUrl = () => parts.broker?.url ?? `mqtt://127.0.0.1:${brokerPort}`;
  const crossed = new Map<string, { out: number; in: number; tail: string }>();
  const world = new HallWorld(context, {
    config,
    media: {
      hallStore: () => openHallStore(folder),
      secrets: () => privateTexts(config, folder, true),
      nodeStore: (node) => openNodeStore(config, folder, node, random),
      // As in a hall: the hub sits in its broker's process, the boxes come over sockets.
      bus: (client) =>
        client === config.file.hub.id && parts.broker === undefined
          ? broker.bus(client, clock)
          : openBus({ ...context, log: log.at({ node: client }) }, { config, brokerUrl, client }),
      startBroker: async () => {
        if (parts.broker === undefined) brokerPort = (await broker.start()).port;
      },
      stopBroker: async () => {
        if (parts.broker === undefined) await broker.stop({ crash: true });
      },
    },
    makePort: (node, port) => {
      const name = `${node}/${port.id}`;
      const simulated = hardware.makePort(node, port);
      return tapped(replacePort?.(name, simulated) ?? simulated, (direction, bytes) => {
        count(crossed, name, direction, bytes);
        heard?.(name, direction, bytes);
      });
    },
  });
  let desk: { readonly hub: object; readonly desk: HallDesk } | undefined;
  const currentDesk = (): HallDesk | undefined => {
    const { hub, hallStore } = world;
    if (hub === undefined || hallStore === undefined || !hub.leading) return undefined;
    if (desk?.hub !== hub) desk = { hub, desk: hallDeskOf(hub, hallStore, config.rules) };
    return desk.desk;
  };
  const auto = new Auto({
    rules: config.rules,
    machines: hardware.machines,
    desk: currentDesk,
    clock,
    random,
    log: log.at({ part: 'auto' }),
  });
  const bench: Bench = {
    machines: hardware.machines,
    setHub: (running) => world.setHub(running),
    setBroker: (running) => world.setBroker(running),
    setNode: (node, running) => world.setNode(node, running),
    status: () => world.status(),
    onChange: (listener) => world.changed.on(listener),
    auto,
  };
  const web =
    http === undefined
      ? undefined
      : createWebServer({
          desk: currentDesk,
          bench,
          tap,
          rules: config.rules,
          clock,
          log: log.at({ part: 'web' }),
          access: { kind: 'open-loopback' },
        });
  opened.defer(() => world.stop());
  await world.start();
  opened.defer(() => web?.close());
  opened.defer(() => auto.set(false));
  const url = http === undefined ? undefined : (await web?.start(http.host, http.port))?.url;
  const portOf = (machine: BenchMachine) => {
    const device = config.file.nodes.flatMap((node) => node.devices).find(({ id }) => id === machine.device) as
      | Record<string, unknown>
      | undefined;
    const driver = (device?.[machine.part === 'rating' ? 'pad' : machine.part] ?? {}) as { readonly port?: string };
    return `${machine.node}/${driver.port}`;
  };
  const running = opened.move();
  return {
    url,
    world,
    machines: hardware.machines,
    auto,
    desk: currentDesk,
    journey: {
      rules: config.rules,
      machines: hardware.machines,
      desk: () => {
        const present = currentDesk();
        if (present === undefined) throw new Error('the hub is away');
        return present;
      },
      settle: (work) => work,
      wait: async (what, so, limitMs = 20_000) => {
        const endMs = clock.monotonicMs() + limitMs;
        while (!so()) {
          if (clock.monotonicMs() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
          await sleep(clock, pollMs);
        }
      },
      bytes: (machine) => {
        const port = portOf(machine);
        const seen = crossed.get(port) ?? { out: 0, in: 0, tail: '' };
        crossed.delete(port);
        return seen;
      },
    },
    stop: () => running.disposeAsync(),
  };
}

/** Not for a page's eyes, even in a demo: a PIN on its way to the hub. */
function shown(payload: Uint8Array): string {
  return Buffer.from(payload)
    .toString('utf8')
    .replace(/"pin":"[^"]*"/g, '"pin":"•••"')
    .slice(0, tapPayload);
}

const tailBytes = 16;

function count(
  crossed: Map<string, { out: number; in: number; tail: string }>,
  port: string,
  direction: PortDirection,
  bytes: Uint8Array,
): void {
  const seen = crossed.get(port) ?? { out: 0, in: 0, tail: '' };
  seen[direction] += bytes.length;
  const hex = Buffer.from(bytes.subarray(-tailBytes)).toString('hex');
  seen.tail = `${direction === 'out' ? '>' : '<'} …${hex}`;
  crossed.set(port, seen);
}
