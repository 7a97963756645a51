/**
 * Loads every module that the guest may load, so that Node's compile cache has it: a start in the emulated machine then
 * strips no types and compiles no source. Run on the host with NODE_COMPILE_CACHE set; the guest reads that folder.
 */
import { readdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
/** Drivers load their protocols when one is named. */
const folders = ['drivers/'];
const files = [
  'runtime/bench/kernel/guest/run-scenarios.ts',
  'runtime/bench/kernel/guest/plain-user.ts',
  'runtime/boot/main.ts',
  'runtime/boot/commands/doctor.ts',
];

for (const folder of folders)
  for (const name of readdirSync(fileURLToPath(new URL(folder, root)), { recursive: true }) as string[])
    if (name.endsWith('.ts') && !/\.(test|kit|conformance)\.ts$/.test(name)) files.push(`${folder}${name}`);
for (const file of files) await import(new URL(file, root).href);
flushCompileCache();
