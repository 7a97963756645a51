/**
 * The clerk's call pad at a window: keys become commands that carry the view they were pressed on (failure rule F13) and
 * the press's own id; what the hub refuses is shown at the pad.
 */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { KeyPress, Keypad } from '../../drivers/keypad/keypad.ts';
import { Signal } from '../../drivers/signal.ts';
import { businessDay } from '../business-day.ts';
import { zCalledByHandResult } from '../contract/call.ts';
import type { Answered, HallLink, Sent } from '../contract/hall-link.ts';
import type { ClerkId, ServiceId, TicketNumber, WindowId } from '../contract/terms.ts';
import type { SeenWindowView } from '../contract/view.ts';
import type { Device } from '../device.ts';
import { DigitEntry } from './digit-entry.ts';
import { numberCandidates } from './number-candidates.ts';
import { displayText, type FaceState, lampStates, type Typing } from './pad-face.ts';
import { type PadLanguage, type PadText, type PadWords, refusalText } from './pad-words.ts';
import { plainCommand } from './plain-command.ts';
import { PressLock } from './press-lock.ts';

export interface CallPadSettings {
  readonly id: string;
  readonly window: WindowId;
  readonly pad: Keypad;
  readonly link: HallLink;
  readonly words: PadWords;
  /** What digits before `transfer` mean: `12` the window with that sign, `01` a service. */
  readonly targets?: ReadonlyMap<string, { readonly service: ServiceId } | { readonly window: WindowId }>;
  /** Prefixes that ticket numbers have here, and their digits: `7` then means A007. */
  readonly prefixes?: readonly string[];
  readonly numberDigits?: number;
  /** What a clerk types to a clerk's id; without it the typed number is the id. */
  readonly clerks?: ReadonlyMap<string, ClerkId>;
  /** The hall's life of a command (F13). */
  readonly commandLifeMs?: number;
  /** Without a hub, a typed number is called by hand (F14): pad and board are on one box. */
  readonly byHand?: boolean;
  /** The hall's, for the day of a call by hand; default UTC. */
  readonly timeZone?: string;
  /** Chinese (default) only where the pad has the characters. */
  readonly language?: PadLanguage;
}

const maxDigits = 12;
const typingTimeoutMs = 8000;
const noticeMs = 2000;
const shownKept = 4;
const defaultLifeMs = 10_000;
const defaultDigits = 3;
const digitKey = /^digit-(\d)$/;

export class CallPad implements Device {
  readonly role = 'call-pad';
  readonly id: string;
  readonly changed: Signal;
  readonly #context: Context;
  readonly #settings: CallPadSettings;
  readonly #asks: PressLock;
  readonly #entry = new DigitEntry(maxDigits);
  readonly #counters = { asked: 0, refusedHere: 0, refusedByHub: 0, timedOut: 0 };
  #stops: (() => void)[] = [];
  #view: SeenWindowView | undefined;
  /** Revisions that were shown, newest first, and since when: a press belongs to the one its clerk saw (F13). */
  #shown: { readonly rev: number | undefined; readonly sinceMs: number }[] = [];
  #typing: Typing | undefined;
  #clerk = '';
  #offered: TicketNumber[] = [];
  #notice: { readonly text: string; readonly key: string | undefined; readonly timer: Timer } | undefined;
  #typingTimer: Timer | undefined;

  constructor(context: Context, settings: CallPadSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    this.#asks = new PressLock(this.#settings.commandLifeMs ?? defaultLifeMs);
  }

