/**
 * A socket that ends when a packet announces more bytes than allowed: aedes has no limit of its own and would collect
 * what a broken box sends until the hub has no memory. Follows the fixed header of MQTT 3.1.1, section 2.2.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Section 2.2.3: at most four bytes of seven bits. */
const maxLengthBytes = 4;

/** What may wait for a slow box before aedes holds the others up for it. */
const waitingBytes = 1024 * 1024;

export class BoundedConnection extends Duplex {
  #socket: Socket;
  #maxBytes: number;
  #onOversize: (bytes: number) => void;
  #at: 'type' | 'length' | 'body' = 'type';
  #lengthBytes = 0;
  #length = 0;

  constructor(socket: Socket, maxBytes: number, onOversize: (bytes: number) => void) {
    super({ allowHalfOpen: false, writableHighWaterMark: waitingBytes });
    this.#socket = socket;
    this.#maxBytes = maxBytes;
    this.#onOversize = onOversize;
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (this.#tooLong(chunk)) {
      this.#onOversize(this.#length);
      this.destroy();
      return;
    }
    if (!this.push(chunk)) this.#socket.pause();
  }

  #tooLong(chunk: Buffer): boolean {
    let index = 0;
    while (index < chunk.length) {
      if (this.#at === 'body') {
        const step = Math.min(this.#length, chunk.length - index);
        index += step;
        this.#length -= step;
        if (this.#length === 0) this.#at = 'type';
        continue;
      }
      const byte = chunk[index] ?? 0;
      index += 1;
      if (this.#at === 'type') {
        this.#at = 'length';
        this.#length = 0;
        this.#lengthBytes = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      if (this.#length > this.#maxBytes || this.#lengthBytes > maxLengthBytes) return true;
      if ((byte & 0x80) === 0) this.#at = this.#length === 0 ? 'type' : 'body';
    }
    return false;
  }
}
