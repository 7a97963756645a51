/**
 * A socket that ends when a packet announces more bytes than allowed: aedes has no limit of its own and would collect
 * what a broken box sends until the hub has no memory. Follows the fixed header of MQTT 3.1.1, section 2.2.
 * The other way, a box that does not read is put out at a limit: aedes would hold every other box up while it waits.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Section 2.2.3: at most four bytes of seven bits. */
const maxLengthBytes = 4;

/** What may wait for a box that does not read; then it is put out. */
const waitingBytes = 4 * 1024 * 1024;

export interface ConnectionLimit {
  /** Of one packet, by its header. */
  readonly packetBytes: number;
  onOversize(bytes: number): void;
  onSlow(): void;
}

export class BoundedConnection extends Duplex {
  #socket: Socket;
  #limit: ConnectionLimit;
  #at: 'type' | 'length' | 'body' = 'type';
  #lengthBytes = 0;
  #length = 0;

  constructor(socket: Socket, limit: ConnectionLimit) {
    super({ allowHalfOpen: false, writableHighWaterMark: 2 * waitingBytes });
    this.#socket = socket;
    this.#limit = limit;
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override write(chunk: unknown, ...rest: never[]): boolean {
    const more = super.write(chunk, ...rest);
    if (this.writableLength > waitingBytes && !this.destroyed) {
      this.#limit.onSlow();
      this.destroy();
    }
    return more;
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
      this.#limit.onOversize(this.#length);
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
      if (this.#length > this.#limit.packetBytes || this.#lengthBytes > maxLengthBytes) return true;
      if ((byte & 0x80) === 0) this.#at = this.#length === 0 ? 'type' : 'body';
    }
    return false;
  }
}
