/**
 * Says when devices come or go, so that links try at once instead of at the end of their wait. Watches /dev, and compares
 * /sys from time to time for what was missed. It does not say what came: a link knows what it looks for.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import { type SystemRoots, systemRoots } from './sysfs.ts';

/** A plug shows as 2 to 4 events within some milliseconds. */
const debounceMs = 20;
/** udev makes its links (`/dev/serial/by-path`) up to a second after the node: the change is told again. */
const echoesMs = [250, 1000] as const;
const sweepMs = 30_000;
/** The sweep's pace when /dev cannot be watched (no inotify left). */
const sweepUnwatchedMs = 1000;

const interesting = /^(tty(USB|ACM|S|AMA|XRUSB|MXUSB|CH)\d+|hidraw\d+|usb|serial|hall|lp\d+)$/;

export interface HotPlugOptions {
  readonly clock: Clock;
  readonly roots?: SystemRoots;
}

export class HotPlug {
  readonly counters = { events: 0, changes: 0, sweptUp: 0, watchFailures: 0 };
  #clock: Clock;
  #roots: SystemRoots;
  #listeners = new Set<() => void>();
  #watcher: FSWatcher | undefined;
  #sweep: Timer | undefined;
  #telling: Timer | undefined;
  #echoes: Timer[] = [];
  #seen = '';

  constructor({ clock, roots = systemRoots }: HotPlugOptions) {
    this.#clock = clock;
    this.#roots = roots;
  }

  /** Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#sweep !== undefined) return;
    this.#seen = this.#look();
    this.#watch();
    this.#scheduleSweep();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    for (const timer of [this.#sweep, this.#telling, ...this.#echoes]) timer?.cancel();
    this.#sweep = undefined;
    this.#telling = undefined;
    this.#echoes = [];
  }

  #watch(): void {
    try {
      const watcher = watch(this.#roots.dev, { persistent: false }, (_type, name) => {
        if (name === null || !interesting.test(name)) return;
        this.counters.events += 1;
        this.#tellSoon();
      });
      watcher.on('error', () => this.#unwatch(watcher));
      this.#watcher = watcher;
    } catch {
      this.counters.watchFailures += 1;
    }
  }

  #unwatch(watcher: FSWatcher): void {
    this.counters.watchFailures += 1;
    watcher.close();
    if (this.#watcher === watcher) this.#watcher = undefined;
  }

  #scheduleSweep(): void {
    const waitMs = this.#watcher === undefined ? sweepUnwatchedMs : sweepMs;
    this.#sweep = this.#clock.after(waitMs, () => {
      const now = this.#look();
      if (now !== this.#seen) {
        if (this.#telling === undefined) this.counters.sweptUp += 1;
        this.#tellSoon();
      }
      this.#scheduleSweep();
    });
  }

  #tellSoon(): void {
    if (this.#telling !== undefined) return;
    this.#telling = this.#clock.after(debounceMs, () => {
      this.#telling = undefined;
      this.#seen = this.#look();
      this.counters.changes += 1;
      this.#tell();
      for (const timer of this.#echoes) timer.cancel();
      this.#echoes = echoesMs.map((waitMs) => this.#clock.after(waitMs, () => this.#tell()));
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The nodes that there are, as one text to compare. */
  #look(): string {
    return ['hidraw', 'tty', 'usbmisc']
      .flatMap((kind) => namesIn(join(this.#roots.sys, 'class', kind)))
      .filter((name) => interesting.test(name))
      .join(' ');
  }
}

/** Empty while the kernel has no device of that class: its folder comes with the first one. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
