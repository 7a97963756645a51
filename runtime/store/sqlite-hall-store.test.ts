import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hallStoreConformance } from './hall-store.conformance.ts';
import { SqliteHallStore } from './sqlite-hall-store.ts';

hallStoreConformance('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halld-hall-store-'));
  return {
    store: (fault) => new SqliteHallStore({ file: join(folder, 'hub.sqlite'), fault }),
    crash: (store) => store.close(),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
});
