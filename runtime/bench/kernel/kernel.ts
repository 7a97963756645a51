/**
 * The kernel bench: our ports and drivers against the device nodes of a real Linux kernel, with devices pulled and put back.
 * `npm run test:kernel -- [--long] [--times N] [SCENARIO…]`. Needs root for the packages it installs on its first run; without, or
 * without QEMU, it says so and is skipped.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './guest/bench-options.ts';

const cache = process.env.HALLD_KERNEL_CACHE ?? '/var/tmp/halld-kernel-bench';
/** A guest that stopped ends here; a whole run beside much other work on two processors took 440 s. */
const shortLimitS = 900;
const longLimitS = 3600;
/** A shell's exit code for a program that a signal ended, less the signal. */
const diedOfSignal = 128;

/**
 * Node's type stripper is WebAssembly. Compiled again while it runs, V8 13.6 stops in this emulated machine with "Check failed:
 * it->second.Size() > offset", by chance or at every start, as the size of the sources falls; compiled once, it never did.
 */
const flags = ['--expose-gc', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const args = process.argv.slice(2);
const options = readOptions(args);
process.exitCode = await runOnHost();

async function runOnHost(): Promise<number> {
  const obstacle = prepare();
  if (obstacle !== undefined) {
    console.log(`test:kernel: skipped, ${obstacle}`);
    return 0;
  }
  const { runInGuest } = await import('./virtual-machine.ts');
  const project = process.cwd();
  const compiled = join(writable(cache) ? cache : tmpdir(), 'compile-cache', project.replaceAll('/', '-'));
  mkdirSync(compiled, { recursive: true });
  const loading = spawnSync(process.execPath, [...flags, file('compile-all.ts')], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (loading.status !== 0) return loading.status ?? 1;
  const words = [process.execPath, ...flags, file('guest/run-scenarios.ts'), ...args];
  const run = await runInGuest({
    cache,
    project,
    compiled,
    files: loading.stdout.trimEnd().split('\n'),
    command: `cd ${quoted(project)} && NODE_COMPILE_CACHE=${quoted(compiled)} ${words.map(quoted).join(' ')}`,
    timeoutS: options.long || options.times > 1 ? longLimitS : shortLimitS,
  });
  if (run.exitCode > diedOfSignal)
    console.error(
      `Node in the guest died of signal ${run.exitCode - diedOfSignal}, the end of its kernel's log is above`,
    );
  if (run.exitCode === 125) console.error(`the guest died; the end of its console:\n${run.console.slice(-2000)}`);
  if (run.exitCode === 124)
    console.error(`the time for this run was over; the end of the guest's console:\n${run.console.slice(-2000)}`);
  console.log(`kernel ${run.kernel} on ${run.accelerator}, up after ${run.bootSeconds} s, exit code ${run.exitCode}`);
  return run.exitCode;
}

/** Makes the cache if it is not there; gives the reason if that cannot be done. */
function prepare(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it runs on Linux on x86-64 only';
  if (existsSync(join(cache, 'version')) && spawnSync('qemu-system-x86_64', ['--version']).status === 0)
    return undefined;
  if (process.getuid?.() !== 0) return 'its first run installs QEMU and fetches a kernel, which needs root';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'its first run needs apt-get, for QEMU and a kernel';
  const done = spawnSync(file('prepare.sh'), [cache], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return done.status === 0 ? undefined : 'QEMU or the kernel could not be installed (see above)';
}

/** Another user may have made the cache. */
function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
