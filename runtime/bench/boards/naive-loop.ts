/**
 * How boards are usually driven, for comparison: one loop goes round the boards, sends what is new or asks for status,
 * waits for the answer with one fixed time-out, tries three times. No priorities, no down mark.
 */

import { onbonBxK } from '../../../drivers/line-display/onbon-bx-k.ts';
import { bxAcknowledgement, bxCommands, bxRequest } from '../../../drivers/line-display/onbon-bx-k-codec.ts';
import type { BoardLanguage, FittedLine } from '../../../drivers/line-display/protocol.ts';
import type { Port } from '../../../drivers/port/port.ts';
import type { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';

/** The maker's default on a serial line. */
const timeoutMs = 2000;
const tries = 3;

export class NaiveLoop {
  readonly shown: (() => void)[] = [];
  #clock: VirtualClock;
  #port: Port;
  #languages: readonly BoardLanguage[];
  #wanted = new Map<number, { readonly number: string; readonly done: () => void }>();
  #received: (bytes: Uint8Array) => void = () => {};
  #running = true;

  constructor(clock: VirtualClock, port: Port, boards: number) {
    this.#clock = clock;
    this.#port = port;
    this.#languages = Array.from({ length: boards }, (_, index) =>
      onbonBxK.bind(index + 1, { width: 128, height: 32 }),
    );
  }

  async run(): Promise<void> {
    await this.#port.open({ data: (bytes) => this.#received(bytes), lost: () => {} });
    let at = 0;
    while (this.#running) {
      const wanted = this.#wanted.get(at);
      this.#wanted.delete(at);
      const answered = await this.#exchange(at, wanted?.number);
      if (answered) wanted?.done();
      at = (at + 1) % this.#languages.length;
    }
  }

  stop(): void {
    this.#running = false;
  }

  show(board: number, number: string, done: () => void): void {
    this.#wanted.set(board, { number, done });
  }

  async #exchange(board: number, number: string | undefined): Promise<boolean> {
    const bytes = this.#frame(board, number);
    for (let attempt = 0; attempt < tries && this.#running; attempt += 1) {
      const answer = this.#answer(board);
      await this.#port.write(bytes, 60_000);
      if (await answer()) return true;
    }
    return false;
  }

  #frame(board: number, number: string | undefined): Uint8Array {
    if (number === undefined) return bxRequest(board + 1, bxCommands.status);
    const lines: readonly FittedLine[] = [number, '请到3号窗口'].map((page) => ({
      ...{ pages: [page], colour: 'red', align: 'centre', blink: false },
    }));
    return this.#languages[board]?.encode({ kind: 'paint', lines, fresh: false })[0]?.bytes ?? new Uint8Array(0);
  }

  /** Listens from now on; the wait begins when the request is out. */
  #answer(board: number): () => Promise<boolean> {
    let got = false;
    let end: (() => void) | undefined;
    // The shortest answer of the maker's table is as long as its acknowledgement.
    const enough = bxAcknowledgement(board + 1, 0).length;
    let count = 0;
    this.#received = (bytes) => {
      count += bytes.length;
      if (count < enough) return;
      got = true;
      end?.();
    };
    return () =>
      new Promise((resolve) => {
        const timer = this.#clock.after(timeoutMs, () => resolve(got));
        end = () => {
          timer.cancel();
          resolve(true);
        };
        if (got) end();
      });
  }
}
