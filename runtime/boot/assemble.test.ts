/** What the hall's file asks of a hub holds in the demo as in a process: the same function builds both. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { loadHall } from '../../config/load.ts';
import { systemClock } from '../../drivers/clock.ts';
import { silentLog } from '../../drivers/log.ts';
import { startDemo } from './demo.ts';
import { queueCode } from './queue-code.ts';

test('a demo that ends keeps a snapshot of its queue, of this code', async () => {
  const config = await loadHall(path.resolve(import.meta.dirname, '../../config/halls/small.yaml'));
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'halld-assemble-'));
  try {
    const demo = await startDemo({ config, clock: systemClock, log: silentLog, seed: 1, dataFolder });
    await demo.stop();
    const journal = new DatabaseSync(path.join(dataFolder, 'hall.sqlite'), { readOnly: true });
    const snapshots = journal.prepare('SELECT code FROM snapshots').all();
    journal.close();
    expect(snapshots).toEqual([{ code: queueCode() }]);
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});
