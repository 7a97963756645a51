import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, expect, test } from 'vitest';
import { blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { faultsOf, finishedPapers, type PrinterRig, readyRig } from '../simulated/ticket-printer/printer-rig.kit.ts';
import { CommandFraming } from './command-framing.ts';
import { logoKey, readLogoKeys, storeByKey, storeNumbered } from './logo-memory.ts';
import { genericEpson, type PrinterProfile } from './profile.ts';
import { hasRealTimePair } from './raster.ts';
import type { LogoStoring } from './ticket-printer.ts';

const folder = mkdtempSync(join(tmpdir(), 'halld-logos-'));
afterAll(() => rmSync(folder, { recursive: true }));

function emblem(name: string, black: number): string {
  const canvas = createCanvas(160, 40);
  const context = canvas.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, black, 40);
  const file = join(folder, `${name}.png`);
  writeFileSync(file, canvas.toBuffer('image/png'));
  return file;
}

/** Files are read in real time, all else happens in virtual time: both go on until it is so. */
async function until(rig: PrinterRig, so: () => boolean): Promise<void> {
  for (let turn = 0; !so(); turn++) {
    if (turn > 20_000) throw new Error('waited in vain');
    await new Promise<void>((resolve) => setImmediate(resolve));
    await rig.clock.advance(20);
  }
}

async function stored(rig: PrinterRig): Promise<LogoStoring | undefined> {
  let storing: LogoStoring | undefined;
  void rig.printer.storeLogos().then((given) => {
    storing = given;
  });
  await until(rig, () => storing !== undefined);
  return storing;
}

const says = (rig: PrinterRig, code: string) => until(rig, () => faultsOf(rig).includes(code));

const byKey: PrinterProfile = { ...genericEpson, logo_memory: 'gs-l' };
const numbered: PrinterProfile = { ...genericEpson, logo_memory: 'fs-q' };
const logo = (black = 80) => ({ emblem: { file: emblem(`emblem-${black}`, black), width_dots: 160, stored: true } });
const ticket = {
  jobId: 'job-1',
  blocks: [
    { kind: 'logo', logo: 'emblem' },
    { kind: 'text', text: 'A012' },
  ],
} as const;

test('stored once, found again at each connection, printed in eleven bytes', async () => {
  const rig = await readyRig({ profile: byKey, options: { logos: logo() } });
  await says(rig, 'logo-not-stored');
  // Until then it comes as dots: a ticket without its logo would be the worse ticket.
  await rig.print(ticket);
  expect(rig.machine.counters).toMatchObject({ storedWrites: 0, pictures: 1 });

  expect(await stored(rig)).toEqual({ kind: 'stored', written: ['emblem'], checked: true });
  expect(faultsOf(rig)).toEqual([]);

  rig.machine.act({ type: 'unplug' });
  await rig.clock.advance(500);
  rig.machine.act({ type: 'plug' });
  await rig.clock.advance(8_000);
  expect(faultsOf(rig)).toEqual([]);
  const before = rig.link.counters.bytesOut;
  expect(await rig.print(ticket)).toMatchObject({ kind: 'printed' });
  expect(rig.link.counters.bytesOut - before).toBeLessThan(60);
  expect(rig.machine.counters).toMatchObject({ storedWrites: 1, pictures: 2 });

  // Said again, it is not written again: flash wears.
  expect(await stored(rig)).toEqual({ kind: 'stored', written: [], checked: true });
  expect(rig.machine.counters).toMatchObject({ storedWrites: 1 });
});

test('another picture has another key: an old one in the flash is not taken for it', async () => {
  const rig = await readyRig({ profile: byKey, options: { logos: logo(80) } });
  await stored(rig);
  const { machine } = rig;
  const changed = await readyRig({ profile: byKey, options: { logos: logo(81) }, machine: { logos: machine.logos() } });
  await says(changed, 'logo-not-stored');
});

test('a printer that cannot say what it has is left alone', async () => {
  const rig = await readyRig({ profile: byKey, options: { logos: logo() }, machine: { deafToLogos: true } });
  expect(await stored(rig)).toMatchObject({ kind: 'failed' });
  expect(rig.machine.counters).toMatchObject({ storedWrites: 0 });
  expect(faultsOf(rig)).toEqual([]);
  expect(await rig.print(ticket)).toMatchObject({ kind: 'printed' });
  expect(finishedPapers(rig)).toHaveLength(1);
});

test('a numbered set is written when told and printed by its number', async () => {
  const rig = await readyRig({ profile: numbered, options: { logos: logo() } });
  expect(await stored(rig)).toEqual({ kind: 'stored', written: ['emblem'], checked: false });
  const before = rig.link.counters.bytesOut;
  expect(await rig.print(ticket)).toMatchObject({ kind: 'printed' });
  expect(rig.link.counters.bytesOut - before).toBeLessThan(60);
  expect(rig.machine.counters).toMatchObject({ storedWrites: 1, pictures: 1 });
});

test('a model without such a memory says so; a picture that cannot be read is a fault with a name', async () => {
  const logos = { emblem: { file: join(folder, 'gone.png'), width_dots: 160, stored: true } };
  const rig = await readyRig({ profile: genericEpson, options: { logos } });
  await says(rig, 'logo-missing');
  expect(await rig.printer.storeLogos()).toEqual({ kind: 'unsupported' });
});

test('no real-time command stands in what is stored, and the framing of both forms is whole', () => {
  const picture = blankBitmap(64, 16);
  // 10 04 and 10 14 in rows and in columns.
  for (const [x, y] of [
    [3, 0],
    [13, 0],
    [3, 2],
    [11, 2],
    [13, 2],
    [20, 3],
    [20, 13],
  ] as const)
    setBit(picture, x, y);
  for (const bytes of [storeByKey(picture), storeNumbered([picture])]) {
    if (bytes === undefined) throw new Error('too large');
    expect(hasRealTimePair(bytes)).toBe(false);
    const framing = new CommandFraming();
    const commands = [...bytes].flatMap((byte) => framing.push(byte) ?? []);
    expect(commands.map((command) => command.bytes.length)).toEqual([bytes.length]);
  }
});

test('the list of keys comes in blocks', () => {
  const block = (data: string) => readLogoKeys({ kind: 'block', header: 0x37, data: Buffer.from(data, 'latin1') });
  expect(block('r@A1B2')).toEqual({ keys: ['A1', 'B2'], more: false });
  expect(block('rAA1')).toEqual({ keys: ['A1'], more: true });
  expect(block('r@')).toEqual({ keys: [], more: false });
  expect(block('"0001')).toBeUndefined();
  expect(logoKey(blankBitmap(8, 8))).toMatch(/^[!-~]{2}$/);
});
