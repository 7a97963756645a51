import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { driverCatalogue } from './catalogue.ts';
import { shapeFaults } from './shape.ts';
import { YamlSource } from './yaml-source.ts';

const folder = 'config/profiles';

describe.each(Object.entries(driverCatalogue.classes))('profiles of a %s', (ofClass, entry) => {
  const files = readdirSync(folder).includes(ofClass) ? readdirSync(`${folder}/${ofClass}`) : [];
  const names = files.filter((name) => name.endsWith('.yaml'));
  test.each(names)('%s has the shape of its class, and a protocol that exists', (name) => {
    const path = `${folder}/${ofClass}/${name}`;
    const source = new YamlSource(path, readFileSync(path, 'utf8'));
    expect(source.problems).toEqual([]);
    const result = entry.profile.safeParse(source.value);
    const faults = result.success ? [] : shapeFaults(source, entry.profile, source.value, result.error);
    expect(faults.map((fault) => fault.problem)).toEqual([]);
    const made = result.success ? entry.protocolOf?.(result.data) : undefined;
    if (made !== undefined) expect(Object.keys(entry.protocols)).toContain(made);
  });

  test.each(Object.entries(entry.protocols))('protocol %s tells its options', async (_name, load) => {
    const { options } = await load();
    expect(options.safeParse({ 'no-such-option': 1 }).success).toBe(false);
  });
});

test('a folder of profiles belongs to a class', () => {
  expect(Object.keys(driverCatalogue.classes)).toEqual(expect.arrayContaining(readdirSync(folder)));
});
