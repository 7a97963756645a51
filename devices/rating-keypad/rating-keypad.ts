/**
 * The satisfaction-rating keypad at a window (failure rule F15): armed by the window's view for exactly one service, its
 * lamps are the prompt, the first clean press decides, everything else is evidence and no rating.
 */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { KeyPress, Keypad, KeyRejection, LampState } from '../../drivers/keypad/keypad.ts';
import { Signal } from '../../drivers/signal.ts';
import type { HallLink, NoteChange, Sent } from '../contract/hall-link.ts';
import type { RatingLevel, ServingId, WindowId } from '../contract/terms.ts';
import type { WindowView } from '../contract/view.ts';
import type { Device } from '../device.ts';
import { RateLimit } from '../rate-limit.ts';

export interface RatingKeypadSettings {
  readonly id: string;
  readonly window: WindowId;
  readonly pad: Keypad;
  readonly link: HallLink;
}

type Answer = RatingLevel | typeof declineKey;

interface Arming {
  readonly serving: ServingId;
  /** Hub time. */
  readonly untilMs: number;
  /** Monotonic: presses before it were not answers to this prompt. */
  readonly sinceMs: number;
}

/** A pad that sends no release repeats a key that stays down; fingers pause longer, or press less often. */
const sameRunMs = 1000;
const stuckRun = 3;
const thanksMs = 2000;
const refusalMs = 2000;
/** A replug takes less; a pad that is away longer cannot be answered on. */
const padAwayAfterMs = 2000;
/** The visitor was asked, and declined. Only some pads have this key. */
const declineKey = 'decline';
const levelKey = /^level-([1-5])$/;
/** Pads with keys for the reasons of a low rating: `reason-slow` is the reason `slow`. */
const reasonKey = /^reason-([a-z0-9][a-z0-9-]*)$/;
const reasonsFromLevel = 2;
const reasonsMs = 15_000;
/** The note that survives a restart: the serving that this pad has settled. */
const settledNote = 'settled';
const unavailableNote = 'unavailable';

export class RatingKeypad implements Device {
  readonly role = 'rating-keypad';
  readonly id: string;
  readonly changed: Signal;
  readonly #context: Context;
  readonly #settings: RatingKeypadSettings;
  readonly #counters = { rated: 0, declined: 0, strays: 0, straysDropped: 0, unavailable: 0, refused: 0 };
  #stops: (() => void)[] = [];
  #armed: Arming | undefined;
  /** The low rating whose reasons may still be pressed, and those that were not yet. */
  #reasons: { readonly serving: ServingId; readonly left: ReadonlySet<string> } | undefined;
  /** The last arming that a press decided, until its time is over: later presses are told apart from stray ones. */
  #settled: { readonly serving: ServingId; readonly untilMs: number } | undefined;
  #expiry: Timer | undefined;
  #face: { readonly lamps: Readonly<Record<string, LampState>>; readonly timer: Timer } | undefined;
  #away: Timer | undefined;
  /** Evidence is kept, a child playing with the pad is counted. */
  readonly #evidence: RateLimit;
  /** The key pressed last, since when without a pause, and how often. */
  #run = { key: '', sinceMs: 0, lastMs: 0, count: 0 };

  constructor(context: Context, settings: RatingKeypadSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    this.#evidence = new RateLimit(context.clock);
  }

