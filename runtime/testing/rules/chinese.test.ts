/**
 * Every Chinese word that somebody reads stands in config/locales, or in the files of a hall and of a device model: no
 * Chinese literal in any other file of the product. Comments may quote a manual; tests may say what they expect.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { floors, testOnly } from './import-graph.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const chinese = /\p{Script=Han}/u;
const kinds = /\.(ts|js|mjs|html|css)$/;
/** Words of the hall and of the device models, and the catalogue itself. */
const homes = ['config/locales/', 'config/profiles/', 'config/halls/'];

/** Files that hold Chinese for another reason than to be read. */
const excepted: Readonly<Record<string, string>> = {
  'devices/contract/samples.ts': 'samples of messages, as the published schema shows them',
  'devices/contract/people-samples.ts': 'samples of commands, as the published schema shows them',
  'drivers/ticket-printer/escpos.ts': 'a text that warms up the text layout and is never printed',
  'drivers/ticket-printer/escpos-compose.ts': 'the reprint mark of the driver’s own paper; drivers import no config',
  'runtime/boot/commands/print-test.ts': 'a pattern of glyphs that shows whether the printer has them',
};

/** Tables that a device still keeps itself; each goes into config/locales and reaches the device through its settings. */
const deviceTables = ['devices/call-pad/', 'devices/hall-board/', 'devices/ticket-kiosk/'];

/** The text with every comment blanked out; what stands in a string or a template stays. */
function withoutComments(text: string, kind: string): string {
  if (kind === '.html') return text.replace(/<!--[\s\S]*?-->/g, blank);
  const token =
    /\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|(?<![:\\])\/\/[^\n]*/g;
  return text.replace(token, (found) => (found.startsWith('/') ? blank(found) : found));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function chineseIn(file: string, text: string): readonly string[] {
  return withoutComments(text, path.extname(file))
    .split('\n')
    .flatMap((line, at) => (chinese.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : []));
}

function productFiles(): readonly string[] {
  return floors.flatMap((floor) =>
    readdirSync(path.join(root, floor), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && kinds.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
      .filter((file) => !testOnly(file) && !homes.some((home) => file.startsWith(home))),
  );
}

test('no Chinese word outside the catalogue, the halls and the profiles', () => {
  const files = productFiles();
  expect(files.length).toBeGreaterThan(300);
  const found = files
    .filter((file) => excepted[file] === undefined && !deviceTables.some((folder) => file.startsWith(folder)))
    .flatMap((file) => chineseIn(file, readFileSync(path.join(root, file), 'utf8')));
  expect(found).toEqual([]);
});

test('every exception is still needed', () => {
  for (const file of Object.keys(excepted))
    expect([file, chineseIn(file, readFileSync(path.join(root, file), 'utf8')).length > 0]).toEqual([file, true]);
});

test('a planted word is found; one in a comment is not', () => {
  expect(chineseIn('runtime/hub/a.ts', "/** 受理单 */\nconst a = 1; // 窗口\nconst b = '窗口';")).toEqual([
    "runtime/hub/a.ts:3: const b = '窗口';",
  ]);
  expect(chineseIn('a.ts', "const a = 'http://x'; const b = `第 ${1} 号`;")).toHaveLength(1);
  expect(chineseIn('a.ts', "const a = '/* not a comment'; const b = '号'; /* 号 */")).toHaveLength(1);
  expect(chineseIn('a.html', '<!-- 大厅 --><p>大厅</p>\n<!-- 大\n厅 -->')).toHaveLength(1);
  expect(chineseIn('a.css', '/* 线缆 */ .a::before { content: "线缆"; }')).toHaveLength(1);
});
