/** A simulated machine's side of a TCP connection, as a printer on port 9100 offers it: one connection at a time, others wait. */
import { createServer, type Server, type Socket } from 'node:net';
import type { FarEnd } from './machine.ts';

/** As many as a small printer's listen queue holds. */
const maxWaiting = 4;

export class TcpFarEnd implements FarEnd {
  readonly counters = { connections: 0, refused: 0, broken: 0, listensFailed: 0 };
  #waiting: Socket[] = [];
  #host: string;
  #port: number;
  #server: Server | undefined;
  #socket: Socket | undefined;
  #receive: (bytes: Uint8Array) => void = () => {};
  #opened: (open: boolean) => void = () => {};
  #stalled = false;

  constructor(port: number, host = '127.0.0.1') {
    this.#port = port;
    this.#host = host;
  }

  /** The port it listens on; asked for port 0, the one it got. */
  get port(): number {
    return this.#port;
  }

  get plugged(): boolean {
    return this.#server !== undefined;
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  onOpened(handler: (open: boolean) => void): void {
    this.#opened = handler;
  }

  listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        this.#server = undefined;
        reject(error);
      });
      server.listen(this.#port, this.#host, () => {
        const address = server.address();
        if (typeof address === 'object' && address !== null) this.#port = address.port;
        resolve();
      });
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  /** A full printer closes its window: the socket is not read. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    if (stalled) this.#socket?.pause();
    else this.#socket?.resume();
  }

  unplug(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of [...this.#waiting.splice(0), this.#socket]) socket?.resetAndDestroy();
    this.#socket = undefined;
  }

  plug(): void {
    if (this.#server !== undefined) return;
    this.listen().catch(() => {
      this.counters.listensFailed += 1;
    });
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {
      this.counters.broken += 1;
    });
    socket.on('close', () => {
      this.#waiting = this.#waiting.filter((each) => each !== socket);
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#opened(false);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#serve(next);
    });
    if (this.#socket === undefined) this.#serve(socket);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(socket);
    else {
      this.counters.refused += 1;
      socket.destroy();
    }
  }

  #serve(socket: Socket): void {
    this.counters.connections += 1;
    this.#socket = socket;
    socket.on('data', (bytes) => {
      if (this.#socket === socket) this.#receive(bytes);
    });
    if (this.#stalled) socket.pause();
    this.#opened(true);
  }
}
