/** A driver and a simulated pad at the two ends of one cable, in virtual time: what the tests of pads start from. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DriverContext, DriverSettings } from '../../driver.ts';
import type { KeyPress, Keypad, KeyRejection } from '../../keypad/keypad.ts';
import { createKeypad } from '../../keypad/registry.ts';
import type { Line } from '../../line/line.ts';
import { silentLog } from '../../log.ts';
import { PortLink } from '../../port/port-link.ts';
import { seededRandom } from '../../random.ts';
import { SimulatedCable } from '../cable.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { createSimulatedKeypad, simulatedDescriptor } from './create-simulated-keypad.ts';
import type { KeypadAction, KeypadLook } from './keypad-machine.ts';

export interface PadRig {
  readonly clock: VirtualClock;
  readonly cable: SimulatedCable;
  readonly link: PortLink;
  readonly pad: Keypad;
  readonly presses: KeyPress[];
  readonly rejections: KeyRejection[];
  act(action: KeypadAction): void;
  look(): KeypadLook;
  /** Names of faults in force. */
  faults(): readonly string[];
}

export function profileFile(name: string): unknown {
  return parse(readFileSync(new URL(`../../../config/profiles/keypad/${name}.yaml`, import.meta.url), 'utf8'));
}

export function settingsFor(
  protocol: string,
  profile: string | undefined,
  more: Partial<DriverSettings> = {},
): DriverSettings {
  return { protocol, profile: profile === undefined ? undefined : profileFile(profile), options: {}, ...more };
}

export async function padRig(settings: DriverSettings, seed = 1): Promise<PadRig> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const descriptor = simulatedDescriptor(settings);
  const cable = new SimulatedCable({
    name: 'pad',
    clock,
    ...(descriptor === undefined ? {} : { unit: 'report' as const, descriptor }),
  });
  const machine = createSimulatedKeypad(settings, { end: cable, clock, random, name: 'pad' });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'pad', makePort: () => cable.makePort() });
  const context: DriverContext = { name: 'pad', link, line: noLine, clock, random, log: silentLog };
  const pad = await createKeypad(settings, context);
  const presses: KeyPress[] = [];
  const rejections: KeyRejection[] = [];
  pad.pressed.on((press) => presses.push(press));
  pad.rejected.on((rejection) => rejections.push(rejection));
  pad.start();
  link.start();
  await clock.advance(50);
  return {
    clock,
    cable,
    link,
    pad,
    presses,
    rejections,
    act: (action) => machine.act(action),
    look: () => machine.look() as KeypadLook,
    faults: () => pad.health.faults.map(({ code }) => code),
  };
}

function noLine(): Line {
  throw new Error('this pad has its port for itself');
}
