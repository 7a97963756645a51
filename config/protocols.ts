/** The protocols that a hall names, loaded: by `<class>/<protocol>`. */
import type { DriverCatalogue, DriverClass, ProtocolEntry } from './catalogue.ts';
import { driversOf } from './drivers-of.ts';
import type { HallFile } from './schema.ts';

export type Protocols = ReadonlyMap<string, ProtocolEntry>;

export async function loadProtocols(file: HallFile, catalogue: DriverCatalogue): Promise<Protocols> {
  const protocols = new Map<string, ProtocolEntry>();
  for (const device of file.nodes.flatMap((node) => node.devices)) {
    for (const { class: ofClass, driver } of driversOf(device)) {
      const key = protocolKey(ofClass, driver.protocol);
      const known = catalogue.classes[ofClass]?.protocols ?? {};
      const load = Object.hasOwn(known, driver.protocol) ? known[driver.protocol] : undefined;
      if (load !== undefined && !protocols.has(key)) protocols.set(key, await load());
    }
  }
  return protocols;
}

export function protocolKey(ofClass: DriverClass, protocol: string): string {
  return `${ofClass}/${protocol}`;
}
