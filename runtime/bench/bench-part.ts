/** One part of the bench: what it measured, as tables a person reads and `--json` writes. */
export interface BenchTable {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly notes?: readonly string[];
}

export interface BenchPart {
  run(): Promise<readonly BenchTable[]>;
}
