/** Every text that paper or a board will show: fields that exist, and characters that can be printed. */
import type { LocalText } from '../devices/contract/terms.ts';
import type { Font } from './catalogue.ts';
import type { Findings } from './findings.ts';
import { suggestion } from './nearest.ts';
import { codePoint, plainText, unseenIn } from './plain-text.ts';
import type { HallFile, TemplateBlock } from './schema.ts';
import { documentFields, fieldPattern, matterFields, ticketFields } from './ticket-template.ts';
import type { Path } from './yaml-source.ts';

/** As the devices fill them in; `name` is the window's name. */
const boardFields = ['number', 'window', 'name'];
const boardTexts = ['called', 'serving', 'idle', 'paused', 'closed', 'by_hand', 'stale'] as const;

export interface HallFonts {
  /** Of ticket printers. */
  readonly paper: Font;
  /** Of boards that have fewer characters than that. */
  readonly boards: readonly Font[];
}

export function checkTexts(file: HallFile, findings: Findings, fonts: HallFonts): void {
  const onPaper = (path: Path, text: string) => checkCharacters(path, text, [fonts.paper], findings);
  const onBoards = (path: Path, text: string) => checkCharacters(path, text, [fonts.paper, ...fonts.boards], findings);
  const local = (path: Path, { zh, en }: LocalText, check: typeof onPaper) => {
    check([...path, 'zh'], zh);
    check([...path, 'en'], en);
  };
  local(['hall', 'name'], file.hall.name, onPaper);
  for (const list of ['departments', 'matters', 'services'] as const)
    for (const [index, each] of file[list].entries()) local([list, index, 'name'], each.name, onPaper);
  for (const [index, matter] of file.matters.entries())
    for (const [d, document] of matter.documents.entries())
      local(['matters', index, 'documents', d], document, onPaper);
  for (const [index, window] of file.windows.entries()) local(['windows', index, 'name'], window.name, onBoards);
  for (const [index, clerk] of file.clerks.entries()) onPaper(['clerks', index, 'name'], clerk.name);
  for (const language of ['zh', 'en'] as const)
    for (const [index, block] of file.ticket[language].entries())
      for (const { key, text, fields } of textsOf(block)) {
        const path = ['ticket', language, index, key];
        onPaper(path, text);
        checkFields(path, text, fields, findings);
      }
  for (const state of boardTexts)
    for (const [index, text] of file.boards[state].entries()) {
      onBoards(['boards', state, index], text);
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

/** Told of the first font that lacks something: those that follow have less. */
function checkCharacters(path: Path, text: string, fonts: readonly Font[], findings: Findings): void {
  const unseen = unseenIn(text);
  if (unseen !== undefined)
    findings.at(
      path,
      `an invisible character (${unseen}) stands in this text`,
      'take it out: it could steer the printer or the board',
    );
  const seen = [...new Set(plainText(text))];
  for (const font of fonts) {
    const missing = seen.filter((character) => !font.has(character));
    if (missing.length === 0) continue;
    const which = missing.map((each) => `${each} (${codePoint(each)})`).join(', ');
    findings.at(path, `no font here has ${which}`, `write it with characters of ${font.name}`);
    return;
  }
}
