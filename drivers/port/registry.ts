/** Makes ports from what the config says. The native libraries load when a port of their kind opens first. */
import { GuardedPort } from './guarded-port.ts';
import { HidWire } from './hid.ts';
import type { PortMaker } from './port.ts';
import type { PortOptions } from './port-options.ts';
import { SerialWire } from './serial.ts';
import { TcpWire } from './tcp.ts';
import { UsblpWire } from './usblp.ts';
import type { PortWorld, Wire } from './wire.ts';

export function makePort(options: PortOptions, world: PortWorld): PortMaker {
  return () => new GuardedPort(makeWire(options, world), world);
}

function makeWire(options: PortOptions, world: PortWorld): Wire {
  switch (options.kind) {
    case 'serial':
      return new SerialWire(options, world);
    case 'tcp':
      return new TcpWire(options, world.clock);
    case 'hid':
      return new HidWire(options);
    case 'usblp':
      return new UsblpWire(options, world);
  }
}
