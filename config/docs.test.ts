import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hallFrom } from './load.ts';
import { ticketFields } from './ticket-template.ts';

const page = readFileSync('docs/config.md', 'utf8');

test('the wiring that the manual shows can be pasted into a hall', async () => {
  const wiring = page.match(/```yaml\n(.*?)```/s)?.[1] ?? '';
  expect(wiring).toContain('- id: n9');
  const indented = wiring.replace(/^(?=.)/gm, '  ');
  const { file } = await hallFrom(
    readFileSync('config/halls/small.yaml', 'utf8') + indented,
    'config/halls/small.yaml',
  );
  expect(file.nodes.at(-1)?.devices).toHaveLength(5);
});

test('the manual names every key of a hall and every field of a ticket', () => {
  const { properties } = JSON.parse(readFileSync('config/hall.schema.json', 'utf8')) as { properties: object };
  const missing = [
    ...Object.keys(properties).filter((key) => !page.includes(`\`${key}\``)),
    ...ticketFields.filter((field) => !field.includes('.') && !page.includes(`{${field}}`)),
  ];
  expect(missing).toEqual([]);
});
