/** The small hall in virtual time, with hands at its panel, its first window's pads and its boards. */
import path from 'node:path';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import type { KeypadAction, KeypadLook } from '../../../drivers/simulated/keypad/keypad-machine.ts';
import { VirtualHall } from './virtual-hall.ts';

export const smallHall = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));

export async function openHall(waiting: number, config: HallConfig = smallHall, seed = 11) {
  const hall = new VirtualHall(config, seed);
  await hall.start();
  const { clock, hardware } = hall;
  const at = (device: string, part: 'panel' | 'pad' | 'rating') => {
    const machine = hardware.machine(device, part);
    const act = async (action: KeypadAction, thenMs = 150) => {
      machine.act(action);
      await clock.advance(thenMs);
    };
    return {
      act,
      press: (key: string, thenMs?: number) => act({ type: 'press', key }, thenMs),
      type: async (digits: string) => {
        for (const digit of digits) await act({ type: 'press', key: `digit-${digit}` });
      },
      look: () => machine.look() as KeypadLook,
    };
  };
  const pad = at('w1-pad', 'pad');
  const panel = at('k1', 'panel');
  for (let visitor = 0; visitor < waiting; visitor += 1) await panel.press('2', 8000);
  await pad.press('open', 3000);
  const events = (type: string) => hall.journal().filter((event) => event.type === type);
  const texts = (board: string, node = 'n1') =>
    hall.world
      .node(node)
      ?.status()
      .devices.find(({ device }) => device === board)?.detail.texts;
  return { hall, clock, at, pad, panel, rating: at('w1-rating', 'rating'), events, texts };
}
