// @ts-check
/**
 * The live feed: the hall's parts by name, kept by the server's events, and who wants to be told. Read by `fetch`
 * rather than `EventSource`, so that a token can go with it.
 */
import { authHeaders } from './api.js';

const retryMs = [500, 1000, 2000, 5000];
/** Heartbeats come every 5 s: a stream silent for longer is dead. */
const silentMs = 12_000;
const wireKept = 300;

export class LiveHall {
  constructor() {
    /** @type {Map<string, any>} */
    this.parts = new Map();
    /** @type {any[]} */
    this.wire = [];
    this.wireMissed = 0;
    this.connected = false;
    this.offsetMs = 0;
    /** @type {{keys: string[], run: () => void, due: boolean}[]} */
    this.watchers = [];
    this.frame = 0;
    this.tries = 0;
  }

  /** Hall time now, by the server's clock. */
  now() {
    return Date.now() + this.offsetMs;
  }

  /** @param {string} key */
  get(key) {
    return this.parts.get(key);
  }

  /** All parts under a prefix, in the order they came. @param {string} prefix */
  under(prefix) {
    const found = [];
    for (const [key, value] of this.parts) if (key.startsWith(prefix)) found.push(value);
    return found;
  }

  get rules() {
    return this.parts.get('rules');
  }

  /** Runs `run` now and after every change of one of `keys` (a name, or a prefix with `/` at its end). @param {string[]} keys @param {() => void} run */
  watch(keys, run) {
    this.watchers.push({ keys, run, due: false });
    run();
  }

  start() {
    void this.#follow();
  }

  async #follow() {
    for (;;) {
      const dead = new AbortController();
      let heard = Date.now();
      const guard = setInterval(() => Date.now() - heard > silentMs && dead.abort(), 2000);
      try {
        const response = await fetch('/api/v1/live', { headers: authHeaders(), signal: dead.signal });
        if (!response.ok || response.body === null) throw new Error(String(response.status));
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = '';
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          heard = Date.now();
          const events = (rest + value).split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) this.#take(event);
        }
      } catch (error) {
        // The person sees it by `connected`; tried again below.
        console.info('the live feed ended', error);
      }
      clearInterval(guard);
      this.#setConnected(false);
      const waitMs = retryMs[Math.min(this.tries, retryMs.length - 1)] ?? 5000;
      this.tries += 1;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  /** @param {string} event */
  #take(event) {
    const name = /^event: (.*)$/m.exec(event)?.[1];
    const text = /^data: (.*)$/m.exec(event)?.[1];
    if (name === undefined || text === undefined) return;
    const data = JSON.parse(text);
    if (typeof data.t === 'number') this.offsetMs = data.t - Date.now();
    if (name === 'whole') {
      const before = [...this.parts.keys()];
      this.parts = new Map(Object.entries(data.parts));
      this.wire = data.wire.slice(-wireKept);
      this.tries = 0;
      this.#setConnected(true);
      this.#touch([...before, ...this.parts.keys(), 'wire']);
    } else if (name === 'change') {
      for (const [key, value] of Object.entries(data.parts)) this.parts.set(key, value);
      for (const key of data.gone) this.parts.delete(key);
      this.#touch([...Object.keys(data.parts), ...data.gone]);
    } else if (name === 'wire') {
      this.wire.push(...data.notes);
      this.wireMissed += data.missed;
      if (this.wire.length > wireKept) this.wire.splice(0, this.wire.length - wireKept);
      this.#touch(['wire']);
    }
  }

  /** @param {boolean} connected */
  #setConnected(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.#touch(['connection']);
  }

  /** @param {readonly string[]} changed */
  #touch(changed) {
    for (const watcher of this.watchers) {
      if (watcher.due) continue;
      watcher.due = watcher.keys.some((key) =>
        key.endsWith('/') ? changed.some((each) => each.startsWith(key)) : changed.includes(key),
      );
    }
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.#run());
  }

  #run() {
    this.frame = 0;
    for (const watcher of this.watchers) {
      if (!watcher.due) continue;
      watcher.due = false;
      watcher.run();
    }
  }
}
