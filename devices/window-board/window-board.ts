/**
 * The board over a window: shows the window's view, and the stale mark whenever there is no fresh one (F12). A call
 * counts as shown when the board acknowledged it (F17); a one-way board's call is only `sent`.
 */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { BoardColour, BoardContent, LineDisplay, ShowOutcome } from '../../drivers/line-display/line-display.ts';
import { Signal } from '../../drivers/signal.ts';
import { BoardDay } from '../board-day.ts';
import { boardShows } from '../board-shows.ts';
import { type BoardTexts, fill } from '../board-texts.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { EvtInput } from '../contract/messages.ts';
import type { SeenWindowView } from '../contract/view.ts';
import type { Device } from '../device.ts';

export interface WindowBoardSettings {
  readonly id: string;
  readonly window: string;
  readonly link: HallLink;
  readonly board: LineDisplay;
  readonly texts: BoardTexts;
  readonly timeZone: string;
  readonly language?: 'zh' | 'en';
}

type CallShown = EvtInput<'CallShown'>;
type CallRef = Omit<CallShown, 'outcome'> & { readonly calledAtMs: number };
type Face = 'called' | 'serving' | 'by_hand' | 'idle' | 'paused' | 'closed' | 'stale';

interface Shown {
  readonly face: Face;
  readonly content: BoardContent;
  /** Set while a call is up. */
  readonly call: CallRef | undefined;
}

const reportedNote = 'reported';
const colourOf: Readonly<Record<Face, BoardColour>> = {
  called: 'red',
  serving: 'green',
  by_hand: 'red',
  idle: 'amber',
  paused: 'amber',
  closed: 'amber',
  stale: 'amber',
};
/** The report could not be written: it is tried again. */
const reportRetryMs = 1_000;

export class WindowBoard implements Device {
  readonly id: string;
  readonly role = 'window-board';
  readonly changed: Signal;
  #context: Context;
  #settings: WindowBoardSettings;
  #link: HallLink;
  #board: LineDisplay;
  #stops: (() => void)[] = [];
  #view: SeenWindowView | undefined;
  #shown: Shown | undefined;
  /** The call that blinks until then, monotonic. */
  #blink: { readonly key: string; readonly untilMs: number; readonly timer: Timer } | undefined;
  #outcome: ShowOutcome | 'pending' = 'pending';
  /** The last call whose showing was reported: `2026-11-23/A012#1`. */
  #reported: string | undefined;
  #delayMs: number | undefined;
  #retry: Timer | undefined;
  #day: BoardDay;

