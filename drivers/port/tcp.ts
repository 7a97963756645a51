/**
 * A device behind TCP: a printer on 9100, a board, a serial server. Such devices take one connection at a time, and some stop
 * accepting after many unclean ends: so one connection is kept, ended by FIN, and cut by RST only when a job was given up.
 */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { DeviceError } from '../errors.ts';
import type { TcpOptions } from './port-options.ts';
import type { CloseManner, Wire, WireSink } from './wire.ts';

/** First probe of a silent connection; Node then probes each second and gives up after ten (libuv, uv_tcp_keepalive). */
const keepAliveAfterMs = 5000;
/** How long a device may take to end its side after we ended ours; some never do. */
const lingerMs = 1000;

export class TcpWire implements Wire {
  readonly name: string;
  readonly unit = 'bytes';
  #options: TcpOptions;
  #clock: Clock;
  #socket: Socket | undefined;
  #over = false;

  constructor(options: TcpOptions, clock: Clock) {
    this.name = `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    this.#options = options;
    this.#clock = clock;
  }

  open(sink: WireSink): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      // Without noDelay a status round trip costs 40 ms and more (Nagle with delayed acknowledgement).
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs });
      this.#socket = socket;
      let up = false;
      const gone = (cause: unknown) => {
        if (!up) return void reject(cause);
        if (this.#over) return;
        this.#over = true;
        sink.gone(cause);
      };
      socket.on('error', gone);
      socket.on('end', () => gone(new DeviceError('offline', `${this.name}: it closed the connection`)));
      socket.on('close', () => gone(new DeviceError('offline', `${this.name}: the connection is closed`)));
      socket.on('connect', () => {
        up = true;
        resolve();
      });
      socket.on('data', (bytes: Buffer) => {
        if (!this.#over) sink.data(bytes);
      });
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (this.#over || socket === undefined) return Promise.reject(new Error('closed'));
    return new Promise((resolve, reject) => {
      socket.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Ends gently: destroying after the write callback answers the printer's next status byte by RST, and all that was queued is lost. */
  close(manner: CloseManner): Promise<void> {
    this.#over = true;
    const socket = this.#socket;
    if (socket === undefined || socket.closed) return Promise.resolve();
    return new Promise((resolve) => {
      if (manner === 'at-once') {
        socket.once('close', () => resolve());
        // What a job gave up must not print later from the kernel's buffer.
        socket.resetAndDestroy();
        return;
      }
      const linger = this.#clock.after(lingerMs, () => socket.destroy());
      socket.once('close', () => {
        linger.cancel();
        resolve();
      });
      socket.end();
    });
  }
}
