/**
 * Says when devices come or go, so that links try at once instead of at the end of their wait. Watches /dev, and compares
 * /sys from time to time for what was missed. It does not say what came: a link knows what it looks for.
 */
import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { Timer } from '../clock.ts';
import type { Context } from '../context.ts';
import { Signal } from '../signal.ts';
import { type SystemRoots, systemRoots } from './sysfs.ts';

/** A plug shows as 2 to 4 events within some milliseconds. */
const debounceMs = 20;
/** udev makes its links (`/dev/serial/by-path`) up to a second after the node: the change is told again. */
const echoesMs = [250, 1000] as const;
const sweepMs = 30_000;
/** The sweep's pace when /dev cannot be watched (no inotify left). */
const sweepUnwatchedMs = 1000;

const interesting = /^(tty(USB|ACM|S|AMA|XRUSB|MXUSB|CH)\d+|hidraw\d+|usb|serial|hall|lp\d+)$/;
/**
 * Folders that come with the first device and go with the last: a second printer, or a link of udev's that comes late, shows
 * only inside them.
 */
const insides: Readonly<Record<string, RegExp>> = {
  usb: /^lp\d+$/,
  serial: /^by-(path|id)$/,
  'serial/by-path': /./,
  'serial/by-id': /./,
};

export interface HotPlugSettings {
  /** Where /dev and /sys are; a test gives its own. */
  readonly roots?: SystemRoots;
}

export class HotPlug {
  readonly counters = { events: 0, changes: 0, sweptUp: 0, watchFailures: 0 };
  /** Devices came or went. */
  readonly changed: Signal;
  #context: Context;
  #roots: SystemRoots;
  #watcher: FSWatcher | undefined;
  #inside = new Map<string, FSWatcher>();
  #sweep: Timer | undefined;
  #telling: Timer | undefined;
  #echoes: Timer[] = [];
  #seen = '';

  constructor(context: Context, { roots = systemRoots }: HotPlugSettings = {}) {
    this.#context = context;
    this.#roots = roots;
    this.changed = new Signal(context.log);
  }

  start(): void {
    if (this.#sweep !== undefined) return;
    this.#seen = this.#look();
    this.#watch();
    this.#watchInside();
    this.#scheduleSweep();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    for (const watcher of this.#inside.values()) watcher.close();
    this.#inside.clear();
    for (const timer of [this.#sweep, this.#telling, ...this.#echoes]) timer?.cancel();
    this.#sweep = undefined;
    this.#telling = undefined;
    this.#echoes = [];
  }

  #watch(): void {
    try {
      const watcher = this.#watchFolder(this.#roots.dev, interesting);
      watcher.on('error', () => this.#unwatch(watcher));
      this.#watcher = watcher;
    } catch {
      this.counters.watchFailures += 1;
    }
  }

  #watchFolder(folder: string, names: RegExp, itself: () => void = () => {}): FSWatcher {
    return watch(folder, { persistent: false }, (_type, name) => {
      // What happens to the folder itself bears its own name (libuv, uv__inotify_read).
      if (name === basename(folder)) itself();
      if (name === null || !names.test(name)) return;
      this.counters.events += 1;
      this.#tellSoon();
    });
  }

  /** A folder that was removed and made again is another one, which the old watch does not see: that ends with the old folder. */
  #watchInside(): void {
    for (const [name, names] of Object.entries(insides)) {
      const folder = join(this.#roots.dev, name);
      if (!existsSync(folder)) this.#endInside(name);
      else if (!this.#inside.has(name)) this.#beginInside(name, folder, names);
    }
  }

  #beginInside(name: string, folder: string, names: RegExp): void {
    try {
      const watcher = this.#watchFolder(folder, names, () => this.#endInside(name));
      watcher.on('error', () => this.#endInside(name));
      this.#inside.set(name, watcher);
    } catch {
      // Gone again, or no inotify left: the sweep and the links' own waits remain.
      this.counters.watchFailures += 1;
    }
  }

  #endInside(name: string): void {
    this.#inside.get(name)?.close();
    this.#inside.delete(name);
  }

  #unwatch(watcher: FSWatcher): void {
    this.counters.watchFailures += 1;
    watcher.close();
    if (this.#watcher === watcher) this.#watcher = undefined;
  }

  #scheduleSweep(): void {
    const waitMs = this.#watcher === undefined ? sweepUnwatchedMs : sweepMs;
    this.#sweep = this.#context.clock.after(waitMs, () => {
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
    this.#telling = this.#context.clock.after(debounceMs, () => {
      this.#telling = undefined;
      this.#seen = this.#look();
      this.counters.changes += 1;
      this.#tell();
      for (const timer of this.#echoes) timer.cancel();
      this.#echoes = echoesMs.map((waitMs) => this.#context.clock.after(waitMs, () => this.#tell()));
    });
  }

  #tell(): void {
    this.#watchInside();
    this.changed.emit();
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
