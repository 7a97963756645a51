/**
 * One job from its first byte to its verdict. Only the printer's own report decides the verdict. A fault in mid-job leaves it
 * pending, because the printer keeps the data and continues by itself once the fault is gone (F5).
 */
import type { Timer } from '../clock.ts';
import { DeviceError, messageOf } from '../errors.ts';
import { resumeAfterError, wipeAndRecover, wipeBuffers } from './escpos-commands.ts';
import type { PendingConfirmations } from './pending-confirmations.ts';
import { faultText } from './printer-faults.ts';
import type { PrinterProfile } from './profile.ts';
import type { Reply } from './reply-parser.ts';
import type { StatusWatch, WatchContext } from './status-watch.ts';
import type { PrintProgress, Verdict } from './ticket-printer.ts';

export interface RunLimits {
  /** No byte taken for so long and no fault that explains it: the connection is given up. */
  readonly stallMs: number;
  /** A fault in mid-job may last so long before the rest is wiped. */
  readonly pendingMs: number;
}

export interface RunSettings {
  readonly watch: StatusWatch;
  readonly pendingConfirmations: PendingConfirmations;
  readonly profile: PrinterProfile;
  readonly limits: RunLimits;
  readonly bytes: Uint8Array;
  /** Where the ticket itself ends and the question for its confirmation begins. */
  readonly processId: string;
  readonly heightMm: number;
  readonly progress: PrintProgress;
}

/** Beyond the mechanism's own time (Epson's guide to completion: 5 s). */
const marginMs = 5_000;
/** After a lost port a printer that kept its power still sends its newest process id; twice the longest wait between two tries. */
const reconnectGraceMs = 10_000;
const tickMs = 250;
const resumeEveryMs = 5_000;
const maxResumes = 6;
const commandDeadlineMs = 2_000;
const wipeAnswerMs = 2_000;
const bitsPerByte = 10;
/** Errors that DLE ENQ ends once their cause is gone. */
const resumable = new Set(['cutter', 'mechanical', 'jam', 'black-mark']);

export class PrintRun {
  /** Bytes handed over, successfully or not: what the printer may have seen. */
  sent = 0;
  #context: WatchContext;
  #settings: RunSettings;
  #resolve: (verdict: Verdict) => void = () => {};
  #verdict: Verdict | undefined;
  #timer: Timer | undefined;
  #complete = false;
  #lastChunkAtMs: number | undefined;
  #progressAtMs: number;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #pendingSinceMs: number | undefined;
  #waitingFor: string | undefined;
  #downAtMs: number | undefined;
  #reconnected = false;
  #resumes = 0;
  #resumedAtMs = Number.NEGATIVE_INFINITY;
  #wipedAtMs: number | undefined;
  #outputWasEmpty: boolean;

  constructor(context: WatchContext, settings: RunSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#progressAtMs = context.clock.monotonicMs();
    this.#outputWasEmpty = settings.watch.status.ticketAtOutput !== true;
  }

  /** Every byte is with the system: a break from here on leaves no command half sent. */
  get complete(): boolean {
    return this.#complete;
  }

  start(): Promise<Verdict> {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.#resolve = resolve;
    this.#tick();
    void this.#send();
    return promise;
  }

