/** Call pads of two windows on one RS-485 line: asked in turn, their displays and lamps say what the hub says. */
import { expect, test } from 'vitest';
import type { HallConfig } from '../../../config/hall-config.ts';
import { keypadProfile } from '../../../drivers/keypad/registry.ts';
import { profileFile } from '../../../drivers/simulated/keypad/pad-rig.kit.ts';
import { openHall, smallHall } from '../worlds/pad-hall.ts';

const profile = 'call-pad-21-line';
const config: HallConfig = {
  ...smallHall,
  profiles: new Map([...smallHall.profiles, [`keypad/${profile}`, keypadProfile.parse(profileFile(profile))]]),
  file: {
    ...smallHall.file,
    nodes: smallHall.file.nodes.map((node) => ({
      ...node,
      ports: [...node.ports, { id: 'pads', kind: 'simulated' as const, unit: 'bytes' as const, baud: 9600 }],
      devices: node.devices.map((device, at) =>
        device.role === 'call-pad'
          ? { ...device, pad: { protocol: 'serial-frame', profile, port: 'pads', address: at + 1, options: {} } }
          : device,
      ),
    })),
  },
};

test('waiting count, number being served, lamps and refusals reach both pads', async () => {
  const { hall, clock, pad, at, events } = await openHall(3, config);
  const other = at('w2-pad', 'pad');
  const lit = () => pad.look().keys.flatMap(({ key, lamp }) => (lamp === 'on' ? [key] : []));
  await clock.advance(1000);
  expect(pad.look().display).toBe('----         等3');
  expect(lit()).toEqual(['next', 'call']);
  await pad.press('next', 1000);
  expect(pad.look().display).toBe('B001         等2');
  expect(lit()).toEqual(['recall', 'miss', 'start']);
  expect(other.look().display).toBe('关窗         等0');
  await other.press('next', 500);
  expect(other.look().display).toBe('窗口已关');
  await pad.press('start', 1000);
  await pad.press('complete', 1000);
  expect(pad.look().display).toBe('----         等2');
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});

test('a press on an older view is refused as stale and shown on the line’s pad; one that is pulled is named', async () => {
  const { hall, clock, pad, events } = await openHall(2, config);
  await hall.run(hall.world.setHub(false));
  await pad.press('next', 15_000);
  await hall.run(hall.world.setHub(true));
  const shown = new Set<string | undefined>();
  for (let ms = 0; ms < 8000; ms += 100) {
    await clock.advance(100);
    shown.add(pad.look().display);
  }
  expect([...shown]).toContain('已过时,请重按');
  expect(events('TicketCalled')).toEqual([]);
  await pad.act({ type: 'unplug' }, 5000);
  const faults = hall.world
    .node('n1')
    ?.status()
    .devices.flatMap(({ device, faults }) => faults.map(({ code }) => [device, code]));
  expect(faults).toEqual([['w1-pad', 'no-answer']]);
  await pad.act({ type: 'plug' }, 8000);
  expect(pad.look().display).toBe('----         等2');
  expect(pad.look().keys.find(({ key }) => key === 'next')?.lamp).toBe('on');
  await pad.press('next', 1000);
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});
