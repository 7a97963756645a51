import { createCanvas, loadImage } from '@napi-rs/canvas';
import jsqr from 'jsqr';
import { expect, test } from 'vitest';
import { bitAt } from '../../glyphs/packed-bitmap.ts';
import { genericEpson } from '../../ticket-printer/profile.ts';
import { referenceTicket } from '../../ticket-printer/reference-ticket.kit.ts';
import type { Paper } from './paper-page.ts';
import { composePaper } from './paper-picture.ts';
import { printerRig } from './printer-rig.kit.ts';

/** Both ends of the interop gap: the package's types say a module, its code is a function. */
const scan = jsqr as unknown as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;

async function printed(profile = genericEpson) {
  const rig = await printerRig({ profile });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  await rig.print({ jobId: 'job-1', blocks: referenceTicket });
  const id = rig.machine.look().papers[0]?.id ?? '';
  return { rig, id, paper: rig.machine.paper(id) as Paper };
}

async function scanPicture(png: Uint8Array): Promise<string | undefined> {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, image.width, image.height);
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  return scan(data as unknown as Uint8ClampedArray, width, height)?.data;
}

test.each([
  ['by the printer', genericEpson],
  ['sent as dots', { ...genericEpson, qr: { dialect: 'raster' as const, select_model: false } }],
  ['by GS Z', { ...genericEpson, qr: { dialect: 'esc-z' as const, select_model: false } }],
])('a QR code drawn %s can be scanned from the picture', async (_, profile) => {
  const { rig, id } = await printed(profile);
  const png = await rig.machine.picture(id);
  expect(await scanPicture(png as Uint8Array)).toBe('https://q.example.gov.cn/t/20261123/A012');
});

test('cells are as large as on paper: A012 four times 12 x 24 dots, centred on 576', async () => {
  const { paper } = await printed();
  const number = paper.items.filter((item) => item.kind === 'text' && item.sx === 4);
  expect(number.map((item) => item.x)).toEqual([192, 240, 288, 336]);
  const page = await composePaper(paper);
  expect(page.width).toBe(576);
  const first = number[0];
  let ink = 0;
  for (let y = first?.y ?? 0; y < (first?.y ?? 0) + 96; y++) {
    for (let x = 0; x < 576; x++) {
      if (!bitAt(page, x, y)) continue;
      expect(x).toBeGreaterThanOrEqual(192);
      expect(x).toBeLessThan(384);
      ink += 1;
    }
  }
  expect(ink).toBeGreaterThan(1_000);
});
