/** `halld journal`: is the hub's file whole, and does everything in it agree with the journal? */
import { existsSync, statSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { HallReader } from '../../store/hall-reader.ts';
import { checkJournal } from '../../store/journal-check.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { hallFile } from '../media.ts';
import { parseOptions } from '../options.ts';
import { queueCode } from '../queue-code.ts';
import { doubtIn } from './clock.ts';

export const journal: Command = {
  summary: 'checks the hub’s file: pages, missing lines, tables, snapshot',
  help: `usage: halld journal --config FILE [--data DIR] [--rebuild | --forget-snapshots]

Reads the hub's file beside a running hub: is every page whole, is a line of the journal missing, are the tables what the
journal makes of them, is the snapshot what a replay gives? A million events take about half a minute.

  --config FILE         the hall's file
  --data DIR            where the journal is kept; default: "data" of the config
  --rebuild             makes the tables anew from the journal; the hub must be stopped
  --forget-snapshots    the next start replays the whole journal; the hub must be stopped

Exit codes: 0 all agrees, 1 something is wrong or the clock is in doubt, 64 usage, 66 no journal there.`,
  async run(args) {
    const { values } = parseOptions(args, {
      config: { type: 'string' },
      data: { type: 'string' },
      rebuild: { type: 'boolean' },
      'forget-snapshots': { type: 'boolean' },
    });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const file = hallFile(values.data ?? config.dataFolder);
    if (!existsSync(file)) {
      console.error(`${file}: there is no journal: start "halld hub" once, or name the folder with --data`);
      return 66;
    }
    if (values.rebuild === true || values['forget-snapshots'] === true) {
      const store = new SqliteHallStore({ file });
      await store.open();
      try {
        if (values['forget-snapshots'] === true) await store.forgetSnapshots();
        if (values.rebuild === true)
          console.log(`${file}: the tables are made anew from ${await store.rebuildProjections()} events`);
      } finally {
        await store.close();
      }
      return 0;
    }
    const doubt = await doubtIn(file);
    if (doubt !== undefined) {
      const shown = new Date(doubt.wall).toISOString();
      console.error(`clock-doubtful: ${doubt.reason}; it showed ${shown}: set it, then "halld clock confirm"`);
    }
    return Math.max(check(file), doubt === undefined ? 0 : 1);
  },
};

function check(file: string): number {
  const reader = HallReader.open(file);
  if (reader === undefined) return 66;
  try {
    const found = checkJournal(reader, queueCode());
    const mebibytes = (path: string) => (existsSync(path) ? statSync(path).size / 1024 / 1024 : 0).toFixed(1);
    const span = found.days === 0 ? 'no day' : `${found.days} days, ${found.firstDay} to ${found.lastDay}`;
    console.log(`${file}: ${found.events} events from number ${found.from}, ${span}`);
    console.log(`  size       ${mebibytes(file)} MiB, its log ${mebibytes(`${file}-wal`)} MiB`);
    const kept = found.snapshot;
    const start =
      kept === undefined || !kept.usable
        ? 'a start replays the whole journal'
        : `a start replays what came after number ${kept.seq}`;
    console.log(`  snapshot   ${start}`);
    for (const note of found.notes) console.log(`  note       ${note}`);
    for (const finding of found.findings) console.error(`  ! ${finding}`);
    if (found.findings.length === 0) console.log('  all agrees with the journal');
    return found.findings.length === 0 ? 0 : 1;
  } finally {
    reader.close();
  }
}
