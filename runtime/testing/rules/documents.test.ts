/** Every path that a document names is there: a moved file must not leave a document behind. Planted cases prove that it would be seen. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');
const folders = new Set(files.flatMap((file) => ancestors(file)));
const known = [...files, ...folders];

const endings = 'ts|js|mjs|md|yaml|json|css|html|svg|png|rules|service|sh|csv|py';
/** `like/this.ts`, `like-this.ts`, `room/`, `room/room` in code marks; targets of links. */
const inCode = new RegExp(`\`((?:[\\w.*-]+/)*[\\w.*-]+\\.(?:${endings})|(?:[\\w.-]+/)+[\\w.-]*)\``, 'g');
const inLink = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;

function ancestors(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

/** Paths that belong to the machine a hall runs on, or to other projects, start or look like these. */
const elsewhere =
  /NAME|^(application\/|\/|~|node_modules|dev\/|sys\/|etc\/|var\/|usr\/|http|view\/|node\/<|hub\/state|log$|cmd|cfg|job)/;

function missing(document: string, text: string): string[] {
  const named = [...text.matchAll(inCode)].map((match) => match[1] ?? '');
  const linked = [...text.matchAll(inLink)].map((match) =>
    path.posix.normalize(path.posix.join(path.posix.dirname(document), match[1] ?? '')),
  );
  const gone = named.filter((name) => !elsewhere.test(name) && !isThere(name));
  return [...gone, ...linked.filter((name) => !known.includes(name.replace(/\/$/, '')))];
}

/** A whole path, or the end of one: documents may leave the first folders out. */
function isThere(name: string): boolean {
  const pattern = new RegExp(
    `(^|/)${name
      .replace(/\/$/, '')
      .replace(/[.+^$()|[\]{}]/g, '\\$&')
      .replaceAll('*', '[^/]*')}$`,
  );
  return known.some((each) => pattern.test(each));
}

const documents = files.filter((file) => file.endsWith('.md'));

test.each(documents)('every path in %s is there', (document) => {
  expect(missing(document, readFileSync(path.join(root, document), 'utf8'))).toEqual([]);
});

test('planted: a file that was moved away and a link to nothing are seen', () => {
  const text =
    'See `drivers/port/gone.ts`, `runtime/trials/` and [there](gone.md), not `drivers/signal.ts` or [this](ports.md).';
  expect(missing('docs/planted.md', text)).toEqual(['drivers/port/gone.ts', 'runtime/trials/', 'docs/gone.md']);
});
