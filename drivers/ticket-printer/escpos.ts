/**
 * A ticket printer that speaks ESC/POS (Epson ESC/POS command reference; differences of other makers stand in the
 * profile). It prints only after a fresh status; the verdict comes from the printer alone.
 */
import type { DriverContext } from '../driver.ts';
import { messageOf } from '../errors.ts';
import type { Bitmap } from '../glyphs/packed-bitmap.ts';
import type { Fault, Health, HealthState } from '../health.ts';
import { HealthLog } from '../health-log.ts';
import { StateSignal } from '../signal.ts';
import {
  cut,
  fence,
  processId,
  processIdCount,
  processIdText,
  resumeAfterError,
  statusBack,
  storedLogo,
  wipeAndRecover,
} from './escpos-commands.ts';
import { type Composed, type ComposeSettings, composeTicket } from './escpos-compose.ts';
import type { EscposOptions } from './escpos-options.ts';
import { LogoKeeper } from './logo-keeper.ts';
import type { PaperBlock } from './paper.ts';
import { PaperForecast, type Roll } from './paper-forecast.ts';
import { PendingConfirmations } from './pending-confirmations.ts';
import { PresenterWatch } from './presenter-watch.ts';
import { PrintRun, reasonText } from './print-run.ts';
import { faultText } from './printer-faults.ts';
import type { PrinterProfile } from './profile.ts';
import type { Reply } from './reply-parser.ts';
import { StatusWatch } from './status-watch.ts';
import type {
  LogoStoring,
  PrinterOutput,
  PrinterPaper,
  PrintJob,
  PrintProgress,
  TicketPrinter,
  Verdict,
} from './ticket-printer.ts';

const warmUp: readonly PaperBlock[] = [{ kind: 'text', text: '欢迎', align: 'centre', size: 2 }];
const freshMs = 2_000;
const flushDeadlineMs = 30_000;
const idleRecoverMs = 10_000;
const maxIdleRecoveries = 6;
const recoverable = new Set(['cutter', 'mechanical', 'jam', 'black-mark']);

export interface EscposSettings {
  readonly profile: PrinterProfile;
  readonly options: EscposOptions;
}

