/** What real scanners sent: report numbers, identifiers, Alt codes, Ctrl suffixes, other encodings. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeGbk } from '../bytes/gbk.ts';
import { unhex } from '../bytes/hex.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedCable } from '../simulated/cable.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { keyFor } from './keyboard-layout.ts';
import { createScanner, scanProtocol } from './registry.ts';

function reports(name: string): Uint8Array[] {
  const text = readFileSync(new URL(`reported/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((row) => row.trim() !== '' && !row.startsWith('('))
    .map(unhex);
}

/** 4 ms a report; `descriptor` as the scanner gives it. */
function scans(protocol: string, all: readonly Uint8Array[], descriptor?: string, options: object = {}) {
  const scanner = scanProtocol({ protocol, options: { ...options } }, 'scanner');
  scanner.opened(descriptor === undefined ? undefined : unhex(descriptor));
  return [...all.flatMap((report, at) => scanner.receive(report, at * 4)), ...scanner.settle(all.length * 4 + 5000)];
}

const code = (text: string) => [{ kind: 'code', text }];

/** A keyboard as scanners have it, with these items in front of the modifiers and of the keys. */
const keyboard = (number: string, reserved: boolean) =>
  `05 01 09 06 A1 01 ${number} 05 07 19 E0 29 E7 15 00 25 01 75 01 95 08 81 02 ${reserved ? '95 01 75 08 81 01' : ''} 95 06 75 08 15 00 26 FF 00 19 00 2A FF 00 81 00 C0`;

/** Presses and releases of a text in boot form. */
function typed(text: string): Uint8Array[] {
  return [
    ...[...text].flatMap((character) => {
      const key = keyFor(character);
      if (key === undefined) throw new Error(`no key for ${character}`);
      return [Uint8Array.of(key.modifiers, 0, key.usage, 0, 0, 0, 0, 0), new Uint8Array(8)];
    }),
    unhex('00 00 28 00 00 00 00 00'),
    new Uint8Array(8),
  ];
}

describe('keyboard-scan', () => {
  test('reports that carry a number, with a descriptor and without', () => {
    const all = reports('keyboard-scan-report-number.hex');
    expect(scans('keyboard-scan', all)).toEqual(code('A012'));
    expect(scans('keyboard-scan', all, keyboard('85 02', true))).toEqual(code('A012'));
  });

  test.each([1, 2, 7, 255])('report number %i, with and without the reserved octet', (number) => {
    for (const reserved of [true, false]) {
      for (const numbered of [true, false]) {
        const all = typed('A012-z').map((boot) => {
          const data = reserved ? boot : Uint8Array.of(boot[0] ?? 0, ...boot.subarray(2));
          return numbered ? Uint8Array.of(number, ...data) : data;
        });
        const item = numbered ? `85 ${number.toString(16).padStart(2, '0')}` : '';
        expect(scans('keyboard-scan', all, keyboard(item, reserved))).toEqual(code('A012-z'));
      }
    }
  });

  test('A typed as Alt and 065', () => {
    expect(scans('keyboard-scan', reports('keyboard-scan-alt-code.hex'))).toEqual(code('A012'));
  });

  test('every Alt code is the right character or refused, never its digits', () => {
    const pad = (digit: string) => Uint8Array.of(0x04, 0, digit === '0' ? 0x62 : 0x58 + Number(digit), 0, 0, 0, 0, 0);
    let decoded = 0;
    let refused = 0;
    for (let value = 0; value < 1000; value += 1) {
      for (const digits of [String(value), `0${value}`, String(value).padStart(4, '0')]) {
        const alt = [...digits].flatMap((digit) => [pad(digit), unhex('04 00 00 00 00 00 00 00')]);
        const [input] = scans('keyboard-scan', [
          ...typed('A0').slice(0, -2),
          ...alt,
          new Uint8Array(8),
          ...typed('12'),
        ]);
        if (input?.kind === 'code') {
          decoded += 1;
          const ascii = value >= 32 && value < 127 ? String.fromCharCode(value) : undefined;
          const latin = new TextDecoder('windows-1252').decode(Uint8Array.of(value));
          expect(input.text).toBe(`A0${ascii ?? latin}12`);
        } else {
          refused += 1;
          expect(input?.kind).toBe('noise');
        }
      }
    }
    console.log(`Alt codes: ${decoded} decoded, ${refused} refused`);
  });

  test('Enter, then Ctrl+Shift+J: the next code comes too', () => {
    const suffix = reports('keyboard-scan-ctrl-j-suffix.hex');
    const scanner = scanProtocol({ protocol: 'keyboard-scan', options: {} }, 'scanner');
    scanner.opened(undefined);
    const one = (text: string, atMs: number) =>
      [...typed(text).slice(0, -2), ...suffix].flatMap((report, at) => scanner.receive(report, atMs + at * 4));
    expect([...one('A012', 0), ...one('A013', 700)]).toEqual([...code('A012'), ...code('A013')]);
  });

  test('no key with Ctrl, Alt or GUI is a character', () => {
    let chords = 0;
    for (const modifiers of [0x01, 0x04, 0x08, 0x10, 0x40, 0x80, 0x03, 0x06, 0x0c]) {
      for (let usage = 0x04; usage <= 0x65; usage += 1) {
        const chord = [Uint8Array.of(modifiers, 0, usage, 0, 0, 0, 0, 0), new Uint8Array(8)];
        for (const input of scans('keyboard-scan', [...typed('A01').slice(0, -2), ...chord, ...typed('2x1')])) {
          chords += 1;
          // Ctrl+B begins, Ctrl+C, J and M end a code; the keys that lock something mean nothing.
          if (input.kind === 'code') expect(['A01', '2x1', 'A012x1']).toContain(input.text);
        }
      }
    }
    console.log(`${chords} codes with a chord within`);
    expect(scans('keyboard-scan', [unhex('08 00 15 00 00 00 00 00'), ...typed('A012')])).toEqual([
      { kind: 'noise', octets: 4, why: 'chord' },
    ]);
  });
});

