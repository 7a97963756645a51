import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../main.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The command line in this process: its exit code, and what it prints. */
async function halld(...args: string[]) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void stdout.push(`${text}\n`));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void stderr.push(`${text}\n`));
  const status = await main(args);
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

test('a right file: what is in it, and exit code 0', async () => {
  const { status, stdout, stderr } = await halld('check', 'config/halls/service-centre.yaml');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('config/halls/service-centre.yaml: OK\n');
  expect(stdout).toMatch(/matters +\d+ in \d+ services of \d+ departments/);
  expect(stdout).toMatch(/node n1 +4 window-board, 4 call-pad, 4 rating-keypad/);
});

test('a wrong file: every problem on standard error as file:line:column, and exit code 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halld-check-'));
  try {
    const path = join(folder, 'hall.yaml');
    const text = readFileSync('config/halls/small.yaml', 'utf8');
    await writeFile(path, text.replace('prefix: B', 'prefix: A').replace('port: panel }', 'port: panle }'));
    // Once through the launcher, as a person starts it.
    const plain = spawnSync('node_modules/.bin/node', ['runtime/boot/halld.mjs', 'check', path], { encoding: 'utf8' });
    expect(plain.status).toBe(1);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toContain(`${path}:35:28: the prefix "A" is used twice; line 34 has it first`);
    expect(plain.stderr).toContain('there is no port "panle"; did you mean "panel"?\n2 problems');
    const json = await halld('check', path, '--json');
    expect(json).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      problems: [{ file: path, line: 35, column: 28 }, { line: 61 }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no file, no such file, an unknown option: each with its exit code', async () => {
  expect(await halld('check')).toMatchObject({ status: 64, stderr: expect.stringContaining('name one hall file') });
  expect(await halld('check', 'a.yaml', 'b.yaml')).toMatchObject({ status: 64 });
  expect(await halld('check', '--jsn', 'a.yaml')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('--jsn'),
  });
  expect(await halld('check', 'none.yaml')).toMatchObject({
    status: 66,
    stderr: expect.stringContaining('none.yaml:1:1: there is no such file'),
  });
});

test('config/hall.schema.json is what "halld schema" prints', async () => {
  const { status, stdout } = await halld('schema');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('config/hall.schema.json', 'utf8')));
  expect(await halld('schema', 'more')).toMatchObject({ status: 64 });
});

test('the halls that halld brings name the schema on their first line', () => {
  for (const hall of ['service-centre', 'small'])
    expect(readFileSync(`config/halls/${hall}.yaml`, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../hall.schema.json',
    );
});
