/** Writing to a file opened with O_NONBLOCK at the pace its device takes, without a thread that could get stuck in the kernel. */
import { writeSync } from 'node:fs';
import { type Clock, sleep } from '../clock.ts';

/** Waits between tries: short enough that the kernel's 4 KB never run dry at 921,600 baud (44 ms). */
const retryFirstMs = 1;
const retryLastMs = 20;
/** One transfer of usblp, two pages of a tty: more in one call gains nothing without blocking. */
const chunkBytes = 8192;

/** Tries until the kernel does not answer EAGAIN; `stop` ends the trying with that error. */
export async function paced<Answer>(clock: Clock, attempt: () => Answer, stop?: () => boolean): Promise<Answer> {
  for (let waitMs = retryFirstMs; ; waitMs = Math.min(waitMs * 2, retryLastMs)) {
    try {
      return attempt();
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || stop?.() === true) throw error;
    }
    await sleep(clock, waitMs);
  }
}

/** `file` throws once the port is closed; every call asks again, for a number may belong to another file by then. */
export async function writePaced(clock: Clock, file: () => number, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const length = Math.min(chunkBytes, bytes.length - offset);
    const from = offset;
    offset += await paced(clock, () => writeSync(file(), bytes, from, length));
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
