/**
 * From key inputs to clean presses, each once: debounce, line repeats, two keys, stuck keys, holds. Every edge that goes
 * down ends as exactly one press or one rejection. Pure but for its memory; time comes in.
 */
import { Contact } from './debounce.ts';
import type { KeyRejection } from './keypad.ts';
import { LineRepeat } from './line-repeat.ts';
import { type Hold, type HoldDecision, LongHold } from './long-hold.ts';
import type { PadInput } from './pad-input.ts';
import { StuckKeys } from './stuck-key.ts';
import { TwoKeys, type Waiting } from './two-keys.ts';

export interface PressTiming {
  readonly debounceMs: number;
  /** How long a press waits for a second key; 0 = counts at once. */
  readonly settleMs: number;
  readonly stuckMs: number;
  readonly repeatMs: number;
  readonly rollover: boolean;
  readonly holds: ReadonlyMap<string, Hold>;
}

export type FilterOutput =
  | ({ readonly kind: 'press' } & HoldDecision)
  | ({ readonly kind: 'rejected' } & KeyRejection)
  | { readonly kind: 'stuck'; readonly key: string; readonly on: boolean };

export class PressFilter {
  readonly #timing: PressTiming;
  readonly #contacts = new Map<string, Contact>();
  readonly #repeats: LineRepeat;
  readonly #twoKeys: TwoKeys;
  readonly #stuck: StuckKeys;
  readonly #holds: LongHold;

  constructor(timing: PressTiming) {
    this.#timing = timing;
    this.#repeats = new LineRepeat(timing.repeatMs);
    this.#twoKeys = new TwoKeys(timing.settleMs, timing.rollover);
    this.#stuck = new StuckKeys(timing.stuckMs);
    this.#holds = new LongHold(timing.holds);
  }

  get stuckKeys(): readonly string[] {
    return this.#stuck.keys;
  }

