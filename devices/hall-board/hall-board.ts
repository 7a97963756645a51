/** The hall board on LED: the newest calls over the lines it has, and the hall's notices on the last; stale like every board (F12). */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { BoardContent, BoardLine, LineDisplay, ShowOutcome } from '../../drivers/line-display/line-display.ts';
import { brightnessAt } from '../board-brightness.ts';
import { type BoardTexts, fill } from '../board-texts.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { HallView } from '../contract/view.ts';
import type { Device } from '../device.ts';

export interface HallBoardSettings {
  readonly id: string;
  readonly texts: BoardTexts;
  readonly timeZone: string;
  /** `{number}` and `{window}` are filled in; the first that fits a line is taken, else the last. */
  readonly formats?: readonly string[];
  /** Only calls to these windows; default all. */
  readonly windows?: ReadonlySet<string>;
  readonly language?: 'zh' | 'en';
}

const defaultFormats = [
  '{number} 请到{window}号窗口',
  '{number} {window}号窗口',
  '{number} {window}号',
  '{number}>{window}',
];
/** On a board of one line this many of the newest calls take turns. */
const turnsOnOneLine = 3;
const brightnessCheckMs = 60_000;

export class HallBoard implements Device {
  readonly id: string;
  readonly role = 'hall-board';
  #settings: HallBoardSettings;
  #hall: HallLink;
  #board: LineDisplay;
  #clock: Clock;
  #stops: (() => void)[] = [];
  #listeners = new Set<() => void>();
  #view: HallView | undefined;
  #content: BoardContent | undefined;
  #outcome: ShowOutcome | 'pending' = 'pending';
  #newest: { readonly key: string; readonly untilMs: number; readonly timer: Timer } | undefined;
  #brightnessTimer: Timer | undefined;

  constructor(settings: HallBoardSettings, hall: HallLink, board: LineDisplay, clock: Clock) {
    this.id = settings.id;
    this.#settings = settings;
    this.#hall = hall;
    this.#board = board;
    this.#clock = clock;
  }

  start(): void {
    this.#stops.push(
      this.#board.onShown((contentId, outcome) => {
        if (contentId !== this.#content?.id) return;
        this.#outcome = outcome;
        this.#tell();
      }),
      this.#hall.onHallView((view) => {
        this.#view = view;
        this.#show();
      }),
    );
    this.#dim();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#newest?.timer.cancel();
    this.#brightnessTimer?.cancel();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      texts: this.#content?.lines.map(({ text }) => text) ?? [],
      stale: this.#view === undefined,
      outcome: this.#outcome,
      self_clears: this.#board.capabilities.selfClears,
    };
  }

  onDetail(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #show(): void {
    const lines = this.#lines();
    const id = JSON.stringify(lines);
    if (id === this.#content?.id) return;
    const urgent = lines.some(({ blink }) => blink === true);
    this.#content = { id, lines, short: this.#calls()[0]?.number ?? '' };
    this.#outcome = 'pending';
    this.#board.show(this.#content, { urgent });
    this.#tell();
  }

  #lines(): readonly BoardLine[] {
    const view = this.#view;
    const { texts, language = 'zh' } = this.#settings;
    if (view === undefined) return texts.stale.map((text): BoardLine => ({ text, colour: 'amber' }));
    const calls = this.#calls();
    const blink = this.#blinks(calls[0]);
    const rows = calls.map(
      (call, index): BoardLine => ({
        text: this.#format(call),
        colour: index === 0 ? 'red' : 'green',
        align: 'left',
        ...(blink && index === 0 ? { blink } : {}),
      }),
    );
    const notice = view.notices.map((text) => text[language]).join('  ');
    if (notice === '') return rows;
    const { lines } = this.#board.capabilities;
    if (lines === 1) return [...rows, { text: notice, colour: 'amber', align: 'left' }];
    const blank = Array.from({ length: Math.max(0, lines - 1 - rows.length) }, (): BoardLine => ({ text: '' }));
    return [...rows, ...blank, { text: notice, colour: 'amber', align: 'left' }];
  }

  /** Those that have a line: the last line is the notices' where there are any. */
  #calls(): HallView['calls'] {
    const view = this.#view;
    if (view === undefined) return [];
    const { lines } = this.#board.capabilities;
    const room = lines === 1 ? turnsOnOneLine : view.notices.length > 0 ? lines - 1 : lines;
    const { windows } = this.#settings;
    return view.calls.filter(({ window }) => windows === undefined || windows.has(window)).slice(0, room);
  }

  #format(call: HallView['calls'][number]): string {
    const { formats = defaultFormats } = this.#settings;
    const { columns } = this.#board.capabilities;
    const filled = formats.map((text) => fill(text, { number: call.number, window: call.window_number }));
    return filled.find((text) => columnsOf(text) <= columns) ?? filled.at(-1) ?? call.number;
  }

  #blinks(call: HallView['calls'][number] | undefined): boolean {
    if (call === undefined) return false;
    const key = `${call.number}#${call.call}@${call.called_at}`;
    const nowMs = this.#clock.monotonicMs();
    if (this.#newest?.key !== key) {
      this.#newest?.timer.cancel();
      const lengthMs = this.#settings.texts.blink_s * 1000;
      this.#newest = { key, untilMs: nowMs + lengthMs, timer: this.#clock.after(lengthMs, () => this.#show()) };
    }
    return nowMs < this.#newest.untilMs;
  }

  #dim(): void {
    const { texts, timeZone } = this.#settings;
    this.#board.setBrightness(brightnessAt(texts.brightness, this.#hall.hubNowMs(), timeZone));
    this.#brightnessTimer = this.#clock.after(brightnessCheckMs, () => this.#dim());
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Latin takes one column, Chinese two. */
function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 1 : 2), 0);
}
