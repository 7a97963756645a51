/**
 * Loads every module that the guest may load, so that Node's compile cache has it: a start in the emulated machine then
 * strips no types and compiles no source. Prints the path of each file it read for that, one a line. Runs on the host with
 * NODE_COMPILE_CACHE set.
 */
import { existsSync, readdirSync } from 'node:fs';
import { flushCompileCache, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
/** Drivers load their protocols when one is named, the bench its groups of scenarios. */
const folders = ['drivers/', 'runtime/bench/kernel/guest/'];
const files = ['runtime/boot/main.ts', 'runtime/boot/commands/doctor.ts'];

const loaded = new Set<string>();
registerHooks({
  load: (url, context, nextLoad) => {
    if (url.startsWith('file:')) loaded.add(fileURLToPath(url));
    return nextLoad(url, context);
  },
});
for (const folder of folders)
  for (const name of readdirSync(fileURLToPath(new URL(folder, root)), { recursive: true }) as string[])
    if (name.endsWith('.ts') && !/\.(test|kit|conformance)\.ts$/.test(name)) files.push(`${folder}${name}`);
for (const file of files) await import(new URL(file, root).href);
flushCompileCache();
const packages = new Set([...loaded].map(packageFile));
console.log([...loaded, ...packages].filter((path) => path !== undefined).join('\n'));

/** The nearest package.json above a file: Node reads it to know the module's kind. */
function packageFile(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'package.json');
  return undefined;
}