  constructor(context: Context, settings: WindowBoardSettings) {
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
    const reported = this.#link.readNotes().get(reportedNote);
    this.#reported = typeof reported === 'string' ? reported : undefined;
    this.#stops.push(
      this.#board.shown.on(({ contentId, outcome }) => this.#onShown(contentId, outcome)),
      this.#link.onWindowView(this.#settings.window, (view) => {
        this.#view = view;
        this.#show();
      }),
    );
    this.#day.start();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#blink?.timer.cancel();
    this.#retry?.cancel();
    this.#day.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    const { face, content, call } = this.#shown ?? {};
    return {
      window: this.#settings.window,
      face: face ?? 'none',
      texts: content?.lines.map(({ text }) => text) ?? [],
      outcome: this.#outcome,
      shows: boardShows(this.#board, this.#outcome),
      self_clears: this.#board.capabilities.selfClears,
      ...(call === undefined ? {} : { ticket: call.ticket, call: call.call }),
      ...(this.#delayMs === undefined ? {} : { press_to_shown_ms: this.#delayMs }),
    };
  }

  #show(): void {
    const next = this.#compose();
    if (next.content.id === this.#shown?.content.id) return;
    const calls = next.face === 'by_hand' || (next.call !== undefined && keyOf(next.call) !== this.#reported);
    if (next.face !== this.#shown?.face) this.#context.log.info({ face: next.face }, 'the board changes its face');
    this.#shown = next;
    this.#outcome = 'pending';
    const { long } = this.#settings.texts;
    const lines = next.content.lines.map((line) => ({ ...line, long }));
    this.#board.show({ ...next.content, lines }, { urgent: calls });
    this.changed.emit();
  }

  #compose(): Shown {
    const view = this.#view;
    const { texts, language = 'zh', id: board, window } = this.#settings;
    const stale = () => face('stale', 'stale', texts.stale, { short: texts.stale[0] ?? '' });
    if (view === undefined) return stale();
    const fields = { number: view.call?.number ?? '', window: view.number, name: view.name[language] };
    const lines = (which: Exclude<Face, 'stale'>) => texts[which].map((text) => fill(text, fields));
    // What this box composed itself says who was called, and nothing of the hall (F14).
    if (view.by_hand === true && view.call === null) return stale();
    if (view.call === null) {
      const idle = view.state === 'open' ? 'idle' : view.state;
      return face(idle, `${idle} ${lines(idle).join('/')}`, lines(idle), { short: '' });
    }
    const { ticket, call, called_at: calledAtMs, status, number } = view.call;
    const key = `${ticket}#${call}`;
    if (view.by_hand === true) {
      const handKey = `by hand ${key}`;
      const blinks = status === 'called' && this.#blinks(handKey);
      const id = `${handKey} ${blinks ? 'new' : 'steady'}`;
      return face('by_hand', id, lines('by_hand'), { short: number, blink: blinks });
    }
    if (status === 'serving') return face('serving', `serving ${key}`, lines('serving'), { short: number });
    // The first view of this call is the one acknowledged: later revisions of the window show the same.
    const known = this.#shown?.call;
    const reference =
      known !== undefined && keyOf(known) === key
        ? known
        : { window, board, ticket, call, epoch: view.epoch, rev: view.rev, calledAtMs };
    const blink = this.#blinks(key);
    const phase = blink ? 'new' : 'steady';
    return face('called', `called ${key} ${phase}`, lines('called'), { short: number, blink, call: reference });
  }

  /** A new call blinks for its time; a call already reported before a restart does not start again. */
  #blinks(key: string): boolean {
    const nowMs = this.#context.clock.monotonicMs();
    if (this.#blink?.key !== key) {
      this.#blink?.timer.cancel();
      const lengthMs = key === this.#reported ? 0 : this.#settings.texts.blink_s * 1000;
      this.#blink = { key, untilMs: nowMs + lengthMs, timer: this.#context.clock.after(lengthMs, () => this.#show()) };
    }
    return nowMs < this.#blink.untilMs;
  }

  #onShown(contentId: string, outcome: ShowOutcome): void {
    const shown = this.#shown;
    if (shown?.content.id !== contentId) return;
    this.#outcome = outcome;
    if (shown.call !== undefined) this.#report(shown.call, outcome);
    this.changed.emit();
  }

  #report(reference: CallRef, outcome: ShowOutcome): void {
    const key = keyOf(reference);
    if (key === this.#reported) return;
    const { calledAtMs, ...call } = reference;
    this.#retry?.cancel();
    // The note keeps a restarted box from reporting, and blinking, the same call again.
    const notes = [{ key: reportedNote, value: key }];
    if (!this.#link.send([{ type: 'CallShown', data: { ...call, outcome } }], notes).ok) {
      this.#retry = this.#context.clock.after(reportRetryMs, () => this.#report(reference, outcome));
      return;
    }
    this.#reported = key;
    this.#delayMs = Math.max(0, this.#link.hubNowMs() - calledAtMs);
    this.#context.log.info({ ticket: call.ticket, call: call.call, outcome, after_ms: this.#delayMs }, 'call shown');
  }
}

function keyOf(call: CallRef): string {
  return `${call.ticket}#${call.call}`;
}

function face(
  which: Face,
  id: string,
  texts: readonly string[],
  more: { readonly short: string; readonly blink?: boolean; readonly call?: CallRef },
): Shown {
  const lines = texts.map((text, index) => ({
    text,
    colour: colourOf[which],
    // The number blinks; where to go stays readable.
    ...(more.blink === true && index === 0 ? { blink: true } : {}),
  }));
  return { face: which, content: { id, lines, short: more.short }, call: more.call };
}
