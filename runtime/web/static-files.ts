/**
 * The pages' own files and the Chinese web font, served from disk: nothing comes from another host, so a hall without
 * the Internet sees the same page. Only names found at the start are served; there is no path to walk out of.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { words } from '../../config/locales/pages.ts';

export interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** How long a browser may keep it without asking. */
  readonly maxAgeS: number;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const fontMaxAgeS = 30 * 86_400;
const fontWeights = ['400', '700'];
const fontFile = /^noto-sans-sc-[a-z0-9]+(?:-[a-z]+)?-(?:400|700)-normal\.woff2$/;

export type StaticFiles = (path: string) => StaticFile | undefined;

export function loadStaticFiles(): StaticFiles {
  const pages = loadPages();
  const fonts = loadFonts();
  return (path) => pages.get(path) ?? fonts(path);
}

function loadPages(): ReadonlyMap<string, StaticFile> {
  const root = fileURLToPath(new URL('./pages', import.meta.url));
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes =
      extname(entry.name) === '.html' ? withWords(readFileSync(path, 'utf8'), entry.name) : readFileSync(path);
    files.set(`/${relative(root, path).split(sep).join('/')}`, staticFile(bytes, type, 0));
  }
  const table = `export const words = ${JSON.stringify(words)};\n`;
  files.set('/locales.js', staticFile(Buffer.from(table), types['.js'] ?? '', 0));
  const alias = (from: string, to: string) => {
    const file = files.get(to);
    if (file !== undefined) files.set(from, file);
  };
  alias('/', '/index.html');
  alias('/console', '/console.html');
  alias('/favicon.ico', '/favicon.svg');
  return files;
}

/** `{{code}}` is what stands before any script runs, the title for one: both languages. */
function withWords(html: string, name: string): Uint8Array {
  const filled = html.replace(/\{\{([a-z.-]+)\}\}/g, (_whole, code: string) => {
    if (!Object.hasOwn(words, code)) throw new Error(`${name}: config/locales has no words under "${code}"`);
    const { zh, en } = words[code as keyof typeof words];
    return `${zh} · ${en}`;
  });
  return Buffer.from(filled);
}

/** `@fontsource/noto-sans-sc`: each weight is about a hundred files by `unicode-range`, of which a page asks for a few. */
function loadFonts(): StaticFiles {
  let folder: string;
  try {
    folder = dirname(fileURLToPath(import.meta.resolve('@fontsource/noto-sans-sc/400.css')));
  } catch {
    return () => undefined; // Not installed: the page uses the machine's own fonts.
  }
  const names = new Set(readdirSync(join(folder, 'files')).filter((name) => fontFile.test(name)));
  const kept = new Map<string, StaticFile>();
  return (path) => {
    const name = path.startsWith('/fonts/') ? path.slice('/fonts/'.length) : '';
    const weight = fontWeights.find((each) => name === `${each}.css`);
    if (weight === undefined && !names.has(name)) return undefined;
    let file = kept.get(name);
    if (file === undefined) {
      file =
        weight === undefined
          ? staticFile(readFileSync(join(folder, 'files', name)), 'font/woff2', fontMaxAgeS)
          : staticFile(Buffer.from(fontCss(join(folder, name))), types['.css'] ?? '', fontMaxAgeS);
      kept.set(name, file);
    }
    return file;
  };
}

/** Only the woff2 files, under this server's own path. */
function fontCss(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, '')
    .replaceAll('./files/', '/fonts/');
}

function staticFile(bytes: Uint8Array, type: string, maxAgeS: number): StaticFile {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { body: new Uint8Array(bytes), type, etag, maxAgeS };
}
