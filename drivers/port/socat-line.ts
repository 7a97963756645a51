/** For tests: two pseudo-terminals joined by socat. The near one is what a port opens, the far one the test holds. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';

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
  const socat = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
  const [near, far] = await new Promise<[string, string]>((resolve) => {
    let text = '';
    socat.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const names = [...text.matchAll(/PTY is (\S+)/g)].map(([, name]) => name as string);
      if (text.includes('starting data transfer') && names[0] && names[1]) resolve([names[0], names[1]]);
    });
  });
  const file = openSync(far, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(openSync(far, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  let text = '';
  const waiting = new Set<() => void>();
  stream.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (const look of [...waiting]) look();
  });
  stream.on('error', () => {});
  const kill = async () => {
    socat.kill('SIGKILL');
    await exited;
  };
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
