/** Who imports whom: reads every source file's imports and holds them against the table of rooms. Used by `rooms.test.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Import {
  readonly from: string;
  /** A path inside the project, or a package name, or `node:…`. */
  readonly to: string;
  readonly typeOnly: boolean;
}

export const floors = ['drivers', 'devices', 'config', 'runtime'] as const;

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function sourceFiles(root: string): readonly string[] {
  return floors.flatMap((floor) =>
    readdirSync(path.join(root, floor), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')),
  );
}

export function importsOf(file: string, text: string): readonly Import[] {
  return [...text.matchAll(importPattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    const to = specifier.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
      : packageOf(specifier);
    return { from: file, to, typeOnly: match[1] !== undefined };
  });
}

export function readImports(root: string): readonly Import[] {
  return sourceFiles(root).flatMap((file) => importsOf(file, readFileSync(path.join(root, file), 'utf8')));
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

/** The room of a file: `drivers/keypad`, `devices/contract`, `config`, `runtime/hub`; loose files of a floor are its ground. */
export function roomOf(file: string): string {
  const parts = file.split('/');
  const floor = parts[0] ?? '';
  if (floor === 'config') return 'config';
  return parts.length > 2 ? `${floor}/${parts[1]}` : `${floor}/ground`;
}

const driverClasses = ['ticket-printer', 'line-display', 'keypad', 'scanner', 'screen', 'modem'].map(
  (name) => `drivers/${name}`,
);
const devicesRoles = [
  'ticket-kiosk',
  'check-in',
  'service-desk',
  'slip-printer',
  'window-board',
  'call-pad',
  'rating-keypad',
  'hall-board',
  'sms-notifier',
].map((name) => `devices/${name}`);
const everyDriver = [
  'drivers/ground',
  'drivers/bytes',
  'drivers/glyphs',
  'drivers/port',
  'drivers/line',
  'drivers/simulated',
  ...driverClasses,
];
const everyDevice = ['devices/ground', 'devices/contract', ...devicesRoles];

/** Room to the rooms it may import, besides itself and its floor's ground where that is drivers. */
export const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  // driver.ts, on the ground, names the types of ports and lines that every driver is built from.
  'drivers/ground': ['drivers/port', 'drivers/line'],
  'drivers/bytes': [],
  'drivers/glyphs': ['drivers/bytes'],
  'drivers/port': ['drivers/ground'],
  'drivers/line': ['drivers/ground', 'drivers/port'],
  ...Object.fromEntries(
    driverClasses.map((room) => [
      room,
      ['drivers/ground', 'drivers/port', 'drivers/line', 'drivers/bytes', 'drivers/glyphs'],
    ]),
  ),
  'drivers/simulated': everyDriver,
  'devices/contract': [],
  // What several roles share knows what they know.
  'devices/ground': ['devices/contract', 'drivers/ground', ...driverClasses],
  ...Object.fromEntries(
    devicesRoles.map((room) => [room, ['devices/ground', 'devices/contract', 'drivers/ground', ...driverClasses]]),
  ),
  config: [...everyDriver, ...everyDevice],
  'runtime/queue': ['devices/contract'],
  'runtime/store': ['runtime/queue', 'devices/contract', 'drivers/ground'],
  'runtime/bus': ['devices/contract', 'drivers/ground'],
  'runtime/hub': ['runtime/queue', 'runtime/store', 'runtime/bus', 'devices/contract', 'config', 'drivers/ground'],
  'runtime/node': ['runtime/bus', 'runtime/store', 'config', ...everyDevice, ...everyDriver],
  'runtime/web': ['runtime/hub', 'runtime/store', 'devices/contract', 'drivers/ground'],
  'runtime/simulate': [
    'runtime/queue',
    'runtime/store',
    'runtime/bus',
    'runtime/hub',
    'runtime/node',
    'devices/contract',
    'config',
    ...everyDriver,
  ],
  'runtime/boot': ['*'],
  'runtime/trials': ['*'],
};

/** What any test may import: simulated hardware and the ports and lines that lead to it. */
const openToTests = ['drivers/simulated', 'drivers/ground', 'drivers/port', 'drivers/line', 'devices/ground'];

/** Each package has one home, or a few. */
export const packageHomes: Readonly<Record<string, readonly string[]>> = {
  serialport: ['drivers/port'],
  'node-hid': ['drivers/port'],
  escpos: ['drivers/ticket-printer'],
  '@napi-rs/canvas': ['drivers/ticket-printer', 'drivers/screen', 'drivers/simulated', 'drivers/glyphs'],
  'qrcode-generator': ['drivers/glyphs', 'drivers/ticket-printer'],
  mqtt: ['runtime/bus'],
  aedes: ['runtime/bus'],
  'node:sqlite': ['runtime/store'],
  pg: ['runtime/store'],
  hono: ['runtime/web'],
  '@hono/node-server': ['runtime/web'],
  'prom-client': ['runtime/web'],
  pino: ['runtime/boot', 'config'],
  yaml: ['runtime/boot', 'config'],
};

export interface Trespass {
  readonly import: Import;
  readonly why: string;
}

export function trespasses(imports: readonly Import[]): readonly Trespass[] {
  return imports.flatMap((each) => {
    const why = trespass(each);
    return why === undefined ? [] : [{ import: each, why }];
  });
}

function trespass({ from, to }: Import): string | undefined {
  const room = roomOf(from);
  const isTest = /\.(test|conformance)\.ts$/.test(from) || from.includes('.test.');
  const inside = floors.some((floor) => to.startsWith(`${floor}/`));
  if (!inside) {
    const homes = packageHomes[to];
    if (homes === undefined || isTest || room === 'runtime/trials' || homes.includes(room)) return undefined;
    return `${to} lives in ${homes.join(', ')}`;
  }
  const target = roomOf(to);
  if (target === room) return undefined;
  if (isTest && openToTests.includes(target)) return undefined;
  const allowed = allowedRooms[room];
  if (allowed === undefined) return `the room ${room} is not in the table`;
  if (target === 'runtime/boot' || target === 'runtime/trials') {
    return room === 'runtime/trials' && target === 'runtime/boot' ? undefined : `nobody imports ${target}`;
  }
  if (allowed.includes('*') || allowed.includes(target)) return undefined;
  return `${room} may not import ${target}`;
}

/** Circles between rooms, each as the list of its rooms; none on a well-built house. */
export function circles(imports: readonly Import[]): readonly (readonly string[])[] {
  const edges = new Map<string, Set<string>>();
  for (const { from, to, typeOnly } of imports) {
    if (typeOnly || /\.test\.ts$/.test(from) || !floors.some((floor) => to.startsWith(`${floor}/`))) continue;
    const [a, b] = [roomOf(from), roomOf(to)];
    if (a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const walk = (room: string, trail: readonly string[]): void => {
    const at = trail.indexOf(room);
    if (at >= 0) {
      found.push(trail.slice(at));
      return;
    }
    if (done.has(room)) return;
    for (const next of edges.get(room) ?? []) walk(next, [...trail, room]);
    done.add(room);
  };
  for (const room of edges.keys()) walk(room, []);
  return found;
}
