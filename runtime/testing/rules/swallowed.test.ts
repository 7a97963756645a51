/**
 * Nothing is swallowed: no empty `catch`, no `.catch(() => {})` or `=> undefined`, no `.then(done, () => {})`. What fails is a value, a typed error, a log line or a counter.
 * Planted cases prove that it would be seen.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles, testOnly } from './import-graph.ts';

const root = path.resolve(import.meta.dirname, '../../..');

const emptyCatch =
  /\bcatch\s*(?:\(\s*\w+\s*\)\s*)?\{\s*\}|\.catch\(\s*(?:async\s*)?\(\s*\w*\s*(?::\s*\w+\s*)?\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*,?\s*\)|\.on\('error',\s*\(\s*\w*\s*\)\s*=>\s*\{\s*\}\s*\)/g;

/** A second argument of `then` that does nothing with the error. */
const emptyLast = /,\s*(?:async\s*)?\(\s*\w*\s*(?::\s*\w+\s*)?\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*,?\s*$/;

/** Lines on which something is swallowed. A comment alone mends nothing. */
function swallowed(text: string): readonly number[] {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(?<=^|\s)\/\/[^\n]*/g, blank);
  const found = [...code.matchAll(emptyCatch)].map((match) => match.index);
  for (const { index } of code.matchAll(/\.then\(/g)) {
    if (emptyLast.test(argumentsAt(code, index + '.then('.length))) found.push(index);
  }
  return found.sort((a, b) => a - b).map((at) => code.slice(0, at).split('\n').length);
}

/** The text between the parenthesis opened before `from` and its counterpart. */
function argumentsAt(code: string, from: number): string {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return code.slice(from, at);
  }
  return code.slice(from);
}

test('no product file swallows what fails', () => {
  const found = sourceFiles(root)
    .filter((file) => !testOnly(file))
    .flatMap((file) => {
      const lines = swallowed(readFileSync(path.join(root, file), 'utf8'));
      return lines.length > 0 ? [`${file}: line ${lines.join(', ')}`] : [];
    });
  expect(found).toEqual([]);
});

test.each([
  ['try {\n  a();\n} catch {}', [3]],
  ['try { a(); } catch (error) {\n  // It does not matter.\n}', [1]],
  ['try { a(); } catch {\n  /* no */\n}', [1]],
  ['link.write(bytes)\n  .catch(() => {});', [2]],
  ['await bus.end().catch((_error: unknown) => {\n  // gone\n});', [1]],
  ["socket.on('error', () => {});", [1]],
  ['const text = await read(file).catch(() => undefined);', [1]],
  ['opening.then(\n  () => released,\n  () => {},\n);', [1]],
  ['a();\nbus.end().then(() => done(), (_error: unknown) => {\n  // gone\n});', [2]],
  ['asked.then(answer, () => undefined);', [1]],
])('sees %j', (text, lines) => {
  expect(swallowed(text)).toEqual(lines);
});

test.each([
  'try { a(); } catch { return undefined; }',
  'link.write(bytes).catch(() => counters.lost += 1);',
  'opening.then(() => {}, (error) => log.debug({ error }, "not opened"));',
  'opening.then(() => {}).catch(reject);',
  "// never `.catch(() => {})`\nlog.debug('x');",
])('lets %j pass', (text) => {
  expect(swallowed(text)).toEqual([]);
});
