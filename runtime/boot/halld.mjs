#!/usr/bin/env node
// The launcher is plain JavaScript, so that an old Node can say what is wrong instead of failing on a type.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `halld needs Node 24 and was started on ${process.version}. "npm ci" brings the right one: start halld by "npm start" or "npx halld", or put node_modules/.bin first on the PATH.`,
  );
  process.exit(69);
}
const { setFlagsFromString } = await import('node:v8');
// The type stripper is WebAssembly and runs at a first start only: compiled once is cheaper than compiled again while it runs,
// and V8 13.6 can stop in that second compiling ("Check failed: it->second.Size() > offset", seen in an emulated machine).
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
// A box has little memory and little to compute: a small nursery, no TurboFan, and while it starts nothing is optimised at all.
if (process.argv[2] === 'node') {
  for (const flag of ['--semi-space-growth-factor=1', '--optimize-for-size', '--no-opt', '--no-maglev'])
    setFlagsFromString(flag);
}
// Stripping types costs memory and time at every start; what was stripped once is kept.
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
// A command that failed ends its process, whatever is still open (F24): a service manager then starts it again.
if (process.exitCode !== 0) setTimeout(() => process.exit(), 1_000).unref();
