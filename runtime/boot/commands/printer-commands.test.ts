import { expect, test } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { TcpFarEnd } from '../../../drivers/simulated/tcp-far-end.ts';
import type { SimulatedPrinterOptions } from '../../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { UsageError } from '../command.ts';
import { loadPrinterProfile } from '../printer-link.ts';
import { printTest, selfTest } from './print-test.ts';
import { actionOf } from './printer-emulator.ts';
import { printerLogos } from './printer-logos.ts';
import { printerStatus } from './printer-status.ts';
import { paperLine } from './status.ts';

async function emulated(quirks: SimulatedPrinterOptions = {}) {
  const end = new TcpFarEnd(0);
  const profile = { ...(await loadPrinterProfile('epson-tm-t88v')), cut_ms: 0, speed_mm_s: 600 };
  const settings = { protocol: 'escpos', profile, options: {} };
  const world = { end, clock: systemClock, random: Math.random, name: 'printer' };
  const machine = createSimulatedPrinter(settings, world, quirks);
  await end.listen();
  const where = ['--tcp', `127.0.0.1:${end.port}`, '--profile', 'epson-tm-t88v'];
  return { end, machine, where, profile };
}

test('a self-test ticket over TCP: printed, and a ruler is one line', async () => {
  const { end, machine, where, profile } = await emulated();
  expect(await printTest.run(where)).toBe(0);
  const ruler = selfTest(profile)[1];
  expect(machine.look().papers[0]?.text).toContain(ruler?.kind === 'text' ? ruler.text : '');
  end.unplug();
});

test.each([
  ['in its turn', {}, 0],
  ['out of turn', { earlyFence: true }, 1],
])('calibration tells a fence that is answered %s', async (_, quirks, exit) => {
  const { end, where } = await emulated(quirks);
  expect(await printTest.run([...where, '--calibrate'])).toBe(exit);
  end.unplug();
});

test('a printer with a code page shows its table', async () => {
  const text = selfTest(await loadPrinterProfile('citizen-ct-s')).map((block) =>
    block.kind === 'text' ? block.text : '',
  );
  expect(text).toContain('ESC t 16 windows-1252');
  expect(text).toContain('80: €   ‚ ƒ „ … † ‡ ˆ ‰ Š ‹ Œ   Ž  ');
  expect(text).toContain('F0: ð ñ ò ó ô õ ö ÷ ø ù ú û ü ý þ ÿ');
});

test('with the paper out: status says 1 and why, and nothing is printed', async () => {
  const { end, machine, where } = await emulated();
  machine.act({ type: 'fault', fault: 'paper-out', on: true });
  expect(await printerStatus.run(where)).toBe(1);
  expect(await printTest.run(where)).toBe(1);
  expect(machine.look().papers).toEqual([]);
  end.unplug();
});

test('logos go into the printer once; the second time there is nothing to write', async () => {
  const { end, machine, where } = await emulated();
  const logo = ['--logo', 'ticket=docs/ticket-zh.png', '--width', '96', '--proof'];
  expect(await printerLogos.run([...where, ...logo])).toBe(0);
  expect(await printerLogos.run([...where, ...logo])).toBe(0);
  expect(machine.counters).toMatchObject({ storedWrites: 1, pictures: 2 });
  await expect(printerLogos.run([...where, '--logo', 'nothing'])).rejects.toBeInstanceOf(UsageError);
  expect(await printerLogos.run([...where, '--logo', 'gone=gone.png'])).toBe(1);
  end.unplug();
});

test.each([
  [['--tcp', 'x', '--usb', 'y']],
  [[]],
  [['--tcp', 'x', '--profile', 'nothing']],
  [['--serial', 'x', '--flow', 'dtr']],
])('a wrong command line is refused: %s', async (args) => {
  await expect(printerStatus.run(args)).rejects.toBeInstanceOf(UsageError);
});

test('what a person may tell the emulator', () => {
  expect(actionOf(['fault', 'paper-out', 'off'])).toEqual({ type: 'fault', fault: 'paper-out', on: false });
  expect(actionOf(['roll', '30'])).toEqual({ type: 'roll', mm: 30 });
  expect(() => actionOf(['explode'])).toThrow(UsageError);
});

test('what status says of a roll', () => {
  const paper = { out: false, near_end: false, used_mm: 12_400, left_mm: null, ticket_mm: 87 } as const;
  const unknown = { ...paper, tickets_left: null, ends_at: null };
  expect(paperLine(unknown)).toBe(
    'paper: 12.4 m used at 87 mm a ticket; what is left is not known before the roll is changed once',
  );
  const ends_at = new Date(2026, 10, 23, 15, 40).getTime();
  expect(paperLine({ ...paper, near_end: true, left_mm: 3_000, tickets_left: 34, ends_at })).toBe(
    'paper: 12.4 m used at 87 mm a ticket, near its end; about 3.0 m left, 34 tickets, until about 15:40',
  );
  expect(paperLine({ ...unknown, out: true })).toBe('paper: out after 12.4 m used at 87 mm a ticket');
});
