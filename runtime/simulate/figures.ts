/** Figures over visits and over seeds: means, quantiles, confidence intervals. */

export function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** `share` 0.9 = the value that nine of ten do not exceed; `sorted` rises. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return 0;
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export interface Interval {
  readonly mean: number;
  /** Half the width. */
  readonly half: number;
}

/** Student's t, two-sided, by degrees of freedom 1 to 30; beyond, the normal's. */
const t95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const t99 = [
  63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898,
  2.878, 2.861, 2.845, 2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.75,
];

/** Of independent replications, one value a seed. */
export function confidence(values: readonly number[], level: 95 | 99 = 95): Interval {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, half: 0 };
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  const [table, limit] = level === 95 ? [t95, 1.96] : [t99, 2.576];
  return { mean: centre, half: (table[n - 2] ?? limit) * Math.sqrt(squares / (n - 1) / n) };
}

/** Jain, Chiu and Hawe (1984): 1 when all have the same, 1/n when one has all. */
export function jain(values: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return squares === 0 ? 1 : sum ** 2 / (values.length * squares);
}
