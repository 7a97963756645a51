/** For tests: two pseudo-terminals joined by socat, near and far end of one cable. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface PtyPair {
  readonly near: string;
  readonly far: string;
  readonly socat: ChildProcess;
  /** Both ends vanish, as at an unplug; answers when they have. */
  kill(): Promise<void>;
}

/** A loaded machine starts a program in well under a second. */
const openWithinMs = 10_000;

export async function openPtyPair(): Promise<PtyPair> {
  const socat = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => {
    socat.once('exit', () => resolve());
    socat.once('error', () => resolve());
  });
  const [near, far] = await names(socat);
  return {
    near,
    far,
    socat,
    kill: async () => {
      socat.kill('SIGKILL');
      await exited;
    },
  };
}

function names(socat: ChildProcess): Promise<[string, string]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string) => reject(new Error(`No pseudo-terminals from socat: ${why}; it said: ${text}`));
    const late = setTimeout(() => {
      socat.kill('SIGKILL');
      fail(`nothing within ${openWithinMs / 1000} s`);
    }, openWithinMs);
    socat.once('error', ({ message }) => fail(message));
    socat.once('exit', (code) => fail(`it ended with ${code}`));
    socat.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [near, far] = [...text.matchAll(/PTY is (\S+)/g)].map(([, name]) => name);
      if (!text.includes('starting data transfer') || near === undefined || far === undefined) return;
      clearTimeout(late);
      resolve([near, far]);
    });
    socat.once('close', () => clearTimeout(late));
  });
}
