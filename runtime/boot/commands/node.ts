/** `halld node`: one box in the hall. */
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { endOnDefect } from '../end-of-process.ts';
import { createLog } from '../logger.ts';
import { parseOptions } from '../options.ts';
import { runNode } from '../run-node.ts';
import { untilSignal } from '../until-signal.ts';

export const node: Command = {
  summary: 'runs one box of the hall: its ports, devices and outbox',
  help: `usage: halld node --config FILE --node ID [--data DIR]

Opens the ports of one node of the config and runs its devices. Works without hub and broker and keeps what happened in its
outbox until the hub has answered.

  --config FILE   the hall's file
  --node ID       which node this box is; not needed where the config has one
  --data DIR      where the outbox is kept; default: "data" of the config

Environment: HALLD_LOG chooses what is logged, for example info,escpos:debug,port/k1-printer:trace.

Exit codes: 0 after SIGINT or SIGTERM; 66 the hall's file is missing or wrong; 70 the node could not start (outbox damaged
or locked, disk full) or failed.`,
  async run(args) {
    const { values } = parseOptions(args, {
      config: { type: 'string' },
      node: { type: 'string' },
      data: { type: 'string' },
    });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const ids = config.file.nodes.map(({ id }) => id);
    const id = values.node ?? (ids.length === 1 ? ids[0] : undefined);
    if (id === undefined || !ids.includes(id)) throw new UsageError(`--node is one of: ${ids.join(', ')}`);
    const log = createLog({ node: id });
    endOnDefect(log);
    const running = await runNode(
      { clock: systemClock, random: Math.random, log },
      { config, node: id, dataFolder: values.data ?? config.dataFolder },
    );
    console.log(`node ${id} of ${config.rules.hall} runs`);
    started();
    await untilSignal();
    await running.stop();
    return Number(process.exitCode ?? 0);
  },
};

/** A box is switched off, seldom stopped: what was compiled is kept now. From here on, what runs often is optimised again. */
function started(): void {
  flushCompileCache();
  setFlagsFromString('--maglev');
}
