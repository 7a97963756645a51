/**
 * Finds the answer in what came back: drops an adapter's echo and noise, keeps a bounded buffer, and distinguishes broken
 * frames from silence. A frame without a start mark may seem to begin at a stray octet: at silence every later octet is tried.
 */
import type { Exchange } from './line.ts';

export type Received<Answer> =
  | { readonly kind: 'more' }
  /** A frame came and was broken: nothing good will follow. */
  | { readonly kind: 'garbled' }
  /** `repeats`: it is the request, octet by octet; an adapter's echo looks the same. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly repeats: boolean };

/** What is known of the adapter: does it return what it sends? */
export type Echo = 'unknown' | 'yes' | 'no';

type Reading<Answer> = Exclude<Received<Answer>, { kind: 'garbled' }> | { readonly kind: 'echo' };

export class Receiver<Answer> {
  #request: Uint8Array;
  #expected: NonNullable<Exchange<Answer>['answer']>;
  #buffer = new Uint8Array(0);
  /** A copy of the request that comes now is the adapter's. */
  #echoPending: boolean;
  #echoed = false;
  #garbled = false;
  /** A silence found nothing in the buffer as it is. */
  #settled = false;

  constructor(request: Uint8Array, expected: NonNullable<Exchange<Answer>['answer']>, echo: Echo = 'unknown') {
    this.#request = request;
    this.#expected = expected;
    this.#echoPending = expected.mayRepeatRequest !== true || (expected.adapterEcho ?? echo === 'yes');
  }

  get empty(): boolean {
    return this.#buffer.length === 0;
  }

  get broken(): boolean {
    return this.#garbled;
  }

  /** A copy of the request came that cannot be an answer. */
  get echoed(): boolean {
    return this.#echoed;
  }

  take(bytes: Uint8Array): Received<Answer> {
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    this.#settled = false;
    // An adapter's echo may stand before the answer; more than both together is noise, of which the end is kept.
    const limit = this.#expected.maxBytes + this.#request.length;
    this.#buffer = joined.length > limit ? joined.slice(joined.length - limit) : joined;
    if (joined.length > limit) this.#garbled = true;
    return this.#look();
  }

  /** Nothing more comes: an octet that seemed to begin a longer frame is passed over. Keeps the buffer when nothing is found. */
  settle(): Received<Answer> {
    if (this.#settled) return { kind: 'more' };
    this.#settled = true;
    const whole = this.#buffer;
    for (let at = 0; at < whole.length; ) {
      this.#buffer = whole.slice(at);
      const reading = this.#readHead(false);
      if (reading.kind === 'answer') return reading;
      at += Math.max(1, whole.length - at - this.#buffer.length);
    }
    this.#buffer = whole;
    return this.#garbled ? { kind: 'garbled' } : { kind: 'more' };
  }

  #look(): Received<Answer> {
    while (this.#buffer.length > 0) {
      const length = this.#buffer.length;
      const reading = this.#readHead(true);
      if (reading.kind === 'answer') return reading;
      if (this.#buffer.length === length) break;
    }
    return this.#garbled ? { kind: 'garbled' } : { kind: 'more' };
  }

  /** Takes an answer, an echo or what is neither from the head of the buffer; nothing while it may still become one. */
  #readHead(mayGrow: boolean): Reading<Answer> {
    const { mayRepeatRequest = false } = this.#expected;
    if (this.#echoPending && !mayRepeatRequest) {
      const length = Math.min(this.#buffer.length, this.#request.length);
      if (this.#startsLikeRequest(length)) {
        if (length === this.#request.length) return this.#takeEcho();
        if (mayGrow) return { kind: 'more' };
      }
    }
    const parsed = this.#expected.parse(this.#buffer);
    if (parsed.kind === 'more') return parsed;
    const repeats = parsed.bytes === this.#request.length && this.#startsLikeRequest(parsed.bytes);
    if (parsed.kind === 'answer' && repeats && this.#echoPending) return this.#takeEcho();
    this.#buffer = this.#buffer.slice(Math.max(1, parsed.bytes));
    if (parsed.kind === 'answer') return { kind: 'answer', answer: parsed.answer, repeats };
    if (parsed.garbled === true) this.#garbled = true;
    return { kind: 'more' };
  }

  #startsLikeRequest(length: number): boolean {
    for (let at = 0; at < length; at += 1) if (this.#buffer[at] !== this.#request[at]) return false;
    return length > 0;
  }

  #takeEcho(): Reading<Answer> {
    this.#echoPending = false;
    this.#echoed = true;
    this.#buffer = this.#buffer.slice(this.#request.length);
    return { kind: 'echo' };
  }

  /** What is left after the answer. A second whole answer means two stations with one address. */
  second(): boolean {
    this.#echoPending = false;
    return this.#look().kind === 'answer';
  }
}
