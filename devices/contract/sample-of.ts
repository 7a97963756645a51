/** How a golden sample is written: one that is right, and the same with one thing wrong, named. */
export interface Samples {
  readonly valid: readonly unknown[];
  readonly invalid: Readonly<Record<string, unknown>>;
}

/** `wrong`: field paths with a value that must be refused there; `undefined` = left out. */
export function of(
  valid: Readonly<Record<string, unknown>>,
  wrong: Readonly<Record<string, unknown>>,
  ...more: unknown[]
): Samples {
  const invalid = Object.entries(wrong).map(([path, value]) => [
    `${path} = ${JSON.stringify(value)}`.slice(0, 80),
    withField(valid, path.split('.'), value),
  ]);
  return {
    valid: [valid, ...more],
    invalid: { 'not an object': 'text', nothing: null, ...Object.fromEntries(invalid) },
  };
}

function withField(object: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const { [key]: old, ...others } = object as Record<string, unknown>;
  if (rest.length > 0) return { ...others, [key]: withField(old ?? {}, rest, value) };
  return value === undefined ? others : { ...others, [key]: value };
}