  start(): void {
    if (this.#stops.length > 0) return;
    const { pad, link, window } = this.#settings;
    link.onAnswer((answered) => this.#answered(answered));
    this.#stops = [
      pad.pressed.on((press) => this.#press(press)),
      pad.healthChanged.on(({ state }) => {
        // What was half typed when the pad went away is nobody's number.
        if (state !== 'ready' && state !== 'busy') this.#stopTyping();
      }),
      link.onWindowView(window, (view) => this.#viewed(view)),
    ];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#stopTyping();
    this.#hideNotice();
    this.#asks.clear();
    await this.#settings.pad.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return { unanswered: this.#asks.open, typing: this.#typing ?? null, ...this.#counters };
  }

  #viewed(view: SeenWindowView | undefined): void {
    this.#view = view;
    // What this box composed itself is no revision of the hub's.
    const rev = view?.by_hand === true ? undefined : view?.window_rev;
    this.#shown.unshift({ rev, sinceMs: this.#context.clock.monotonicMs() });
    this.#shown.length = Math.min(this.#shown.length, shownKept);
    if (view !== undefined) this.#asks.seen(view.window_rev);
    this.#show();
  }

  #press(press: KeyPress): void {
    // Who types goes on: an old notice would hide it.
    this.#hideNotice();
    const digit = digitKey.exec(press.key)?.[1];
    if (digit !== undefined) this.#digit(digit);
    else if (press.key === 'clear') this.#stopTyping();
    else if (press.key === 'enter') this.#enter(press);
    else this.#command(press);
    this.#show();
  }

  #digit(digit: string): void {
    this.#offered = [];
    this.#typing ??= 'number';
    if (!this.#entry.type(digit)) this.#refuse(this.#text('too-long'), undefined);
    this.#keepTyping();
  }

  #enter(press: KeyPress): void {
    const [offered] = this.#offered;
    if (offered !== undefined) this.#callNumber(press, offered);
    else if (this.#typing === 'transfer') this.#transfer(press);
    else if (this.#typing === 'clerk') this.#clerkTyped(press);
    else if (this.#typing === 'pin') this.#login(press);
    else if (this.#typing === 'number') this.#offer(press);
  }

  #command(press: KeyPress): void {
    const typed = this.#entry.text !== '';
    switch (press.key) {
      case 'call':
        if (this.#offered.length > 1) this.#offered.push(...this.#offered.splice(0, 1));
        else this.#offer(press);
        return;
      case 'transfer':
        if (typed) this.#transfer(press);
        else this.#type('transfer');
        return;
      case 'login':
        this.#stopTyping();
        this.#type('clerk');
        return;
    }
    const command = plainCommand(
      press.key,
      { window: this.#settings.window, ...this.#rev(press) },
      this.#view?.state === 'paused',
    );
    if (command === undefined) {
      this.#refuse(this.#text('no-key'), press.key);
      return;
    }
    this.#stopTyping();
    this.#ask(press, command);
  }

  /** Which ticket is meant: at once where only one can be, else `call` goes to the next and `enter` takes it. */
  #offer(press: KeyPress): void {
    const { prefixes = [], numberDigits = defaultDigits } = this.#settings;
    const candidates = numberCandidates(this.#entry.text, this.#view?.held ?? [], prefixes, numberDigits);
    const [first] = candidates;
    if (first === undefined) this.#refuse(this.#text('type-number'), press.key);
    else if (candidates.length === 1) this.#callNumber(press, first);
    else {
      this.#offered = [...candidates];
      this.#keepTyping();
    }
  }

  #callNumber(press: KeyPress, number: TicketNumber): void {
    const { window, link } = this.#settings;
    this.#stopTyping();
    if (this.#byHand) {
      const day = businessDay(this.#settings.timeZone ?? 'UTC', link.hubNowMs());
      this.#ask(press, { type: 'CalledByHand', data: { window, number, day } }, `by hand ${number}`);
    } else this.#ask(press, { type: 'CallNumber', data: { window, number, ...this.#rev(press) } });
  }

  get #byHand(): boolean {
    return this.#settings.byHand === true && !this.#settings.link.hub.fresh;
  }

  #transfer(press: KeyPress): void {
    const digits = this.#entry.text;
    const to = this.#settings.targets?.get(digits);
    this.#stopTyping();
    if (to === undefined)
      this.#refuse(digits === '' ? this.#text('to-where') : `${this.#text('no-target')} ${digits}`, press.key);
    else this.#ask(press, { type: 'Transfer', data: { window: this.#settings.window, to, ...this.#rev(press) } });
  }

  #clerkTyped(press: KeyPress): void {
    this.#clerk = this.#entry.take();
    if (this.#clerk !== '') {
      this.#type('pin');
      return;
    }
    // An empty number is nobody: log out.
    this.#stopTyping();
    this.#ask(press, { type: 'ClerkLogout', data: { window: this.#settings.window } });
  }

  #login(press: KeyPress): void {
    const pin = this.#entry.take();
    const clerk = this.#settings.clerks?.get(this.#clerk) ?? this.#clerk;
    this.#stopTyping();
    const sealed = this.#settings.link.seal(pin, press.id);
    if (sealed === undefined) this.#refuse(this.#text('no-hub'), press.key);
    else this.#ask(press, { type: 'ClerkLogin', data: { window: this.#settings.window, clerk, sealed_pin: sealed } });
  }

  /** One press, one command, or a refusal that can be seen. */
  #ask(press: KeyPress, command: Sent, what = this.#whatOf(press, command)): void {
    if (!this.#asks.tryTake(what, press.atMs)) {
      this.#refuse(this.#text('wait'), press.key);
      return;
    }
    const written = this.#settings.link.send([{ ...command, id: press.id, atMs: press.atMs }]);
    if (!written.ok) {
      this.#asks.notAsked(what);
      this.#refuse(this.#text(written.reason === 'full' ? 'outbox-full' : 'disk'), press.key);
      return;
    }
    this.#counters.asked += 1;
    this.#context.log.info({ key: press.key, command: command.type }, 'command sent');
    // What does not hang on the view is done with its answer.
    const { window_rev: windowRev } = command.data as { readonly window_rev?: number };
    this.#asks.asked({ what, key: press.key, id: press.id, atMs: press.atMs, windowRev });
  }

