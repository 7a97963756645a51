/**
 * Nothing is swallowed: no empty `catch`, no `.catch(() => {})`. What fails is a value, a typed error, a log line or a counter.
 * Planted cases prove that it would be seen.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles, testOnly } from './import-graph.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Still to be mended, with how many each has; a number may only fall. */
const toBeMended: Readonly<Record<string, number>> = {
  'devices/printer-paper.ts': 1,
  'devices/ticket-kiosk/ticket-kiosk.ts': 1,
  'drivers/port/guarded-port.ts': 2,
  'drivers/port/serial.ts': 2,
  'drivers/port/usblp.ts': 1,
  'drivers/simulated/tcp-far-end.ts': 2,
  'drivers/simulated/ticket-printer/typesetter.ts': 1,
  'drivers/ticket-printer/escpos.ts': 1,
  'drivers/ticket-printer/print-run.ts': 2,
  'drivers/ticket-printer/status-watch.ts': 2,
  'runtime/boot/auto.ts': 2,
  'runtime/boot/detect-ports.ts': 1,
  'runtime/node/command-desk.ts': 1,
  'runtime/node/hall-node.ts': 2,
  'runtime/node/presence.ts': 3,
  'runtime/web/bodies.ts': 1,
};

const emptyCatch =
  /\bcatch\s*(?:\(\s*\w+\s*\)\s*)?\{\s*\}|\.catch\(\s*(?:async\s*)?\(\s*\w*\s*(?::\s*\w+\s*)?\)\s*=>\s*\{\s*\}\s*,?\s*\)|\.on\('error',\s*\(\s*\w*\s*\)\s*=>\s*\{\s*\}\s*\)/g;

/** Lines on which something is swallowed. A comment alone mends nothing. */
function swallowed(text: string): readonly number[] {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(?<=^|\s)\/\/[^\n]*/g, blank);
  return [...code.matchAll(emptyCatch)].map((match) => code.slice(0, match.index).split('\n').length);
}

test('no product file swallows what fails', () => {
  const found = sourceFiles(root)
    .filter((file) => !testOnly(file))
    .flatMap((file) => {
      const lines = swallowed(readFileSync(path.join(root, file), 'utf8'));
      return lines.length > (toBeMended[file] ?? 0) ? [`${file}: line ${lines.join(', ')}`] : [];
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
])('sees %j', (text, lines) => {
  expect(swallowed(text)).toEqual(lines);
});

test.each([
  'try { a(); } catch { return undefined; }',
  'link.write(bytes).catch(() => counters.lost += 1);',
  'await read(file).catch(() => undefined);',
  "// never `.catch(() => {})`\nlog.debug('x');",
])('lets %j pass', (text) => {
  expect(swallowed(text)).toEqual([]);
});
