/** The device's side of a node: read without blocking, so that no thread of Node's pool is stuck in a read at exit. */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

const lookEveryMs = 3;
const readBytes = 8192;

export interface CharDevice {
  write(bytes: Uint8Array): void;
  /** The device takes nothing for a while. */
  pause(paused: boolean): void;
  close(): void;
}

export function openCharDevice(path: string, take: (bytes: Uint8Array) => void): CharDevice {
  const file = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  const buffer = new Uint8Array(readBytes);
  let paused = false;
  const readAll = () => {
    while (!paused) {
      let length: number;
      try {
        length = readSync(file, buffer, 0, readBytes, null);
      } catch {
        // Nothing to read now, or the host side is unplugged at present.
        return;
      }
      if (length === 0) return;
      take(buffer.slice(0, length));
    }
  };
  const timer = setInterval(readAll, lookEveryMs);
  return {
    write: (bytes) => void writeSync(file, bytes),
    pause: (now) => {
      paused = now;
    },
    close: () => {
      clearInterval(timer);
      closeSync(file);
    },
  };
}
