/** A thousand times pulled and put back: nothing grows, and each round's press comes once, from its own pad. */

import { expect, test } from 'vitest';
import type { KeyPress } from '../../../drivers/keypad/keypad.ts';
import { createKeypad } from '../../../drivers/keypad/registry.ts';
import { silentLog } from '../../../drivers/log.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { createSimulatedKeypad } from '../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import { settingsFor } from '../../../drivers/simulated/keypad/pad-rig.kit.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';

const rounds = 1000;

/** Counts timers that wait: a driver that forgets one a round grows for years. */
class CountingClock extends VirtualClock {
  waiting = 0;
  override after(delayMs: number, task: () => void) {
    this.waiting += 1;
    let open = true;
    const close = () => {
      if (open) this.waiting -= 1;
      open = false;
    };
    const timer = super.after(delayMs, () => {
      close();
      task();
    });
    return {
      cancel: () => {
        close();
        timer.cancel();
      },
    };
  }
}

test.each([
  ['serial-frame', 'panel-8', '3'],
  ['hid-table', 'rating-5', 'level-4'],
] as const)('%s %s', async (protocol, profile, key) => {
  const clock = new CountingClock();
  const random = seededRandom(4);
  const settings = settingsFor(protocol, profile);
  const unit = protocol === 'hid-table' ? ('report' as const) : ('bytes' as const);
  const pads = await Promise.all(
    ['left', 'right'].map(async (name) => {
      const cable = new SimulatedCable({ name, clock, unit });
      const machine = createSimulatedKeypad(settings, { end: cable, clock, random, name });
      const link = new PortLink({ clock, random, log: silentLog }, { name, makePort: () => cable.makePort() });
      const line = () => {
        throw new Error('this pad has its port for itself');
      };
      const pad = await createKeypad(settings, { name, link, line, clock, random, log: silentLog });
      const presses: KeyPress[] = [];
      pad.pressed.on((press) => presses.push(press));
      pad.setLamps({ [key]: 'on' });
      pad.start();
      link.start();
      const lit = () =>
        (machine.look() as { keys: { key: string; lamp: string }[] }).keys.some(({ lamp }) => lamp === 'on');
      return { machine, link, pad, presses, lit };
    }),
  );
  await clock.advance(3000);
  const [left, right] = pads;
  if (left === undefined || right === undefined) throw new Error('two pads');
  const timersBefore = clock.waiting;
  const resourcesBefore = process.getActiveResourcesInfo().length;
  for (let round = 0; round < rounds; round += 1) {
    const [pulled, other] = round % 2 === 0 ? [left, right] : [right, left];
    pulled.machine.act({ type: 'down', key } as never);
    // On every third round the cable goes while the key is down.
    await clock.advance(round % 3 === 0 ? 5 : 200);
    pulled.machine.act({ type: 'unplug' });
    pulled.machine.act({ type: 'up', key } as never);
    await clock.advance(50);
    pulled.machine.act({ type: 'plug' });
    pulled.link.poke();
    await clock.advance(3000);
    expect(pulled.presses).toHaveLength(1);
    expect(other.presses).toHaveLength(0);
    pulled.presses.length = 0;
    if (!pulled.lit()) throw new Error(`the lamp is dark after round ${round}`);
  }
  expect(pads.map(({ pad }) => pad.health.state)).toEqual(['ready', 'ready']);
  expect(clock.waiting).toBe(timersBefore);
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resourcesBefore);
  expect(pads.reduce((sum, { pad }) => sum + (pad.health.counters.reconnects ?? 0), 0)).toBe(rounds);
});
