/** `halld hub`: keeps a hall's queue; serves its pages; hosts the embedded broker unless the hall has its own. */

import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { endOnDefect, endSoon, exitFailed } from '../end-of-process.ts';
import { createLog } from '../logger.ts';
import { parseOptions } from '../options.ts';
import { runHub } from '../run-hub.ts';
import { untilSignal } from '../until-signal.ts';

export const hub: Command = {
  summary: 'keeps the queue of a hall: journal, numbers, calls, pages',
  help: `usage: halld hub --config FILE [--data DIR]

Keeps the queue of one hall: replays its journal, begins a new epoch, answers nodes, serves the HTTP API and the pages.
Hosts the embedded broker where the config says so.

  --config FILE   the hall's file ("halld check FILE" finds mistakes in one)
  --data DIR      where the journal is kept; default: "data" of the config

Environment: HALLD_LOG chooses what is logged, for example info,escpos:debug,port/k1-printer:trace.

Exit codes: 0 after SIGINT or SIGTERM; 66 the hall's file is missing or wrong; 70 a part could not start (journal damaged
or locked, disk full, port in use), or the journal could not be written later. Nothing keeps running after that: a service
manager can start the hub again.`,
  async run(args) {
    const { values } = parseOptions(args, { config: { type: 'string' }, data: { type: 'string' } });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const log = createLog({ part: 'hub' });
    endOnDefect(log);
    const config = await loadHall(values.config);
    const failed = Promise.withResolvers<'failed'>();
    const running = await runHub(
      { clock: systemClock, random: Math.random, log },
      { config, dataFolder: values.data ?? config.dataFolder, onFatal: () => failed.resolve('failed') },
    );
    console.log(`hub of ${config.rules.hall} at ${running.url}`);
    const end = await Promise.race([untilSignal(), failed.promise]);
    if (end === 'failed') endSoon(exitFailed);
    await running.stop();
    return end === 'failed' ? exitFailed : Number(process.exitCode ?? 0);
  },
};
