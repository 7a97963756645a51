import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { parseReportDescriptor } from '../hid/hid-descriptor.ts';
import { bootKeyboardDescriptor, HidStandardPad } from './hid-standard.ts';
import { HidTablePad } from './hid-table.ts';
import { zHidTableMessages } from './hid-table-schema.ts';

const vendorRating =
  '06 00 FF 09 01 A1 01 15 00 26 FF 00 75 08 95 07 85 01 09 02 81 02 85 02 09 03 91 02 85 03 09 04 B1 02 C0';
const fiveButtons =
  '05 01 09 07 A1 01 05 09 19 01 29 05 15 00 25 01 75 01 95 05 81 02 95 03 81 03 05 08 09 4B 09 4B 09 4B 09 4B 09 4B 95 05 91 02 95 03 91 03 C0';
/** Telephony key pad as an array of usages B0 to BB, one key at a time, with a message-waiting LED. */
const telephone =
  '05 0B 09 01 A1 01 19 B0 29 BB 15 01 25 0C 75 08 95 01 81 00 05 08 09 19 15 00 25 01 75 01 95 01 91 02 95 07 91 03 C0';

function layout(text: string) {
  const parsed = parseReportDescriptor(unhex(text));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.layout;
}

describe('report descriptors', () => {
  test('a vendor page with report numbers', () => {
    const { numbered, inputs, outputs, features, applications } = layout(vendorRating);
    expect(numbered).toBe(true);
    expect(applications).toEqual([0xff000001]);
    expect(inputs).toEqual([expect.objectContaining({ report: 1, bitAt: 0, bits: 8, count: 7, variable: true })]);
    expect(inputs[0]?.logicalMax).toBe(255);
    expect(outputs.map(({ report }) => report)).toEqual([2]);
    expect(features.map(({ report }) => report)).toEqual([3]);
  });

  test('the boot keyboard of HID 1.11, appendix E.6', () => {
    const { numbered, inputs, outputs } = layout(bootKeyboardDescriptor);
    expect(numbered).toBe(false);
    expect(inputs.map(({ bitAt, bits, count, variable }) => [bitAt, bits, count, variable])).toEqual([
      [0, 1, 8, true],
      [8, 8, 1, false],
      [16, 8, 6, false],
    ]);
    expect(outputs[0]?.usages).toEqual([0x80001, 0x80002, 0x80003, 0x80004, 0x80005]);
  });

  test('push and pop bring the globals back', () => {
    const { inputs } = layout('05 09 A4 75 08 95 02 B4 75 01 95 08 19 01 29 08 15 00 25 01 81 02');
    expect(inputs).toEqual([expect.objectContaining({ bits: 1, count: 8 })]);
  });

  test.each([
    ['a cut item', '05'],
    ['a collection without an end', 'A1 01'],
    ['an end without a collection', 'C0'],
    ['report number 0', '85 00'],
    ['a pop without a push', 'B4'],
    ['a report beyond every bound', '75 20 97 FF FF FF FF 81 02'],
    ['a usage range beyond every bound', '05 09 19 01 2A FF FF 81 02'],
  ])('%s is refused', (_name, text) => {
    expect(parseReportDescriptor(unhex(text)).ok).toBe(false);
  });

  test('any octets end, with a layout or a problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const parsed = parseReportDescriptor(bytes);
        if (!parsed.ok) expect(parsed.problem).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});

function held(pad: HidStandardPad, text: string) {
  return pad.receive(unhex(text)).map((input) => (input.kind === 'held' ? [...input.keys] : input.kind));
}

describe('reports in order', () => {
  test('five buttons without numbers', () => {
    const pad = new HidStandardPad([], undefined);
    pad.opened(unhex(fiveButtons));
    expect(pad.keys).toEqual(['button-1', 'button-2', 'button-3', 'button-4', 'button-5']);
    expect(['02', '00', '06', '00'].map((report) => held(pad, report))).toEqual([
      [['button-2']],
      [[]],
      [['button-2', 'button-3']],
      [[]],
    ]);
    // The node-hid form: the report number in front, 0 where there are none.
    expect(pad.encodeLamps({ 'button-1': 'on', 'button-5': 'blink' }).map(hex)).toEqual(['0011']);
  });

  test('a boot keyboard types 4 2 Enter; keypad 1 and 2 together; roll-over keeps the last state', () => {
    const pad = new HidStandardPad([], bootKeyboardDescriptor);
    pad.opened(undefined);
    const type = (usages: string) => held(pad, `00 00 ${usages} ${'00 '.repeat(6 - usages.split(' ').length)}`);
    expect([type('21'), type('00'), type('1F'), type('00'), type('28'), type('00')]).toEqual([
      [['digit-4']],
      [[]],
      [['digit-2']],
      [[]],
      [['enter']],
      [[]],
    ]);
    expect(type('59 5A')).toEqual([['digit-1', 'digit-2']]);
    expect(held(pad, '00 00 01 01 01 01 01 01')).toEqual(['alive']);
    // NumLock around every key is noise of cheap pads.
    expect(type('53')).toEqual([[]]);
    expect(type('53 59')).toEqual([['digit-1']]);
    // Shift alone is no key; a letter has its name.
    expect(held(pad, '02 00 04 00 00 00 00 00')).toEqual([['a']]);
  });

  test('a telephone key pad is an array with its own first value', () => {
    const pad = new HidStandardPad([], telephone);
    pad.opened(undefined);
    expect(['01', '0A', '0B', '0C', '00'].map((report) => held(pad, report))).toEqual([
      [['digit-0']],
      [['digit-9']],
      [['star']],
      [['hash']],
      [[]],
    ]);
    expect(pad.lamps).toBe(true);
  });

  test('a profile renames usages, and a usage it lacks is counted as unknown', () => {
    const pad = new HidStandardPad([{ key: 'next', code: 'usage:09:01' }], fiveButtons);
    pad.opened(undefined);
    expect(held(pad, '01')).toEqual([['next']]);
    expect(held(pad, '02')).toEqual(['unknown', []]);
  });

  test('a report shorter than its descriptor says nothing, a longer one what it says', () => {
    const pad = new HidStandardPad([], bootKeyboardDescriptor);
    pad.opened(undefined);
    expect(held(pad, '00 00 21')).toEqual(['noise']);
    expect(held(pad, `00 00 21 00 00 00 00 00 AA BB`)).toEqual([['digit-4']]);
  });

  test('the vendor rating pad by table: report 1 in, lamps padded to the whole report 2', () => {
    const wire = zHidTableMessages.parse({
      descriptor: vendorRating,
      events: [{ kind: 'tap', function: 1 }],
      lamps: ['02 {lit}'],
      report_octets: 8,
    });
    const pad = new HidTablePad(wire, [
      { key: 'level-5', code: 1, lamp: 0 },
      { key: 'level-1', code: 5, lamp: 4 },
    ]);
    pad.opened(unhex(vendorRating));
    expect(pad.receive(unhex('01 01 00 00 00 00 00 00'))).toEqual([{ kind: 'tap', key: 'level-5' }]);
    expect(pad.receive(unhex('01 05 00 00 00 00 00 00'))).toEqual([{ kind: 'tap', key: 'level-1' }]);
    expect(pad.receive(unhex('01 07 00 00 00 00 00 00'))).toEqual([{ kind: 'unknown', code: '07' }]);
    expect(pad.receive(unhex('01 05'))).toEqual([{ kind: 'noise', octets: 2 }]);
    expect(pad.encodeLamps({ 'level-5': 'on', 'level-1': 'blink' }).map(hex)).toEqual(['0211000000000000']);
  });
});