  start(): void {
    if (this.#stops.length > 0) return;
    const { pad, link, window } = this.#settings;
    link.onAnswer(() => undefined);
    this.#stops = [
      pad.pressed.on((press) => this.#press(press)),
      pad.rejected.on((rejection) => this.#rejected(rejection)),
      pad.healthChanged.on(() => this.#watchPad()),
      link.onWindowView(window, (view) => this.#view(view)),
    ];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#disarm();
    this.#face?.timer.cancel();
    this.#face = undefined;
    await this.#settings.pad.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      armed: this.#armed !== undefined,
      ...(this.#armed === undefined ? {} : { serving: this.#armed.serving, armed_until: this.#armed.untilMs }),
      ...this.#counters,
    };
  }

  /** A stale view changes nothing: what was armed stays armed for its time, and nothing new is. */
  #view(view: WindowView | undefined): void {
    if (view === undefined) return;
    const { rating } = view;
    if (rating === null) {
      this.#disarm();
      return;
    }
    const { serving, armed_until: untilMs } = rating;
    const before = this.#armed?.serving === serving ? this.#armed : undefined;
    if ((before !== undefined && before.untilMs >= untilMs) || this.#isSettled(serving)) return;
    const { link } = this.#settings;
    const { clock } = this.#context;
    const leftMs = untilMs - link.hubNowMs();
    this.#disarm();
    if (leftMs <= 0) return;
    // The clerk may have invited again: the time is longer, the prompt the same.
    this.#armed = { serving, untilMs, sinceMs: before?.sinceMs ?? clock.monotonicMs() };
    this.#reasons = undefined;
    this.#expiry = clock.after(leftMs, () => this.#expired());
    this.#face?.timer.cancel();
    this.#face = undefined;
    this.#changed();
    this.#watchPad();
  }

  #press(press: KeyPress): void {
    const reason = reasonKey.exec(press.key)?.[1];
    if (reason !== undefined) {
      this.#reason(press, reason);
      return;
    }
    const answer = answerOf(press.key);
    if (answer === undefined) return;
    const { link } = this.#settings;
    const { clock } = this.#context;
    const armed = this.#armed;
    const run = this.#runOf(press);
    const pressedHubMs = link.hubNowMs() - (clock.monotonicMs() - press.atMs);
    if (armed === undefined || press.atMs < armed.sinceMs || pressedHubMs > armed.untilMs) {
      this.#stray(press.key, press.atMs, this.#strayReason(pressedHubMs), press.id);
      return;
    }
    // It was down before the prompt: nobody's answer.
    if (run.sinceMs < armed.sinceMs && run.count > stuckRun) this.#stray(press.key, press.atMs, 'stuck', press.id);
    else this.#settle(armed, press, answer);
  }

  #runOf({ key, atMs }: KeyPress): { readonly sinceMs: number; readonly count: number } {
    const goesOn = this.#run.key === key && atMs - this.#run.lastMs < sameRunMs;
    const { sinceMs, count } = goesOn ? this.#run : { sinceMs: atMs, count: 0 };
    this.#run = { key, sinceMs, lastMs: atMs, count: count + 1 };
    return this.#run;
  }

  /** The first clean press decides, also where it is the key that says "no". */
  #settle(armed: Arming, press: KeyPress, answer: Answer): void {
    const { window, link } = this.#settings;
    const { serving, untilMs } = armed;
    const event: Sent =
      answer === declineKey
        ? { type: 'RatingUnavailable', data: { serving, window, reason: 'declined' } }
        : { type: 'RateService', data: { serving, window, level: answer } };
    const written = link.send([{ ...event, id: press.id, atMs: press.atMs }], [{ key: settledNote, value: serving }]);
    if (!written.ok) {
      // Nothing was written, so the visitor must see that it did not count.
      this.#counters.refused += 1;
      this.#context.log.warn({ serving, reason: written.reason }, 'rating refused: it cannot be written to the disk');
      this.#show(this.#allLamps('blink'), refusalMs);
      return;
    }
    this.#counters[answer === declineKey ? 'declined' : 'rated'] += 1;
    this.#settled = { serving, untilMs };
    this.#context.log.info({ serving, level: answer }, answer === declineKey ? 'rating declined' : 'service rated');
    this.#disarm();
    const low = answer !== declineKey && answer <= reasonsFromLevel;
    const reasons = low ? this.#settings.pad.keys.filter((key) => reasonKey.test(key)) : [];
    if (reasons.length === 0) {
      this.#show({ [press.key]: 'on' }, thanksMs);
      return;
    }
    this.#reasons = { serving, left: new Set(reasons) };
    this.#showReasons();
  }

  /** The rating is on its way already: a reason is a word more, lost without harm. */
  #reason(press: KeyPress, reason: string): void {
    const { window } = this.#settings;
    const asked = this.#reasons;
    if (asked === undefined || !asked.left.has(press.key)) {
      this.#stray(press.key, press.atMs, asked === undefined ? 'not-armed' : 'already-rated', press.id);
      return;
    }
    const { serving } = asked;
    this.#send({ type: 'AddRatingReason', data: { serving, window, reason }, id: press.id, atMs: press.atMs });
    this.#reasons = { serving, left: new Set([...asked.left].filter((key) => key !== press.key)) };
    this.#showReasons();
  }

