import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError, problemLine } from './config-error.ts';
import { hallFrom, loadHall } from './load.ts';
import { catalogue, edited, problemsOf, smallHall } from './problem-cases.kit.ts';

test('all problems are told at once, in the order of the file, and one slip hides no other', async () => {
  const { text } = edited([
    ['halld: 1', 'halld: 1\nunknown: 1'], // a key of nobody
    ['to: "12:00"', 'to: "08:00"'], // hours
    ['department: street-office', 'department: street'], // a reference
    ['prefix: B', 'prefix: bb'], // a shape, in the service that the second button names
    ['address: 2', 'address: 1'], // wiring
    ['"{hall}"', '"{hal}"'], // a text
  ]);
  const found = (await problemsOf(text)).map((problem) => `${problem.line}: ${problem.wrong}`);
  expect(found).toEqual([
    '4: unknown key "unknown"',
    '10: "08:00" is not after "09:00"',
    '21: there is no department "street"',
    '36: "bb" is not written right',
    '42: there is no field {hal}',
    '76: "w1-board" has the address 1 on the line "boards" too',
  ]);
});

test('a service of wrong shape is still a service: who names it is not blamed', async () => {
  const { text } = edited([['prefix: A', 'prefix: 7']]);
  const problems = await problemsOf(text);
  expect(problems.map((problem) => problem.wrong)).toEqual(['the number 7 stands here']);
});

test('a shared part is blamed once, where it stands', async () => {
  const { text } = edited([
    ['- { zh: 租赁合同, en: Lease }', '- &lease { zh: 租赁合同, en: 7 }'],
    ['    standard_min: 5', '      - *lease\n    standard_min: 5'],
  ]);
  expect((await problemsOf(text)).map((problem) => `${problem.line}: ${problem.wrong}`)).toEqual([
    '23: the number 7 stands here',
  ]);
});

test('a profile that is wrong is told in its own file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halld-profiles-'));
  try {
    await mkdir(join(folder, 'keypad'));
    await writeFile(join(folder, 'keypad', 'panel-8.yaml'), '# a panel\nprotocol: serial-frame\nkeys: none\n');
    const loading = hallFrom(smallHall, 'small.yaml', { catalogue, profilesFolder: folder });
    const error = await loading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const own = (error as ConfigError).problems.filter((problem) => problem.file.endsWith('panel-8.yaml'));
    expect(own.map((problem) => `${problem.line}:${problem.column}: ${problem.wrong}`)).toEqual([
      '3:7: "none" stands here',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what cannot be read is told as such', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halld-config-'));
  try {
    await expect(loadHall(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('there is no such file'),
    });
    await expect(loadHall(folder)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('EISDIR'),
    });
    const latin = join(folder, 'latin.yaml');
    await writeFile(latin, Uint8Array.of(0x68, 0xe4, 0x0a));
    await expect(loadHall(latin)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('not UTF-8'),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('files made to hurt are refused quickly', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 0; i < 9; i++) {
    const [name, before] = [String.fromCharCode(98 + i), String.fromCharCode(97 + i)];
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);
  }
  for (const [text, wrong] of [
    [bomb.join('\n'), 'multiply without bound'],
    ['['.repeat(10_000), 'nested too deeply'],
    ['- '.repeat(10_000), 'nested too deeply'],
    [`a: "${'x'.repeat(5_000_000)}"`, 'characters'],
    ['', 'an empty value stands here'],
    ['\u0000', ''],
  ] as const) {
    const problems = await problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map(problemLine).join('\n')).toContain(wrong);
  }
});

/** HALLD_FUZZ_RUNS=5000 looks longer. */
const fuzzRuns = Number(process.env.HALLD_FUZZ_RUNS ?? 25);
/** A busy machine takes half a second a file. */
const fuzzTimeoutMs = 60_000 + fuzzRuns * 500;

/** Pieces that mean something to YAML or to a hall. */
const pieces = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '&a',
  '*a',
  '!',
  '#',
  '|',
  '>',
  '%',
  '?',
  ',',
  'null',
  '~',
  '.nan',
  '-1',
  '1e400',
  '0x7fffffff',
  'true',
  'id',
  'all',
  '__proto__',
  'constructor',
  '<<',
  '\u0000',
  '\u001b',
  '\ud800',
  '😀',
  '24:60',
  '---',
  '...',
];

test(
  'a file with random slips is read or refused, and nothing else happens',
  async () => {
    const slip = fc.record({
      at: fc.nat(smallHall.length),
      cut: fc.nat(40),
      piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8, unit: 'binary' })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(slip, { minLength: 1, maxLength: 6 }), async (slips) => {
        let text = smallHall;
        for (const { at, cut, piece } of slips) text = text.slice(0, at) + piece + text.slice(at + cut);
        const lines = text.split('\n').length;
        for (const problem of await problemsOf(text)) {
          expect(problem.wrong).not.toBe('');
          expect(problem.wrong + problem.right).not.toMatch(/undefined|NaN|\[object|\p{Cc}/u);
          // A carriage return or a form feed may end a line for YAML; more lines than that there are not.
          if (problem.file === 'small.yaml')
            expect(problem.line).toBeLessThanOrEqual(lines + text.split(/[\r\f]/).length);
        }
      }),
      { numRuns: fuzzRuns },
    );
  },
  fuzzTimeoutMs,
);

/** Every path in a value, for a part to be put in its place. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

test(
  'a file of right YAML with any part gone or changed is read or refused with places, on the real drivers',
  async () => {
    const whole: unknown = parse(smallHall);
    const paths = pathsOf(whole).filter((path) => path.length > 0);
    const part = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('w1', 'panel', 1, [], {}),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...paths), part), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const value = structuredClone(whole) as Record<string, unknown>;
          for (const [path, changed] of changes) {
            const last = path.at(-1) ?? '';
            const inside = path
              .slice(0, -1)
              .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
            if (typeof inside !== 'object' || inside === null) continue;
            if (changed === undefined) delete (inside as Record<string, unknown>)[last];
            else (inside as Record<string, unknown>)[last] = changed;
          }
          const text = stringify(value, { aliasDuplicateObjects: false });
          const outcome = await hallFrom(text, 'changed.yaml').catch((thrown: unknown) => thrown);
          if (!(outcome instanceof Error)) return;
          expect(outcome).toBeInstanceOf(ConfigError);
          const { problems } = outcome as ConfigError;
          expect(problems.length).toBeGreaterThan(0);
          for (const problem of problems) {
            expect(problem.line).toBeLessThanOrEqual(text.split('\n').length);
            expect(problem.wrong + problem.right).not.toMatch(/undefined|NaN|\[object/);
          }
        },
      ),
      { numRuns: fuzzRuns },
    );
  },
  fuzzTimeoutMs,
);