export class EscposPrinter implements TicketPrinter {
  readonly healthChanged: StateSignal<Health>;
  #context: DriverContext;
  #healthLog: HealthLog;
  #profile: PrinterProfile;
  #options: EscposOptions;
  #compose: ComposeSettings;
  #watch: StatusWatch;
  #forecast: PaperForecast;
  #presenter: PresenterWatch;
  #logos: LogoKeeper;
  #pendingConfirmations = new PendingConfirmations();
  /** Warnings of our own, and since when by the wall clock. */
  #warnedSinceMs = new Map<string, number>();
  #counters = {
    jobs: 0,
    printed: 0,
    notPrinted: 0,
    unknown: 0,
    bytesOut: 0,
    missingCharacters: 0,
    missingLogos: 0,
    idleRecoveries: 0,
    strayReplies: 0,
  };
  #open = false;
  #busy = false;
  #run: PrintRun | undefined;
  #nextId: number;
  /** NULs to send before the next job: they complete a command that may have been broken off (NUL prints nothing). */
  #pendingNuls: number;
  /** A partial ticket is not yet cut. */
  #pendingCut = false;
  #idleRecoveries = 0;
  #idleRecoveredAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: DriverContext, { profile, options }: EscposSettings) {
    this.#context = context;
    this.#healthLog = new HealthLog(context);
    this.healthChanged = new StateSignal(context.log, () => this.health);
    this.#profile = profile;
    this.#options = options;
    this.#compose = { profile, storedLogo: (name) => this.#storedLogo(name) };
    this.#nextId = Math.floor(context.random() * processIdCount);
    // A program that was killed may have left the longest command it ever sends half done.
    this.#pendingNuls = profile.raster.max_bytes;
    this.#forecast = new PaperForecast({
      rollMm: options.roll_mm ?? profile.paper.roll_mm,
      nearEndLeftMm: profile.paper.near_end_left_mm,
      nearEndSensor: profile.status.near_end_sensor,
    });
    this.#presenter = new PresenterWatch(profile.presenter);
    this.#watch = new StatusWatch(context, { profile, pollMs: options.poll_ms, stripFlowControl: options.xonxoff });
    this.#watch.changed.on(() => this.#changed());
    this.#watch.replied.on((reply) => this.#replied(reply));
    this.#watch.connected.on(() => this.#run?.statusChanged());
    this.#watch.disconnected.on(() => this.#disconnected());
    this.#logos = new LogoKeeper(context, {
      watch: this.#watch,
      profile,
      pictures: () => this.#compose.logos ?? new Map(),
      kept: Object.entries(options.logos).flatMap(([name, { stored }]) => (stored ? [name] : [])),
    });
    this.#logos.changed.on(() => this.#changed());
    this.healthChanged.on((health) => this.#healthLog.changed(health));
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    this.#watch.start();
    this.#compose = { ...this.#compose, logos: this.#loadLogos() };
    void this.#logos.load();
    // Tables and code are warm before the first visitor presses.
    void composeTicket(warmUp, this.#compose);
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#run?.abandon('closed');
    this.#watch.stop();
    this.healthChanged.emit(this.health);
  }

  #replied(reply: Reply): void {
    // A single byte without an open fence has no meaning: it is counted.
    const stray = this.#run === undefined && reply.kind === 'lone' && !this.#pendingConfirmations.consume();
    if (stray) this.#counters.strayReplies += 1;
    this.#run?.reply(reply);
    this.#logos.reply(reply);
  }

  #disconnected(): void {
    this.#forecast.lost();
    this.#presenter.lost();
    this.#logos.lost();
    this.#run?.statusChanged();
  }

  /** A logo that cannot be read is left out and counted: a ticket without it is still a ticket. */
  #loadLogos(): ReadonlyMap<string, Promise<Bitmap | undefined>> {
    const load = async (file: string, widthDots: number) => {
      const { loadLogo } = await import('./logo-raster.ts');
      return loadLogo(file, Math.min(widthDots, this.#profile.paper.dots)).catch((error: unknown) => {
        this.#context.log.warn({ file, error: messageOf(error) }, 'logo not read: tickets come without it');
        return undefined;
      });
    };
    const each = Object.entries(this.#options.logos);
    return new Map(each.map(([name, { file, width_dots }]) => [name, load(file, width_dots)]));
  }

  get paper(): PrinterPaper {
    return this.#forecast.paper(this.#context.clock.monotonicMs());
  }

  get output(): PrinterOutput {
    return this.#presenter.output;
  }

  get roll(): Roll {
    return this.#forecast.roll;
  }

  recallRoll(value: unknown): void {
    this.#forecast.recall(value);
  }

  get health(): Health {
    const { probes, unanswered, frames, faultsEntered, reconnects } = this.#watch.counters;
    return {
      state: this.#state(),
      faults: this.#open ? [...this.#watch.faults, ...this.#warnings()] : [],
      counters: {
        ...this.#counters,
        ...(this.#presenter.output === 'unsupported' ? {} : this.#presenter.counters),
        probes,
        unanswered,
        frames,
        faultsEntered,
        reconnects,
        noise: this.#watch.noise,
      },
    };
  }

  /** Warnings that come from no status bit: millimetres counted, config, list of stored logos. */
  #warnings(): readonly Fault[] {
    const now = {
      'paper-low': this.#forecast.low,
      'logo-missing': this.#logos.unreadable.length > 0,
      'logo-not-stored': this.#logos.missing.length > 0,
    };
    return Object.entries(now).flatMap(([code, on]) => {
      if (!on) this.#warnedSinceMs.delete(code);
      else if (!this.#warnedSinceMs.has(code)) this.#warnedSinceMs.set(code, this.#context.clock.wallMs());
      const sinceMs = this.#warnedSinceMs.get(code);
      return sinceMs === undefined ? [] : [{ code, ...faultText(code), sinceMs }];
    });
  }

  #storedLogo(name: string): Uint8Array | undefined {
    const number = this.#options.stored_logos[name];
    return number === undefined ? this.#logos.command(name) : storedLogo(number);
  }

  async storeLogos(): Promise<LogoStoring> {
    if (!this.#open || this.#context.link.state !== 'open') return { kind: 'failed', message: reasonText('port-gone') };
    if (this.#busy) return { kind: 'failed', message: 'a ticket is being printed: try again' };
    return this.#logos.store();
  }

  async print(job: PrintJob, progress: PrintProgress = {}): Promise<Verdict> {
    if (!this.#open) return refused('closed', 'The driver is closed.');
    if (this.#busy) return refused('busy', 'Another ticket is being printed.');
    this.#busy = true;
    this.#counters.jobs += 1;
    this.healthChanged.emit(this.health);
    const verdict = await this.#print(job, progress).catch((error: unknown) => refused('refused', messageOf(error)));
    this.#busy = false;
    this.#run = undefined;
    this.#logVerdict(job, verdict);
    if (verdict.kind === 'printed') this.#counters.printed += 1;
    else if (verdict.kind === 'unknown') this.#counters.unknown += 1;
    else this.#counters.notPrinted += 1;
    this.healthChanged.emit(this.health);
    return verdict;
  }

  #logVerdict({ jobId, reprint = false }: PrintJob, verdict: Verdict): void {
    const { log } = this.#context;
    if (verdict.kind === 'printed') log.info({ job: jobId, reprint, by: verdict.by }, 'ticket printed');
    else {
      const result = verdict.kind === 'unknown' ? 'ticket may not be printed' : 'ticket not printed';
      log.warn({ job: jobId, reprint, reason: verdict.reason }, `${result}: ${verdict.message}`);
    }
  }

  /** Rejects only before the first byte. */
  async #print(job: PrintJob, progress: PrintProgress): Promise<Verdict> {
    const composed = await composeTicket(job.blocks, this.#compose, job.reprint ?? false);
    this.#counters.missingCharacters += composed.missing;
    this.#counters.missingLogos += composed.missingLogos;
    if (job.separate) this.#pendingCut = true;
    const early = await this.#preflight();
    if (early !== undefined) return early;
    await progress.beforeFirstByte?.();
    await this.#watch.hold();
    let begun: { readonly run: PrintRun; readonly verdict: Promise<Verdict> } | undefined;
    try {
      const late = this.#obstacle();
      if (late !== undefined) return late;
      begun = this.#begin(composed, progress);
    } finally {
      // From its beginning on the run gives the line back.
      if (begun === undefined) this.#watch.release();
    }
    return this.#settle(begun.run, composed, await begun.verdict);
  }

  #begin(composed: Composed, progress: PrintProgress): { run: PrintRun; verdict: Promise<Verdict> } {
    const id = processIdText(this.#nextId++);
    const bytes = Buffer.concat([
      this.#separation(),
      statusBack(this.#profile),
      composed.bytes,
      this.#confirmationRequest(id),
    ]);
    const run = new PrintRun(this.#context, {
      watch: this.#watch,
      pendingConfirmations: this.#pendingConfirmations,
      profile: this.#profile,
      limits: { stallMs: this.#options.stall_s * 1000, pendingMs: this.#options.pending_s * 1000 },
      bytes,
      processId: id,
      heightMm: composed.heightDots / this.#profile.paper.dots_per_mm,
      progress,
    });
    this.#run = run;
    return { run, verdict: run.start() };
  }

  #settle(run: PrintRun, composed: Composed, verdict: Verdict): Verdict {
    this.#counters.bytesOut += run.sent;
    if (run.sent > 0) {
      // Even a job that was handed over whole may have been lost half way, with the printer's power.
      this.#pendingCut = verdict.kind !== 'printed';
      // At most so many bytes can be missing from a command that was broken off.
      const longest = Math.min(composed.bytes.length, this.#profile.raster.max_bytes);
      this.#pendingNuls = verdict.kind === 'printed' ? 0 : longest;
      const millimetres = composed.heightDots / this.#profile.paper.dots_per_mm;
      this.#forecast.printed(millimetres, this.#context.clock.monotonicMs());
    }
    return verdict;
  }

  /** A round trip only when what is known is old (2 s). */
  async #preflight(): Promise<Verdict | undefined> {
    if (this.#context.link.state !== 'open') return faulty('port-gone');
    if (!this.#watch.known || this.#watch.ageMs() > freshMs) {
      if (!(await this.#watch.probe()) && !(await this.#watch.probe())) {
        return faulty(this.#watch.error?.code ?? 'no-answer');
      }
    }
    return this.#obstacle();
  }

  #obstacle(): Verdict | undefined {
    if (!this.#open) return refused('closed', 'The driver is closed.');
    if (this.#context.link.state !== 'open') return faulty('port-gone');
    const { error } = this.#watch;
    return error === undefined ? undefined : faulty(error.code);
  }

  #separation(): Uint8Array {
    const nuls = new Uint8Array(this.#pendingNuls);
    return this.#pendingCut ? Buffer.concat([nuls, Uint8Array.of(0x0a), cut(this.#profile)]) : nuls;
  }

  #confirmationRequest(id: string): Uint8Array {
    if (this.#profile.confirm === 'process-id') return processId(id);
    return this.#profile.confirm === 'fence' ? fence : new Uint8Array();
  }

  #changed(): void {
    const { status, known } = this.#watch;
    if (known && this.#watch.reportsStatus && this.#context.link.state === 'open') {
      const { paperOut: out, nearEnd, coverOpen, ticketAtOutput } = status;
      this.#forecast.saw({ out, nearEnd, coverOpen });
      this.#presenter.saw(ticketAtOutput, this.#context.clock.monotonicMs());
    }
    this.#run?.statusChanged();
    if (this.#open && !this.#busy) this.#idle();
    this.healthChanged.emit(this.health);
  }

  /** Repairs and checks between jobs. */
  #idle(): void {
    const { watch, link, clock } = { watch: this.#watch, link: this.#context.link, clock: this.#context.clock };
    if (!watch.known || link.state !== 'open') return;
    const { error } = watch;
    if (error === undefined) {
      this.#idleRecoveries = 0;
      if (this.#pendingNuls > 0) void this.#flush();
      else this.#logos.listOnce();
      return;
    }
    const due = clock.monotonicMs() - this.#idleRecoveredAtMs >= idleRecoverMs;
    const { clear, resume } = this.#profile;
    const means = clear === 'dle-enq' ? wipeAndRecover : resume ? resumeAfterError : undefined;
    if (!recoverable.has(error.code) || means === undefined || !due) return;
    if (this.#idleRecoveries >= maxIdleRecoveries) return;
    this.#idleRecoveries += 1;
    this.#counters.idleRecoveries += 1;
    this.#idleRecoveredAtMs = clock.monotonicMs();
    this.#context.log.info(
      { fault: error.code, attempt: this.#idleRecoveries },
      `recovery command sent: ${error.code}`,
    );
    link.write(means, flushDeadlineMs).catch((cause: unknown) => {
      this.#context.log.debug({ error: messageOf(cause) }, 'recovery command not written');
    });
  }

  /** Completes a command that may have been broken off, before the next job. */
  async #flush(): Promise<void> {
    const nuls = this.#pendingNuls;
    this.#pendingNuls = 0;
    const { chunk_bytes } = this.#profile;
    try {
      for (let at = 0; at < nuls && !this.#busy; at += chunk_bytes) {
        await this.#context.link.write(new Uint8Array(Math.min(chunk_bytes, nuls - at)), flushDeadlineMs);
        if (this.#busy) this.#pendingNuls = Math.max(0, nuls - at - chunk_bytes);
      }
      // Status back may have been swallowed as data of the broken command.
      this.#watch.arm();
    } catch (error) {
      this.#context.log.debug({ error: messageOf(error) }, 'NULs not written: sent again after the next connection');
      this.#pendingNuls = nuls;
    }
  }

  #state(): HealthState {
    if (!this.#open) return 'closed';
    if (this.#watch.error !== undefined) return 'fault';
    if (this.#busy) return 'busy';
    return this.#watch.known ? 'ready' : 'opening';
  }
}

function refused(reason: string, message: string): Verdict {
  return { kind: 'not-printed', reason, message };
}

function faulty(code: string): Verdict {
  return refused(code, reasonText(code));
}
