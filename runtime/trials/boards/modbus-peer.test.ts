import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { createLine } from '../../../drivers/line/create-line.ts';
import { createLineDisplay } from '../../../drivers/line-display/registry.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import { makePort } from '../../../drivers/port/registry.ts';
import { seededRandom } from '../../../drivers/random.ts';

/** Debian's interpreter, which sees Debian's packages. */
const python = '/usr/bin/python3';

function missing(): string | undefined {
  for (const [command, args, what] of [
    ['socat', ['-V'], 'socat'],
    [python, ['-c', 'import pymodbus'], 'python3-pymodbus'],
  ] as const) {
    try {
      execFileSync(command, args, { stdio: 'ignore' });
    } catch {
      return `${what} is not installed (apt-get install ${what})`;
    }
  }
  return undefined;
}

const lacks = missing();
if (lacks !== undefined) console.log(`modbus against pymodbus: skipped, ${lacks}`);

/** Lines a program prints, awaited one after the other. */
function linesOf(program: ChildProcess, from: 'stdout' | 'stderr') {
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  program[from]?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    seen.push(...parts);
    for (const look of [...waiting]) look();
  });
  const find = (wanted: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const at = seen.findIndex((line) => wanted.test(line));
        if (at < 0) return;
        waiting.delete(look);
        resolve(seen.splice(at, 1)[0] ?? '');
      };
      waiting.add(look);
      look();
    });
  return { find };
}

test.skipIf(lacks !== undefined)('a number goes into the registers of a pymodbus slave and is read back', async () => {
  const socat = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = linesOf(socat, 'stderr');
  const near = /PTY is (\S+)/.exec(await said.find(/PTY is/))?.[1] ?? '';
  const far = /PTY is (\S+)/.exec(await said.find(/PTY is/))?.[1] ?? '';
  await said.find(/starting data transfer/);
  const slave = spawn(python, [fileURLToPath(new URL('./pymodbus-slave.py', import.meta.url)), far], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard = linesOf(slave, 'stdout');
  const link = new PortLink(
    'pty',
    makePort(
      { kind: 'serial', path: near, baud: 9600, data_bits: 8, parity: 'none', stop_bits: 1, flow: 'none' },
      { clock: systemClock },
    ),
    { clock: systemClock, random: seededRandom(1) },
  );
  const line = createLine(link, { clock: systemClock });
  try {
    await heard.find(/^ready/);
    const board = await createLineDisplay(
      { protocol: 'modbus', address: 1, options: { timeout_ms: 2000, check_s: 1 } },
      { name: 'w1-board', link, line: () => line, clock: systemClock, random: seededRandom(1) },
    );
    const shown = new Promise<string>((resolve) => board.onShown((id, outcome) => resolve(`${id} ${outcome}`)));
    link.start();
    board.start();
    board.show({ id: 'call', lines: [{ text: 'A012' }] }, { urgent: true });
    expect(await shown).toBe('call shown');
    await heard.find(/^write 0 65 48 49 50$/);
    await heard.find(/^read 0 4$/);
    expect(board.health.faults).toEqual([]);
    expect(line.station('w1-board').counters.nacked).toBe(0);
    await board.close();
  } finally {
    await link.close();
    slave.kill('SIGKILL');
    socat.kill('SIGKILL');
  }
});
