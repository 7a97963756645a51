/**
 * The order of every node's events (F9, F10): a stream is applied strictly in order, nothing beyond a gap; one stream a
 * node is adopted, another waits for a technician.
 */
import type { EvtEnvelope } from '../../devices/contract/envelope.ts';
import type { StreamMark } from '../store/store.ts';

export type Placed =
  /** The next of its stream; `lost`: so many before it will never come, this hub had them and forgot (F11). */
  | { readonly kind: 'next'; readonly mark: StreamMark; readonly lost: number }
  /** Applied before: the stored answer is due again. */
  | { readonly kind: 'repeat'; readonly mark: StreamMark }
  /** Something before it is missing. */
  | { readonly kind: 'gap'; readonly mark: StreamMark }
  /** So many cannot be missing: nothing moves. */
  | { readonly kind: 'implausible'; readonly mark: StreamMark }
  | { readonly kind: 'refused'; readonly error: 'stream-unknown' };

/** Events of one box in all its life, and more than any hub forgets. */
const stepReach = 100_000_000;

export class Streams {
  /** By node: the adopted stream's mark. */
  #marks = new Map<string, StreamMark>();
  /** Of streams that were a node's before another was adopted, by node and stream: an old box may come back. */
  #left = new Map<string, StreamMark>();
  /** Streams that knocked and wait for a technician. */
  readonly waiting = new Map<string, { readonly stream: string; readonly first: number }>();

  load(marks: readonly StreamMark[]): void {
    for (const mark of marks) {
      if (mark.adopted) this.#marks.set(mark.node, mark);
      else this.#left.set(`${mark.node} ${mark.stream}`, mark);
    }
  }

  mark(node: string): StreamMark | undefined {
    return this.#marks.get(node);
  }

  place(envelope: EvtEnvelope): Placed {
    const { node, stream, seq } = envelope;
    let mark = this.#marks.get(node);
    if (mark === undefined) {
      // A node never seen before is adopted with its first stream, from the oldest event it still holds.
      mark = { node, stream, upto: (envelope.first ?? 1) - 1, happenedAt: 0, adopted: true };
    }
    // Of a box never seen before a technician decides.
    const strange = !this.#marks.has(node) && mark.upto > stepReach;
    if (strange || mark.stream !== stream) {
      this.waiting.set(node, { stream, first: envelope.first ?? seq });
      return { kind: 'refused', error: 'stream-unknown' };
    }
    if (seq <= mark.upto) return { kind: 'repeat', mark };
    if (seq === mark.upto + 1) return { kind: 'next', mark, lost: 0 };
    // The box holds nothing older: it was answered all of that.
    if (seq !== envelope.first) return { kind: 'gap', mark };
    if (seq - mark.upto > stepReach) return { kind: 'implausible', mark };
    return { kind: 'next', mark: { ...mark, upto: seq - 1 }, lost: seq - 1 - mark.upto };
  }

  advance(mark: StreamMark, seq: number, happenedAt: number): StreamMark {
    const next = { ...mark, upto: seq, happenedAt: Math.max(mark.happenedAt, happenedAt) };
    this.#marks.set(mark.node, next);
    return next;
  }

  /** As it was before events that could not be stored. */
  restore(node: string, mark: StreamMark | undefined): void {
    if (mark === undefined) this.#marks.delete(node);
    else this.#marks.set(node, mark);
  }

  /** A technician takes the new box's stream; its first event is the oldest it holds. Gives the marks to write. */
  adopt(node: string): readonly StreamMark[] {
    const knocking = this.waiting.get(node);
    if (knocking === undefined) return [];
    const before = this.#marks.get(node);
    const { stream, first } = knocking;
    const known = this.#left.get(`${node} ${stream}`);
    const upto = Math.max(first - 1, known?.upto ?? 0);
    const mark = { node, stream, upto, happenedAt: known?.happenedAt ?? 0, adopted: true };
    this.#left.delete(`${node} ${stream}`);
    if (before !== undefined) this.#left.set(`${node} ${before.stream}`, { ...before, adopted: false });
    this.#marks.set(node, mark);
    this.waiting.delete(node);
    return [...(before === undefined ? [] : [{ ...before, adopted: false }]), mark];
  }
}
