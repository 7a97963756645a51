/** What a board follows of the hall's own day: how bright it is, and what its own clock says. */
import type { Timer } from '../drivers/clock.ts';
import type { Context } from '../drivers/context.ts';
import type { CivilTime, LineDisplay } from '../drivers/line-display/line-display.ts';
import type { HallLink } from './contract/hall-link.ts';

const minutesADay = 24 * 60;
const fullBrightness = 100;
/** How often the brightness follows the time of day. */
const stepMs = 60_000;

export interface BrightnessStep {
  readonly from: string;
  readonly percent: number;
}

export interface BoardDaySettings {
  readonly link: HallLink;
  readonly board: LineDisplay;
  readonly brightness: readonly BrightnessStep[];
  readonly timeZone: string;
}

export class BoardDay {
  #context: Context;
  #settings: BoardDaySettings;
  #timer: Timer | undefined;

  constructor(context: Context, settings: BoardDaySettings) {
    this.#context = context;
    this.#settings = settings;
  }

  start(): void {
    const { board, link, timeZone } = this.#settings;
    board.keepClock(() => hallTime(link.hubNowMs(), timeZone));
    this.#dim();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #dim(): void {
    const { brightness, timeZone, board, link } = this.#settings;
    board.setBrightness(brightnessAt(brightness, link.hubNowMs(), timeZone));
    this.#timer = this.#context.clock.after(stepMs, () => this.#dim());
  }
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The hall's calendar, whatever zone the box thinks it is in. */
export function hallTime(atMs: number, timeZone: string): CivilTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    ...{ year: Number(of('year')), month: Number(of('month')), day: Number(of('day')) },
    ...{ hour: Number(of('hour')), minute: Number(of('minute')), second: Number(of('second')) },
    weekday: weekdays.indexOf(of('weekday')) + 1,
  };
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
