/** The command line of the kernel bench, read on the host, where it may be wrong, and again in the guest. */
export interface BenchOptions {
  /** The soaks run a thousand rounds. */
  readonly long: boolean;
  /** How often each chosen scenario runs. */
  readonly times: number;
  /** Parts of scenario names; empty = all scenarios. */
  readonly names: readonly string[];
}

const mostTimes = 10_000;

/** Throws with the usage when an option is unknown or its number is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  let long = false;
  let times = 1;
  const names: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--long') long = true;
    else if (word === '--times') {
      at += 1;
      times = Number(args[at]);
      if (!Number.isInteger(times) || times < 1 || times > mostTimes)
        throw new Error(`--times needs a whole number from 1 to ${mostTimes}, it got "${args[at] ?? ''}"`);
    } else if (word.startsWith('--')) throw new Error(`unknown option ${word}: --long, --times N, or part of a name`);
    else names.push(word);
  }
  return { long, times, names };
}
