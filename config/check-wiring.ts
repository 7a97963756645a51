/** Boxes, ports and devices: who hangs where, at which address, speaking what. */
import { idsOf } from './check-rules.ts';
import { checkSockets } from './check-sockets.ts';
import type { CheckAgainst, Findings } from './findings.ts';
import { suggestion } from './nearest.ts';
import { protocolKey } from './protocols.ts';
import type { HallFile } from './schema.ts';
import type { Wire } from './wires.ts';
import type { DeviceConfig, NodeConfig, PortConfig } from './wiring-schema.ts';
import type { Path } from './yaml-source.ts';

export function checkWiring(file: HallFile, wires: readonly Wire[], findings: Findings, against: CheckAgainst): void {
  findings.unique(file.nodes, (node) => node.id, { path: ['nodes'], field: 'id', say: 'the node id' });
  checkDeviceIds(file, findings);
  const windows = idsOf(file.windows);
  const services = idsOf(file.services);
  const kiosks = idsOf(file.nodes.flatMap((node) => node.devices.filter(({ role }) => role === 'ticket-kiosk')));
  for (const [n, node] of file.nodes.entries()) {
    const path = ['nodes', n];
    findings.unique(node.ports, (port) => port.id, { path: [...path, 'ports'], field: 'id', say: 'the port id' });
    for (const [d, device] of node.devices.entries()) {
      const at = [...path, 'devices', d];
      if ('window' in device) findings.refers([...at, 'window'], device.window, windows, 'windows');
      if (device.role === 'hall-board' && device.zone !== undefined)
        findings.refers([...at, 'zone'], device.zone, new Set(file.windows.map(({ zone }) => zone)), 'zones');
      if (device.role === 'ticket-kiosk') {
        checkButtons(device, at, { services, findings, against });
        const others = new Set([...kiosks].filter((id) => id !== device.id));
        for (const [k, neighbour] of (device.neighbours ?? []).entries())
          findings.refers([...at, 'neighbours', k], neighbour, others, 'other kiosks');
      }
      if (device.role === 'check-in' && device.papers_at !== undefined) {
        const here = node.devices.filter(({ role }) => role === 'ticket-kiosk');
        findings.refers([...at, 'papers_at'], device.papers_at, idsOf(here), 'kiosks');
      }
    }
    checkSharing(
      node,
      wires.filter((wire) => wire.node === node),
      findings,
      against,
    );
  }
  for (const wire of wires) checkPort(wire, { file, findings, against });
  checkSockets(file, findings);
}

function checkDeviceIds(file: HallFile, findings: Findings): void {
  const first = new Map<string, Path>();
  for (const [n, node] of file.nodes.entries())
    for (const [d, device] of node.devices.entries()) {
      const path = ['nodes', n, 'devices', d, 'id'];
      const before = first.get(device.id);
      if (before === undefined) first.set(device.id, path);
      else
        findings.at(
          path,
          `the device id "${device.id}" is used twice`,
          `line ${findings.line(before)} has it first: a device has its id in the whole hall`,
        );
    }
}

interface Checking {
  readonly file: HallFile;
  readonly findings: Findings;
  readonly against: CheckAgainst;
}

function checkPort(wire: Wire, { file, findings, against }: Checking): void {
  const { driver, path, node } = wire;
  const port = node.ports.find((each) => each.id === driver.port);
  if (port === undefined) {
    const elsewhere = file.nodes.find((each) => each !== node && each.ports.some(({ id }) => id === driver.port));
    if (elsewhere === undefined) findings.refers([...path, 'port'], driver.port, idsOf(node.ports), 'ports');
    else
      findings.at(
        [...path, 'port'],
        `the port "${driver.port}" belongs to node ${elsewhere.id}`,
        `a device uses the ports of its own box: move it there, or name a port of ${node.id}`,
      );
    return;
  }
  const unit = against.protocols.get(protocolKey(wire.class, driver.protocol))?.unit ?? 'any';
  if (unit !== 'any' && unit !== unitOf(port))
    findings.at(
      [...path, 'port'],
      `"${driver.protocol}" speaks ${unitWord[unit]}, the port "${port.id}" (${port.kind}) carries ${unitWord[unitOf(port)]}`,
      unit === 'report'
        ? 'wire it to a port of kind hid, or simulated with "unit: report"'
        : 'wire it to a serial, tcp or usblp port, or simulated with "unit: bytes"',
    );
}

const unitWord = { bytes: 'bytes', report: 'HID reports' } as const;

