/** Reads a hall's file and everything it names, and refuses a wrong one as a whole with all that is wrong in it. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DriverCatalogue, driverCatalogue } from './catalogue.ts';
import { checkHall } from './check.ts';
import { ConfigError, type ConfigProblem, sortProblems } from './config-error.ts';
import type { HallConfig } from './hall-config.ts';
import { loadProfiles } from './profiles.ts';
import { loadProtocols } from './protocols.ts';
import { hallRules } from './rules.ts';
import { type HallFile, zHallFile } from './schema.ts';
import { shapeFaults } from './shape.ts';
import { YamlSource } from './yaml-source.ts';

export interface LoadOptions {
  /** Default: the protocols that halld has. */
  readonly catalogue?: DriverCatalogue;
  /** Default: `config/profiles`. */
  readonly profilesFolder?: string;
}

const ownProfiles = fileURLToPath(new URL('./profiles', import.meta.url));

/** Rejects with `ConfigError` and nothing else. */
export async function loadHall(path: string, options: LoadOptions = {}): Promise<HallConfig> {
  return hallFrom(await read(path), path, options);
}

/** The same for a text that is at hand; `path` is where it is, or would be, kept. */
export async function hallFrom(text: string, path: string, options: LoadOptions = {}): Promise<HallConfig> {
  const { catalogue = driverCatalogue, profilesFolder = ownProfiles } = options;
  const source = new YamlSource(path, text);
  const problems: ConfigProblem[] = [...source.problems];
  const { file, gone } = source.broken ? { gone: new Set<string>() } : readShape(source, problems);
  let profiles: ReadonlyMap<string, unknown> = new Map();
  if (file !== undefined) {
    profiles = await loadProfiles(file, source, { catalogue, folder: profilesFolder, problems });
    const protocols = await loadProtocols(file, catalogue);
    problems.push(...checkHall(file, source, { catalogue, protocols, profiles, gone }));
  }
  if (problems.length > 0 || file === undefined) throw new ConfigError('illegal', sortProblems(problems, path));
  return { path, file, rules: hallRules(file), profiles, dataFolder: resolve(dirname(path), file.data) };
}

async function read(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const [wrong, right] =
      code === 'ENOENT'
        ? ['there is no such file', 'give the path of a hall, such as config/halls/service-centre.yaml']
        : cause instanceof TypeError
          ? ['this file is not UTF-8 text', 'save it as UTF-8']
          : [`this file cannot be read (${code ?? String(cause)})`, 'look at its permissions'];
    throw new ConfigError('unreadable', [{ file: path, line: 1, column: 1, wrong, right }], { cause });
  }
}

/** Each round takes out what is wrong; what was hidden by it is looked at in the next. */
const mostRounds = 8;

/** The parts of the file that have the right shape, so that one slip does not hide the others. */
function readShape(source: YamlSource, problems: ConfigProblem[]): { file?: HallFile; gone: ReadonlySet<string> } {
  const gone = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const result = zHallFile.safeParse(source.value);
    if (result.success) return { file: result.data, gone };
    const faults = shapeFaults(source, zHallFile, source.value, result.error);
    // Later rounds complain of what the first took out.
    if (round === 0) problems.push(...faults.map((fault) => fault.problem));
    gone.add('something');
    const paths = faults.map((fault) => fault.path);
    if (!source.prune(paths, gone) || source.broken) break;
  }
  return { gone };
}
