/** `halld clock`: the hub's clock and the hall's own time beside each other, and a person's word that the clock is right. */
import { existsSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { HallReader } from '../../store/hall-reader.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { hallFile } from '../media.ts';
import { parseOptions } from '../options.ts';
import { clockSynchronised, confirmClock, hasBatteryClock, keptFloor } from '../system-clock-witness.ts';

export const clock: Command = {
  summary: 'shows whether the clock of the hub is believed; confirms it',
  help: `usage: halld clock --config FILE [--data DIR] [confirm]

Shows the clock of this machine, whether a time server keeps it, and the last time of the hall's journal. Run it at the hub.

  confirm         the clock is right: a hub that doubts it believes it within two seconds, one that is stopped at its next
                  start within ten minutes; a business day that a wrong clock opened or closed is taken back
  --config FILE   the hall's file
  --data DIR      where the journal is kept; default: "data" of the config

Exit codes: 0 the clock is believed or was confirmed, 1 it is in doubt, 64 usage.`,
  async run(args) {
    const { values, positionals } = parseOptions(args, { config: { type: 'string' }, data: { type: 'string' } }, true);
    const [act, ...more] = positionals;
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    if ((act !== undefined && act !== 'confirm') || more.length > 0)
      throw new UsageError(`"${positionals.join(' ')}": only "confirm" is known`);
    const config = await loadHall(values.config);
    const folder = values.data ?? config.dataFolder;
    const now = Date.now();
    if (act === 'confirm') {
      confirmClock(folder, now);
      console.log(`${timeOf(now)} is confirmed for the hub of ${folder}`);
      return 0;
    }
    const synchronised = clockSynchronised();
    const kept = {
      true: 'kept by a time server',
      false: 'not synchronised',
      undefined: 'nothing tells whether it is synchronised',
    };
    console.log(`clock of this machine  ${timeOf(now)}, ${kept[`${synchronised}`]}`);
    if (!hasBatteryClock())
      console.log('                       no battery clock: after a power cut the time is a guess');
    const floor = keptFloor(folder);
    if (floor !== undefined) console.log(`time of the hall       ${timeOf(floor)} or later`);
    const doubt = await doubtIn(hallFile(folder));
    if (doubt === undefined) return 0;
    console.error(`clock-doubtful since ${timeOf(doubt.at)}: ${doubt.reason}; the clock showed ${timeOf(doubt.wall)}`);
    console.error('set the clock or the time server; when the time is right: halld clock --config FILE confirm');
    return 1;
  },
};

interface Doubt {
  readonly at: number;
  readonly wall: number;
  readonly reason: string;
}

/** The doubt that the journal ends with. */
export async function doubtIn(file: string): Promise<Doubt | undefined> {
  const reader = existsSync(file) ? HallReader.open(file) : undefined;
  if (reader === undefined) return undefined;
  try {
    const [last] = await reader.query(
      "SELECT type, event FROM journal WHERE type IN ('ClockDoubted', 'ClockTrusted') ORDER BY seq DESC LIMIT 1",
    );
    return last?.type === 'ClockDoubted' ? (JSON.parse(String(last.event)) as Doubt) : undefined;
  } finally {
    reader.close();
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).concat('Z');
}
