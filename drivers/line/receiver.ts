/** Finds the answer in what came back: drops an adapter's echo and noise, keeps a bounded buffer, and tells broken frames from silence. */
import type { Exchange } from './line.ts';

export type Received<Answer> =
  | { readonly kind: 'more' }
  /** A frame came and was broken: nothing good will follow. */
  | { readonly kind: 'garbled' }
  | { readonly kind: 'answer'; readonly answer: Answer };

export class Receiver<Answer> {
  #request: Uint8Array;
  #expected: NonNullable<Exchange<Answer>['answer']>;
  #buffer = new Uint8Array(0);
  #echoPending: boolean;
  #garbled = false;

  constructor(request: Uint8Array, expected: NonNullable<Exchange<Answer>['answer']>) {
    this.#request = request;
    this.#expected = expected;
    this.#echoPending = expected.mayRepeatRequest !== true;
  }

  get empty(): boolean {
    return this.#buffer.length === 0;
  }

  get broken(): boolean {
    return this.#garbled;
  }

  take(bytes: Uint8Array): Received<Answer> {
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    // An adapter's echo may stand before the answer; more than both together is noise, of which the end is kept.
    const limit = this.#expected.maxBytes + this.#request.length;
    this.#buffer = joined.length > limit ? joined.slice(joined.length - limit) : joined;
    if (joined.length > limit) this.#garbled = true;
    return this.#look();
  }

  #look(): Received<Answer> {
    if (this.#echoPending) {
      const length = Math.min(this.#buffer.length, this.#request.length);
      const same = this.#buffer.subarray(0, length).every((byte, index) => byte === this.#request[index]);
      if (same && length < this.#request.length) return { kind: 'more' };
      this.#echoPending = false;
      if (same) this.#buffer = this.#buffer.slice(length);
    }
    while (this.#buffer.length > 0) {
      const parsed = this.#expected.parse(this.#buffer);
      if (parsed.kind === 'more') break;
      this.#buffer = this.#buffer.slice(Math.max(1, parsed.bytes));
      if (parsed.kind === 'answer') return { kind: 'answer', answer: parsed.answer };
      if (parsed.garbled === true) this.#garbled = true;
    }
    return this.#garbled ? { kind: 'garbled' } : { kind: 'more' };
  }

  /** What is left after the answer. A second whole answer means two stations with one address. */
  second(): boolean {
    this.#echoPending = false;
    return this.#look().kind === 'answer';
  }
}
