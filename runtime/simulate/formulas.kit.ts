/** Waits that queueing theory knows exactly; the simulator is held against them. Rates a millisecond, times in ms. */

/** Erlang C: mean wait in M/M/c (Erlang 1917). */
export function waitMmc(arrivalRate: number, serviceMs: number, windows: number): number {
  const load = arrivalRate * serviceMs;
  const utilisation = load / windows;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < windows; n += 1) {
    term *= load / n;
    sum += term;
  }
  const all = (term * load) / windows / (1 - utilisation);
  const waits = all / (sum + all);
  return (waits * serviceMs) / (windows * (1 - utilisation));
}

/** Pollaczek and Khinchine: mean wait in M/G/1; `variation` is the standard deviation over the mean of service. */
export function waitMg1(arrivalRate: number, serviceMs: number, variation: number): number {
  const utilisation = arrivalRate * serviceMs;
  return (utilisation * serviceMs * (1 + variation ** 2)) / (2 * (1 - utilisation));
}

export interface PriorityClass {
  readonly arrivalRate: number;
  readonly serviceMs: number;
  /** Second moment of service. */
  readonly serviceSquared: number;
  /** Credit a minute, for accumulating priority. */
  readonly rate: number;
}

/** Cobham (1954): non-preemptive priority in M/G/1, highest class first. */
export function waitPriority(classes: readonly PriorityClass[]): number[] {
  const residual = classes.reduce((sum, each) => sum + (each.arrivalRate * each.serviceSquared) / 2, 0);
  let above = 0;
  return classes.map((each) => {
    const upTo = above + each.arrivalRate * each.serviceMs;
    const wait = residual / ((1 - above) * (1 - upTo));
    above = upTo;
    return wait;
  });
}

/**
 * Kleinrock, "A delay dependent queue discipline" (Naval Research Logistics Quarterly 11, 1964): mean waits in M/G/1 with
 * accumulating priority; Stanford, Taylor and Ziedins (2014) give the same means. Classes with rising rates, lowest first.
 */
export function waitAccumulating(classes: readonly PriorityClass[]): number[] {
  const residual = classes.reduce((sum, each) => sum + (each.arrivalRate * each.serviceSquared) / 2, 0);
  const load = classes.map((each) => each.arrivalRate * each.serviceMs);
  const total = load.reduce((sum, each) => sum + each, 0);
  const waits: number[] = [];
  for (const [p, each] of classes.entries()) {
    let top = residual / (1 - total);
    for (let i = 0; i < p; i += 1) {
      top -= (load[i] ?? 0) * (waits[i] ?? 0) * (1 - (classes[i]?.rate ?? 0) / each.rate);
    }
    let bottom = 1;
    for (let i = p + 1; i < classes.length; i += 1) {
      bottom -= (load[i] ?? 0) * (1 - each.rate / (classes[i]?.rate ?? each.rate));
    }
    waits.push(top / bottom);
  }
  return waits;
}
