import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, expect, test } from 'vitest';
import { bitAt } from '../glyphs/packed-bitmap.ts';
import { printerRig } from '../simulated/ticket-printer/printer-rig.kit.ts';
import { dither, loadLogo } from './logo-raster.ts';

const folder = mkdtempSync(join(tmpdir(), 'halld-logo-'));
afterAll(() => rmSync(folder, { recursive: true }));

function picture(): string {
  const canvas = createCanvas(200, 80);
  const context = canvas.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, 100, 80);
  const file = join(folder, 'logo.png');
  writeFileSync(file, canvas.toBuffer('image/png'));
  return file;
}

test('grey becomes as many dots as it is dark, black and white stay what they are', () => {
  const dots = (level: number) => {
    const bitmap = dither(new Float32Array(64 * 64).fill(level), 64, 64);
    return bitmap.data.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0) / (64 * 64);
  };
  expect(dots(0)).toBe(1);
  expect(dots(255)).toBe(0);
  expect(dots(64)).toBeCloseTo(0.75, 1);
  expect(dots(192)).toBeCloseTo(0.25, 1);
});

test('a logo from a file: scaled to its width, what is transparent stays paper', async () => {
  const logo = await loadLogo(picture(), 100);
  expect([logo.width, logo.height]).toEqual([100, 40]);
  expect(bitAt(logo, 20, 20)).toBe(true);
  expect(bitAt(logo, 80, 20)).toBe(false);
});

test('a ticket with a logo: on paper as dots; with a logo that is not there the ticket comes all the same', async () => {
  const logos = {
    emblem: { file: picture(), width_dots: 160 },
    gone: { file: join(folder, 'gone.png'), width_dots: 160 },
  };
  const rig = await printerRig({ options: { logos } });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  const blocks = [
    { kind: 'logo', logo: 'emblem', align: 'centre' },
    { kind: 'logo', logo: 'gone' },
    { kind: 'text', text: 'A012' },
  ] as const;
  expect(await rig.print({ jobId: 'job-1', blocks })).toMatchObject({ kind: 'printed' });
  const [paper] = rig.machine.look().papers;
  expect(paper?.text).toEqual(['A012']);
  expect(rig.machine.counters.pictures).toBeGreaterThanOrEqual(1);
  expect(rig.printer.health.counters).toMatchObject({ missingLogos: 1 });
});
