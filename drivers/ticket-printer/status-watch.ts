/**
 * Keeps a printer's status up to date: automatic status back where the model has it, one DLE EOT at a time between its
 * messages, and the resulting faults, each entered and left once. A job stops the polling while its bytes are sent.
 */
import type { Timer } from '../clock.ts';
import type { DriverContext } from '../driver.ts';
import { messageOf } from '../errors.ts';
import type { Fault } from '../health.ts';
import { Signal, type Undo } from '../signal.ts';
import { fullStatusRequest, type StatusRequest, statusBack, statusBackOn, statusRequest } from './escpos-commands.ts';
import { faultText } from './printer-faults.ts';
import {
  faultCodes,
  fromFrame,
  fromFullStatus,
  type PrinterStatus,
  wellStatus,
  withRealTime,
} from './printer-status.ts';
import type { PrinterProfile } from './profile.ts';
import { type Reply, ReplyParser } from './reply-parser.ts';

const answerMs = 500;
/** A printer that is full or off takes nothing (flow control): the one request under way waits; no answer is detected by `answerMs`. */
const requestDeadlineMs = 600_000;
const requests: readonly StatusRequest[] = [1, 2, 3, 4];
/** So many unanswered rounds make a printer mute. */
const missesUntilMute = 2;
const retryMs = 300;
/** While a ticket waits at the output: only the time tells a ticket taken from one drawn back. */
const outputPollMs = 300;
/** Answers that were held up come one after another; so long without one and the line is clear. */
const quietMs = 100;
const quietAtMostMs = 2_000;
/** The longest header of a command with a length in it (GS v 0: 8, FS q: 7). */
const headerBytes = 16;
/** So many meaningless bytes in the unanswered rounds make it garbled rather than mute. */
const noiseUntilGarbled = 2;

export type WatchContext = Pick<DriverContext, 'link' | 'clock' | 'log'>;

export interface WatchSettings {
  readonly profile: PrinterProfile;
  readonly pollMs: number;
  readonly stripFlowControl: boolean;
}

export class StatusWatch {
  readonly counters = { probes: 0, unanswered: 0, frames: 0, faultsEntered: 0, reconnects: 0, writesFailed: 0 };
  /** Status or faults may have changed. */
  readonly changed: Signal;
  /** Replies that belong to a job: process ids, fences, cleared buffers. */
  readonly replied: Signal<Reply>;
  readonly connected: Signal;
  readonly disconnected: Signal;
  #context: WatchContext;
  #settings: WatchSettings;
  #parser: ReplyParser;
  #status: PrinterStatus = wellStatus;
  #faults = new Map<string, Fault>();
  #warnings = new Set<string>();
  #known = false;
  #freshAtMs = Number.NEGATIVE_INFINITY;
  #misses = 0;
  #noise = 0;
  #held = 0;
  #stopped = false;
  /** Requests that were never answered: a printer that was full may still answer them, late. */
  #unanswered = 0;
  #lateAtMs = 0;
  /** A request is on its way out. */
  #writing = false;
  #timer: Timer | undefined;
  #probing: Promise<boolean> | undefined;
  #waiting: ((reply: Reply | undefined) => void) | undefined;
  #stops: Undo[] = [];

  constructor(context: WatchContext, settings: WatchSettings) {
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    this.replied = new Signal(context.log);
    this.connected = new Signal(context.log);
    this.disconnected = new Signal(context.log);
    const { profile, stripFlowControl } = settings;
    this.#parser = new ReplyParser({ stripFlowControl, fullStatus: profile.status.full_status });
  }

