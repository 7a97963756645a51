/** For tests beside an independent program: starts it, awaits the lines it prints, and says what it waited for in vain. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** Debian's interpreter, which sees Debian's packages. */
export const python = '/usr/bin/python3';

/** What a machine lacks, in words with the command that brings it; `undefined`: everything is there. */
export function lacking(
  needs: readonly { readonly command: string; readonly args: readonly string[]; readonly package: string }[],
): string | undefined {
  for (const need of needs) {
    try {
      execFileSync(need.command, need.args, { stdio: 'ignore' });
    } catch {
      return `${need.package} is not installed (apt-get install ${need.package})`;
    }
  }
  return undefined;
}

const lineWithinMs = 10_000;
/** What it said last, for the message when it says nothing more. */
const maxSaid = 40;

export class PeerProgram {
  #program: ChildProcess;
  #name: string;
  /** Printed and not yet awaited. */
  #lines: string[] = [];
  #said: string[] = [];
  #ended: string | undefined;
  #waiting = new Set<() => void>();

  constructor(command: string, args: readonly string[]) {
    this.#name = [command, ...args].join(' ');
    this.#program = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#program.once('error', ({ message }) => this.#end(message));
    this.#program.once('close', (code, signal) => this.#end(`ended with ${code ?? signal}`));
    for (const from of ['stdout', 'stderr'] as const) {
      let rest = '';
      this.#program[from]?.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        if (from === 'stdout') this.#lines.push(...parts);
        this.#said = [...this.#said, ...parts].slice(-maxSaid);
        this.#look();
      });
    }
  }

  /** The first line like this that nobody has awaited yet. */
  line(wanted: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(late);
        this.#waiting.delete(look);
      };
      const fail = (why: string) => {
        settle();
        reject(new Error(`Waited for ${wanted} from "${this.#name}": ${why}; it said:\n${this.#said.join('\n')}`));
      };
      const look = () => {
        const at = this.#lines.findIndex((line) => wanted.test(line));
        if (at < 0) {
          if (this.#ended !== undefined) fail(this.#ended);
          return;
        }
        settle();
        resolve(this.#lines.splice(at, 1)[0] ?? '');
      };
      const late = setTimeout(() => fail(`nothing within ${lineWithinMs / 1000} s`), lineWithinMs);
      this.#waiting.add(look);
      look();
    });
  }

  kill(): void {
    this.#program.kill('SIGKILL');
  }

  #end(how: string): void {
    this.#ended ??= how;
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
