/** `halld heal`: takes back what a box, or a damaged card, claimed beyond all that a hall can have reached; every box follows by itself. */
import { existsSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { silentLog } from '../../../drivers/log.ts';
import { hubActor } from '../../hub/own-commands.ts';
import { startState } from '../../hub/start-state.ts';
import { step } from '../../queue/step.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { hallFile } from '../media.ts';
import { parseOptions } from '../options.ts';
import { queueCode } from '../queue-code.ts';

export const heal: Command = {
  summary: 'takes back an epoch, numbers or blocks that no hall can have reached; the hub must be stopped',
  help: `usage: halld heal --config FILE [--data DIR]

For a hall whose boxes refuse the hub, or that has no number left, since a box claimed an epoch, a number or a block beyond
all that one hall can reach. Stop the hub, run this on its machine, start the hub again. Boxes that have seen such an epoch
forget it when the hub tells them: no box has to be wiped. What was given stays given, and everything stays on record.

  --config FILE   the hall's file
  --data DIR      where the journal is kept; default: "data" of the config

Exit codes: 0 done, 64 usage, 66 no journal there, 73 the hub runs.`,
  async run(args) {
    const { values } = parseOptions(args, { config: { type: 'string' }, data: { type: 'string' } });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const file = hallFile(values.data ?? config.dataFolder);
    if (!existsSync(file)) {
      console.error(`${file}: there is no journal: name the folder with --data`);
      return 66;
    }
    const store = new SqliteHallStore({ file });
    await store.open();
    try {
      const { epoch, before, from } = await store.healEpoch();
      console.log(`${file}: the hub goes on after epoch ${epoch} (it was ${before}); epochs from ${from} on are void`);
      for (const line of await healDay(store)) console.log(`  ${line}`);
    } finally {
      await store.close();
    }
    return 0;
  },
};

/** Numbers and blocks of the day that is open in the journal; an ended one starts anew by itself. */
async function healDay(store: SqliteHallStore): Promise<readonly string[]> {
  const { state } = await startState(store, queueCode(), silentLog);
  const endsAt = state.day?.schedule.endsAt ?? 0;
  const at = Math.min(Date.now(), endsAt - 1);
  if (state.day === null) return ['no day is open: its numbers begin anew'];
  const { events } = step(state, { type: 'HealHall', id: `heal-${at}`, at, happenedAt: at, by: hubActor });
  const healed = events.find((event) => event.type === 'HallHealed');
  if (healed === undefined) return ['its numbers and blocks of today are plausible'];
  await store.commit({ events, applied: [], answers: [], marks: [] });
  return [
    ...Object.entries(healed.next).map(([prefix, count]) => `${prefix}: numbers go on at ${count}`),
    ...healed.leases.map((lease) => `block ${lease} is taken back`),
  ];
}
