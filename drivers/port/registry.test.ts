import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Runs in a process of its own, since this one may have loaded the libraries for other tests. */
function nativeLibrariesAfter(steps: string): string[] {
  const script = `
    import { readFileSync } from 'node:fs';
    import { systemClock } from ${JSON.stringify(new URL('../clock.ts', import.meta.url).href)};
    import { makePort } from ${JSON.stringify(new URL('./registry.ts', import.meta.url).href)};
    const world = { clock: systemClock };
    const events = { data() {}, lost() {} };
    const open = (options) => makePort(options, world)().open(events).catch(() => {});
    const serial = { kind: 'serial', path: '/dev/none', baud: 9600, data_bits: 8, parity: 'none', stop_bits: 1, flow: 'none' };
    const hid = { kind: 'hid', vid: 1, pid: 2 };
    ${steps}
    const maps = readFileSync('/proc/self/maps', 'utf8');
    console.log([...new Set(maps.match(/(bindings-cpp|node-hid)(?=\\/.*\\.node)/g) ?? [])].join(' '));
    process.exit(0);
  `;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return said.trim().split(' ').filter(Boolean);
}

test('a box loads the native library of a kind of port only when one of that kind opens', () => {
  expect(nativeLibrariesAfter('makePort(serial, world)(); makePort(hid, world)();')).toEqual([]);
  expect(nativeLibrariesAfter('await open(serial);')).toEqual(['bindings-cpp']);
  // Not plugged in: nothing to open, so nothing to load either.
  expect(nativeLibrariesAfter('await open(hid);')).toEqual([]);
});
