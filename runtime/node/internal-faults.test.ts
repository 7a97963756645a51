import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../config/load.ts';
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { Device } from '../../devices/device.ts';
import { createKeypad } from '../../drivers/keypad/registry.ts';
import { seededRandom } from '../../drivers/random.ts';
import { RecordingLog } from '../../drivers/recording-log.kit.ts';
import { Signal } from '../../drivers/signal.ts';
import { SimulatedCable } from '../../drivers/simulated/cable.ts';
import { createSimulatedKeypad } from '../../drivers/simulated/keypad/create-simulated-keypad.ts';
import type { KeypadAction } from '../../drivers/simulated/keypad/keypad-machine.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { DeviceStates } from './device-states.ts';
import { Wiring } from './wiring.ts';

const hall = await loadHall(path.resolve(import.meta.dirname, '../../config/halls/small.yaml'));

/** The panel of the small hall's kiosk on a simulated cable, wired as a node wires it. */
async function panelOfK1() {
  const node = hall.file.nodes.find(({ id }) => id === 'k1');
  const kiosk = node?.devices.find((device) => device.role === 'ticket-kiosk');
  if (node === undefined || kiosk?.role !== 'ticket-kiosk') throw new Error('the small hall has a kiosk k1');
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const log = new RecordingLog();
  const cable = new SimulatedCable({ name: 'panel', clock });
  const published: DeviceState[] = [];
  const states = new DeviceStates({ clock }, { publish: (state) => published.push(state), boxFaults: () => [] });
  const wiring = new Wiring({
    ...{ config: hall, node, clock, random, log },
    makePort: () => () => cable.makePort(),
    defect: (device) => states.defect(device),
  });
  const { settings, context } = wiring.driver(kiosk.id, 'panel', 'keypad', kiosk.panel);
  const machine = createSimulatedKeypad(settings, { end: cable, clock, random, name: 'panel' });
  const pad = await createKeypad(settings, context);
  const device = { id: kiosk.id, role: kiosk.role, detail: () => ({}), changed: new Signal(log) } as unknown as Device;
  states.watch([{ device, window: undefined, drivers: [pad] }]);
  pad.start();
  wiring.start();
  await clock.advance(100);
  const press = async (key: string) => {
    machine.act({ type: 'press', key } as KeypadAction);
    await clock.advance(500);
  };
  const faults = () => states.all().flatMap((state) => state.faults.map(({ code }) => code));
  return { clock, log, pad, link: context.link, states, published, press, faults };
}

test('a press listener that throws: the port stays open, the other listener gets the press, the device shows it', async () => {
  const rig = await panelOfK1();
  rig.pad.pressed.on(() => {
    throw new TypeError("Cannot read properties of undefined (reading 'id')");
  });
  const presses: string[] = [];
  rig.pad.pressed.on(({ key }) => presses.push(key));
  await rig.press('3');
  await rig.press('4');
  expect(presses).toEqual(['3', '4']);
  expect(rig.link.state).toBe('open');
  expect(rig.link.counters).toMatchObject({ opened: 1, lost: 0 });
  expect(rig.published.at(-1)).toMatchObject({
    device: 'k1',
    state: 'ready',
    faults: [{ code: 'internal', severity: 'warning', remedy: expect.stringContaining('Send this box') }],
  });
  expect(rig.states.all()[0]?.counters.defects).toBe(2);
  const [line] = rig.log.lines.filter(({ level }) => level === 'error');
  expect(line?.place).toEqual({ device: 'k1', driver: 'serial-frame', port: 'panel' });
  expect((line?.fields.error as Error | undefined)?.stack).toContain('internal-faults.test.ts');
});

test('the fault ends half an hour after the last defect', async () => {
  const rig = await panelOfK1();
  const stop = rig.pad.pressed.on(() => {
    throw new TypeError('a bug');
  });
  await rig.press('3');
  await rig.clock.advance(20 * 60_000);
  await rig.press('3');
  stop();
  await rig.clock.advance(29 * 60_000);
  expect(rig.faults()).toEqual(['internal']);
  await rig.clock.advance(60_000);
  expect(rig.faults()).toEqual([]);
  expect(rig.published.at(-1)?.faults).toEqual([]);
});
