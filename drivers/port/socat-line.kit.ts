/** For tests: two pseudo-terminals joined by socat. The near one is what a port opens, the far one the test holds. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { openPtyPair } from './pty-pair.kit.ts';

export function hasSocat(test: string): boolean {
  try {
    execFileSync('socat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`${test}: skipped, socat is not installed (apt-get install socat)`);
    return false;
  }
}

export interface SocatLine {
  readonly near: string;
  readonly socat: ChildProcess;
  /** What the far end has received so far. */
  received(): string;
  send(text: string): void;
  /** Answers when `done` holds, looked at whenever the far end receives. */
  until(done: () => boolean): Promise<void>;
  /** The far end vanishes, as at an unplug. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function openSocatLine(): Promise<SocatLine> {
  const { near, far, socat, kill } = await openPtyPair();
  const file = openSync(far, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(openSync(far, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  let text = '';
  const waiting = new Set<() => void>();
  stream.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (const look of [...waiting]) look();
  });
  stream.on('error', () => {});
  return {
    near,
    socat,
    received: () => text,
    send: (sent) => void writeSync(file, sent, null, 'latin1'),
    until: (done) =>
      new Promise((resolve) => {
        const look = () => {
          if (!done()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    kill,
    close: async () => {
      stream.destroy();
      closeSync(file);
      await kill();
    },
  };
}