  get downKeys(): readonly string[] {
    return [...this.#contacts].filter(([, contact]) => contact.down).map(([key]) => key);
  }

  /** When `settle` must be called at the latest. */
  get dueMs(): number | undefined {
    const dues = [this.#twoKeys.dueMs, this.#holds.dueMs];
    for (const [key, contact] of this.#contacts) {
      dues.push(contact.dueMs);
      if (contact.down && !this.#stuck.has(key)) dues.push(this.#stuck.dueMs(contact.sinceMs));
    }
    for (const key of this.#stuck.keys)
      if (this.#contacts.get(key)?.down !== true) dues.push(this.#repeats.endsMs(key) + 1);
    const known = dues.filter((due) => due !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  take(input: PadInput, atMs: number): FilterOutput[] {
    const out = this.settle(atMs);
    switch (input.kind) {
      case 'tap':
        this.#tap(input.key, input.count, atMs, out);
        break;
      case 'edge':
        if (input.down) this.#down([input.key], atMs, out);
        else this.#contacts.get(input.key)?.release(atMs);
        break;
      case 'held':
        this.#held(input.keys, input.answer, atMs, out);
        break;
      case 'unknown':
        out.push({ kind: 'rejected', key: input.code, atMs, reason: 'unknown-key' });
        break;
      case 'bad-check':
        out.push({ kind: 'rejected', key: '', atMs, reason: 'bad-check' });
        break;
    }
    return out;
  }

  settle(nowMs: number): FilterOutput[] {
    const out: FilterOutput[] = [];
    const settled = this.#twoKeys.settle(nowMs);
    if (settled !== undefined) this.#decide(settled, out);
    for (const [key, contact] of this.#contacts) {
      if (contact.down && this.#stuck.held(key, nowMs - contact.sinceMs)) out.push({ kind: 'stuck', key, on: true });
      if (contact.settle(nowMs) === 'released') this.#released(key, nowMs, out);
    }
    for (const key of this.#stuck.keys) if (this.#ranOut(key, nowMs)) this.#released(key, nowMs, out);
    for (const held of this.#holds.settle(nowMs)) out.push({ kind: 'press', ...held });
    return out;
  }

  /** The pad is gone: what was pressed stands, what was half-made is dropped and counted. */
  lost(nowMs: number): FilterOutput[] {
    const out = this.settle(nowMs);
    const waiting = this.#twoKeys.takeWaiting();
    if (waiting !== undefined) this.#decide(waiting, out);
    for (const dropped of this.#holds.drop()) out.push({ kind: 'rejected', ...dropped, reason: 'pad-lost' });
    for (const key of this.#stuck.keys) out.push({ kind: 'stuck', key, on: false });
    this.#stuck.reset();
    this.#contacts.clear();
    return out;
  }

  #tap(key: string, count: number | undefined, atMs: number, out: FilterOutput[]): void {
    if (this.#repeats.again(key, count, atMs)) {
      out.push({ kind: 'rejected', key, atMs, reason: this.#stuck.has(key) ? 'stuck' : 'repeat' });
      if (this.#stuck.held(key, this.#repeats.runningMs(key, atMs))) out.push({ kind: 'stuck', key, on: true });
      return;
    }
    if (this.#stuck.mistrusted(key, atMs)) out.push({ kind: 'rejected', key, atMs, reason: 'stuck' });
    else this.#candidates([key], atMs, false, out);
  }

  #down(keys: readonly string[], atMs: number, out: FilterOutput[]): void {
    const fresh: string[] = [];
    const othersDown = [...this.#contacts].some(
      ([key, contact]) => contact.down && !keys.includes(key) && !this.#stuck.has(key),
    );
    for (const key of keys) {
      const verdict = this.#contact(key).press(atMs);
      const mistrusted = this.#stuck.mistrusted(key, atMs);
      if (verdict === 'press' && !mistrusted) fresh.push(key);
      else {
        const reason = mistrusted ? 'stuck' : verdict === 'repeat' ? 'repeat' : 'chatter';
        out.push({ kind: 'rejected', key, atMs, reason });
      }
    }
    if (fresh.length > 0) this.#candidates(fresh, atMs, othersDown, out);
  }

  #held(keys: readonly string[], answer: boolean, atMs: number, out: FilterOutput[]): void {
    const before = this.#downRaw;
    for (const key of before) if (!keys.includes(key)) this.#contacts.get(key)?.release(atMs);
    const fresh = keys.filter((key) => !before.includes(key));
    if (!answer) {
      if (fresh.length > 0) this.#down(fresh, atMs, out);
      return;
    }
    for (const key of fresh) {
      this.#contact(key).press(atMs);
      out.push({ kind: 'rejected', key, atMs, reason: 'held-at-start' });
    }
  }

  /** A pad that reports presses only has stopped repeating one. */
  #ranOut(key: string, nowMs: number): boolean {
    return this.#contacts.get(key)?.down !== true && nowMs > this.#repeats.endsMs(key);
  }

  /** Keys that the pad reports as down, bounces included. */
  get #downRaw(): readonly string[] {
    return [...this.#contacts].filter(([, contact]) => contact.raw).map(([key]) => key);
  }

  #candidates(keys: readonly string[], atMs: number, othersDown: boolean, out: FilterOutput[]): void {
    const { clean, refused } = this.#twoKeys.press(keys, atMs, othersDown);
    for (const waiting of refused) out.push({ kind: 'rejected', ...waiting, reason: 'two-keys' });
    for (const waiting of clean) this.#decide(waiting, out);
  }

  #decide({ key, atMs }: Waiting, out: FilterOutput[]): void {
    // A pad that reports no release has no held keys.
    const holdable = this.#contacts.get(key)?.down === true;
    const decided = holdable ? this.#holds.press(key, atMs) : { key, atMs, heldMs: 0 };
    if (decided !== undefined) out.push({ kind: 'press', ...decided });
  }

  #released(key: string, nowMs: number, out: FilterOutput[]): void {
    if (this.#stuck.released(key, nowMs)) out.push({ kind: 'stuck', key, on: false });
    const plain = this.#holds.release(key);
    if (plain !== undefined) out.push({ kind: 'press', ...plain });
  }

  #contact(key: string): Contact {
    const present = this.#contacts.get(key) ?? new Contact(this.#timing.debounceMs);
    this.#contacts.set(key, present);
    return present;
  }
}