  reply(reply: Reply): void {
    const { clock } = this.#context;
    const { profile, watch, processId } = this.#settings;
    if (reply.kind === 'cleared' && this.#wipedAtMs !== undefined) this.#unknown('wiped');
    const fenced = reply.kind === 'lone' && profile.confirm === 'fence' && answersFence(reply.status, profile);
    if (fenced && this.#settings.pendingConfirmations.consume()) {
      this.#context.log.debug({}, 'confirmation belongs to an earlier job');
      // The printer starts this ticket only now.
      if (this.#complete) this.#restartDeadline();
      return;
    }
    // The answer may arrive before the system reports that the last chunk is written.
    if (this.#lastChunkAtMs === undefined) return;
    if (reply.kind === 'process-id' && profile.confirm === 'process-id' && reply.id === processId) {
      this.#end({ kind: 'printed', by: 'process-id' });
    }
    // After a reconnection a single byte may answer a question of another program.
    if (!fenced || this.#reconnected) return;
    if (clock.monotonicMs() - this.#lastChunkAtMs < profile.fence_min_ms) {
      watch.warn('fence-too-early');
      this.#unknown('fence-too-early');
    } else this.#end({ kind: 'printed', by: 'fence' });
  }

  /** Status changed, or the connection came or went. */
  statusChanged(): void {
    const { link, clock } = this.#context;
    const { watch, profile } = this.#settings;
    if (this.#verdict !== undefined) return;
    if (link.state !== 'open') {
      this.#downAtMs ??= clock.monotonicMs();
      this.#reconnected = true;
      if (!this.complete || profile.confirm !== 'process-id') this.#unknown('port-gone');
      return;
    }
    if (watch.error?.code === 'unrecoverable') {
      this.#unknown('unrecoverable');
      return;
    }
    if (profile.confirm === 'presenter' && this.complete && watch.status.ticketAtOutput !== undefined) {
      if (!watch.status.ticketAtOutput) this.#outputWasEmpty = true;
      else if (this.#outputWasEmpty) this.#end({ kind: 'printed', by: 'presenter' });
    }
  }

  abandon(reason: string): void {
    this.#unknown(reason);
  }

  async #send(): Promise<void> {
    const { link, clock } = this.#context;
    const { bytes, profile, limits, watch } = this.#settings;
    for (let at = 0; at < bytes.length; at += profile.chunk_bytes) {
      const chunk = bytes.subarray(at, at + profile.chunk_bytes);
      // Without a connection not a byte of this chunk leaves; once it is handed over the number that left is unknown.
      if (link.state !== 'open') {
        this.#unknown('port-gone');
        return;
      }
      this.sent = at + chunk.length;
      if (this.sent === bytes.length) this.#lastChunkAtMs = clock.monotonicMs();
      try {
        await link.write(chunk, limits.pendingMs + limits.stallMs);
      } catch (error) {
        this.#context.log.debug(
          { error: messageOf(error), sent: this.sent, of: bytes.length },
          'ticket data not written',
        );
        this.#unknown('port-gone');
        return;
      }
      if (this.#verdict !== undefined) return;
      this.#progressAtMs = clock.monotonicMs();
    }
    this.#complete = true;
    this.#restartDeadline();
    // From here the printer may be asked again: nothing else of ours is on the way.
    watch.release();
    this.statusChanged();
  }

  /** Time for all bytes to arrive, the paper to move and the cut, plus the margin. */
  #restartDeadline(): void {
    const { link, clock } = this.#context;
    const { profile, heightMm, bytes } = this.#settings;
    const baud = link.port?.baudRate ?? 0;
    const transferMs = baud > 0 ? (Math.min(bytes.length, profile.buffer_bytes) * bitsPerByte * 1000) / baud : 0;
    const paperMs = (heightMm / profile.speed_mm_s) * 1000;
    this.#deadlineMs = clock.monotonicMs() + transferMs + paperMs + profile.cut_ms + marginMs;
  }

  #tick(): void {
    if (this.#verdict !== undefined) return;
    this.#timer = this.#context.clock.after(tickMs, () => this.#tick());
    const nowMs = this.#context.clock.monotonicMs();
    if (this.#context.link.state === 'open') this.#downAtMs = undefined;
    if (this.#downAtMs !== undefined) {
      if (nowMs - this.#downAtMs > reconnectGraceMs) this.#unknown('port-gone');
      return;
    }
    const { watch } = this.#settings;
    const fault = watch.error?.kind === 'said' ? watch.error.code : undefined;
    if (fault !== undefined) this.#pending(fault, nowMs);
    else this.#running(nowMs);
    // An output sensor is reported only on request.
    if (this.complete && this.#settings.profile.confirm === 'presenter') void watch.probe();
  }

  #pending(fault: string, nowMs: number): void {
    const { progress, limits, profile } = this.#settings;
    this.#pendingSinceMs ??= nowMs;
    if (this.#waitingFor !== fault) {
      this.#waitingFor = fault;
      this.#context.log.info({ fault, sent: this.sent }, `ticket waits: ${fault}`);
      progress.waiting?.(fault);
    }
    this.#progressAtMs = nowMs;
    const resume = profile.resume && resumable.has(fault) && this.complete;
    if (resume && this.#resumes < maxResumes && nowMs - this.#resumedAtMs >= resumeEveryMs) {
      this.#resumes += 1;
      this.#resumedAtMs = nowMs;
      this.#command(resumeAfterError, 'resume after error');
    }
    if (nowMs - this.#pendingSinceMs > limits.pendingMs) this.#wipe(fault, nowMs);
  }

  /** The fault lasted too long: the rest must not come out hours later. */
  #wipe(fault: string, nowMs: number): void {
    const { link } = this.#context;
    const { profile } = this.#settings;
    if (this.#wipedAtMs === undefined && profile.clear !== 'none' && this.complete) {
      this.#wipedAtMs = nowMs;
      const wipe = profile.clear === 'dle-dc4' ? wipeBuffers : wipeAndRecover;
      this.#command(wipe, 'clear buffer');
      if (profile.clear === 'dle-dc4') return;
    }
    if (this.#wipedAtMs !== undefined && nowMs - this.#wipedAtMs < wipeAnswerMs) return;
    this.#unknown(fault);
    if (!this.complete) link.drop(new DeviceError('timeout', `${link.name} did not finish a ticket in time: ${fault}`));
  }

  /** Not waited for: the status or the end of the job shows its effect. */
  #command(bytes: Uint8Array, what: string): void {
    const { link, log } = this.#context;
    log.debug({ command: what, resumes: this.#resumes }, `${what}: sent to the printer`);
    link.write(bytes, commandDeadlineMs).catch((error: unknown) => {
      log.debug({ error: messageOf(error) }, `${what}: not written`);
    });
  }

  #running(nowMs: number): void {
    const { link, clock } = this.#context;
    const { limits, watch } = this.#settings;
    if (this.#pendingSinceMs !== undefined) {
      this.#pendingSinceMs = undefined;
      this.#waitingFor = undefined;
      this.#progressAtMs = nowMs;
      if (this.complete) this.#restartDeadline();
    }
    if (!this.complete) {
      if (clock.monotonicMs() - this.#progressAtMs <= limits.stallMs) return;
      this.#unknown('stalled');
      link.drop(
        new DeviceError('timeout', `${link.name} takes no data: check the printer and its flow-control switch`),
      );
    } else if (nowMs > this.#deadlineMs) this.#unknown(watch.error?.code ?? 'no-confirmation');
  }

  #unknown(reason: string): void {
    if (this.sent === 0) this.#end({ kind: 'not-printed', reason, message: reasonText(reason) });
    else this.#end({ kind: 'unknown', reason, message: reasonText(reason) });
  }

  #end(verdict: Verdict): void {
    if (this.#verdict !== undefined) return;
    this.#verdict = verdict;
    this.#timer?.cancel();
    if (!this.#complete) this.#settings.watch.release();
    if (verdict.kind === 'printed') this.#complete = true;
    this.#settleConfirmation(verdict);
    this.#resolve(verdict);
  }

  #settleConfirmation(verdict: Verdict): void {
    const { profile, pendingConfirmations, bytes } = this.#settings;
    if (profile.confirm !== 'fence' || this.sent < bytes.length) return;
    const reason = verdict.kind === 'printed' ? undefined : verdict.reason;
    // Port lost, or no answer and no fault that explains it (power loss): the answer is lost with the job.
    const lost = reason === 'port-gone' || reason === 'no-confirmation';
    if (reason === undefined || lost || this.#wipedAtMs !== undefined) pendingConfirmations.clear();
    else if (reason !== 'fence-too-early') pendingConfirmations.add();
  }
}

/**
 * GS r 1 answers with both bits of a pair alike: near end 0 and 1, end 2 and 3 (Epson, "GS r"). What does not is noise,
 * such as the 06 that some models send after a picture. Citizen's kiosk models use the bits one by one.
 */
function answersFence(status: number, profile: PrinterProfile): boolean {
  if (profile.status.paper_end_bits === 'first') return true;
  return [0x00, 0x03, 0x0c, 0x0f].includes(status & 0x0f);
}

const reasons: Readonly<Record<string, string>> = {
  wiped: 'The rest of the ticket was wiped in the printer; a part may have come out.',
  stalled: 'The printer stopped taking data and reported no fault; check the paper that came out.',
  'no-confirmation': 'The printer did not confirm the ticket; check whether it came out.',
  closed: 'The driver was closed during the job; check whether the ticket came out.',
};

export function reasonText(reason: string): string {
  return reasons[reason] ?? faultText(reason).remedy;
}
