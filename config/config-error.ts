/** What is wrong with a hall's files: the one error class of the config floor, with every problem and its place. */
import { plainText } from './plain-text.ts';

export interface ConfigProblem {
  /** As the caller named it, or the profile's path. */
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
  readonly wrong: string;
  /** What would be right; empty where `wrong` says it all. */
  readonly right: string;
}

export type ConfigErrorCode =
  | 'unreadable' // no such file, no permission, or no text
  | 'illegal'; // read, and wrong

/** Problems in the order of files and places; a wrong file is refused as a whole. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly problems: readonly ConfigProblem[];

  constructor(code: ConfigErrorCode, problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    super(problems.map(problemLine).join('\n'), options);
    this.name = 'ConfigError';
    this.code = code;
    this.problems = problems;
  }
}

/** `file:line:column: what is wrong; what would be right`, which editors and terminals make a link of. */
export function problemLine(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place}: ${problem.wrong}${problem.right === '' ? '' : `; ${problem.right}`}`;
}

/** By place, each once: a shared part of the file (an anchor) is reported where it stands, not where it is used. */
export function sortProblems(problems: readonly ConfigProblem[], mainFile: string): ConfigProblem[] {
  const clean = problems.map((problem): ConfigProblem => {
    // A file may hold escape sequences, and a message repeats pieces of it on a terminal.
    return { ...problem, wrong: plainText(problem.wrong), right: plainText(problem.right) };
  });
  const byLine = new Map(clean.map((problem) => [problemLine(problem), problem]));
  return [...byLine.values()].sort(
    (a, b) =>
      Number(a.file !== mainFile) - Number(b.file !== mainFile) ||
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.wrong, b.wrong),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