  /** Lit are the reasons that may be pressed; the last one pressed ends it with the thanks of all lamps dark. */
  #showReasons(): void {
    const left = this.#reasons?.left ?? new Set<string>();
    this.#show(Object.fromEntries([...left].map((key) => [key, 'blink' as const])), left.size > 0 ? reasonsMs : 0);
  }

  #rejected({ key, atMs, reason }: KeyRejection): void {
    if (reason === 'two-keys' || reason === 'stuck' || reason === 'held-at-start') this.#stray(key, atMs, reason);
  }

  #strayReason(pressedHubMs: number): 'already-rated' | 'hub-away' | 'not-armed' {
    if (this.#settled !== undefined && pressedHubMs <= this.#settled.untilMs) return 'already-rated';
    return this.#settings.link.hub.fresh ? 'not-armed' : 'hub-away';
  }

  #stray(
    key: string,
    atMs: number,
    reason: 'not-armed' | 'already-rated' | 'two-keys' | 'stuck' | 'held-at-start' | 'hub-away',
    id?: string,
  ): void {
    this.#counters.strays += 1;
    this.#context.log.debug({ key, reason }, 'press that is no rating');
    if (!this.#evidence.tryTake()) this.#counters.straysDropped += 1;
    else {
      this.#send({
        type: 'StrayRating',
        data: { window: this.#settings.window, key, reason },
        atMs,
        ...(id === undefined ? {} : { id }),
      });
    }
    this.#changed();
  }

  /** Evidence and reports: nobody waits for them, so a full outbox is counted and no more. */
  #send(event: Sent, notes: readonly NoteChange[] = []): void {
    if (!this.#settings.link.send([event], notes).ok) this.#counters.refused += 1;
  }

  #expired(): void {
    if (!this.#padHere()) this.#unavailable();
    this.#disarm();
  }

  /** Said once a service. It stays armed: a pad that is back in time may still be answered on. */
  #unavailable(): void {
    const { window, link } = this.#settings;
    const serving = this.#armed?.serving;
    if (serving === undefined || link.readNotes().get(unavailableNote) === serving) return;
    this.#counters.unavailable += 1;
    this.#context.log.warn({ serving }, 'not rated: the pad is away');
    this.#send({ type: 'RatingUnavailable', data: { serving, window, reason: 'pad-away' } }, [
      { key: unavailableNote, value: serving },
    ]);
    this.#changed();
  }

  #watchPad(): void {
    if (this.#armed === undefined || this.#padHere()) {
      this.#away?.cancel();
      this.#away = undefined;
      return;
    }
    this.#away ??= this.#context.clock.after(padAwayAfterMs, () => {
      this.#away = undefined;
      if (!this.#padHere()) this.#unavailable();
    });
  }

  #padHere(): boolean {
    const { state } = this.#settings.pad.health;
    return state === 'ready' || state === 'busy';
  }

  #isSettled(serving: ServingId): boolean {
    return this.#settings.link.readNotes().get(settledNote) === serving;
  }

  #disarm(): void {
    this.#expiry?.cancel();
    this.#away?.cancel();
    this.#expiry = undefined;
    this.#away = undefined;
    this.#armed = undefined;
    this.#changed();
  }

  /** Shows these lamps for a while, then what the state says. */
  #show(lamps: Readonly<Record<string, LampState>>, forMs: number): void {
    this.#face?.timer.cancel();
    const timer = this.#context.clock.after(forMs, () => {
      this.#face = undefined;
      this.#reasons = undefined;
      this.#changed();
    });
    this.#face = { lamps, timer };
    this.#changed();
  }

  #changed(): void {
    this.#settings.pad.setLamps(this.#face?.lamps ?? (this.#armed === undefined ? {} : this.#allLamps('on')));
    this.changed.emit();
  }

  #allLamps(state: LampState): Readonly<Record<string, LampState>> {
    return Object.fromEntries(
      this.#settings.pad.keys.filter((key) => answerOf(key) !== undefined).map((key) => [key, state]),
    );
  }
}

/** What a key answers to the prompt; other keys answer nothing. */
function answerOf(key: string): Answer | undefined {
  if (key === declineKey) return key;
  const level = levelKey.exec(key)?.[1];
  return level === undefined ? undefined : (Number(level) as RatingLevel);
}
