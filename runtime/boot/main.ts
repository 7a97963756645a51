/** The `halld` command line: finds the command, prints help, turns errors into one line that says what to do. */
import { ConfigError } from '../../config/config-error.ts';
import { UsageError } from './command.ts';
import { commands } from './commands.ts';
import { LogLevelError } from './log-levels.ts';

export async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0]);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    console.error(`halld: no command "${name}". "halld help" lists them.`);
    return 64;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`halld ${name}: ${error.message}\n\n${command.help}`);
      return 64;
    }
    console.error(`halld ${name}: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env.HALLD_DEBUG !== undefined) console.error(error);
    if (error instanceof LogLevelError) return 64;
    return error instanceof ConfigError ? 66 : 70;
  }
}

async function help(name: string | undefined): Promise<number> {
  if (name !== undefined && Object.hasOwn(commands, name)) {
    console.log((await commands[name]?.())?.help);
    return 0;
  }
  console.log('halld: the runtime of a public-service hall\n\nusage: halld COMMAND [options]\n');
  for (const [each, load] of Object.entries(commands)) console.log(`  ${each.padEnd(18)} ${(await load()).summary}`);
  console.log(
    `
"halld COMMAND --help" describes one. Exit codes: 0 done, 1 found a fault, 64 wrong command line or HALLD_LOG, 66 a file
that was named is missing or wrong, 69 not available, 70 could not start or failed.`,
  );
  return 0;
}
