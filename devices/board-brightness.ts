/** How bright a board is by the hall's own time of day. */
const minutesADay = 24 * 60;
const fullBrightness = 100;

export interface BrightnessStep {
  readonly from: string;
  readonly percent: number;
}

/** The step whose time has come last; before the first of the day, the last of the day before. */
export function brightnessAt(steps: readonly BrightnessStep[], atMs: number, timeZone: string): number {
  const now = minutesOf(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs),
  );
  let best: { readonly ageMin: number; readonly percent: number } | undefined;
  for (const { from, percent } of steps) {
    const ageMin = (now - minutesOf(from) + minutesADay) % minutesADay;
    if (best === undefined || ageMin < best.ageMin) best = { ageMin, percent };
  }
  return best?.percent ?? fullBrightness;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
