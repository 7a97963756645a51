/** Simulated machines behind TCP, so that another process opens their ports; one connection each, as a serial server gives. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Port, PortMaker } from '../../../drivers/port/port.ts';

const writeDeadlineMs = 5_000;

/** `port`: what the program writes to, as `k1/printer`; told the moment the bytes reach the machine, or leave it. */
export type CableTap = (port: string, way: 'to-machine' | 'to-program', bytes: Uint8Array) => void;

export class TcpCables {
  #servers: Server[] = [];
  #sockets = new Set<Socket>();
  #tap: CableTap;

  constructor(tap: CableTap = () => {}) {
    this.#tap = tap;
  }

  /** Where the machine's near end listens. */
  async lay(name: string, machine: PortMaker): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#join(name, socket, machine()));
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return address.port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers.splice(0)) server.close();
  }

  #join(name: string, socket: Socket, port: Port): void {
    this.#sockets.add(socket);
    const opened = port.open({
      data: (bytes) => {
        this.#tap(name, 'to-program', bytes);
        socket.write(bytes);
      },
      lost: () => socket.destroy(),
    });
    opened.catch(() => socket.destroy());
    // A box was killed, or its machine is gone: the cable is cut at this side too.
    const cut = () => socket.destroy();
    socket.on('error', cut);
    socket.on('data', (bytes) => {
      this.#tap(name, 'to-machine', bytes);
      opened.then(() => port.write(bytes, writeDeadlineMs)).catch(cut);
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      opened.then(() => port.close()).catch(cut);
    });
  }
}
