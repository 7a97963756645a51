/** Who imports whom: reads every source file's imports and holds them against the table of rooms. Used by `rooms.test.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Import {
  readonly from: string;
  /** A path inside the project, or a package name, or `node:…`. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** Started as a thread or program of its own, not imported. */
  readonly program: boolean;
}

export const floors = ['drivers', 'devices', 'config', 'runtime'] as const;

/** Imports, dynamic imports, and files named as a URL beside the one that names them (workers, child programs). */
const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(['"]([^'"]+\.ts)['"], import\.meta\.url\)/gm;

export function sourceFiles(root: string): readonly string[] {
  return floors.flatMap((floor) =>
    readdirSync(path.join(root, floor), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')),
  );
}

export function importsOf(file: string, text: string): readonly Import[] {
  return [...text.matchAll(importPattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const to = specifier.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
      : packageOf(specifier);
    return { from: file, to, typeOnly: match[1] !== undefined, program: match[4] !== undefined };
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

/** The room of a file: `drivers/keypad`, `devices/contract`, `config`, `config/locales`, `runtime/hub`; loose files of a floor are its ground. */
export function roomOf(file: string): string {
  const parts = file.split('/');
  const floor = parts[0] ?? '';
  if (floor === 'config') return parts[1] === 'locales' ? 'config/locales' : 'config';
  return parts.length > 2 ? `${floor}/${parts[1]}` : `${floor}/ground`;
}

const driverClasses = ['ticket-printer', 'line-display', 'keypad', 'scanner', 'screen', 'modem', 'sms-gateway'].map(
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
  'drivers/hid',
  'drivers/simulated',
  ...driverClasses,
];
const everyDevice = ['devices/ground', 'devices/contract', 'devices/paper', ...devicesRoles];

/** Room to the rooms it may import, besides itself and its floor's ground where that is drivers. */
export const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  // driver.ts, on the ground, names the types of ports and lines that every driver is built from.
  'drivers/ground': ['drivers/port', 'drivers/line'],
  'drivers/bytes': [],
  'drivers/glyphs': ['drivers/bytes'],
  'drivers/port': ['drivers/ground'],
  'drivers/line': ['drivers/ground', 'drivers/port'],
  'drivers/hid': [],
  ...Object.fromEntries(
    driverClasses.map((room) => [
      room,
      ['drivers/ground', 'drivers/port', 'drivers/line', 'drivers/hid', 'drivers/bytes', 'drivers/glyphs'],
    ]),
  ),
  'drivers/simulated': everyDriver,
  'devices/contract': [],
  // What several roles share knows what they know.
  'devices/ground': ['devices/contract', 'drivers/ground', ...driverClasses],
  'devices/paper': ['devices/ground', 'devices/contract', 'drivers/ground', 'drivers/ticket-printer'],
  ...Object.fromEntries(
    devicesRoles.map((room) => [
      room,
      ['devices/ground', 'devices/contract', 'devices/paper', 'drivers/ground', ...driverClasses],
    ]),
  ),
  // The catalogue of words names the devices' codes as types, and no more.
  'config/locales': everyDevice,
  config: ['config/locales', ...everyDriver, ...everyDevice],
  'runtime/queue': ['devices/contract'],
  'runtime/store': ['runtime/queue', 'devices/contract', 'drivers/ground'],
  'runtime/bus': ['devices/contract', 'drivers/ground'],
  'runtime/hub': ['runtime/queue', 'runtime/store', 'runtime/bus', 'devices/contract', 'config', 'drivers/ground'],
  'runtime/node': ['runtime/bus', 'runtime/store', 'config', 'config/locales', ...everyDevice, ...everyDriver],
  'runtime/web': ['runtime/hub', 'runtime/store', 'config', 'config/locales', 'devices/contract', 'drivers/ground'],
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
  'runtime/testing': ['*'],
  'runtime/bench': ['*'],
};

/** What any test may import: simulated hardware with the ports and lines that lead to it, and the catalogue of words. */
const openToTests = [
  'drivers/simulated',
  'drivers/ground',
  'drivers/port',
  'drivers/line',
  'devices/ground',
  'config/locales',
];

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
  'csv-parse': ['runtime/simulate'],
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
  const isTest = testOnly(from);
  const inside = floors.some((floor) => to.startsWith(`${floor}/`));
  if (!inside) {
    const homes = packageHomes[to];
    if (homes === undefined || isTest || homes.includes(room)) return undefined;
    return `${to} lives in ${homes.join(', ')}`;
  }
  const target = roomOf(to);
  if (testOnly(to) && !isTest) return `${to} is for tests and benches alone`;
  if (target === room) return undefined;
  if (isTest && openToTests.includes(target)) return undefined;
  const allowed = allowedRooms[room];
  if (allowed === undefined) return `the room ${room} is not in the table`;
  if (target === 'runtime/boot' && !allowed.includes('*')) return 'only tests and benches import runtime/boot';
  if (target === 'runtime/testing' || target === 'runtime/bench')
    return isTest ? undefined : `only tests import ${target}`;
  if (allowed.includes('*') || allowed.includes(target)) return undefined;
  if (target === 'config/locales' && allowed.includes('config')) return undefined;
  return `${room} may not import ${target}`;
}

/** What no process of the product can reach: its folder or its name says so. */
export function testOnly(file: string): boolean {
  return /^runtime\/(testing|bench)\//.test(file) || /\.(test|kit|conformance)\.ts$/.test(file);
}

/** Every file that a process started by one of `entries` can come to load. */
export function reachable(imports: readonly Import[], entries: readonly string[]): ReadonlySet<string> {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const found = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const { to } of targets.get(file) ?? []) if (to.endsWith('.ts') || to.endsWith('.mjs')) open.push(to);
  }
  return found;
}

/** Circles between rooms, each as the list of its rooms; none on a well-built house. */
export function circles(imports: readonly Import[]): readonly (readonly string[])[] {
  return circlesOf(
    imports.filter(({ typeOnly }) => !typeOnly).map(({ from, to }) => [roomOf(from), roomOf(to), from, to]),
  );
}

/** Circles between files, imports of types counted too: what is understood only together belongs together. */
export function fileCircles(imports: readonly Import[]): readonly (readonly string[])[] {
  return circlesOf(imports.filter(({ program }) => !program).map(({ from, to }) => [from, to, from, to]));
}

function circlesOf(edges: readonly (readonly [string, string, string, string])[]): readonly (readonly string[])[] {
  const targets = new Map<string, Set<string>>();
  for (const [a, b, from, to] of edges) {
    if (testOnly(from) || a === b || !floors.some((floor) => to.startsWith(`${floor}/`))) continue;
    targets.set(a, (targets.get(a) ?? new Set()).add(b));
  }
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const walk = (node: string, trail: readonly string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      found.push(trail.slice(at));
      return;
    }
    if (done.has(node)) return;
    for (const next of targets.get(node) ?? []) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of targets.keys()) walk(node, []);
  return found;
}
