/** PDUs as the standard and independent programs have them; `runtime/testing/acceptance/sms-peers.test.ts` lets Gammu read them. */
import { describe, expect, test } from 'vitest';
import { packSeptets, septetsOf, unpackText } from '../bytes/gsm-alphabet.ts';
import { hex, unhex } from '../bytes/hex.ts';
import { smsText } from '../bytes/sms-text.ts';
import { readPdu, reportOutcome, submitPdus, validityOctet } from './sms-pdu.ts';

const call = '请A042号到3号窗口';
const fourDays = 4 * 24 * 60;

test('7-bit packing: the octets of 3GPP TS 23.038, section 6.1.2.1', () => {
  expect(hex(packSeptets(septetsOf('hellohello') ?? []))).toBe('E8329BFD4697D9EC37');
  expect(hex(packSeptets(septetsOf('A042') ?? []))).toBe('41184D06');
  expect(unpackText(unhex('E8329BFD4697D9EC37'), 10)).toBe('hellohello');
});

test('every character of the alphabet comes back, those of the extension table too', () => {
  const text = '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\n\r\f';
  const septets = septetsOf(text) ?? [];
  for (const fillBits of [0, 49])
    expect(unpackText(packSeptets(septets, fillBits), septets.length, fillBits)).toBe(text);
  expect(septetsOf('号')).toBeUndefined();
});

describe('SUBMIT, as read by Gammu', () => {
  test.each([
    ['+8613800138000', false, '0011000D91683108108300F00008AA168BF7004100300034003253F75230003353F77A9753E3', 37],
    ['+8613800138000', true, '0031000D91683108108300F00008AA168BF7004100300034003253F75230003353F77A9753E3', 37],
    ['13800138000', false, '0011000B813108108300F00008AA168BF7004100300034003253F75230003353F77A9753E3', 36],
  ])('%s, report %s', (to, report, pdu, length) => {
    expect(submitPdus({ to, text: call, reference: 1, validityMin: fourDays, report })).toEqual([{ pdu, length }]);
  });

  test('80 units in two parts, 67 and 13, tied by reference 2A', () => {
    const text =
      '您好，您的号码A042即将办理，前面还有3位，请到二楼3号窗口附近等候。过号请重新取号或联系引导员，感谢您的耐心等待与配合，祝您生活愉快！行政服务中心温馨提示。';
    const [one, two, ...more] = submitPdus({
      to: '+8613800138000',
      text,
      reference: 0x2a,
      validityMin: fourDays,
      report: false,
    });
    expect(more).toEqual([]);
    expect(one).toEqual({
      length: 155,
      pdu: `0051000D91683108108300F00008AA8C0500032A020160A8597DFF0C60A8768453F77801004100300034003253735C06529E7406FF0C524D97628FD8670900334F4DFF0C8BF752304E8C697C003353F77A9753E396448FD17B49501930028FC753F78BF791CD65B053D653F7621680547CFB5F155BFC5458FF0C611F8C2260A8768480105FC37B495F854E0E914D5408FF0C795D60A8751F6D3B6109`,
    });
    expect(two).toEqual({
      length: 47,
      pdu: '0051000D91683108108300F00008AA200500032A02025FEBFF01884C653F670D52A14E2D5FC36E2999A863D0793A3002',
    });
  });
});

test.each([
  ['13800138000', '0B813108108300F0'],
  ['10086', '05810180F6'],
  ['999', '038199F9'],
])('the number %s is coded %s', (to, octets) => {
  const [{ pdu } = { pdu: '' }] = submitPdus({ to, text: 'A', reference: 0, validityMin: 60, report: false });
  expect(pdu.slice(6, 6 + octets.length)).toBe(octets);
});

test.each(['', '+', '12', 'abc', '+8613800138000 ', '1'.repeat(21)])('the number "%s" is refused', (to) => {
  expect(() => submitPdus({ to, text: 'A', reference: 0, validityMin: 60, report: false })).toThrow(RangeError);
});

test('validity is never shorter than asked', () => {
  const minutesOf = (octet: number) =>
    octet <= 143
      ? (octet + 1) * 5
      : octet <= 167
        ? 720 + (octet - 143) * 30
        : octet <= 196
          ? (octet - 166) * 1440
          : (octet - 192) * 10_080;
  expect([5, 60, 1440, fourDays].map((minutes) => validityOctet(minutes))).toEqual([0x00, 0x0b, 0xa7, 0xaa]);
  for (let minutes = 1; minutes <= 635_040; minutes += 7) {
    const said = minutesOf(validityOctet(minutes));
    expect(said).toBeGreaterThanOrEqual(minutes);
    expect(said).toBeLessThanOrEqual(Math.max(5, minutes + 10_080));
  }
});

describe('cutting', () => {
  test('70 units are one part, 71 two; 160 septets one, 161 two', () => {
    expect(smsText('号'.repeat(70), 1).parts.map(({ length }) => length)).toEqual([140]);
    expect(smsText('号'.repeat(71), 1).parts.map(({ length }) => length)).toEqual([140, 14]);
    expect(smsText('a'.repeat(160), 1).parts.map(({ length }) => length)).toEqual([160]);
    expect(smsText('a'.repeat(161), 1).parts.map(({ length }) => length)).toEqual([160, 15]);
  });

  test('never between the halves of a surrogate pair, nor behind an escape', () => {
    const pairs = smsText(`${'号'.repeat(66)}😀${'号'.repeat(10)}`, 1);
    expect(pairs.parts.map(({ length }) => length)).toEqual([6 + 132, 6 + 24]);
    const escapes = smsText(`${'a'.repeat(152)}€${'a'.repeat(10)}`, 1);
    expect(escapes.parts.map(({ length }) => length)).toEqual([7 + 152, 7 + 12]);
  });

  test('an empty text and one of more than ten parts are refused', () => {
    expect(() => smsText('', 1)).toThrow(RangeError);
    expect(smsText('号'.repeat(670), 1).parts).toHaveLength(10);
    expect(() => smsText('号'.repeat(671), 1)).toThrow('10 parts at most');
  });
});

describe('incoming, as read by Gammu', () => {
  test('a DELIVER', () => {
    expect(readPdu('0891683108100005F0040D91683108108300F0000862113251320023044E0D6EE1')).toEqual({
      kind: 'deliver',
      from: '+8613800138000',
      text: '不满',
    });
  });

  test('a STATUS-REPORT', () => {
    const report = readPdu('0891683108100005F006170D91683108108300F0621132513200236211325132302300');
    expect(report).toEqual({ kind: 'status-report', reference: 0x17, to: '+8613800138000', status: 0 });
    expect([0x00, 0x1f, 0x20, 0x3f, 0x40, 0x46, 0x60, 0x7f].map(reportOutcome)).toEqual([
      ...['delivered', 'delivered', 'trying', 'trying'],
      ...['failed', 'failed', 'failed', 'failed'],
    ]);
  });

  test('cut short at every octet, or no hex: nothing, never a crash', () => {
    const whole = '0891683108100005F006170D91683108108300F0621132513200236211325132302300';
    for (let end = 0; end < whole.length; end += 1) expect(readPdu(whole.slice(0, end))).toBeUndefined();
    expect(readPdu('+CDS: 26')).toBeUndefined();
  });
});
