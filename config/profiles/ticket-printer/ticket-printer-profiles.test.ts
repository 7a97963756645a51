import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { printerRig } from '../../../drivers/simulated/ticket-printer/printer-rig.kit.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import { ticketPrinterProfile } from '../../../drivers/ticket-printer/registry.ts';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

test('there are profiles for every family the halls use', () => {
  expect(files.length).toBeGreaterThanOrEqual(14);
});

test('the manual has a row for each of them', () => {
  const page = readFileSync('docs/printers.md', 'utf8');
  expect(files.map((name) => name.slice(0, -5)).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test.each(files)('%s is well formed, named like its file, and says where each fact comes from', (file) => {
  const raw = parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>;
  const profile = ticketPrinterProfile.parse(raw);
  expect(`${profile.name}.yaml`).toBe(file);
  const plain = new Set(['name', 'sources']);
  const facts = Object.keys(raw).filter((key) => !plain.has(key));
  const unsourced = facts.filter((key) => profile.sources[key] === undefined && !isDefault(key, raw[key]));
  expect(unsourced).toEqual([]);
});

test.each(files)('%s: a simulated printer of that model prints the reference ticket and says so', async (file) => {
  const profile = ticketPrinterProfile.parse(parse(readFileSync(new URL(file, folder), 'utf8')));
  const rig = await printerRig({ profile });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  expect(await rig.print({ jobId: 'job-1', blocks: referenceTicket })).toMatchObject({ kind: 'printed' });
  expect(rig.machine.counters).toMatchObject({ unknown: 0, dropped: 0 });
  const paper = rig.machine.look().papers[0];
  if (profile.chinese.font !== 'none') expect(paper?.text).toContain('请留意叫号，过号请重新取号');
  if (profile.qr.dialect !== 'raster') expect(paper?.qr).toEqual(['https://q.example.gov.cn/t/20261123/A012']);
});

/** What only repeats the cautious default needs no source. */
function isDefault(key: string, value: unknown): boolean {
  const plain = ticketPrinterProfile.parse({ name: 'x' }) as Record<string, unknown>;
  const stated = ticketPrinterProfile.parse({ name: 'x', [key]: value }) as Record<string, unknown>;
  return JSON.stringify(plain[key]) === JSON.stringify(stated[key]);
}
