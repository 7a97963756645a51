/** One write to the tables, as data: the projections stay pure. */
export type SqlValue = string | number | null;

export interface SqlChange {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export function change(sql: string, ...values: SqlValue[]): SqlChange {
  return { sql, values };
}
