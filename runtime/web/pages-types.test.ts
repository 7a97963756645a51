/** The pages' scripts have no build step; their types are checked all the same. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const pages = fileURLToPath(new URL('./pages', import.meta.url));
const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');

test('every script of the pages holds together', { timeout: 60_000 }, () => {
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', pages], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});
