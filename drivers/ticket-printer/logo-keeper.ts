/**
 * The pictures a printer has in its flash: listed once per connection, written only on a person's order, since flash wears
 * and some models reset afterwards. What it lacks goes with each ticket as dots.
 */
import { messageOf } from '../errors.ts';
import type { Bitmap } from '../glyphs/packed-bitmap.ts';
import { Signal } from '../signal.ts';
import { storedLogo } from './escpos-commands.ts';
import {
  askLogoKeys,
  logoKey,
  nextLogoKeys,
  printByKey,
  readLogoKeys,
  storeByKey,
  storeNumbered,
} from './logo-memory.ts';
import type { PrinterProfile } from './profile.ts';
import type { Reply } from './reply-parser.ts';
import type { StatusWatch, WatchContext } from './status-watch.ts';
import type { LogoStoring } from './ticket-printer.ts';

export interface LogoKeeperSettings {
  readonly watch: StatusWatch;
  readonly profile: PrinterProfile;
  /** All pictures of the config by name. */
  readonly pictures: () => ReadonlyMap<string, Promise<Bitmap | undefined>>;
  /** Those that are to stand in the printer's flash, in the order of their numbers. */
  readonly kept: readonly string[];
}

const answerMs = 1_000;
/** Full or off, a printer takes nothing: the write waits; the missing answer is noticed by its deadline. */
const writeMs = 600_000;
/** So long may the flash take. */
const storingMs = 60_000;
/** Keys come in blocks of at most 40; so many blocks are more than any flash holds. */
const maxBlocks = 16;
/** Unanswered so often, and this model does not know the question. */
const maxAsked = 2;

export class LogoKeeper {
  /** The list of stored or unreadable logos changed. */
  readonly changed: Signal;
  #context: WatchContext;
  #settings: LogoKeeperSettings;
  /** By name, once drawn. */
  #keys = new Map<string, string>();
  #there: ReadonlySet<string> | undefined;
  #unreadable: readonly string[] = [];
  #asked = 0;
  #waiting: ((keys: ReturnType<typeof readLogoKeys>) => void) | undefined;

  constructor(context: WatchContext, settings: LogoKeeperSettings) {
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
  }

  /** Files that are no pictures, or not there. */
  get unreadable(): readonly string[] {
    return this.#unreadable;
  }

  /** Should be in the flash and is not in the printer's list. */
  get missing(): readonly string[] {
    const there = this.#there;
    if (there === undefined) return [];
    return this.#settings.kept.filter((name) => this.#keys.has(name) && !there.has(this.#keys.get(name) ?? ''));
  }

  /** What prints it from the flash; `undefined` where it must be sent as dots. */
  command(name: string): Uint8Array | undefined {
    const { profile, kept } = this.#settings;
    const number = kept.indexOf(name) + 1;
    if (number === 0) return undefined;
    // A numbered set cannot be asked for: the config states that it was stored.
    if (profile.logo_memory === 'fs-q') return storedLogo(number);
    const key = this.#keys.get(name);
    return key !== undefined && this.#there?.has(key) ? printByKey(key) : undefined;
  }

  reply(reply: Reply): void {
    const keys = readLogoKeys(reply);
    if (keys !== undefined) this.#waiting?.(keys);
  }

  /** Another connection may be another printer. */
  lost(): void {
    this.#there = undefined;
    this.#asked = 0;
    this.#waiting?.(undefined);
  }

  async load(): Promise<void> {
    const unreadable: string[] = [];
    for (const [name, loading] of this.#settings.pictures()) {
      const picture = await loading;
      if (picture === undefined) unreadable.push(name);
      else if (this.#settings.kept.includes(name)) this.#keys.set(name, logoKey(picture));
    }
    this.#unreadable = unreadable;
    this.changed.emit();
  }

  /** Asks which pictures are there, once per connection; to be called between jobs. */
  listOnce(): void {
    const { profile, watch } = this.#settings;
    const idle = this.#there === undefined && this.#asked < maxAsked && this.#keys.size > 0;
    if (profile.logo_memory !== 'gs-l' || !idle) return;
    void watch.exclusively(async () => {
      this.#asked += 1;
      this.#there = await this.#list();
      this.changed.emit();
    });
  }

  /** Writes what is missing, and asks again whether it is there. */
  async store(): Promise<LogoStoring> {
    const { link } = this.#context;
    const { profile, watch, kept } = this.#settings;
    if (profile.logo_memory === 'none' || kept.length === 0) return { kind: 'unsupported' };
    const pictures = new Map<string, Bitmap>();
    for (const name of kept) {
      const picture = await this.#settings.pictures().get(name);
      if (picture === undefined) return { kind: 'failed', message: `the picture of "${name}" cannot be read` };
      pictures.set(name, picture);
    }
    let storing: LogoStoring = { kind: 'failed', message: 'a ticket is being printed: try again' };
    await watch.exclusively(async () => {
      try {
        if (profile.logo_memory === 'fs-q') {
          await link.write(storeNumbered([...pictures.values()]), writeMs);
          storing = { kind: 'stored', written: [...kept], checked: false };
        } else storing = await this.#storeByKey(pictures);
      } catch (error) {
        storing = { kind: 'failed', message: messageOf(error) };
      }
    });
    this.changed.emit();
    return storing;
  }

  async #storeByKey(pictures: ReadonlyMap<string, Bitmap>): Promise<LogoStoring> {
    const before = await this.#list();
    if (before === undefined) {
      return {
        kind: 'failed',
        message:
          'the printer did not answer which logos it has stored, so nothing was written: check its cable and try again',
      };
    }
    const written: string[] = [];
    for (const [name, picture] of pictures) {
      if (before.has(logoKey(picture))) continue;
      const bytes = storeByKey(picture);
      if (bytes === undefined)
        return { kind: 'failed', message: `the picture of "${name}" is too large for its memory` };
      await this.#context.link.write(bytes, writeMs);
      written.push(name);
    }
    this.#there = written.length === 0 ? before : await this.#list(storingMs);
    const lacking = [...pictures].filter(([, picture]) => !this.#there?.has(logoKey(picture))).map(([name]) => name);
    if (lacking.length === 0) return { kind: 'stored', written, checked: true };
    return { kind: 'failed', message: `written, but the printer does not list: ${lacking.join(', ')}` };
  }

  async #list(firstAnswerMs = answerMs): Promise<ReadonlySet<string> | undefined> {
    const found = new Set<string>();
    let question = askLogoKeys;
    let waitMs = firstAnswerMs;
    for (let block = 0; block < maxBlocks; block++) {
      const answer = await this.#ask(question, waitMs);
      if (answer === undefined) return undefined;
      for (const key of answer.keys) found.add(key);
      if (!answer.more) return found;
      question = nextLogoKeys;
      waitMs = answerMs;
    }
    return found;
  }

  #ask(bytes: Uint8Array, waitMs: number): Promise<ReturnType<typeof readLogoKeys>> {
    const { link, clock, log } = this.#context;
    return new Promise((resolve) => {
      const settle = (keys: ReturnType<typeof readLogoKeys>) => {
        timer.cancel();
        this.#waiting = undefined;
        resolve(keys);
      };
      const timer = clock.after(waitMs, () => settle(undefined));
      this.#waiting = settle;
      link.write(bytes, writeMs).catch((error: unknown) => {
        log.debug({ error: messageOf(error) }, 'question for stored logos not written');
        settle(undefined);
      });
    });
  }
}
