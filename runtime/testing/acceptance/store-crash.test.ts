/** Real processes, killed: what was told to be on the disk is there, and what was not is there wholly or not at all. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../drivers/random.ts';
import { journalOf } from '../../store/hall-store.conformance.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../../store/sqlite-node-store.ts';

const child = join(import.meta.dirname, '../worlds/crash-child.ts');
const stream = '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0001';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halld-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'store.sqlite');

/** What the child said was on the disk, and the signal it died of. */
function runChild(kind: string, ...rest: readonly string[]) {
  const done = spawnSync(process.execPath, [child, kind, file(), ...rest], { encoding: 'utf8' });
  return { told: told(done.stdout), signal: done.signal, output: done.stdout };
}

function told(output: string): number {
  const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(whole.filter((line) => /^\d+$/.test(line)).at(-1) ?? 0);
}

async function inspectHall() {
  const store = new SqliteHallStore({ file: file() });
  await store.open();
  const entries = await journalOf(store);
  const answers = await Promise.all(entries.map(({ seq }) => store.answerTo('k1', stream, seq)));
  const found = {
    events: entries.length,
    answers: answers.filter((answer) => answer?.ok).length,
    upto: (await store.marks())[0]?.upto ?? 0,
    tickets: (await store.query('SELECT count(*) AS n FROM tickets'))[0]?.n,
  };
  await store.close();
  return found;
}

function inspectNode() {
  const store = new SqliteNodeStore({ file: file(), random: seededRandom(2) });
  const { lastSeq } = store.open();
  const found = { lastSeq, rows: store.unanswered().length, last: store.notes('kiosk').get('last') ?? 0 };
  store.close();
  return found;
}

test.each([
  ['before-commit', 0],
  ['after-commit', 1],
])('the hub killed (-9) %s: %i batch more than was told, whole', async (label, more) => {
  const { told, signal } = runChild('hall', label, '7');
  expect([told, signal]).toEqual([6, 'SIGKILL']);
  const there = 6 + more;
  expect(await inspectHall()).toEqual({ events: there, answers: there, upto: there, tickets: there });
});

test.each([
  ['before-commit', 0],
  ['after-commit', 1],
])('the node killed (-9) %s: %i press more than was told, with its notes', (label, more) => {
  const { told, signal } = runChild('node', label, '7');
  expect([told, signal]).toEqual([6, 'SIGKILL']);
  const there = 6 + more;
  expect(inspectNode()).toEqual({ lastSeq: there, rows: there, last: there });
});

test.each(['hall', 'node'])('the %s killed (-9) in the middle of its work, twice', async (kind) => {
  for (const atLeast of [3, 14]) {
    rmSync(folder, { recursive: true, force: true });
    const running = spawn(process.execPath, [child, kind, file()], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (told(output) >= atLeast) running.kill('SIGKILL');
    });
    await once(running, 'close');
    expect(running.signalCode).toBe('SIGKILL');
    const sure = told(output);
    expect(sure).toBeGreaterThanOrEqual(atLeast);
    // One commit may have been on the disk and not told yet.
    if (kind === 'hall') {
      const found = await inspectHall();
      expect([sure, sure + 1]).toContain(found.events);
      expect(found).toEqual({ events: found.events, answers: found.events, upto: found.events, tickets: found.events });
    } else {
      const found = inspectNode();
      expect([sure, sure + 1]).toContain(found.lastSeq);
      expect(found).toEqual({ lastSeq: found.lastSeq, rows: found.lastSeq, last: found.lastSeq });
    }
  }
});

test('a disk that refuses to grow: the commit fails by name, and what was told before is there', async () => {
  const limitKb = 2_000;
  // The shell counts blocks of 1024 bytes; the ignored signal makes the write fail with EFBIG instead of killing.
  const script = `trap '' XFSZ; ulimit -f ${limitKb}; exec "$0" "$@"`;
  const done = spawnSync('bash', ['-c', script, process.execPath, child, 'hall', file()], { encoding: 'utf8' });
  expect(done.stdout).toMatch(/^failed (io|full) .*store\.sqlite: the disk /m);
  const sure = told(done.stdout);
  expect(sure).toBeGreaterThan(10);
  const found = await inspectHall();
  expect(found).toEqual({ events: sure, answers: sure, upto: sure, tickets: sure });
});

test('two hubs on one file: the second process is refused while the first lives', async () => {
  const first = new SqliteHallStore({ file: file() });
  await first.open();
  expect(runChild('hall').output).toMatch(/^failed locked .*stop one of them/);
  await first.close();
});
