/**
 * The line-display class: a board over a window, or a hall board of several lines. Level-triggered: callers state what
 * the board should show; the driver keeps it shown through losses, power cuts and replugs.
 */
import type { HasHealth } from '../health.ts';
import type { Listenable } from '../signal.ts';

export type BoardColour = 'red' | 'green' | 'amber' | 'white';

export interface BoardLine {
  readonly text: string;
  readonly colour?: BoardColour;
  readonly align?: 'left' | 'centre' | 'right';
  /** Blinks (a new call) where the model can. */
  readonly blink?: boolean;
  /** What becomes of a text wider than the board: pages in turn (default), or it moves through where the model can. */
  readonly long?: 'pages' | 'scroll';
}

/** A calendar time as people in the hall read it. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
}

/** From a wall time already shifted to the hall's zone. */
export function civilTime(wallMs: number): CivilTime {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
  };
}

export interface BoardContent {
  /** Names this content; acknowledgements repeat it. */
  readonly id: string;
  /** Top to bottom. More lines than the board has are paged; fewer leave the rest dark. */
  readonly lines: readonly BoardLine[];
  /** The short form for digit-only boards, the ticket number as a rule; default: the first line's text. */
  readonly short?: string;
}

/** `shown`: the board acknowledged it. `sent`: one-way board, the bytes are written; there is no confirmation. */
export type ShowOutcome = 'shown' | 'sent';

export interface BoardShown {
  readonly contentId: string;
  readonly outcome: ShowOutcome;
  /** The content was reported before and has been sent again. */
  readonly repaint: boolean;
}

export interface LineDisplay extends HasHealth {
  readonly capabilities: {
    readonly lines: number;
    /** Columns of Latin characters a line at the default font. */
    readonly columns: number;
    readonly acknowledges: boolean;
    /** Clears itself when the host sends nothing. */
    readonly selfClears: boolean;
    readonly colours: readonly BoardColour[];
  };
  /** Emitted once per content that reached the board, and again after each repaint. */
  readonly shown: Listenable<BoardShown>;
  start(): void;
  close(): Promise<void>;
  /** Replaces what should be shown, at call priority if `urgent`. Returns at once; never fails: a board that is away gets it when it is back. */
  show(content: BoardContent, options?: { readonly urgent?: boolean }): void;
  /** 0 to 100 per cent, mapped to the model's steps. */
  setBrightness(percent: number): void;
  /** Keeps the board's own clock right, where it has one: at each connection, after a power cut, and every hour. */
  keepClock(now: () => CivilTime): void;
}
