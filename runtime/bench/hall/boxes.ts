/** Several nodes of a hall in one process, for a machine that has no room for a process a box: `boxes.ts CONFIG k1,k2,…`. */
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { createLog } from '../../boot/logger.ts';
import { runNode } from '../../boot/run-node.ts';
import { untilSignal } from '../../boot/until-signal.ts';

const [file = '', ids = ''] = process.argv.slice(2);
const config = await loadHall(file);
const running: { stop(): Promise<void> }[] = [];
for (const node of ids.split(','))
  running.push(
    await runNode(
      { clock: systemClock, random: Math.random, log: createLog({ node }) },
      { config, node, dataFolder: config.dataFolder },
    ),
  );
console.log(`${running.length} nodes of ${config.rules.hall} run`);
await untilSignal();
await Promise.all(running.map((each) => each.stop()));
process.exit(0);
