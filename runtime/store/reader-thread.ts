/**
 * Questions to the hub's tables, answered by a thread of their own with a connection that cannot write: a manager's report
 * over a week must not keep a kiosk waiting for its number. The thread starts with the first question.
 */
import { Worker } from 'node:worker_threads';
import { StoreError, type StoreErrorCode } from './store-error.ts';

export interface Question {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

export type Rows = readonly Record<string, unknown>[];

export type Answer =
  | { readonly id: number; readonly rows: Rows }
  | { readonly id: number; readonly error: { readonly code: StoreErrorCode | undefined; readonly message: string } };

interface Asking {
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: Error) => void;
}

/** More than pages and reports ask at once: somebody asks without waiting for answers. */
const mostWaiting = 200;

export class ReaderThread {
  #file: string;
  #worker: Worker | undefined;
  #waiting = new Map<number, Asking>();
  #asked = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async query(sql: string, parameters: Question['parameters']): Promise<Rows> {
    if (this.#waiting.size >= mostWaiting)
      throw new StoreError('too-much', `${this.#file}: ${mostWaiting} questions wait for an answer: ask less often`);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<Rows>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // A question alone keeps no process alive; its answer is waited for.
      worker.ref();
      worker.postMessage({ id, sql, parameters } satisfies Question);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(new StoreError('closed', `${this.#file}: the store is not open`));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { workerData: this.#file });
    worker.on('message', (answer: Answer) => this.#take(worker, answer));
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      const said = error instanceof Error ? error.message : String(error);
      this.#fail(new StoreError('io', `${this.#file}: its reader ended (${said}): ask again`));
    });
    worker.unref();
    return worker;
  }

  #take(worker: Worker, answer: Answer): void {
    const asking = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if ('rows' in answer) asking?.resolve(answer.rows);
    else if (answer.error.code === undefined) asking?.reject(new Error(answer.error.message));
    else asking?.reject(new StoreError(answer.error.code, answer.error.message));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
