/** Facts about hardware models: `config/profiles/<class>/<name>.yaml`, each checked by its class's schema. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverCatalogue, DriverClass } from './catalogue.ts';
import type { ConfigProblem } from './config-error.ts';
import { driversOf } from './drivers-of.ts';
import { suggestion } from './nearest.ts';
import type { HallFile } from './schema.ts';
import { shapeFaults } from './shape.ts';
import { YamlSource } from './yaml-source.ts';

const profileName = /^[a-z0-9][a-z0-9-]*$/;

/** Reads each profile that `file` names, once. Wrong ones are told in `problems` and are not in the answer. */
export async function loadProfiles(
  file: HallFile,
  source: YamlSource,
  { catalogue, folder, problems }: { catalogue: DriverCatalogue; folder: string; problems: ConfigProblem[] },
): Promise<Map<string, unknown>> {
  const profiles = new Map<string, unknown>();
  const tried = new Map<string, boolean>();
  for (const [n, node] of file.nodes.entries()) {
    for (const [d, device] of node.devices.entries()) {
      for (const { slot, class: ofClass, driver } of driversOf(device)) {
        if (driver.profile === undefined) continue;
        const key = `${ofClass}/${driver.profile}`;
        if (!tried.has(key)) tried.set(key, await loadOne(key, ofClass, driver.profile));
        // A class that is not in the catalogue has no profiles yet.
        if (tried.get(key) === true || catalogue.classes[ofClass] === undefined) continue;
        const place = source.placeOf(['nodes', n, 'devices', d, slot, 'profile']);
        const names = await profileNames(join(folder, ofClass));
        const right = suggestion(driver.profile, names, `profiles of a ${ofClass}`);
        problems.push({ file: source.path, ...place, wrong: `there is no profile "${driver.profile}"`, right });
      }
    }
  }
  return profiles;

  /** Is there such a file? */
  async function loadOne(key: string, ofClass: DriverClass, name: string): Promise<boolean> {
    if (!profileName.test(name)) return false;
    const path = join(folder, ofClass, `${name}.yaml`);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      problems.push({ file: path, line: 1, column: 1, wrong: 'this file cannot be read', right: String(error) });
      return true;
    }
    const profile = new YamlSource(path, text);
    problems.push(...profile.problems);
    if (profile.broken) return true;
    const schema = catalogue.classes[ofClass]?.profile;
    const result = schema?.safeParse(profile.value);
    if (schema === undefined || result === undefined) profiles.set(key, profile.value);
    else if (result.success) profiles.set(key, result.data);
    else problems.push(...shapeFaults(profile, schema, profile.value, result.error).map((fault) => fault.problem));
    return true;
  }
}

async function profileNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
}
