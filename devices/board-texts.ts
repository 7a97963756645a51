/** What the hall's boards say, as the config gives it, and how a text is filled in. */
export interface BoardTexts {
  readonly called: readonly string[];
  readonly serving: readonly string[];
  readonly idle: readonly string[];
  readonly paused: readonly string[];
  readonly closed: readonly string[];
  readonly by_hand: readonly string[];
  readonly stale: readonly string[];
  /** What becomes of a text wider than its board. */
  readonly long: 'pages' | 'scroll';
  readonly blink_s: number;
  readonly brightness: readonly { readonly from: string; readonly percent: number }[];
}

/** `{field}` by its value; a field that is not there stays as it is, so that a technician sees the slip. */
export function fill(text: string, fields: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(fields, name) ? String(fields[name]) : whole,
  );
}