  start(): void {
    const { link, log } = this.#context;
    this.#stopped = false;
    this.#stops = [
      link.opened.on(() => this.#up(), log),
      link.down.on(() => this.#down(), log),
      link.received.on((bytes) => this.#data(bytes), log),
    ];
    if (link.state === 'open') this.#up();
    else if (link.lastError !== undefined) this.#down();
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#timer?.cancel();
    this.#answer(undefined);
  }

  get status(): PrinterStatus {
    return this.#status;
  }

  /** The printer has answered since the last connection, or its model cannot. */
  get known(): boolean {
    return this.#known;
  }

  get faults(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  /** The first fault that stops work. */
  get error(): Fault | undefined {
    return this.faults.find((fault) => fault.severity === 'error');
  }

  get noise(): number {
    return this.#parser.counters.noise;
  }

  get reportsStatus(): boolean {
    const { realtime, asb, full_status } = this.#settings.profile.status;
    return realtime || asb || full_status;
  }

  ageMs(): number {
    return this.#context.clock.monotonicMs() - this.#freshAtMs;
  }

  /** A fault that no status bit reports (a fence answered too early); stays until the connection is renewed. */
  warn(code: string): void {
    this.#warnings.add(code);
    this.#refault();
  }

  /** Stops polling and waits for the round under way: from here on the port belongs to a job. */
  async hold(): Promise<void> {
    this.#held += 1;
    await this.#probing;
  }

  release(): void {
    this.#held -= 1;
    if (this.#held === 0) this.#schedule(this.#pauseMs());
  }

  /** Runs another exchange while no job and no status request is on the port; a job that comes meanwhile waits for its end. */
  async exclusively(task: () => Promise<void>): Promise<boolean> {
    while (this.#probing !== undefined) await this.#probing;
    if (this.#held > 0 || this.#stopped) return false;
    this.#timer?.cancel();
    this.#probing = task()
      .then(() => true)
      .finally(() => {
        this.#probing = undefined;
        if (this.#context.link.state === 'open') this.#schedule(this.#pauseMs());
      });
    return this.#probing;
  }

  #pauseMs(): number {
    if (this.#misses > 0) return retryMs;
    const { pollMs, profile } = this.#settings;
    const waits = profile.presenter.kind !== 'none' && this.#status.ticketAtOutput === true;
    return waits ? Math.min(outputPollMs, pollMs) : pollMs;
  }

  /** One round of questions; `true` when all were answered. Rounds never overlap. */
  probe(): Promise<boolean> {
    this.#probing ??= this.#round().finally(() => {
      this.#probing = undefined;
      if (this.#context.link.state === 'open') this.#schedule(this.#pauseMs());
    });
    return this.#probing;
  }

  async #round(): Promise<boolean> {
    if (!this.reportsStatus) {
      this.#known = true;
      this.#freshAtMs = this.#context.clock.monotonicMs();
      this.#refault();
      return true;
    }
    if (this.#writing) {
      // Full and stopped for a reported reason: nothing new to ask. Without a reason it counts as no answer.
      if (this.error?.kind !== 'said') this.#missed();
      return false;
    }
    this.counters.probes += 1;
    const answered = await this.#ask();
    if (this.#context.link.state !== 'open') return false;
    if (answered) this.#answered();
    else if (!this.#writing || this.error?.kind !== 'said') this.#missed();
    return answered;
  }

  async #ask(): Promise<boolean> {
    const { status } = this.#settings.profile;
    if (status.full_status) return (await this.#question(fullStatusRequest, 'full-status')) !== undefined;
    if (!status.realtime) return (await this.#question(statusBackOn, 'frame')) !== undefined;
    if (this.#unanswered > 0 && !(await this.#runOut())) return false;
    let found = this.#status;
    for (const request of requests) {
      const reply = await this.#question(statusRequest(request), 'real-time');
      if (reply?.kind !== 'real-time') return false;
      found = withRealTime(found, request, reply.status, this.#settings.profile);
    }
    this.#status = found;
    return true;
  }

  /** An answer carries no number: those to earlier requests must run out first, or each would be taken for the next one's. */
  async #runOut(): Promise<boolean> {
    if ((await this.#question(statusRequest(1), 'real-time')) === undefined) return false;
    const { clock } = this.#context;
    const beganMs = clock.monotonicMs();
    this.#lateAtMs = beganMs;
    for (
      let now = beganMs;
      now - this.#lateAtMs < quietMs && now - beganMs < quietAtMostMs;
      now = clock.monotonicMs()
    ) {
      await new Promise<void>((resolve) => clock.after(quietMs / 2, resolve));
    }
    this.#unanswered = 0;
    return !this.#stopped;
  }

  #question(bytes: Uint8Array, kind: Reply['kind']): Promise<Reply | undefined> {
    const { clock } = this.#context;
    return new Promise((resolve) => {
      const timer = clock.after(answerMs, () => this.#answer(undefined));
      this.#waiting = (reply) => {
        if (reply !== undefined && reply.kind !== kind) return;
        if (reply === undefined) this.#unanswered += 1;
        timer.cancel();
        this.#waiting = undefined;
        resolve(reply);
      };
      this.#request(bytes).catch((error: unknown) => {
        this.#context.log.debug({ error: messageOf(error) }, 'status request not written');
        this.#answer(undefined);
      });
    });
  }

  async #request(bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    try {
      await this.#context.link.write(bytes, requestDeadlineMs);
    } finally {
      this.#writing = false;
    }
  }

  #answer(reply: Reply | undefined): void {
    this.#waiting?.(reply);
  }

  #answered(): void {
    const wasMute = this.#misses >= missesUntilMute;
    this.#misses = 0;
    this.#noise = 0;
    this.#known = true;
    this.#freshAtMs = this.#context.clock.monotonicMs();
    this.#refault();
    // After a time without answers: it may have been switched off meanwhile, and with it status back (Epson, "GS a": off at power-on).
    if (wasMute) this.arm();
  }

  #missed(): void {
    this.counters.unanswered += 1;
    this.#misses += 1;
    if (this.#misses === missesUntilMute)
      this.#context.log.debug({ misses: this.#misses }, 'status requests not answered');
    if (this.#misses >= missesUntilMute) this.#refault();
  }

  #up(): void {
    this.counters.reconnects += 1;
    this.#parser.reset();
    this.#warnings.clear();
    this.#misses = 0;
    this.#noise = 0;
    this.#unanswered = 0;
    this.#known = false;
    this.#status = wellStatus;
    this.#freshAtMs = Number.NEGATIVE_INFINITY;
    this.#refault();
    this.connected.emit();
    // First of all: a command header that was broken off takes what follows for its length. NULs make that nothing.
    this.#send(new Uint8Array(headerBytes), 'leading NULs');
    this.arm();
    void this.probe();
  }

  #down(): void {
    this.#timer?.cancel();
    this.#known = false;
    this.#freshAtMs = Number.NEGATIVE_INFINITY;
    this.#answer(undefined);
    this.#refault();
    this.disconnected.emit();
  }

  /** Status back on; a buffered command, so never in the middle of a job. */
  arm(): void {
    const bytes = statusBack(this.#settings.profile);
    if (bytes.length === 0 || this.#held > 0) return;
    this.#send(bytes, 'status back');
  }

  /** Not waited for; the port reports its own fault. */
  #send(bytes: Uint8Array, what: string): void {
    this.#context.link.write(bytes, requestDeadlineMs).catch((error: unknown) => {
      this.counters.writesFailed += 1;
      this.#context.log.debug({ error: messageOf(error) }, `${what} not written`);
    });
  }

  #data(bytes: Uint8Array): void {
    for (const reply of this.#parser.push(bytes, this.#context.clock.monotonicMs())) {
      if (reply.kind === 'frame') this.#frame(reply.bytes);
      else if (reply.kind === 'full-status') {
        this.#status = fromFullStatus(reply.bytes);
        this.#answer(reply);
        this.#answered();
      } else if (reply.kind === 'real-time') {
        this.#lateAtMs = this.#context.clock.monotonicMs();
        this.#answer(reply);
      } else if (reply.kind === 'noise') this.#noise += 1;
      else this.replied.emit(reply);
    }
  }

  #frame(bytes: readonly [number, number, number, number]): void {
    this.counters.frames += 1;
    this.#status = fromFrame(bytes, this.#settings.profile);
    this.#answer({ kind: 'frame', bytes });
    this.#answered();
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#stopped) return;
    this.#timer = this.#context.clock.after(delayMs, () => {
      if (this.#held === 0 && this.#context.link.state === 'open') void this.probe();
    });
  }

  #codes(): readonly string[] {
    const { link } = this.#context;
    const { profile } = this.#settings;
    if (link.state !== 'open') return link.lastError === undefined ? [] : ['port-gone'];
    const reported = this.#known ? faultCodes(this.#status, profile) : [];
    if (this.#misses < missesUntilMute) return [...reported, ...this.#warnings];
    // A full printer that stopped for a reason answers nothing behind its data (USB, TCP): the reported reason stays.
    const stops = reported.filter((code) => faultText(code).severity === 'error');
    return [...stops, this.#noise >= noiseUntilGarbled ? 'garbled' : 'no-answer'];
  }

  #refault(): void {
    const codes = this.#codes();
    for (const code of this.#faults.keys()) if (!codes.includes(code)) this.#faults.delete(code);
    for (const code of codes) {
      if (this.#faults.has(code)) continue;
      this.counters.faultsEntered += 1;
      this.#faults.set(code, { code, ...faultText(code), sinceMs: this.#context.clock.wallMs() });
    }
    this.changed.emit();
  }
}
