/** The simulated printer by itself: what each command of the makers' manuals does, in hex as they print it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { genericEpson, type PrinterProfile, zPrinterProfile } from '../../ticket-printer/profile.ts';
import { SimulatedCable } from '../cable.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { SimulatedPrinterOptions } from './printer-look.ts';
import { createSimulatedPrinter } from './simulated-printer.ts';

async function bench(profile: PrinterProfile = genericEpson, options: SimulatedPrinterOptions = {}) {
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: 'bench', clock });
  const settings = { protocol: 'escpos', profile, options: {} };
  const machine = createSimulatedPrinter(settings, { end: cable, clock, random: () => 0.5, name: 'bench' }, options);
  const port = cable.makePort();
  let answers = '';
  await port.open({
    data: (bytes) => {
      answers += Buffer.from(bytes).toString('hex');
    },
    lost: () => {},
  });
  return {
    machine,
    clock,
    /** Sends, lets it happen, gives what came back. */
    async send(hex: string) {
      answers = '';
      void port.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 60_000);
      await clock.advance(20_000);
      return answers;
    },
    papers: () => machine.look().papers.map(({ text }) => text),
    items: () => machine.look().papers.map(({ id }) => machine.paper(id)?.items ?? []),
  };
}

const cut = '0a 1d564200';
const fullStatus = zPrinterProfile.parse({
  name: 'custom',
  status: { realtime: false, asb: false, full_status: true },
  presenter: { kind: 'custom' },
  confirm: 'presenter',
});

test.each([
  ['GS r 1 and 2, ESC v, ESC u: well', '', '1d7201 1d7202 1b76 1b7500', '00000000'],
  ['GS r 1 and ESC v: near end', 'near-end', '1d7231 1b76', '0303'],
  ['DLE EOT 1 to 4: cover open', 'cover-open', '100401 100402 100403 100404', '1a161212'],
  ['DLE EOT 1 to 4: paper out', 'paper-out', '100401 100402 100403 100404', '1a32127e'],
  ['DLE EOT 1 to 3: cutter', 'cutter', '100401 100402 100403', '1a521a'],
  ['GS a 255: the frame at once', '', '1d61ff', '10000000'],
  ['GS I 66: the maker', '', '1d4942', '5f4550534f4e00'],
  ['GS ( H: the process id', '', '1d284806003030 30303031', '37223030303100'],
  ['DLE EOT inside a picture is obeyed all the same', '', '1d763000 0100 0300 100401', '12'],
] as const)('%s', async (_, fault, hex, expected) => {
  const { machine, send } = await bench({ ...genericEpson, name: 'epson' });
  if (fault !== '') machine.act({ type: 'fault', fault, on: true });
  expect(await send(hex)).toBe(expected);
});

test('status back wakes for what was chosen alone', async () => {
  const { machine, send } = await bench();
  expect(await send('1d6108')).toBe('10000000');
  machine.act({ type: 'fault', fault: 'cutter', on: true });
  expect(await send('')).toBe('');
  machine.act({ type: 'fault', fault: 'near-end', on: true });
  expect(await send('')).toBe('18080300');
});

test('Custom: FULL STATUS, its own status back, and a ticket that is drawn back on GS e 2', async () => {
  const { machine, send } = await bench(fullStatus);
  expect(await send('100414')).toBe('100f00000000');
  expect(await send('1de009')).toBe('10090000');
  expect(await send(`41 ${cut}`)).toBe('10092000');
  expect(await send('1d6506')).toBe('08');
  expect(machine.look().ticketAtOutput).toBe(true);
  expect(await send('1d6502')).toBe('10090000');
  expect(machine.look().papers[0]).toMatchObject({ retained: true, torn: false });
});

test('Chinese sizes: ESC ! changes Latin alone, FS W Chinese alone, GS ! both', async () => {
  const { send, items } = await bench();
  await send(`1c26 1b2130 41 d6d0 0a 1b2100 1c5701 41 d6d0 0a 1d2122 41 d6d0 ${cut}`);
  const sizes = items()[0]?.map((item) => `${item.sx}${item.sy}`);
  expect(sizes).toEqual(['22', '11', '11', '22', '33', '33']);
});

