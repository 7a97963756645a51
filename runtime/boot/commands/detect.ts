/** `halld detect`: what is plugged in, and the lines for the hall's file. */
import { systemRoots } from '../../../drivers/port/sysfs.ts';
import type { Command } from '../command.ts';
import { type DetectedPort, detectPorts, detectUnusable } from '../detect-ports.ts';
import { parseOptions } from '../options.ts';

export const detect: Command = {
  summary: 'lists what is plugged into this box, with the lines for the hall file',
  help: `usage: halld detect [--json]

Lists every serial line, HID device and USB printer with a name that survives replugging, names what it probably is, and
prints its lines for "ports:" and its drivers in the hall's file. Opens nothing, so it may run beside a node.

  --json   the list as JSON

Exit code: 0, also when nothing is plugged in.`,
  async run(args) {
    const { values } = parseOptions(args, { json: { type: 'boolean' } });
    const found = detectPorts(systemRoots);
    console.log(values.json === true ? JSON.stringify(found, null, 2) : report(found));
    for (const { what, remedy } of detectUnusable(systemRoots)) console.error(`${what}; ${remedy}`);
    return 0;
  },
};

export function report(found: readonly DetectedPort[]): string {
  if (found.length === 0) return 'Nothing is plugged in: no serial line, no HID device, no USB printer.';
  const list = found.map(({ id, node, what, guess }) => `${id}: ${what}\n  at ${node} now; ${guess}`);
  const ports = found.map(({ id, options }) => `  - ${yaml({ id, ...options })}`);
  const drivers = found.flatMap(({ id, driver }) =>
    driver === undefined ? [] : [`#   ${yaml({ ...driver, port: id })}`],
  );
  const devices =
    drivers.length === 0
      ? []
      : ['', '# Drivers, for "panel:", "pad:", "scanner:" or "printer:" of a device:', ...drivers];
  return [...list, '', 'ports:', ...ports, ...devices].join('\n');
}

/** In flow style, as the halls' files write it. */
function yaml(values: object): string {
  const fields = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${scalar(name, value)}`],
  );
  return `{ ${fields.join(', ')} }`;
}

/** Text in quotes: a serial number may look like a number, and a path holds colons. */
function scalar(name: string, value: string | number): string {
  if (name === 'vid' || name === 'pid') return `0x${value.toString(16).padStart(4, '0')}`;
  if (typeof value === 'number' || /^[a-z][a-z0-9-]*$/.test(value)) return String(value);
  return JSON.stringify(value);
}
