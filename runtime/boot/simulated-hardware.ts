/** The far ends of every simulated port of a hall: one machine for each driver in the config, on its cable or its line. */
import type { HallConfig } from '../../config/hall-config.ts';
import type { DeviceConfig, DriverConfig, NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { DriverSettings } from '../../drivers/driver.ts';
import { DeviceError } from '../../drivers/errors.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import type { Random } from '../../drivers/random.ts';
import { SimulatedCable } from '../../drivers/simulated/cable.ts';
import { createSimulatedKeypad, simulatedDescriptor } from '../../drivers/simulated/keypad/create-simulated-keypad.ts';
import { SimulatedLine } from '../../drivers/simulated/line.ts';
import { createSimulatedBoard } from '../../drivers/simulated/line-display/simulated-board.ts';
import type { FarEnd } from '../../drivers/simulated/machine.ts';
import { createSimulatedScanner } from '../../drivers/simulated/scanner/simulated-scanner.ts';
import type { SimulatedPrinter } from '../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../drivers/simulated/ticket-printer/simulated-printer.ts';
import type { BenchMachine } from '../web/needs.ts';

/** A driver in a device's config, with what it is to the device. */
export interface Fitted {
  readonly device: DeviceConfig;
  readonly part: 'panel' | 'printer' | 'board' | 'pad' | 'rating' | 'scanner';
  readonly driverClass: 'keypad' | 'ticket-printer' | 'line-display' | 'scanner';
  readonly driver: DriverConfig;
}

export function fittedDrivers(node: NodeConfig): readonly Fitted[] {
  return node.devices.flatMap(fittedTo);
}

function fittedTo(device: DeviceConfig): readonly Fitted[] {
  switch (device.role) {
    case 'ticket-kiosk':
      return [
        { device, part: 'panel', driverClass: 'keypad', driver: device.panel },
        { device, part: 'printer', driverClass: 'ticket-printer', driver: device.printer },
      ];
    case 'check-in':
      return [{ device, part: 'scanner', driverClass: 'scanner', driver: device.scanner }];
    case 'slip-printer':
      return [{ device, part: 'printer', driverClass: 'ticket-printer', driver: device.printer }];
    case 'window-board':
    case 'hall-board':
      return [{ device, part: 'board', driverClass: 'line-display', driver: device.board }];
    case 'call-pad':
      return [{ device, part: 'pad', driverClass: 'keypad', driver: device.pad }];
    case 'rating-keypad':
      return [{ device, part: 'rating', driverClass: 'keypad', driver: device.pad }];
  }
}

export class SimulatedHardware {
  readonly machines: BenchMachine[] = [];
  #config: HallConfig;
  #clock: Clock;
  #random: Random;
  #ports = new Map<string, PortMaker>();

  constructor(config: HallConfig, clock: Clock, random: Random) {
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
  }

  /** Puts every machine of every simulated port in its place. */
  async fit(): Promise<void> {
    for (const node of this.#config.file.nodes) {
      const fitted = fittedDrivers(node);
      for (const port of node.ports) {
        if (port.kind === 'simulated')
          await this.#fitPort(
            node.id,
            port,
            fitted.filter(({ driver }) => driver.port === port.id),
          );
      }
    }
  }

  makePort(node: string, port: PortConfig): PortMaker {
    const maker = this.#ports.get(`${node}/${port.id}`);
    if (maker === undefined) throw new DeviceError('illegal', `nothing is simulated at ${node}/${port.id}`);
    return maker;
  }

  machine(device: string, part?: Fitted['part']): BenchMachine {
    const found = this.machines.find((each) => each.device === device && (part === undefined || each.part === part));
    if (found === undefined) throw new DeviceError('illegal', `no simulated machine for ${device} ${part ?? ''}`);
    return found;
  }

  async #fitPort(
    node: string,
    port: Extract<PortConfig, { kind: 'simulated' }>,
    fitted: readonly Fitted[],
  ): Promise<void> {
    const name = `${node}/${port.id}`;
    const many = fitted.length > 1 || fitted.some(({ driver }) => driver.address !== undefined);
    if (many) {
      const line = new SimulatedLine({ name, clock: this.#clock, random: this.#random, baudRate: port.baud });
      this.#ports.set(name, () => line.makePort());
      for (const each of fitted) await this.#fitMachine(node, each, line.tap(each.device.id));
      return;
    }
    const only = fitted[0];
    const descriptor =
      only?.driverClass === 'keypad' && port.unit === 'report' ? simulatedDescriptor(this.#settings(only)) : undefined;
    const cable = new SimulatedCable({
      name,
      clock: this.#clock,
      unit: port.unit,
      baudRate: port.baud,
      ...(descriptor === undefined ? {} : { descriptor }),
    });
    this.#ports.set(name, () => cable.makePort());
    if (only !== undefined) await this.#fitMachine(node, only, cable);
  }

  /** What is printed on a kiosk's buttons: the services they stand for. */
  #labels(buttons: Readonly<Record<string, string>>): Readonly<Record<string, LocalText>> {
    const names = new Map(this.#config.rules.services.map(({ id, name }) => [id, name]));
    return Object.fromEntries(
      Object.entries(buttons).map(([key, service]) => [key, names.get(service) ?? { zh: service, en: service }]),
    );
  }

  #settings({ driverClass, driver }: Fitted): DriverSettings {
    return {
      protocol: driver.protocol,
      profile: driver.profile === undefined ? undefined : this.#config.profiles.get(`${driverClass}/${driver.profile}`),
      address: driver.address,
      options: driver.options,
    };
  }

  async #fitMachine(node: string, fitted: Fitted, end: FarEnd): Promise<void> {
    const { device, part, driverClass } = fitted;
    const settings = this.#settings(fitted);
    const world = { end, clock: this.#clock, random: this.#random, name: `${device.id} ${part}` };
    const machine = await create(driverClass, settings, world);
    const window = 'window' in device ? device.window : null;
    const picture = pictureOf(machine);
    this.machines.push({
      id: `${device.id}-${part}`,
      kind: machine.kind,
      node,
      device: device.id,
      window,
      part,
      look: () => machine.look(),
      act: (action) => machine.act(action as never),
      onChange: (listener) => machine.onChange(listener),
      ...(picture === undefined ? {} : { picture }),
      ...(device.role === 'ticket-kiosk' && part === 'panel' ? { labels: this.#labels(device.buttons) } : {}),
    });
  }
}

function pictureOf(machine: object): ((paperId: string) => Promise<Uint8Array | undefined>) | undefined {
  const printer = machine as Partial<SimulatedPrinter>;
  return printer.picture === undefined
    ? undefined
    : (paperId) => printer.picture?.(paperId) ?? Promise.resolve(undefined);
}

type World = { readonly end: FarEnd; readonly clock: Clock; readonly random: Random; readonly name: string };

function create(driverClass: Fitted['driverClass'], settings: DriverSettings, world: World) {
  if (driverClass === 'ticket-printer') return createSimulatedPrinter(settings, world);
  if (driverClass === 'scanner') return createSimulatedScanner(settings, world);
  return driverClass === 'line-display'
    ? createSimulatedBoard(settings, world)
    : createSimulatedKeypad(settings, world);
}
