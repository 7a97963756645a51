/** Every text that paper or a board will show: fields that exist, and characters that can be printed. */
import type { Findings } from './findings.ts';
import { suggestion } from './nearest.ts';
import { codePoint, unseenIn } from './plain-text.ts';
import type { HallFile, TemplateBlock } from './schema.ts';
import { documentFields, fieldPattern, matterFields, ticketFields } from './ticket-template.ts';
import type { Path } from './yaml-source.ts';

/** As the devices fill them in; `name` is the window's name. */
const boardFields = ['number', 'window', 'name'];
const boardTexts = ['called', 'serving', 'idle', 'paused', 'closed', 'stale'] as const;

/** `inFont`: has the Chinese font of printers and boards this character? Without it every character passes. */
export function checkTexts(
  file: HallFile,
  findings: Findings,
  inFont: ((character: string) => boolean) | undefined,
): void {
  const shown = (path: Path, text: string) => checkCharacters(path, text, { findings, inFont });
  const local = (path: Path, text: { zh: string; en: string }) => {
    shown([...path, 'zh'], text.zh);
    shown([...path, 'en'], text.en);
  };
  local(['hall', 'name'], file.hall.name);
  for (const list of ['departments', 'matters', 'services', 'windows'] as const)
    for (const [index, each] of file[list].entries()) local([list, index, 'name'], each.name);
  for (const [index, matter] of file.matters.entries())
    for (const [d, document] of matter.documents.entries()) local(['matters', index, 'documents', d], document);
  for (const [index, clerk] of file.clerks.entries()) shown(['clerks', index, 'name'], clerk.name);
  for (const language of ['zh', 'en'] as const)
    for (const [index, block] of file.ticket[language].entries())
      for (const { key, text, fields } of textsOf(block)) {
        const path = ['ticket', language, index, key];
        shown(path, text);
        checkFields(path, text, fields, findings);
      }
  for (const state of boardTexts)
    for (const [index, text] of file.boards[state].entries()) {
      shown(['boards', state, index], text);
      checkFields(['boards', state, index], text, boardFields, findings);
    }
}

function textsOf(block: TemplateBlock): { key: string; text: string; fields: readonly string[] }[] {
  switch (block.kind) {
    case 'text':
      return [{ key: 'text', text: block.text, fields: ticketFields }];
    case 'qr':
      return [{ key: 'data', text: block.data, fields: ticketFields }];
    case 'documents':
    case 'matters': {
      const own = block.kind === 'documents' ? documentFields : matterFields;
      return [
        { key: 'title', text: block.title, fields: ticketFields },
        { key: 'item', text: block.item, fields: [...own, ...ticketFields] },
      ];
    }
    default:
      return [];
  }
}

function checkFields(path: Path, text: string, known: readonly string[], findings: Findings): void {
  for (const [whole, name = ''] of text.matchAll(fieldPattern))
    if (!known.includes(name)) findings.at(path, `there is no field ${whole}`, suggestion(name, known, 'fields'));
  const rest = text.replace(fieldPattern, '');
  if (/[{}]/.test(rest)) findings.at(path, 'a brace stands alone', 'a field is written {number}, with both braces');
}

function checkCharacters(
  path: Path,
  text: string,
  { findings, inFont }: { findings: Findings; inFont: ((character: string) => boolean) | undefined },
): void {
  const unseen = unseenIn(text);
  if (unseen !== undefined)
    findings.at(
      path,
      `an invisible character (${unseen}) stands in this text`,
      'take it out: it could steer the printer or the board',
    );
  if (inFont === undefined) return;
  const missing = [...new Set(text)].filter((character) => unseenIn(character) === undefined && !inFont(character));
  if (missing.length > 0)
    findings.at(
      path,
      `no printer or board has the character ${missing.map((each) => `${each} (${codePoint(each)})`).join(', ')}`,
      'write it with characters of GBK',
    );
}
