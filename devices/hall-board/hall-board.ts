/** The hall board on LED: the newest calls over the lines it has, and the hall's notices on the last; stale like every board (F12). */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { BoardContent, BoardLine, LineDisplay, ShowOutcome } from '../../drivers/line-display/line-display.ts';
import { Signal } from '../../drivers/signal.ts';
import { BoardDay } from '../board-day.ts';
import { boardShows } from '../board-shows.ts';
import { type BoardTexts, fill } from '../board-texts.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { HallView } from '../contract/view.ts';
import type { Device } from '../device.ts';

export interface HallBoardSettings {
  readonly id: string;
  readonly link: HallLink;
  readonly board: LineDisplay;
  readonly texts: BoardTexts;
  readonly timeZone: string;
  /** `{number}` and `{window}` are filled in; the first that fits a line is taken, else the last. */
  readonly formats?: readonly string[];
  /** Only calls to these windows; default all. */
  readonly windows?: ReadonlySet<string>;
  readonly language?: 'zh' | 'en';
}

const defaultFormats: Readonly<Record<'zh' | 'en', readonly string[]>> = {
  zh: ['{number} 请到{window}号窗口', '{number} {window}号窗口', '{number} {window}号', '{number}>{window}'],
  en: ['{number} to window {window}', '{number} window {window}', '{number}>{window}'],
};
/** Of calls that come at once no more than so many boards full take turns: each page is seen while it is new. */
const pagesOfNew = 3;
/** On a board of one line this many of the newest calls take turns. */
const turnsOnOneLine = 3;

export class HallBoard implements Device {
  readonly id: string;
  readonly role = 'hall-board';
  readonly changed: Signal;
  #context: Context;
  #settings: HallBoardSettings;
  #link: HallLink;
  #board: LineDisplay;
  #stops: (() => void)[] = [];
  #view: HallView | undefined;
  #content: BoardContent | undefined;
  #outcome: ShowOutcome | 'pending' = 'pending';
  #calm: Timer | undefined;
  #day: BoardDay;

  constructor(context: Context, settings: HallBoardSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    const { link, board, texts, timeZone } = settings;
    this.#link = link;
    this.#board = board;
    this.#day = new BoardDay(context, { link, board, timeZone, brightness: texts.brightness });
  }

  start(): void {
    this.#stops.push(
      this.#board.shown.on(({ contentId, outcome }) => {
        if (contentId !== this.#content?.id) return;
        this.#outcome = outcome;
        this.changed.emit();
      }),
      this.#link.onHallView((view) => {
        this.#view = view;
        this.#show();
      }),
    );
    this.#day.start();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#calm?.cancel();
    this.#day.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      texts: this.#content?.lines.map(({ text }) => text) ?? [],
      stale: this.#view === undefined,
      outcome: this.#outcome,
      shows: boardShows(this.#board, this.#outcome),
      self_clears: this.#board.capabilities.selfClears,
    };
  }

  #show(): void {
    this.#armCalm();
    const lines = this.#lines();
    const id = JSON.stringify(lines);
    if (id === this.#content?.id) return;
    const urgent = lines.some(({ blink }) => blink === true);
    this.#content = { id, lines, short: this.#calls()[0]?.number ?? '' };
    this.#outcome = 'pending';
    this.#board.show(this.#content, { urgent });
    this.changed.emit();
  }

  #lines(): readonly BoardLine[] {
    const view = this.#view;
    const { texts, language = 'zh' } = this.#settings;
    if (view === undefined) return texts.stale.map((text): BoardLine => ({ text, colour: 'amber' }));
    const calls = this.#calls();
    const rows = calls.map((call, index): BoardLine => {
      const fresh = this.#newFor(call) > 0;
      return {
        text: this.#format(call),
        colour: fresh || index === 0 ? 'red' : 'green',
        align: 'left',
        // One line blinks: a board on which all of them do is dark half of the time.
        ...(fresh && index === 0 ? { blink: true } : {}),
      };
    });
    const text = view.notices.map((each) => each[language]).join('  ');
    if (text === '') return rows;
    const notice: BoardLine = { text, colour: 'amber', align: 'left', long: texts.long };
    const { lines } = this.#board.capabilities;
    if (lines === 1) return [...rows, notice];
    const blank = Array.from({ length: Math.max(0, lines - 1 - rows.length) }, (): BoardLine => ({ text: '' }));
    // The notice keeps the last line; what is more than a board full turns with the rows above it.
    return [...rows.slice(0, lines - 1), ...blank, notice, ...rows.slice(lines - 1)];
  }

  /** The newest, as many as have a line; more than that only while they are new, so that nobody's call goes unseen. */
  #calls(): HallView['calls'] {
    const view = this.#view;
    if (view === undefined) return [];
    const { lines } = this.#board.capabilities;
    const room = lines === 1 ? turnsOnOneLine : view.notices.length > 0 ? lines - 1 : lines;
    const { windows } = this.#settings;
    const here = view.calls.filter(({ window }) => windows === undefined || windows.has(window));
    const fresh = here.filter((call) => this.#newFor(call) > 0).length;
    // Beside a notice one page more: the third would take its line.
    const pages = lines > 1 && view.notices.length > 0 ? pagesOfNew - 1 : pagesOfNew;
    return here.slice(0, Math.min(Math.max(room, fresh), pages * room));
  }

  #format(call: HallView['calls'][number]): string {
    const { language = 'zh', formats = defaultFormats[language] } = this.#settings;
    const { columns } = this.#board.capabilities;
    const filled = formats.map((text) => fill(text, { number: call.number, window: call.window_number }));
    return filled.find((text) => columnsOf(text) <= columns) ?? filled.at(-1) ?? call.number;
  }

  /** For how long a call is new yet, by the hub's time: a restarted board does not begin anew. */
  #newFor(call: HallView['calls'][number]): number {
    const lengthMs = this.#settings.texts.blink_s * 1000;
    const ageMs = Math.max(0, this.#link.hubNowMs() - call.called_at);
    return Math.max(0, lengthMs - ageMs);
  }

  /** Looks again when the first of the new calls is new no more. */
  #armCalm(): void {
    this.#calm?.cancel();
    const left = (this.#view?.calls ?? []).map((call) => this.#newFor(call)).filter((ms) => ms > 0);
    if (left.length > 0) this.#calm = this.#context.clock.after(Math.min(...left), () => this.#show());
  }
}

/** Latin takes one column, Chinese two. */
function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 1 : 2), 0);
}
