/** One command of the `halld` command line. */
export interface Command {
  /** One line for `halld help`. */
  readonly summary: string;
  /** What `--help` prints, whole. */
  readonly help: string;
  /** Gives the exit code: 0 done, 1 found a fault, 64 wrong command line, 66 a named file is missing or wrong, 69 not available, 70 failed. */
  run(args: readonly string[]): Promise<number>;
}

/** A wrong command line: printed with the command's help, exit code 64. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
