/** "Did you mean …": the known word nearest to a wrong one. */

/** Up to a third of the letters may differ, and always two: more is a guess, not a slip. */
const slips = 2;
const lettersPerSlip = 3;
/** So much of a word may stand for the whole. */
const shortestStart = 4;

export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(slips, Math.floor(word.length / lettersPerSlip)) + 1;
  for (const each of known) {
    if (Math.abs(each.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), each.toLowerCase());
    if (distance < bestDistance && distance < Math.max(word.length, each.length)) {
      best = each;
      bestDistance = distance;
    }
  }
  if (best !== undefined) return best;
  // A unit forgotten: "debounce" for "debounce_ms".
  const longer = known.filter((each) => word.length >= shortestStart && each.startsWith(word));
  return longer.length === 1 ? longer[0] : undefined;
}

/** How many names a message lists before it says how many more there are. */
const listed = 12;

/** `did you mean "ticket"?`, or else what there is. */
export function suggestion(word: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  const near = nearest(word, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (names.length === 0) return 'there are none yet';
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return `${what}: ${names.slice(0, listed).join(', ')}${more}`;
}

/** Insert, delete, replace, swap neighbours: one each (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
