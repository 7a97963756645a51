import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unhex } from '../bytes/hex.ts';
import type { DriverSettings } from '../driver.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedCable } from '../simulated/cable.ts';
import { createSimulatedScanner } from '../simulated/scanner/simulated-scanner.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { createScanner, scanProtocol } from './registry.ts';
import type { Scan } from './scanner.ts';

const protocols = ['serial-scan', 'hid-pos-scan', 'keyboard-scan'] as const;

function settings(protocol: string, options: DriverSettings['options'] = {}): DriverSettings {
  return { protocol, options };
}

async function rig(protocol: string, options: DriverSettings['options'] = {}) {
  const clock = new VirtualClock();
  const random = seededRandom(3);
  const unit = protocol === 'serial-scan' ? ('bytes' as const) : ('report' as const);
  const cable = new SimulatedCable({ name: 'scanner', clock, unit });
  const machine = createSimulatedScanner(settings(protocol), { end: cable, clock, name: 'scanner' });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'scanner', makePort: () => cable.makePort() });
  const context = { name: 'scanner', link, line: () => Promise.reject() as never, clock, random, log: silentLog };
  const scanner = await createScanner(settings(protocol, options), context);
  const scans: Scan[] = [];
  scanner.scanned.on((scan) => scans.push(scan));
  scanner.start();
  link.start();
  await clock.advance(50);
  const scan = async (text: string) => {
    machine.act({ type: 'scan', text });
    await clock.advance(3000);
  };
  return { clock, cable, machine, scanner, scans, scan, texts: () => scans.map(({ text }) => text) };
}

describe.each(protocols)('%s', (protocol) => {
  test('a code comes out whole, once, with an id of its own', async () => {
    const { scan, scans, texts } = await rig(protocol);
    await scan('A012');
    await scan('https://hall.example/t/2026-11-23/A012?k=7f');
    await scan('A012');
    expect(texts()).toEqual(['A012', 'https://hall.example/t/2026-11-23/A012?k=7f', 'A012']);
    expect(new Set(scans.map(({ id }) => id)).size).toBe(3);
  });

  test('a slip held under the glass is one visitor', async () => {
    const { clock, machine, scanner, texts } = await rig(protocol);
    for (let time = 0; time < 5; time += 1) {
      machine.act({ type: 'scan', text: 'A012' });
      await clock.advance(500);
    }
    expect(texts()).toEqual(['A012']);
    expect(scanner.health.counters.repeated).toBe(4);
  });

  test('unplugged within a code: half a code is no code, the next one is whole', async () => {
    const { clock, machine, scanner, texts } = await rig(protocol);
    machine.act({ type: 'scan', text: 'A0123456789' });
    await clock.advance(6);
    machine.act({ type: 'unplug' });
    await clock.advance(10);
    expect(scanner.health.faults.map(({ code }) => code)).toEqual(['port-gone']);
    machine.act({ type: 'plug' });
    await clock.advance(8000);
    const before = texts().length;
    machine.act({ type: 'scan', text: 'B007' });
    await clock.advance(1000);
    expect(texts().slice(before)).toEqual(['B007']);
    expect(scanner.health.state).toBe('ready');
  });

  test('any octets end; no code has a control character', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 70 }), fc.nat(1500))), (all) => {
        const scanner = scanProtocol(settings(protocol), 'scanner');
        scanner.opened(undefined);
        let atMs = 0;
        for (const [bytes, gapMs] of all) {
          atMs += gapMs;
          for (const input of [...scanner.settle(atMs), ...scanner.receive(bytes, atMs)]) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
            if (input.kind === 'code') expect(input.text).not.toMatch(/[\u0000-\u001f\u007f]/);
          }
        }
      }),
    );
  });
});

test('the POS report of the sheet: count 8, A1234567', () => {
  const scanner = scanProtocol(settings('hid-pos-scan'), 'scanner');
  const report = unhex(`02 08 41 31 32 33 34 35 36 37 ${'00'.repeat(48)}`);
  expect(scanner.receive(report, 0)).toEqual([{ kind: 'code', text: 'A1234567' }]);
  expect(scanner.receive(unhex('02 39 41'), 1)).toEqual([{ kind: 'noise', octets: 3, why: 'report' }]);
  expect(scanner.receive(unhex('02 00'), 2)).toEqual([{ kind: 'unread' }]);
});

test('a code longer than one report is put together', async () => {
  const { scan, texts } = await rig('hid-pos-scan');
  const long = `${'x'.repeat(56)}${'y'.repeat(56)}end`;
  const full = 'z'.repeat(112);
  await scan(long);
  await scan(full);
  expect(texts()).toEqual([long, full]);
});

test('fingers on the keyboard are no scanner', () => {
  const scanner = scanProtocol(settings('keyboard-scan'), 'scanner');
  const key = (usage: string, atMs: number) => [
    ...scanner.receive(unhex(`00 00 ${usage} 00 00 00 00 00`), atMs),
    ...scanner.receive(new Uint8Array(8), atMs + 1),
  ];
  key('1E', 0);
  key('1F', 150);
  key('20', 300);
  expect(key('28', 450)).toEqual([{ kind: 'noise', octets: 3, why: 'typing' }]);
  // And a code begun and left is thrown away after a second.
  key('1E', 1000);
  expect(scanner.settle(2000)).toEqual([{ kind: 'noise', octets: 1, why: 'typing' }]);
});

test('a serial scanner without an end mark ends by silence; its prefix is cut off', () => {
  const scanner = scanProtocol(settings('serial-scan', { silence_ms: 50, prefix: ']Q3' }), 'scanner');
  scanner.receive(new TextEncoder().encode(']Q3A0'), 0);
  scanner.receive(new TextEncoder().encode('12'), 10);
  expect(scanner.settle(40)).toEqual([]);
  expect(scanner.settle(60)).toEqual([{ kind: 'code', text: 'A012' }]);
  scanner.receive(new TextEncoder().encode('A012'), 100);
  expect(scanner.settle(200)).toEqual([{ kind: 'noise', octets: 4, why: 'prefix' }]);
});

test('a wrong baud rate is named, a flood keeps no memory', async () => {
  const { clock, cable, scanner, texts } = await rig('serial-scan');
  for (let round = 0; round < 20; round += 1) {
    cable.send(Uint8Array.from({ length: 64 }, (_, at) => 0x80 + at));
    cable.send(Uint8Array.of(0x0d));
    await clock.advance(10);
  }
  expect(scanner.health.faults.map(({ code }) => code)).toEqual(['garbled']);
  cable.send(new Uint8Array(5000).fill(0x41));
  cable.send(Uint8Array.of(0x0d));
  await clock.advance(10);
  expect(scanner.health.counters.unread).toBe(1);
  expect(texts()).toEqual([]);
});