function unitOf(port: PortConfig): 'bytes' | 'report' {
  if (port.kind === 'simulated') return port.unit;
  return port.kind === 'hid' ? 'report' : 'bytes';
}

/** Printers, USB devices and pads have their cable to themselves; several on one line each need an address of their own. */
function checkSharing(node: NodeConfig, wires: readonly Wire[], findings: Findings, { protocols }: CheckAgainst): void {
  for (const port of node.ports) {
    const users = wires.filter((wire) => wire.driver.port === port.id);
    const taken = new Map<number, Wire>();
    for (const [index, wire] of users.entries()) {
      const { driver, path } = wire;
      const { address } = driver;
      const before = address === undefined ? undefined : taken.get(address);
      if (before !== undefined)
        findings.at(
          [...path, 'address'],
          `"${before.device.id}" has the address ${address} on the line "${port.id}" too`,
          `give "${wire.device.id}" a free address, and set it on the device`,
        );
      else if (address !== undefined) taken.set(address, wire);
      const others = users.filter((other) => other !== wire).map((other) => `"${other.device.id}"`);
      if (others.length === 0) continue;
      const alone = protocols.get(protocolKey(wire.class, driver.protocol))?.multiDrop === false;
      const first = index === 0;
      if (port.kind === 'hid' || port.kind === 'usblp') {
        if (!first) shared(`a USB device (${port.kind}) is one device`);
      } else if (alone) shared(`"${driver.protocol}" cannot share its line`);
      else if (address === undefined && !ownCodes(wire, users, findings))
        findings.at(
          [...path, 'port'],
          `${others.join(', ')} hangs on the port "${port.id}" too, and this device has no address`,
          'give each device of one line an address, or this one a port of its own',
        );

      function shared(why: string): void {
        findings.at(
          [...path, 'port'],
          `${others.join(', ')} hangs on the port "${port.id}" too: ${why}`,
          'give it a port of its own',
        );
      }
    }
  }
}

/** Radio buttons on one receiver are told apart by their codes: learnt for each, and none learnt twice. */
function ownCodes(wire: Wire, users: readonly Wire[], findings: Findings): boolean {
  const mine = codesOf(wire);
  if (mine.length === 0) return false;
  for (const other of users) {
    if (other === wire) break;
    const twice = codesOf(other).find(([, code]) => mine.some(([, own]) => own === code));
    if (twice !== undefined)
      findings.at(
        [...wire.path, 'options', 'codes'],
        `the code ${twice[1]} belongs to "${other.device.id}" (${twice[0]}) already`,
        `learn the keys of "${wire.device.id}" again: "halld key-test ... --profile NAME --learn KEYS"`,
      );
  }
  return true;
}

function codesOf({ driver }: Wire): readonly (readonly [key: string, code: string])[] {
  const { codes } = driver.options;
  return Object.entries(typeof codes === 'object' && codes !== null ? codes : {}).map(
    ([key, code]) => [key, String(code).replaceAll(' ', '').toUpperCase()] as const,
  );
}

type Kiosk = DeviceConfig & { role: 'ticket-kiosk' };

function checkButtons(
  kiosk: Kiosk,
  path: Path,
  { services, findings, against }: { services: ReadonlySet<string>; findings: Findings; against: CheckAgainst },
): void {
  const keypads = against.catalogue.classes.keypad;
  const profile = against.profiles.get(`keypad/${kiosk.panel.profile}`);
  const keys = profile === undefined ? undefined : keypads?.keysOf?.(profile);
  const buttons = Object.entries(kiosk.buttons);
  if (buttons.length === 0 && findings.whole)
    findings.atKey(
      [...path, 'buttons'],
      'this kiosk has no button',
      'name a service for each key, such as "1": household',
    );
  for (const [key, service] of buttons) {
    findings.refers([...path, 'buttons', key], service, services, 'services');
    if (keys !== undefined && !keys.includes(key))
      findings.atKey(
        [...path, 'buttons', key],
        `the panel "${kiosk.panel.profile}" has no key "${key}"`,
        suggestion(key, keys, 'its keys'),
      );
  }
  const confirm = kiosk.confirm_key;
  if (confirm === undefined) return;
  if (Object.hasOwn(kiosk.buttons, confirm))
    findings.at(
      [...path, 'confirm_key'],
      `the key "${confirm}" stands for a service already`,
      'confirm with a key that has no service',
    );
  else if (keys !== undefined && !keys.includes(confirm))
    findings.at([...path, 'confirm_key'], `the panel has no key "${confirm}"`, suggestion(confirm, keys, 'its keys'));
}
