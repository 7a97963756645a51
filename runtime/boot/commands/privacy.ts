/** `halld privacy`: what is kept about people on this box, and whether any of it lies about in the clear. */
import { existsSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { scanForPersonalData } from '../../store/personal-scan.ts';
import { keptKinds } from '../../store/private-store.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { privateFile } from '../media.ts';
import { parseOptions } from '../options.ts';

const msPerHour = 3_600_000;

export const privacy: Command = {
  summary: 'checks which personal data is kept, and that none of it is readable without the key',
  help: `usage: halld privacy --config FILE [--data DIR] [--find TEXT]…

Reads every byte of every file in the data folder (tables, free pages, logs beside them) and looks for mobile numbers,
identity numbers and the texts given. Then reports how many encrypted texts there are, and whether one is older than the
hall's file allows. A number that is found is not printed: only the file and the place.

  --config FILE   the hall's file
  --data DIR      the folder; default: "data" of the config
  --find TEXT     something that must not be there, a visitor's number say; again for more

Exit codes: 0 nothing found and nothing too old, 1 something is, 64 usage, 66 no such folder.`,
  async run(args) {
    const { values } = parseOptions(args, {
      config: { type: 'string' },
      data: { type: 'string' },
      find: { type: 'string', multiple: true },
    });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const texts = values.find ?? [];
    if (texts.some((text) => text.length < leastText || text.length > mostText))
      throw new UsageError(`--find takes ${leastText} to ${mostText} characters`);
    const config = await loadHall(values.config);
    const folder = values.data ?? config.dataFolder;
    if (!existsSync(folder)) {
      console.error(`${folder}: there is no such folder: nothing was kept yet, or name it with --data`);
      return 66;
    }
    const { files, bytes, traces } = scanForPersonalData(folder, texts);
    console.log(`${folder}: ${files} files, ${(bytes / 1024 / 1024).toFixed(1)} MiB read`);
    for (const { file, offset, what } of traces) console.error(`  ! ${file}: a ${what} at byte ${offset}`);
    if (traces.length === 0) console.log('  no mobile number, no identity number, none of the texts in the clear');
    const { contacts_h: contactsH, texts_h: textsH } = config.file.hub.privacy;
    const old = tellKept(privateFile(folder), { contactsH, textsH });
    return traces.length === 0 && !old ? 0 : 1;
  },
};

const leastText = 4;
/** As far as the pieces of a file overlap, in UTF-16. */
const mostText = 200;
/** The hub erases once a minute or so. */
const graceMs = 5 * 60_000;

/** `true`: something is older than it may be. */
function tellKept(file: string, allowed: { readonly contactsH: number; readonly textsH: number }): boolean {
  if (!existsSync(file)) {
    console.log('  no encrypted texts are kept on this box');
    return false;
  }
  let old = false;
  const kinds = keptKinds(file);
  if (kinds.length === 0) console.log('  encrypted: none');
  for (const { kind, texts, oldestAt } of kinds) {
    const hours = kind === 'contact' ? allowed.contactsH : allowed.textsH;
    const ageMs = Date.now() - oldestAt;
    const age = `the oldest ${(ageMs / msPerHour).toFixed(1)} h old, ${hours} h allowed`;
    const words = `encrypted: ${texts} of kind ${kind}, ${age}`;
    const tooOld = ageMs > hours * msPerHour + graceMs;
    if (tooOld) console.error(`  ! ${words}: is the hub running? it erases them`);
    else console.log(`  ${words}`);
    old ||= tooOld;
  }
  return old;
}
