/** The device's side of a node: read and written without blocking, so that no thread of Node's pool is stuck in it at exit. */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { codeOf } from '../../../../drivers/port/paced.ts';

/** Often while something goes on: each look at a quiet node costs an exception, which is dear in an emulated machine. */
const lookBusyMs = 3;
const lookIdleMs = 12;
const busyMs = 300;
const readBytes = 8192;

export interface CharDevice {
  /** In order and whole, as soon as the node takes it. Throws when the node has gone. */
  write(bytes: Uint8Array): void;
  /** The device takes nothing for a while. */
  pause(paused: boolean): void;
  close(): void;
}

export function openCharDevice(path: string, take: (bytes: Uint8Array) => void): CharDevice {
  const file = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  const buffer = new Uint8Array(readBytes);
  const waiting: Uint8Array[] = [];
  let paused = false;
  let open = true;
  let busyUntilMs = performance.now() + busyMs;
  let timer: NodeJS.Timeout | undefined;

  const readAll = () => {
    while (open && !paused) {
      let length: number;
      try {
        length = readSync(file, buffer, 0, readBytes, null);
      } catch {
        // Nothing to read now, or the host side is unplugged at present.
        return;
      }
      if (length === 0) return;
      busyUntilMs = performance.now() + busyMs;
      take(buffer.slice(0, length));
    }
  };
  const writeAll = () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        const taken = writeSync(file, next);
        if (taken < next.length) waiting.unshift(next.subarray(taken));
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw error;
        waiting.unshift(next);
        return;
      }
    }
  };
  const look = () => {
    try {
      writeAll();
    } catch {
      // It went away with something still to say.
      waiting.length = 0;
    }
    readAll();
    if (open) timer = setTimeout(look, performance.now() < busyUntilMs ? lookBusyMs : lookIdleMs);
  };
  timer = setTimeout(look, lookBusyMs);
  return {
    write: (bytes) => {
      if (!open) throw new Error(`${path} is closed`);
      busyUntilMs = performance.now() + busyMs;
      waiting.push(bytes);
      writeAll();
    },
    pause: (now) => {
      paused = now;
    },
    close: () => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      closeSync(file);
    },
  };
}