/** As makers print it: count, identifier, 56 octets of data, two of the maker's symbology, "more follows". */
const posDescriptor = (aim: boolean, more: boolean) =>
  `05 8C 09 02 A1 01 85 02 15 00 26 FF 00 75 08 95 01 05 01 09 3B 81 02 05 8C ${aim ? '95 03 09 FB 09 FC 09 FD 81 02' : ''} 95 38 09 FE 82 02 01 ${more ? '95 01 75 01 25 01 09 FF 81 02 75 07 81 03' : ''} C0`;

describe('hid-pos-scan', () => {
  test('count, identifier, data: with a descriptor and without', () => {
    const all = reports('hid-pos-aim-in-front.hex');
    expect(scans('hid-pos-scan', all)).toEqual(code('A012'));
    const whole = posDescriptor(true, false).replace(
      / C0$/,
      ' 75 08 95 02 06 00 FF 09 01 81 02 05 8C 95 01 75 01 09 FF 81 02 75 07 81 03 C0',
    );
    expect(scans('hid-pos-scan', all, whole)).toEqual(code('A012'));
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('identifier %s, "more follows" %s: codes of every length', (aim, more) => {
    for (let length = 1; length <= 180; length += 1) {
      const text = Array.from({ length }, (_, at) => String.fromCharCode(0x30 + (at % 70))).join('');
      const pieces = text.match(/.{1,56}/g) ?? [];
      const all = [...pieces, ...(!more && length % 56 === 0 ? [''] : [])].map((piece, at) => {
        const body = Buffer.alloc(56);
        body.write(piece, 'latin1');
        const follows = at < pieces.length - 1 ? 1 : 0;
        return Uint8Array.of(2, piece.length, ...(aim ? Buffer.from(']Q1') : []), ...body, ...(more ? [follows] : []));
      });
      expect(scans('hid-pos-scan', all, posDescriptor(aim, more)), `${length} characters`).toEqual(code(text));
    }
  });

  test('an identifier that the scanner counts is part of the code', () => {
    expect(scans('hid-pos-scan', [unhex(`02 07 5D 51 30 41 30 31 32 ${'00'.repeat(49)}`)])).toEqual(code(']Q0A012'));
  });
});

describe('encodings', () => {
  test('a serial scanner that gives GB 2312', () => {
    expect(scans('serial-scan', reports('serial-scan-gb2312.hex'))).toEqual(code('预约^办公室^A0012'));
  });

  const line = (octets: Uint8Array) => [Uint8Array.of(...octets, 0x0d)];
  test.each(['A012', '预约', '预约^办公室', 'Muñoz 12', 'José-7'])('%s, as each encoding that has it', (text) => {
    const utf8 = new TextEncoder().encode(text);
    expect(scans('serial-scan', line(utf8))).toEqual(code(text));
    expect(scans('serial-scan', line(utf8), undefined, { encoding: 'utf-8' })).toEqual(code(text));
    const other = [...text].every((each) => each <= '\u00ff') ? Buffer.from(text, 'latin1') : encodeGbk(text);
    const encoding = [...text].every((each) => each <= '\u00ff') ? 'latin-1' : 'gb18030';
    expect(scans('serial-scan', line(other))).toEqual(code(text));
    expect(scans('serial-scan', line(other), undefined, { encoding })).toEqual(code(text));
  });

  test('three codes of another encoding are a fault that names it; a good code ends it', async () => {
    const clock = new VirtualClock();
    const random = seededRandom(3);
    const cable = new SimulatedCable({ name: 'scanner', clock, unit: 'bytes' });
    const link = new PortLink({ clock, random, log: silentLog }, { name: 'scanner', makePort: () => cable.makePort() });
    const context = { name: 'scanner', link, line: () => Promise.reject() as never, clock, random, log: silentLog };
    const scanner = await createScanner({ protocol: 'serial-scan', options: { encoding: 'utf-8' } }, context);
    scanner.start();
    link.start();
    await clock.advance(50);
    const send = async (octets: Uint8Array) => {
      cable.send(Uint8Array.of(...octets, 0x0d));
      await clock.advance(3000);
    };
    for (let each = 0; each < 2; each += 1) await send(encodeGbk('办公室'));
    expect(scanner.health.faults).toEqual([]);
    await send(encodeGbk('办公室'));
    expect(scanner.health.faults.map((fault) => fault.code)).toEqual(['scan-encoding']);
    expect(scanner.health.faults[0]?.remedy).toContain('gb18030');
    await send(Buffer.from('A012'));
    expect(scanner.health.faults).toEqual([]);
  });
});
