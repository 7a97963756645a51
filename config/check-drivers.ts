/** What speaks to each device: a protocol that exists, a profile made for it, options that it takes, letters that it has. */

import type { Font, ProtocolEntry } from './catalogue.ts';
import type { CheckAgainst, Findings } from './findings.ts';
import { suggestion } from './nearest.ts';
import { protocolKey } from './protocols.ts';
import { shapeFaults } from './shape.ts';
import type { Wire } from './wires.ts';

/** Gives the fonts of the hall's boards, each once. */
export function checkDrivers(wires: readonly Wire[], findings: Findings, against: CheckAgainst): Font[] {
  const fonts = new Map<string, Font>();
  for (const wire of wires) {
    const font = checkDriver(wire, findings, against);
    if (font !== undefined) fonts.set(font.name, font);
  }
  return [...fonts.values()];
}

function checkDriver(wire: Wire, findings: Findings, against: CheckAgainst): Font | undefined {
  const { class: ofClass, driver, path } = wire;
  const entry = against.catalogue.classes[ofClass];
  if (entry === undefined) return undefined;
  const protocol = against.protocols.get(protocolKey(ofClass, driver.protocol));
  if (protocol === undefined) {
    findings.at(
      [...path, 'protocol'],
      `no ${ofClass} protocol is called "${driver.protocol}"`,
      suggestion(driver.protocol, Object.keys(entry.protocols), 'protocols'),
    );
    return undefined;
  }
  checkAddress(wire, protocol, findings);
  if (driver.profile === undefined && protocol.needsProfile === true)
    findings.at(
      [...path, 'protocol'],
      `"${driver.protocol}" says nothing without a profile`,
      `name one of config/profiles/${ofClass} beside it, or write one`,
    );
  const profile = driver.profile === undefined ? undefined : against.profiles.get(`${ofClass}/${driver.profile}`);
  // A profile that is wrong, or is not there, has been told of.
  if (driver.profile !== undefined && profile === undefined) return undefined;
  const made = profile === undefined ? undefined : entry.protocolOf?.(profile);
  if (made !== undefined && made !== driver.protocol) {
    findings.at(
      [...path, 'profile'],
      `the profile "${driver.profile}" is for the protocol "${made}", not "${driver.protocol}"`,
      `write "protocol: ${made}", or name another profile`,
    );
    return undefined;
  }
  const facts = profile === undefined ? {} : (entry.optionsOf?.(profile) ?? {});
  const options = { ...facts, ...driver.options };
  const result = protocol.options.safeParse(options);
  if (result.success) {
    try {
      return protocol.font?.(driver.address, options);
    } catch (error) {
      const key = Object.keys(driver.options).length > 0 ? 'options' : 'protocol';
      findings.at([...path, key], `"${driver.protocol}" cannot work with this`, String((error as Error).message));
      return undefined;
    }
  }
  const base = [...path, 'options'];
  for (const { path: at, problem } of shapeFaults(findings.source, protocol.options, options, result.error, base)) {
    const option = String(at[base.length]);
    if (Object.hasOwn(facts, option) && !Object.hasOwn(driver.options, option))
      findings.at([...path, 'profile'], `in the profile "${driver.profile}": ${problem.wrong}`, problem.right);
    else findings.problems.push(problem);
  }
  return undefined;
}

function checkAddress({ driver, path }: Wire, { addresses }: ProtocolEntry, findings: Findings): void {
  const { address, protocol } = driver;
  if (address === undefined || addresses === undefined) return;
  if (addresses === 'none')
    findings.at([...path, 'address'], `"${protocol}" has no addresses`, 'leave it out: one such device on each port');
  else if (address < addresses[0] || address > addresses[1])
    findings.at(
      [...path, 'address'],
      `${address} is no address of one "${protocol}" device`,
      `one from ${addresses[0]} to ${addresses[1]}`,
    );
}