test('codes that its font lacks: four bytes print as blanks and digits, GB 2312 alone as boxes; ESC R 15 makes $ a ¥', async () => {
  const gbk = await bench();
  await gbk.send(`1c26 81308436 0a 1b520f 24 ${cut}`);
  expect(gbk.papers()[0]).toEqual([' 0 6', '¥']);
  const gb2312 = await bench(zPrinterProfile.parse({ name: 'x', chinese: { font: 'gb2312' } }));
  await gb2312.send(`1c26 d6d0 fd93 ${cut}`);
  expect(gb2312.papers()[0]).toEqual(['中□']);
});

test('page mode: whole at FF, nothing at CAN', async () => {
  const { send, papers, machine } = await bench();
  await send('1b4c 1b57 1000 2000 00020001 41 0a 42 18');
  expect(papers()).toEqual([]);
  await send('1d24 4000 43 0a');
  expect(papers()).toEqual([]);
  await send(`0c 44 ${cut}`);
  expect(papers()[0]).toEqual(['C', 'D']);
  const [first] = machine.paper('paper-1')?.items ?? [];
  // The area's left edge, its top and the height in it.
  expect([first?.x, first?.y]).toEqual([0x10, 0x20 + 0x40]);
  await send('1b4c 45 0a');
  machine.act({ type: 'power', on: false });
  machine.act({ type: 'power', on: true });
  await send(`46 ${cut}`);
  expect(papers()[0]).toEqual(['F']);
});

test('GS P sets the unit of a feed', async () => {
  const { send, machine } = await bench();
  await send(`41 1b4a64 ${cut}`);
  await send(`1d50 00ff 41 1b4a64 ${cut}`);
  const [fine, plain] = machine.look().papers.map(({ heightMm }) => heightMm);
  expect((plain ?? 0) - (fine ?? 0)).toBeCloseTo((100 - (100 * 203.2) / 255) / 8, 0);
});

test('a full buffer without flow control drops silently, with XON/XOFF it says stop and go', async () => {
  const small = { ...genericEpson, buffer_bytes: 64 };
  const deaf = await bench(small, { flowControl: false });
  deaf.machine.act({ type: 'fault', fault: 'cover-open', on: true });
  await deaf.send('41'.repeat(100));
  expect(deaf.machine.look()).toMatchObject({ droppedBytes: 36, bufferBytes: 64 });
  const polite = await bench(small, { flowControl: 'xonxoff' });
  polite.machine.act({ type: 'fault', fault: 'cover-open', on: true });
  expect(await polite.send('41'.repeat(100))).toBe('13');
  polite.machine.act({ type: 'fault', fault: 'cover-open', on: false });
  expect(await polite.send('')).toBe('11');
  expect(polite.machine.look().droppedBytes).toBe(0);
});

test('DLE ENQ 2 and DLE DC4 8 wipe, a hardware reset too; the feed button can be locked', async () => {
  const wiping = await bench({ ...genericEpson, clear: 'dle-dc4' });
  wiping.machine.act({ type: 'fault', fault: 'cover-open', on: true });
  await wiping.send('41 0a');
  expect(await wiping.send('10140801031401060208')).toBe('372500');
  await wiping.send('42 0a 1cc01810141a');
  wiping.machine.act({ type: 'fault', fault: 'cover-open', on: false });
  await wiping.send(`43 ${cut}`);
  expect(wiping.papers()).toEqual([['C']]);
  const { machine, send } = await bench();
  await send('1b633501');
  machine.act({ type: 'feed' });
  expect(machine.look().papers).toEqual([]);
});

test('graphics of two colours: black is printed, an empty second colour hides nothing', async () => {
  const { send, items } = await bench();
  await send(readFileSync(new URL('reported/two-colour-graphics.bin', import.meta.url)).toString('hex'));
  const [picture] = (items()[0] ?? []).filter((item) => item.kind === 'dots');
  expect(picture?.kind === 'dots' && [...picture.dots.data]).toEqual([0xff]);
});
