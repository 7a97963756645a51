/**
 * A copy of the journal now and then, beside the running hub. What a box was answered since the last copy it keeps, and
 * sends again to a hub that was restored from it (F11).
 */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { HallStore, StreamMark } from '../store/store.ts';

export interface BackupSettings {
  /** On another disk than the journal, or it is no backup. */
  readonly file: string;
  readonly everyMs: number;
}

export class Backups {
  readonly counters = { backups: 0, backupFailed: 0 };
  #settings: BackupSettings;
  #store: HallStore;
  #clock: Clock;
  #log: Log;
  #through = new Map<string, number>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor({ clock, log }: Context, { store, ...settings }: BackupSettings & { readonly store: HallStore }) {
    this.#settings = settings;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** How far a stream is in the last copy. */
  through({ node, stream, upto }: StreamMark): number {
    return Math.min(upto, this.#through.get(`${node} ${stream}`) ?? 0);
  }

  start(): void {
    this.#timer = this.#clock.after(this.#settings.everyMs, () => {
      void this.#copy().then(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #copy(): Promise<void> {
    try {
      const marks = await this.#store.marks();
      await this.#store.backup(this.#settings.file);
      this.#through = new Map(marks.map(({ node, stream, upto }) => [`${node} ${stream}`, upto]));
      this.counters.backups += 1;
      this.#log.info({ file: this.#settings.file }, `backup of the journal written to ${this.#settings.file}`);
    } catch (error) {
      this.counters.backupFailed += 1;
      const { file } = this.#settings;
      this.#log.warn({ error: String(error), file }, `the backup was not written: check the disk of ${file}`);
    }
  }
}
