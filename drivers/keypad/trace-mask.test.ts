import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { padRig, settingsFor } from '../simulated/keypad/pad-rig.kit.ts';

const pads = [
  ['serial-frame', 'call-pad-21'],
  ['hid-keyboard', undefined],
] as const;

test.each(pads)('%s %s: typed digits are nowhere in the trace, whatever they are', async (protocol, profile) => {
  const traces = [];
  for (const pin of ['1234', '9087']) {
    const rig = await padRig(settingsFor(protocol, profile));
    for (const digit of pin) {
      rig.act({ type: 'press', key: `digit-${digit}` });
      await rig.clock.advance(300);
    }
    rig.pad.setDisplay(pin);
    await rig.clock.advance(300);
    expect(rig.presses.map(({ key }) => key)).toEqual([...pin].map((digit) => `digit-${digit}`));
    const lines = rig.link.trace.records().map(({ kind, bytes, text }) => `${kind} ${hex(bytes)} ${text ?? ''}`);
    expect(lines.filter((line) => line.includes('key digit')).length).toBeGreaterThanOrEqual(4);
    traces.push(lines);
  }
  // Two PINs leave the same trace: nothing of them is in it.
  expect(traces[0]).toEqual(traces[1]);
});

test('a frame of a digit that comes octet by octet stays out too', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'call-pad-21'));
  const send = rig.cable.send.bind(rig.cable);
  rig.cable.send = (bytes) => {
    for (const octet of bytes) send(Uint8Array.of(octet));
  };
  const before = rig.link.trace.records().length;
  rig.act({ type: 'press', key: 'digit-7' });
  await rig.clock.advance(300);
  expect(rig.presses.map(({ key }) => key)).toEqual(['digit-7']);
  const incoming = rig.link.trace
    .records()
    .slice(before)
    .filter(({ kind }) => kind === 'in');
  expect(incoming.length).toBeGreaterThan(3);
  expect(incoming.filter(({ bytes }) => bytes.length > 0).map(({ bytes }) => hex(bytes))).toEqual([]);
});

test('other keys of the pad, and pads without digits, are kept as bytes', async () => {
  const call = await padRig(settingsFor('serial-frame', 'call-pad-21'));
  const panel = await padRig(settingsFor('serial-frame', 'panel-8'));
  for (const [rig, key] of [
    [call, 'next'],
    [panel, '3'],
  ] as const) {
    rig.act({ type: 'press', key });
    await rig.clock.advance(300);
    const incoming = rig.link.trace.records().filter(({ kind }) => kind === 'in');
    expect(incoming.some(({ bytes }) => bytes.length > 0)).toBe(true);
  }
});
