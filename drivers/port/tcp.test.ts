/** Against servers of this machine that behave as printers do, well and badly. Real time, no figure asserted. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { DeviceError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { GuardedPort } from './guarded-port.ts';
import { TcpWire } from './tcp.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Printer {
  readonly port: number;
  readonly socket: Promise<Socket>;
  connections(): number;
}

/** Takes connections and, unless told otherwise, reads nothing by itself. */
function makePrinter(onSocket: (socket: Socket) => void = () => {}): Promise<Printer> {
  const first = Promise.withResolvers<Socket>();
  let connections = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
    first.resolve(socket);
  });
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      resolve({ port: address.port, socket: first.promise, connections: () => connections });
    });
  });
}

function makePort(port: number) {
  const guarded = new GuardedPort(new TcpWire({ kind: 'tcp', host: '127.0.0.1', port }, systemClock), {
    clock: systemClock,
    log: silentLog,
  });
  cleanups.push(() => guarded.close());
  const lost = Promise.withResolvers<DeviceError>();
  const data = Promise.withResolvers<string>();
  let losses = 0;
  const open = () =>
    guarded.open({
      data: (bytes) => data.resolve(Buffer.from(bytes).toString('latin1')),
      lost: (error) => {
        losses += 1;
        lost.resolve(error);
      },
    });
  return { port: guarded, open, lost: lost.promise, data: data.promise, losses: () => losses };
}

function readAll(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.resume();
  });
}

describe('a device behind TCP', () => {
  test('carries bytes both ways', async () => {
    const printer = await makePrinter();
    const { port, open, data } = makePort(printer.port);
    await open();
    const socket = await printer.socket;
    socket.write('\x16', 'latin1');
    expect(await data).toBe('\x16');
    await port.write(Buffer.from('A012'), 1000);
    const got = readAll(socket);
    const closing = port.close();
    expect((await got).toString()).toBe('A012');
    socket.end();
    await closing;
  });

  test('a slow reader gets the whole job, though the port is closed right after the write', async () => {
    const printer = await makePrinter((socket) => {
      // It answers a status byte while the job is under way: a port that was destroyed would answer RST and lose the rest.
      socket.write('\x16', 'latin1');
    });
    const { port, open } = makePort(printer.port);
    await open();
    const socket = await printer.socket;
    const job = Buffer.alloc(900_000, 'ticket ');
    const chunks: Buffer[] = [];
    const ended = new Promise<void>((resolve) => socket.on('end', resolve));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    const write = port.write(job, 10_000);
    socket.resume();
    await write;
    const closing = port.close();
    await ended;
    socket.end();
    await closing;
    expect(Buffer.concat(chunks).equals(job)).toBe(true);
  });

  test('one that takes nothing: deadline and loss, and the job is cut off, not sent later', async () => {
    const printer = await makePrinter();
    const { port, open, lost } = makePort(printer.port);
    await open();
    const socket = await printer.socket;
    const failed = new Promise<Error>((resolve) => socket.once('error', resolve));
    // The system's own buffers take some megabytes first.
    let refused: unknown;
    for (let sent = 0; refused === undefined && sent < 100; sent += 1) {
      await port.write(Buffer.alloc(900_000), 300).catch((error: unknown) => {
        refused = error;
      });
    }
    expect(refused).toMatchObject({ code: 'timeout' });
    expect(await lost).toMatchObject({ code: 'timeout' });
    socket.resume();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  test('RST is a loss', async () => {
    const printer = await makePrinter();
    const { port, open, lost, losses } = makePort(printer.port);
    await open();
    (await printer.socket).resetAndDestroy();
    expect(await lost).toMatchObject({ code: 'offline' });
    await port.close();
    expect(losses()).toBe(1);
  });

  test('FIN is a loss: a printer that closed its side prints no more', async () => {
    const printer = await makePrinter();
    const { open, lost } = makePort(printer.port);
    await open();
    (await printer.socket).end();
    expect(await lost).toMatchObject({ code: 'offline' });
  });

  test('one that refuses', async () => {
    const printer = await makePrinter();
    for (const cleanup of cleanups.splice(0)) await cleanup();
    await expect(makePort(printer.port).open()).rejects.toMatchObject({ code: 'busy' });
  });

  test('a name that nobody knows', async () => {
    const port = new GuardedPort(new TcpWire({ kind: 'tcp', host: 'printer.invalid', port: 9100 }, systemClock), {
      clock: systemClock,
      log: silentLog,
    });
    await expect(port.open({ data: () => {}, lost: () => {} })).rejects.toMatchObject({ code: 'no-hardware' });
  });

  test('one that never ends its side: close answers all the same', async () => {
    const printer = await makePrinter();
    const { port, open } = makePort(printer.port);
    await open();
    const socket = await printer.socket;
    socket.resume();
    await port.close();
    expect(printer.connections()).toBe(1);
  });

  test('closed while connecting', async () => {
    const printer = await makePrinter();
    const { port, open } = makePort(printer.port);
    const opening = open().catch((error: unknown) => error);
    await port.close();
    expect(await opening).toMatchObject({ code: 'closed' });
  });
});
