import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { createSimulatedBoard } from '../../../drivers/simulated/line-display/simulated-board.ts';
import type { FarEnd } from '../../../drivers/simulated/machine.ts';
import { UsageError } from '../command.ts';
import { boardSetup } from './board-setup.ts';
import { boardTest } from './board-test.ts';
import { busScan } from './bus-scan.ts';

/** Boards behind a serial server: all hear what comes over TCP, and what they say goes back. */
async function serialServer(addresses: readonly number[]) {
  const sockets = new Set<Socket>();
  const handlers: ((bytes: Uint8Array) => void)[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      for (const handler of handlers) handler(Uint8Array.from(bytes));
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const machines = addresses.map((address) => {
    const end: FarEnd = {
      plugged: true,
      onReceive: (handler) => handlers.push(handler),
      onOpened: () => {},
      send: (bytes) => {
        for (const socket of sockets) socket.write(bytes);
      },
      ...{ stall: () => {}, unplug: () => {}, plug: () => {} },
    };
    const world = { end, clock: systemClock, random: seededRandom(address), name: `b${address}` };
    return createSimulatedBoard({ protocol: 'onbon-bx-k', address, options: {} }, world);
  });
  const port = (server.address() as AddressInfo).port;
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { tcp: `127.0.0.1:${port}`, machines };
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.restoreAllMocks();
});

function printed() {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => lines.push(text));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  return lines;
}

test('bus-scan finds who is there and writes nothing', async () => {
  const { tcp, machines } = await serialServer([2, 3]);
  const lines = printed();
  const args = ['--tcp', tcp, '--addresses', '1-4', '--protocols', 'onbon-bx-k,modbus', '--timeout-ms', '100'];
  expect(await busScan.run(args)).toBe(0);
  expect(lines).toEqual(['onbon-bx-k 2: is there', 'onbon-bx-k 3: is there']);
  for (const machine of machines) expect(machine.look().texts).toEqual([]);
  expect(await busScan.run(['--tcp', tcp, '--addresses', '9', '--protocols', 'onbon-bx-k', '--timeout-ms', '50'])).toBe(
    1,
  );
});

test('board-test shows the patterns and says what was acknowledged', async () => {
  const { tcp, machines } = await serialServer([2]);
  const lines = printed();
  const args = ['--tcp', tcp, '--protocol', 'onbon-bx-k', '--addresses', '2', '--seconds', '0'];
  expect(await boardTest.run(args)).toBe(0);
  expect(lines).toEqual([
    'onbon-bx-k 2: 8888888888888888 / 8888888888888888: shown',
    'onbon-bx-k 2: 2 / 2: shown',
    'onbon-bx-k 2: A012 / 请到2号窗口: shown',
  ]);
  expect(machines[0]?.look().pages.flat()).toEqual(['A012', '请到2号窗口']);
  expect(await boardTest.run([...args.slice(0, -4), '--addresses', '7', '--option', 'timeout_ms=100'])).toBe(1);
  expect(lines.at(-1)).toContain('NOT SHOWN');
});

test('board-setup asks who is alone on the wire, and refuses when two answer', async () => {
  const { tcp, machines } = await serialServer([2]);
  const lines = printed();
  const args = ['--tcp', tcp, '--protocol', 'onbon-bx-k', '--address', '5', '--option', 'timeout_ms=300'];
  await expect(boardSetup.run(args)).rejects.toThrow(/alone/);
  expect(await boardSetup.run([...args, '--alone'])).toBe(0);
  expect(lines).toEqual(['one board, address 2', 'sets address 5: taken', 'reads back 5']);
  for (const machine of machines) expect(machine.look().texts).toEqual([]);
  const two = await serialServer([2, 3]);
  expect(await boardSetup.run(['--tcp', two.tcp, ...args.slice(2), '--alone'])).toBe(1);
  expect(lines.filter((line) => line.startsWith('sets'))).toHaveLength(1);
  expect(
    await boardSetup.run(['--tcp', tcp, '--protocol', 'cd5220', '--address', '5', '--dry-run']).catch(String),
  ).toMatch(/maker's tool/);
});

test('board-setup prints what it would send: an address and the memory of an Alpha sign', async () => {
  const lines = printed();
  const sign = [
    '--tcp',
    '127.0.0.1:1',
    '--protocol',
    'alpha',
    '--option',
    'content=strings',
    '--option',
    'acknowledges=true',
  ];
  expect(await boardSetup.run([...sign, '--address', '1', '--dry-run'])).toBe(0);
  expect(lines[0]).toBe('sets address 1: 00 00 00 00 00 01 5A 30 30 02 45 37 30 31 03 30 30 45 32 04');
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'sets address 1',
    ...new Array(4).fill('lays out the memory for strings'),
    'turns acknowledgements on',
  ]);
});

test('a port that is not there, and a command line that is wrong, say so', async () => {
  printed();
  const missing = join(mkdtempSync(join(tmpdir(), 'halld-')), 'ttyUSB9');
  expect(await busScan.run(['--serial', missing])).toBe(69);
  expect(await boardTest.run(['--serial', missing, '--protocol', 'modbus'])).toBe(69);
  writeFileSync(missing, '');
  await expect(busScan.run([])).rejects.toThrow(UsageError);
  await expect(busScan.run(['--tcp', 'x:1', '--addresses', '5-1'])).rejects.toThrow(/addresses/);
  await expect(busScan.run(['--tcp', 'x:1', '--protocols', 'nixie'])).rejects.toThrow(/nixie/);
  await expect(boardTest.run(['--tcp', 'x:1'])).rejects.toThrow(/protocol/);
});
