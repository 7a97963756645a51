import { describe, expect, test } from 'vitest';
import { padRig, settingsFor } from '../simulated/keypad/pad-rig.kit.ts';

const pads = [
  ['serial-frame', 'panel-8', '3'],
  ['serial-frame', 'call-pad-21', 'next'],
  ['serial-frame', 'rating-5-serial', 'level-2'],
  ['hid-table', 'rating-5', 'level-2'],
  ['hid-standard', undefined, 'button-2'],
  ['hid-keyboard', undefined, 'digit-4'],
] as const;

describe.each(pads)('%s %s', (protocol, profile, key) => {
  test('one press is one press, with the time of its edge and an id of its own', async () => {
    const rig = await padRig(settingsFor(protocol, profile));
    const pressedMs = rig.clock.monotonicMs();
    rig.act({ type: 'press', key });
    await rig.clock.advance(500);
    rig.act({ type: 'press', key });
    await rig.clock.advance(500);
    expect(rig.presses.map((press) => press.key)).toEqual([key, key]);
    expect(rig.presses[0]?.atMs).toBe(pressedMs);
    expect(new Set(rig.presses.map(({ id }) => id)).size).toBe(2);
    expect(rig.rejections).toEqual([]);
    expect(rig.faults()).toEqual([]);
  });

  test('lamps are whole, and lit again after the cable was out', async () => {
    const rig = await padRig(settingsFor(protocol, profile));
    if (!rig.pad.lamps || protocol === 'hid-keyboard') return;
    rig.pad.setLamps({ [key]: 'on' });
    await rig.clock.advance(100);
    const lit = () =>
      rig
        .look()
        .keys.filter(({ lamp }) => lamp !== 'off')
        .map((each) => each.key);
    expect(lit()).toEqual([key]);
    rig.act({ type: 'unplug' });
    await rig.clock.advance(100);
    expect(rig.faults()).toEqual(['port-gone']);
    expect(lit()).toEqual([]);
    rig.act({ type: 'plug' });
    await rig.clock.advance(10_000);
    expect(lit()).toEqual([key]);
    expect(rig.faults()).toEqual([]);
    rig.pad.setLamps({});
    await rig.clock.advance(100);
    expect(lit()).toEqual([]);
  });

  test('the line says it five times: one press', async () => {
    const rig = await padRig(settingsFor(protocol, profile));
    rig.act({ type: 'fault', fault: 'repeat', on: true });
    rig.act({ type: 'press', key });
    await rig.clock.advance(1000);
    expect(rig.presses.map((press) => press.key)).toEqual([key]);
  });

  test('a contact that chatters gives one press', async () => {
    const rig = await padRig(settingsFor(protocol, profile));
    rig.act({ type: 'fault', fault: 'chatter', on: true });
    rig.act({ type: 'press', key });
    await rig.clock.advance(1000);
    expect(rig.presses.map((press) => press.key)).toEqual([key]);
  });

  test('a damaged message calls nobody', async () => {
    const rig = await padRig(settingsFor(protocol, profile));
    rig.act({ type: 'fault', fault: 'bad-check', on: true });
    rig.act({ type: 'press', key });
    await rig.clock.advance(1000);
    expect(rig.presses).toEqual([]);
  });
});

test('a panel that stops answering is mute, and its lamps come back with it', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'panel-8'));
  rig.pad.setLamps({ '1': 'on', '2': 'blink' });
  await rig.clock.advance(100);
  rig.act({ type: 'fault', fault: 'mute', on: true });
  await rig.clock.advance(5000);
  expect(rig.faults()).toEqual(['no-answer']);
  rig.act({ type: 'fault', fault: 'mute', on: false });
  await rig.clock.advance(5000);
  expect(rig.faults()).toEqual([]);
  expect(
    rig
      .look()
      .keys.slice(0, 3)
      .map(({ lamp }) => lamp),
  ).toEqual(['on', 'blink', 'off']);
});

test('a stuck key is named, and the others still work', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'panel-8'));
  rig.act({ type: 'fault', fault: 'stuck', on: true, key: '1' });
  await rig.clock.advance(11_000);
  expect(rig.faults()).toEqual(['key-stuck']);
  rig.act({ type: 'press', key: '2' });
  await rig.clock.advance(200);
  expect(rig.presses.map(({ key }) => key)).toEqual(['1', '2']);
  rig.act({ type: 'fault', fault: 'stuck', on: false });
  await rig.clock.advance(200);
  expect(rig.faults()).toEqual([]);
});

test('a key held since before the opening is no press', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'panel-8'));
  rig.act({ type: 'unplug' });
  rig.act({ type: 'down', key: '4' });
  await rig.clock.advance(1000);
  rig.act({ type: 'plug' });
  await rig.clock.advance(8000);
  expect(rig.presses).toEqual([]);
  expect(rig.rejections.map(({ reason }) => reason)).toEqual(['held-at-start']);
});

test('two rating keys at once are no rating', async () => {
  for (const [protocol, profile] of [
    ['hid-table', 'rating-5'],
    ['serial-frame', 'rating-5-serial'],
  ] as const) {
    const rig = await padRig(settingsFor(protocol, profile));
    rig.act({ type: 'press', key: 'level-1' });
    await rig.clock.advance(10);
    rig.act({ type: 'press', key: 'level-2' });
    await rig.clock.advance(500);
    expect(rig.presses).toEqual([]);
    expect(rig.rejections.map(({ key, reason }) => [key, reason])).toEqual([
      ['level-1', 'two-keys'],
      ['level-2', 'two-keys'],
    ]);
  }
});

test('a bad line is named garbled and mends itself', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'panel-8'));
  rig.cable.send(new Uint8Array(80).fill(0x37));
  await rig.clock.advance(10);
  expect(rig.faults()).toEqual(['garbled']);
  await rig.clock.advance(3000);
  expect(rig.faults()).toEqual([]);
});

test('the display of a call pad shows what it is told, again after a power cut', async () => {
  const rig = await padRig(settingsFor('serial-frame', 'call-pad-21'));
  rig.pad.setDisplay('A012 W5');
  await rig.clock.advance(100);
  expect(rig.look().display).toBe('A012 W5');
  rig.act({ type: 'unplug' });
  rig.act({ type: 'plug' });
  await rig.clock.advance(8000);
  expect(rig.look().display).toBe('A012 W5');
});
