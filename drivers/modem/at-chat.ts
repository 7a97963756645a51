/**
 * One command at a time on a modem's port: its reply is all lines up to the final one; lines that come by themselves are
 * told apart and handed on. Whoever uses it probes with `AT` after a time-out: a late reply is then no reply to the next command.
 * Source: ITU-T V.250, sections 5.6 and 5.7; 3GPP TS 27.005, section 3.5.1.
 */

import type { Timer } from '../clock.ts';
import type { Context } from '../context.ts';
import { Signal } from '../signal.ts';
import { type AtItem, AtLines, type FinalResult, finalResult, hasPduBehind, isUnsolicited } from './at-lines.ts';

export type Reply =
  | { readonly kind: 'final'; readonly result: FinalResult; readonly lines: readonly string[] }
  /** `prompted`: the text was on its way, so nobody knows whether it went. */
  | { readonly kind: 'timeout'; readonly prompted: boolean }
  | { readonly kind: 'lost'; readonly prompted: boolean };

export interface Command {
  /** Without the CR. */
  readonly text: string;
  readonly timeoutMs: number;
  /** Sent after the prompt, with Ctrl-Z behind it; the prompt has `promptMs` to come. */
  readonly payload?: string;
  readonly finalMs?: number;
}

/** A line that came by itself, with its PDU where it has one. */
export interface Notice {
  readonly line: string;
  readonly pdu?: string;
}

const ctrlZ = 0x1a;
const escapeOctet = 0x1b;
const mostReplyLines = 64;

interface Running {
  readonly command: Command;
  readonly lines: string[];
  prompted: boolean;
  timer: Timer;
  readonly done: (reply: Reply) => void;
}

export class AtChat {
  readonly noticed: Signal<Notice>;
  readonly counters = { commands: 0, timeouts: 0, strayLines: 0 };
  #context: Context;
  #write: (bytes: Uint8Array) => void;
  #lines = new AtLines();
  #running: Running | undefined;
  /** A `+CDS:` or `+CMT:` whose PDU is the next line. */
  #header: string | undefined;

  /** `write`: to the port; a failure comes back as `lost`. */
  constructor(context: Context, { write }: { readonly write: (bytes: Uint8Array) => void }) {
    this.#context = context;
    this.#write = write;
    this.noticed = new Signal(context.log);
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Must not be called while `busy`. */
  run(command: Command): Promise<Reply> {
    if (this.#running !== undefined) throw new Error('one command at a time');
    this.counters.commands += 1;
    return new Promise((done) => {
      this.#running = {
        command,
        lines: [],
        prompted: false,
        done,
        timer: this.#context.clock.after(command.timeoutMs, () => this.#timedOut()),
      };
      this.#write(Buffer.from(`${command.text}\r`, 'latin1'));
    });
  }

  /** Gives up a text that was asked for: the modem answers `OK`, or with the late final line of the command before. */
  escape(): void {
    this.#write(Uint8Array.of(escapeOctet));
  }

  receive(bytes: Uint8Array): void {
    for (const item of this.#lines.receive(bytes)) this.#take(item);
  }

  /** The port is gone. */
  lost(): void {
    this.#lines.reset();
    this.#header = undefined;
    const running = this.#running;
    if (running !== undefined) this.#end(running, { kind: 'lost', prompted: running.prompted });
  }

  #take(item: AtItem): void {
    const running = this.#running;
    if (item.kind === 'prompt') {
      if (running?.command.payload === undefined || running.prompted) this.counters.strayLines += 1;
      else this.#prompted(running, running.command.payload);
      return;
    }
    const { text } = item;
    if (this.#header !== undefined) {
      const line = this.#header;
      this.#header = undefined;
      this.noticed.emit({ line, pdu: text });
    } else if (hasPduBehind(text)) this.#header = text;
    else if (isUnsolicited(text) && !isReplyTo(running?.command.text, text)) this.noticed.emit({ line: text });
    else if (running === undefined) this.counters.strayLines += 1;
    else this.#line(running, text);
  }

  #line(running: Running, text: string): void {
    // With echo on the command comes back first; a payload does too.
    if (text === running.command.text || text.startsWith(running.command.payload ?? '\0')) return;
    const result = finalResult(text);
    if (result !== undefined) this.#end(running, { kind: 'final', result, lines: running.lines });
    else if (running.lines.length < mostReplyLines) running.lines.push(text);
  }

  #prompted(running: Running, payload: string): void {
    running.prompted = true;
    running.timer.cancel();
    running.timer = this.#context.clock.after(running.command.finalMs ?? running.command.timeoutMs, () =>
      this.#timedOut(),
    );
    this.#write(Uint8Array.from([...Buffer.from(payload, 'latin1'), ctrlZ]));
  }

  #timedOut(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.counters.timeouts += 1;
    this.#end(running, { kind: 'timeout', prompted: running.prompted });
  }

  #end(running: Running, reply: Reply): void {
    running.timer.cancel();
    this.#running = undefined;
    running.done(reply);
  }
}

/** `AT+CREG?` is answered by a line that looks like the one that comes by itself. */
function isReplyTo(command: string | undefined, line: string): boolean {
  const [, name] = /^AT(\+\w+|\^\w+)/.exec(command ?? '') ?? [];
  return name !== undefined && line.startsWith(`${name}:`);
}
