import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function halld(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/node', ['runtime/boot/halld.mjs', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a right file: what is in it, and exit code 0', () => {
  const { status, stdout, stderr } = halld('check', 'config/halls/service-centre.yaml');
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
    await writeFile(path, text.replace('prefix: B', 'prefix: A').replace('port: panel,', 'prot: panel,'));
    const plain = halld('check', path);
    expect(plain.status).toBe(1);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toContain(`${path}:35:28: the prefix "A" is used twice; line 34 has it first`);
    const json = halld('check', path, '--json');
    expect(json.status).toBe(1);
    expect(json.stderr).toBe('');
    const answer = JSON.parse(json.stdout) as { ok: boolean; problems: { line: number; wrong: string }[] };
    expect(answer.ok).toBe(false);
    expect(answer.problems).toContainEqual(expect.objectContaining({ file: path, line: 35, column: 28 }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no file, no such file, an unknown option: each with its exit code', () => {
  expect(halld('check')).toMatchObject({ status: 64, stderr: expect.stringContaining('name one hall file') });
  expect(halld('check', 'a.yaml', 'b.yaml').status).toBe(64);
  expect(halld('check', '--jsn', 'a.yaml')).toMatchObject({ status: 64, stderr: expect.stringContaining('--jsn') });
  expect(halld('check', 'none.yaml')).toMatchObject({
    status: 66,
    stderr: expect.stringContaining('none.yaml:1:1: there is no such file'),
  });
});

test('config/hall.schema.json is what "halld schema" prints', () => {
  const { status, stdout } = halld('schema');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('config/hall.schema.json', 'utf8')));
  expect(halld('schema', 'more').status).toBe(64);
});

test('the halls that halld brings name the schema on their first line', () => {
  for (const hall of ['service-centre', 'small'])
    expect(readFileSync(`config/halls/${hall}.yaml`, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../hall.schema.json',
    );
});
