/** Makes ports from what the config says. The native libraries load when a port of their kind opens first. */
import type { Clock } from '../clock.ts';
import { GuardedPort } from './guarded-port.ts';
import { HidWire } from './hid.ts';
import type { PortMaker } from './port.ts';
import type { PortOptions } from './port-options.ts';
import { SerialWire } from './serial.ts';
import { TcpWire } from './tcp.ts';
import { UsblpWire } from './usblp.ts';
import type { Wire } from './wire.ts';

export interface PortWorld {
  readonly clock: Clock;
}

export function makePort(options: PortOptions, world: PortWorld): PortMaker {
  return () => new GuardedPort(makeWire(options, world), world.clock);
}

function makeWire(options: PortOptions, world: PortWorld): Wire {
  switch (options.kind) {
    case 'serial':
      return new SerialWire(options, world.clock);
    case 'tcp':
      return new TcpWire(options, world.clock);
    case 'hid':
      return new HidWire(options);
    case 'usblp':
      return new UsblpWire(options, world.clock);
  }
}
