import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { createLine } from '../../../drivers/line/create-line.ts';
import { createLineDisplay } from '../../../drivers/line-display/registry.ts';
import { silentLog } from '../../../drivers/log.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import { openPtyPair } from '../../../drivers/port/pty-pair.kit.ts';
import { makePort } from '../../../drivers/port/registry.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { lacking, PeerProgram, python } from './peer-program.ts';

const slaveProgram = fileURLToPath(new URL('./pymodbus-slave.py', import.meta.url));

const lacks = lacking([
  { command: 'socat', args: ['-V'], package: 'socat' },
  { command: python, args: ['-c', 'import pymodbus'], package: 'python3-pymodbus' },
  // pymodbus only recommends it, and its server does not load without it.
  { command: python, args: ['-c', 'import pymodbus.server'], package: 'python3-serial-asyncio' },
]);
if (lacks !== undefined) console.log(`modbus against pymodbus: skipped, ${lacks}`);

test.skipIf(lacks !== undefined)('a number goes into the registers of a pymodbus slave and is read back', async () => {
  const { near, far, kill } = await openPtyPair();
  const slave = new PeerProgram(python, [slaveProgram, far]);
  const context = { clock: systemClock, random: seededRandom(1), log: silentLog };
  const link = new PortLink(context, {
    name: 'pty',
    makePort: makePort(
      { kind: 'serial', path: near, baud: 9600, data_bits: 8, parity: 'none', stop_bits: 1, flow: 'none' },
      context,
    ),
  });
  const line = createLine(context, { link });
  try {
    await slave.line(/^ready$/);
    const board = await createLineDisplay(
      { protocol: 'modbus', address: 1, options: { timeout_ms: 2000, check_s: 1 } },
      { ...context, name: 'w1-board', link, line: () => line },
    );
    const outcomes: string[] = [];
    board.shown.on(({ contentId: id, outcome }) => outcomes.push(`${id} ${outcome}`));
    link.start();
    board.start();
    board.show({ id: 'call', lines: [{ text: 'A012' }] }, { urgent: true });
    await slave.line(/^write 0 65 48 49 50$/);
    // The check reads the registers back after the write was acknowledged.
    await slave.line(/^read 0 4$/);
    expect(outcomes).toEqual(['call shown']);
    expect(board.health.faults).toEqual([]);
    expect(line.station('w1-board').counters.nacked).toBe(0);
    await board.close();
  } finally {
    await link.close();
    slave.kill();
    await kill();
  }
});

test('a peer that ends, or is not there, is named with what it said', async () => {
  const gone = new PeerProgram(process.execPath, ['-e', 'console.error("no such register"); process.exit(3)']);
  await expect(gone.line(/^ready$/)).rejects.toThrow(/ready.*ended with 3; it said:\nno such register/s);
  const absent = new PeerProgram('/nonexistent/slave', []);
  await expect(absent.line(/^ready$/)).rejects.toThrow(/nonexistent\/slave.*ENOENT/);
});
