/** Our drivers on real ports, with the profile files of the project. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { systemClock } from '../../../../drivers/clock.ts';
import type { DriverContext } from '../../../../drivers/driver.ts';
import { createLine } from '../../../../drivers/line/create-line.ts';
import type { Line } from '../../../../drivers/line/line.ts';
import { silentLog } from '../../../../drivers/log.ts';
import type { PortOptions } from '../../../../drivers/port/port-options.ts';
import { seededRandom } from '../../../../drivers/random.ts';
import { type Bench, type Heard, listen } from './scenario.ts';

export const clock = systemClock;
export const random = seededRandom(2);

export function driverOn(bench: Bench, name: string, options: PortOptions): { context: DriverContext; heard: Heard } {
  const heard = listen(bench, name, options);
  let line: Line | undefined;
  const context = {
    name,
    link: heard.link,
    line: () => {
      line ??= createLine({ clock, random, log: silentLog }, { link: heard.link });
      return line;
    },
    clock,
    random,
    log: silentLog,
  };
  return { context, heard };
}

/** A model's file under `config/profiles`: `keypad/rating-5`. */
export function profileFile(name: string): unknown {
  return parse(readFileSync(new URL(`../../../../config/profiles/${name}.yaml`, import.meta.url), 'utf8'));
}

/** A pad that lost its power forgets its lamps and its display. */
export function goDark(pad: { act(action: never): void }): void {
  for (const on of [true, false]) pad.act({ type: 'fault', fault: 'mute', on } as never);
}
