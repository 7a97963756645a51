import { expect, test } from 'vitest';
import { modemRig } from '../simulated/modem/modem-rig.kit.ts';
import { atMask } from './at-mask.ts';

const pdu = '0011000B813108108300F00008AA168BF7004100300034003253F75230003353F77A9753E3';

test.each([
  ['AT+CMGS=36\r', false],
  [`${pdu}\u001a`, true],
  ['AT+CPIN=1234\r', true],
  ['AT+CPIN?\r', false],
  ['\r\n+CMGS: 23\r\n\r\nOK\r\n', false],
  ['\r\n+CDS: 26\r\n0006170D91683108108300F0621132513200236211325132302300\r\n', true],
])('%j', (text, masked) => {
  expect(atMask()('out', Buffer.from(text, 'latin1')) !== undefined).toBe(masked);
});

test('cut at every octet, no more than seven digits of a PDU are ever kept', () => {
  const mask = atMask();
  const kept = [...pdu].filter((digit) => mask('in', Buffer.from(digit, 'latin1')) === undefined);
  expect(kept.join('')).toBe(pdu.slice(0, 7));
});

test('neither the trace nor the log of a port has the number, swapped or not, nor the text', async () => {
  const rig = await modemRig();
  await rig.send();
  await rig.clock.advance(5_000);
  const traced = rig.link.trace.records().map((record) => JSON.stringify(record));
  const written = [...traced, JSON.stringify(rig.log.lines)].join('\n');
  const octets = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  for (const digits of ['13800138000', '3108108300F0', octets('3108108300F0'), octets('3108108300f0')])
    expect(written.toLowerCase()).not.toContain(digits.toLowerCase());
  expect(written).toContain('number or text');
  await rig.close();
});
