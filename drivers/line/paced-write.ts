/** Writes a request as the wire takes it: done when the last byte is on the wire, with the protocol's pause inside it. */
import { type Clock, sleep } from '../clock.ts';
import type { PortLink } from '../port/port-link.ts';
import type { Exchange } from './line.ts';

/** Ten bits a byte: start, eight data, stop. */
const bitsPerByte = 10;
/** A write that the system does not take in twice its wire time and this has failed. */
const writeMarginMs = 2_000;

export async function pacedWrite(
  link: PortLink,
  clock: Clock,
  request: Uint8Array,
  pause: Exchange<unknown>['pause'],
): Promise<void> {
  const pieces =
    pause === undefined ? [request] : [request.subarray(0, pause.afterBytes), request.subarray(pause.afterBytes)];
  for (const [index, bytes] of pieces.entries()) {
    if (index > 0 && pause !== undefined) await sleep(clock, pause.ms);
    const startMs = clock.monotonicMs();
    const baudRate = link.port?.baudRate ?? 0;
    const wireMs = baudRate === 0 ? 0 : (bytes.length * bitsPerByte * 1000) / baudRate;
    await link.write(bytes, 2 * wireMs + writeMarginMs);
    // The system may hold bytes that are not on the wire yet.
    const restMs = startMs + wireMs - clock.monotonicMs();
    if (restMs > 0) await sleep(clock, restMs);
  }
}
