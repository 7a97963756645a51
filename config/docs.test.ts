import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { boardErrors } from '../drivers/line-display/onbon-card.ts';
import { boardLanguage, boardProtocols } from '../drivers/line-display/registry.ts';
import { hallFrom } from './load.ts';
import { ticketFields } from './ticket-template.ts';

const page = readFileSync('docs/config.md', 'utf8');
const boards = readFileSync('docs/boards.md', 'utf8');

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

test("the boards that the boards' page shows can be pasted into a hall, and its recipe is a board", async () => {
  const [wiring = '', recipe = ''] = [...boards.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '');
  const small = readFileSync('config/halls/small.yaml', 'utf8');
  const { file } = await hallFrom(small + wiring.replace(/^(?=.)/gm, '  '), 'config/halls/small.yaml');
  expect(file.nodes.at(-1)?.devices.map(({ role }) => role)).toEqual(['window-board', 'hall-board']);
  const { board } = parse(recipe) as { board: { protocol: string; address: number; options: object } };
  const language = boardLanguage({ ...board, profile: undefined, options: { ...board.options } });
  const line = { pages: ['A012'], colour: 'red', align: 'left', blink: false } as const;
  const [frame] = language.encode({ kind: 'paint', lines: [line, { ...line, pages: ['请到3号窗口'] }], fresh: true });
  const heard = language.decode(frame?.bytes ?? new Uint8Array(0));
  expect(heard).toMatchObject({ effects: [{ area: { rows: ['A012'] } }, { area: { rows: ['请到3号窗口'] } }] });
  expect(frame?.answer?.parse(Uint8Array.of(0xaa, 7, 0x06))).toMatchObject({ answer: { kind: 'done' } });
  const [dim] = language.encode({ kind: 'brightness', percent: 100, painted: [] });
  expect([...(dim?.bytes ?? [])]).toEqual([0xaa, 0x56, 7, 15, 0x0d]);
});

test("the boards' page names every protocol, and every fault that a board can have", () => {
  for (const name of Object.keys(boardProtocols)) expect(boards).toContain(`\`${name}\``);
  for (const code of ['port-gone', 'no-answer', 'garbled', 'address-clash', boardErrors(12).code, boardErrors(18).code])
    expect(boards).toContain(`\`${code}\``);
});

test('the manual names every key of a hall and every field of a ticket', () => {
  const { properties } = JSON.parse(readFileSync('config/hall.schema.json', 'utf8')) as { properties: object };
  const missing = [
    ...Object.keys(properties).filter((key) => !page.includes(`\`${key}\``)),
    ...ticketFields.filter((field) => !field.includes('.') && !page.includes(`{${field}}`)),
  ];
  expect(missing).toEqual([]);
});
