/** The table of who may import whom, as a test: it reads the tree, and it plants trespasses to prove that it would see them. */
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  allowedRooms,
  circles,
  fileCircles,
  floors,
  importsOf,
  reachable,
  readImports,
  roomOf,
  sourceFiles,
  testOnly,
  trespasses,
} from './import-graph.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const imports = readImports(root);

test('no file imports what its room may not', () => {
  expect(trespasses(imports).map(({ import: each, why }) => `${each.from} -> ${each.to}: ${why}`)).toEqual([]);
});

test('every import goes down or stays on its floor, and no rooms import each other in a circle', () => {
  const upward = imports.filter(({ from, to }) => {
    const [a, b] = [floors.indexOf(from.split('/')[0] as never), floors.indexOf(to.split('/')[0] as never)];
    // The words stand in the catalogue, and a device's own test reads them there.
    return b > a && !(testOnly(from) && roomOf(to) === 'config/locales');
  });
  expect(upward).toEqual([]);
  expect(circles(imports)).toEqual([]);
  const table = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (testOnly(from) || !floors.some((floor) => to.startsWith(`${floor}/`)) || roomOf(from) === roomOf(to)) continue;
    table.set(roomOf(from), (table.get(roomOf(from)) ?? new Set()).add(roomOf(to)));
  }
  const lines = floors.toReversed().map((floor) => {
    const rooms = [...table].filter(([room]) => room.startsWith(floor)).toSorted();
    return [
      `== ${floor}`,
      ...rooms.map(([room, targets]) => `   ${room.padEnd(24)} -> ${[...targets].toSorted().join(', ')}`),
    ].join('\n');
  });
  console.log(`four floors, every import downward, no circle:\n${lines.join('\n')}`);
});

test.each([
  [
    'drivers/keypad/evil.ts',
    "import { x } from '../../devices/contract/terms.ts';",
    'drivers/keypad may not import devices/contract',
  ],
  [
    'devices/call-pad/evil.ts',
    "import { x } from '../rating-keypad/rating-keypad.ts';",
    'devices/call-pad may not import devices/rating-keypad',
  ],
  ['runtime/queue/evil.ts', "import { x } from '../store/store.ts';", 'runtime/queue may not import runtime/store'],
  ['runtime/hub/evil.ts', "import { main } from '../boot/main.ts';", 'only tests and benches import runtime/boot'],
  [
    'runtime/hub/evil.ts',
    "import { x } from '../queue/test-hall.kit.ts';",
    'runtime/queue/test-hall.kit.ts is for tests and benches alone',
  ],
  [
    'runtime/boot/evil.ts',
    "import { x } from '../testing/worlds/virtual-hall.ts';",
    'runtime/testing/worlds/virtual-hall.ts is for tests and benches alone',
  ],
  ['runtime/web/evil.ts', "const x = await import('../bus/mqtt-bus.ts');", 'runtime/web may not import runtime/bus'],
  ['devices/window-board/evil.ts', "import mqtt from 'mqtt';", 'mqtt lives in runtime/bus'],
  ['drivers/port/evil.ts', "export { y } from '../keypad/keypad.ts';", 'drivers/port may not import drivers/keypad'],
])('a planted trespass in %s is seen', (file, line, why) => {
  expect(trespasses(importsOf(file, line)).map((each) => each.why)).toEqual([why]);
});

test('no files import each other in a circle', () => {
  expect(fileCircles(imports)).toEqual([]);
});

test('a planted circle of files is seen, also one of types alone', () => {
  const planted = [
    ...importsOf('runtime/bus/a.ts', "import type { B } from './b.ts'"),
    ...importsOf('runtime/bus/b.ts', "import './a.ts'"),
  ];
  expect(fileCircles(planted)).toEqual([['runtime/bus/a.ts', 'runtime/bus/b.ts']]);
});

const entries = ['runtime/boot/halld.mjs', 'runtime/boot/main.ts'];

test('what no process can reach is named as a test, a kit or a bench', () => {
  const found = reachable(imports, entries);
  expect(sourceFiles(root).filter((file) => !testOnly(file) && !found.has(file))).toEqual([]);
});

test('no process reaches what is for tests and benches alone', () => {
  expect([...reachable(imports, entries)].filter(testOnly)).toEqual([]);
});

test('planted: a file that nothing imports, and a process that imports a kit, are seen', () => {
  const planted = importsOf('runtime/boot/main.ts', "await import('../queue/test-hall.kit.ts')");
  const found = reachable(planted, entries);
  expect(found.has('runtime/hub/unused.ts')).toBe(false);
  expect([...found].filter(testOnly)).toEqual(['runtime/queue/test-hall.kit.ts']);
});

test('a planted circle is seen', () => {
  const planted = [
    ...importsOf('runtime/bus/a.ts', "import '../store/b.ts'"),
    ...importsOf('runtime/store/b.ts', "import '../bus/a.ts'"),
  ];
  expect(circles(planted)).toEqual([['runtime/bus', 'runtime/store']]);
});

test('the table knows every room there is', () => {
  const rooms = new Set(imports.map(({ from }) => roomOf(from)));
  expect([...rooms].filter((room) => allowedRooms[room] === undefined)).toEqual([]);
});
