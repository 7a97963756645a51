/**
 * Joins two sockets of QEMU so that neither has to wait. QEMU's usb-serial writes to its socket in a loop that holds the
 * emulator's global lock until every byte is taken (hw/usb/dev-serial.c, `qemu_chr_fe_write_all`). If the other end is a
 * socket that the same emulator reads, and the socket's buffer is full, nothing can ever empty it and the machine stops.
 */
import type { Socket } from 'node:net';

/** Far more than any scenario sends; what is beyond it is dropped and counted. */
const mostWaitingBytes = 64 * 1024 * 1024;

export interface Relay {
  /** Bytes that found the buffer full. */
  readonly droppedBytes: number;
}

export function joinSockets(one: Socket, other: Socket): Relay {
  const relay = { droppedBytes: 0 };
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    from.on('data', (chunk) => {
      if (to.writableLength + chunk.length > mostWaitingBytes) relay.droppedBytes += chunk.length;
      else to.write(chunk);
    });
  return relay;
}