  /** Asks of one kind hold each other up. */
  #whatOf({ key }: KeyPress, { type }: Sent): string {
    // `enter` ends many things; the other keys are the thing itself.
    const what = key === 'enter' ? type : key;
    // By hand nobody answers, and the next visitor is another matter.
    return this.#view?.by_hand === true ? `${what} ${this.#view.call?.number ?? ''}` : what;
  }

  #answered({ id, type, data, answer }: Answered): undefined {
    const key = this.#asks.answer(id, answer.ok);
    if (!answer.ok) {
      this.#counters.refusedByHub += 1;
      this.#context.log.info({ command: type, reason: answer.error?.code }, 'command refused by the hub');
      this.#notify(refusalText(answer.error?.code ?? 'refused', this.#settings.words, this.#language), key);
    } else if (type === 'CalledByHand' && zCalledByHandResult.safeParse(answer.result).data?.merged === false) {
      const { number } = data as { readonly number: TicketNumber };
      this.#notify(`${number} ${this.#text('not-merged')}`, key);
    }
    if (this.#view !== undefined) this.#asks.seen(this.#view.window_rev);
    this.#show();
    return undefined;
  }

  #rev({ atMs }: KeyPress): { window_rev?: number } {
    const seen = this.#shown.find(({ sinceMs }) => sinceMs <= atMs) ?? this.#shown.at(-1);
    return seen?.rev === undefined ? {} : { window_rev: seen.rev };
  }

  #type(as: Typing): void {
    this.#typing = as;
    this.#keepTyping();
  }

  #keepTyping(): void {
    const { clock } = this.#context;
    this.#typingTimer?.cancel();
    this.#typingTimer = clock.after(typingTimeoutMs, () => {
      this.#counters.timedOut += 1;
      this.#stopTyping();
      this.#notify(this.#text('time-out'), undefined);
      this.#show();
    });
  }

  #stopTyping(): void {
    this.#typingTimer?.cancel();
    this.#typingTimer = undefined;
    this.#entry.take();
    this.#typing = undefined;
    this.#clerk = '';
    this.#offered = [];
  }

  get #language(): PadLanguage {
    return this.#settings.pad.displayChinese === true ? (this.#settings.language ?? 'zh') : 'en';
  }

  #text(text: PadText): string {
    return this.#settings.words.face[text][this.#language];
  }

  #refuse(text: string, key: string | undefined): void {
    this.#counters.refusedHere += 1;
    this.#context.log.info({ key, shown: text }, 'press refused here');
    this.#notify(text, key);
  }

  #hideNotice(): void {
    this.#notice?.timer.cancel();
    this.#notice = undefined;
  }

  #notify(text: string, key: string | undefined): void {
    this.#hideNotice();
    const timer = this.#context.clock.after(noticeMs, () => {
      this.#notice = undefined;
      this.#show();
    });
    this.#notice = { text, key, timer };
  }

  #show(): void {
    const { pad } = this.#settings;
    const face: FaceState = {
      view: this.#view,
      typing: this.#typing === undefined ? undefined : { as: this.#typing, text: this.#entry.text },
      offered: this.#offered[0],
      notice: this.#notice,
      byHand: this.#byHand,
    };
    pad.setDisplay(displayText(face, pad.displayColumns, (word) => this.#text(word)));
    pad.setLamps(lampStates(face));
    this.changed.emit();
  }
}
