/** One command of the `halld` command line. */
export interface Command {
  /** One line for `halld help`. */
  readonly summary: string;
  /** What `--help` prints, whole. */
  readonly help: string;
  /** Gives the exit code: 0 well, 1 found something wrong, 64 bad usage, 66 no such input, 69 not available, 70 our fault. */
  run(args: readonly string[]): Promise<number>;
}

/** A wrong command line: printed with the command's help, exit code 64. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
