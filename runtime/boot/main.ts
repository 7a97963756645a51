/** The `halld` command line: finds the command, prints help, turns errors into one line that says what to do. */
import { UsageError } from './command.ts';
import { commands } from './commands.ts';

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
    return 70;
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
    '\n"halld COMMAND --help" tells more. Exit codes: 0 well, 1 something is wrong, 64 usage, 66 input, 69 not available, 70 internal.',
  );
  return 0;
}
