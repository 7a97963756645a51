/** `halld hub`: keeps a hall's queue; serves its pages; hosts the embedded broker unless the hall has its own. */

import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';
import { runHub } from '../run-hub.ts';
import { untilSignal } from '../until-signal.ts';

export const hub: Command = {
  summary: 'the single writer of a hall: journal, queue, calls, pages',
  help: `usage: halld hub --config FILE [--data DIR]

Keeps the queue of one hall: replays its journal, leads under a new epoch, answers nodes, serves the HTTP API and the
pages. Hosts the embedded broker where the config says so.

  --config FILE   the hall's file ("halld check FILE" tells what is wrong with one)
  --data DIR      where the journal is kept; default: "data" of the config

Environment: HALLD_LOG=debug|info|warn|error|silent. Ends on SIGINT or SIGTERM, exit code 0; 70 when the journal cannot be
written: start it again.`,
  async run(args) {
    const { values } = parseOptions(args, { config: { type: 'string' }, data: { type: 'string' } });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    let failed = false;
    const running = await runHub({
      config,
      dataFolder: values.data ?? config.dataFolder,
      clock: systemClock,
      onFatal: () => {
        failed = true;
        process.kill(process.pid, 'SIGTERM');
      },
    });
    console.log(`hub of ${config.rules.hall} at ${running.url}`);
    await untilSignal();
    await running.stop();
    return failed ? 70 : 0;
  },
};
