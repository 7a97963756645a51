/** What is going to happen, in order of time: a binary heap, ties in order of entry. */
export interface AgendaEntry {
  readonly at: number;
  readonly order: number;
}

export class Agenda<Entry extends AgendaEntry> {
  readonly #heap: Entry[] = [];

  get first(): Entry | undefined {
    return this.#heap[0];
  }

  add(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!earlier(entry, heap[parent] as Entry)) break;
      heap[child] = heap[parent] as Entry;
      child = parent;
    }
    heap[child] = entry;
  }

  takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && earlier(right, heap[child] as Entry)) child += 1;
      if (!earlier(heap[child] as Entry, last)) break;
      heap[hole] = heap[child] as Entry;
      hole = child;
    }
    heap[hole] = last;
  }
}

function earlier(a: AgendaEntry, b: AgendaEntry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
