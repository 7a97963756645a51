/** Ports, their links and lines, and the drivers on them, as the config says: one link a port, one scheduler a line. */

import type { HallConfig } from '../../config/hall-config.ts';
import type { DriverConfig, NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { DriverContext, DriverSettings } from '../../drivers/driver.ts';
import { DeviceError } from '../../drivers/errors.ts';
import { createLine } from '../../drivers/line/create-line.ts';
import type { Line } from '../../drivers/line/line.ts';
import { type Log, withDefects } from '../../drivers/log.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import { PortLink } from '../../drivers/port/port-link.ts';
import type { PortTrace } from '../../drivers/port/trace.ts';
import type { Random } from '../../drivers/random.ts';

export interface WiringParts {
  readonly config: HallConfig;
  readonly node: NodeConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Real ports by the port registry, simulated ones by the demo. */
  readonly makePort: (port: PortConfig) => PortMaker;
  /** A driver of this device, or a listener on it, threw. */
  readonly defect: (device: string) => void;
}

export class Wiring {
  #parts: WiringParts;
  #links = new Map<string, PortLink>();
  #lines = new Map<string, Line>();

  constructor(parts: WiringParts) {
    this.#parts = parts;
  }

  /** What a driver of `part` of `device` is built from. */
  driver(
    device: string,
    part: string,
    driverClass: string,
    driver: DriverConfig,
  ): { settings: DriverSettings; context: DriverContext } {
    const { clock, random, config, log, defect } = this.#parts;
    const link = this.#link(driver.port);
    return {
      settings: {
        protocol: driver.protocol,
        profile: driver.profile === undefined ? undefined : config.profiles.get(`${driverClass}/${driver.profile}`),
        address: driver.address,
        options: driver.options,
      },
      context: {
        name: `${device} ${part}`,
        link,
        line: () => this.#line(driver.port, link),
        clock,
        random,
        log: withDefects(log.at({ device, driver: driver.protocol, port: driver.port }), () => defect(device)),
      },
    };
  }

  /** The traffic of a port; `undefined`: no such port, or nothing is on it. */
  trace(portId: string): PortTrace | undefined {
    return this.#links.get(portId)?.trace;
  }

  start(): void {
    for (const link of this.#links.values()) link.start();
  }

  /** Hot-plug saw something appear: every waiting port tries now. */
  poke(): void {
    for (const link of this.#links.values()) link.poke();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #link(portId: string): PortLink {
    const present = this.#links.get(portId);
    if (present !== undefined) return present;
    const { node, clock, random, log, makePort } = this.#parts;
    const port = node.ports.find((each) => each.id === portId);
    if (port === undefined)
      throw new DeviceError('illegal', `node ${node.id} has no port "${portId}": add it under ports`);
    const link = new PortLink(
      { clock, random, log: log.at({ port: portId }) },
      { name: `${node.id} ${portId}`, makePort: makePort(port) },
    );
    this.#links.set(portId, link);
    return link;
  }

  #line(portId: string, link: PortLink): Line {
    const present = this.#lines.get(portId);
    if (present !== undefined) return present;
    const { clock, random, log } = this.#parts;
    const line = createLine({ clock, random, log: log.at({ port: portId }) }, { link });
    this.#lines.set(portId, line);
    return line;
  }
}
