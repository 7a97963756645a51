/**
 * A sorted list in short chunks: insert, remove and first stay cheap at 100,000 elements, and inserting in the middle
 * (a press that arrives late, F8) costs no more than appending. Elements must not change their sort keys while inside.
 */
const chunkLimit = 256;

export class Ordered<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #chunks: T[][] = [];
  #size = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  insert(item: T): void {
    this.#size += 1;
    const chunks = this.#chunks;
    const at = this.#chunkFor(item);
    const chunk = chunks[at];
    if (chunk === undefined) {
      // Beyond everything: the usual case, a new arrival.
      const last = chunks[chunks.length - 1];
      if (last === undefined || last.length >= chunkLimit) chunks.push([item]);
      else last.push(item);
      return;
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item);
    if (chunk.length > chunkLimit) chunks.splice(at + 1, 0, chunk.splice(chunkLimit >> 1));
  }

  remove(item: T): boolean {
    const at = this.#chunkFor(item);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const place = this.#placeIn(chunk, item);
    const found = chunk[place];
    if (found === undefined || this.#compare(found, item) !== 0) return false;
    if (place === 0) chunk.shift();
    else chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size -= 1;
    return true;
  }

  /** How many sort before `item`. */
  countBefore(item: T): number {
    const at = this.#chunkFor(item);
    let count = 0;
    for (let each = 0; each < at; each += 1) count += this.#chunks[each]?.length ?? 0;
    const chunk = this.#chunks[at];
    return chunk === undefined ? count : count + this.#placeIn(chunk, item);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The first chunk whose last element is not before `item`; the number of chunks if there is none. */
  #chunkFor(item: T): number {
    const chunks = this.#chunks;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = chunks[middle] as T[];
      if (this.#compare(chunk[chunk.length - 1] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn(chunk: readonly T[], item: T): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(chunk[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
