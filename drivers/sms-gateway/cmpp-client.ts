/**
 * The protocol `cmpp`: a connection to a China Mobile gateway that stays open. Up to `window` submits are under way; each is
 * answered by its sequence number. What was submitted and not answered when the connection went is `unknown`.
 * Source: China Mobile, "CMPP 3.0", sections 6 (sessions, window, active test) and 8 (messages).
 */

import { smsText } from '../bytes/sms-text.ts';
import type { Timer } from '../clock.ts';
import { DeviceHealth } from '../device-health.ts';
import type { DriverContext } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { Health } from '../health.ts';
import { type Listenable, Signal } from '../signal.ts';
import {
  type DeliveryReport,
  recordOutcome,
  type SendOutcome,
  type SmsSender,
  type TextMessage,
} from '../sms-sender.ts';
import {
  type CmppMessage,
  CmppStream,
  cmppCommand,
  cmppMessage,
  cmppTimestamp,
  connectBody,
  connectStatus,
  deliverRespBody,
  readDeliver,
  submitBody,
  submitResult,
} from './cmpp-codec.ts';
import { cmppMask } from './cmpp-mask.ts';
import type { CmppOptions } from './cmpp-options.ts';
import { loginRefusals, submitRefusals } from './cmpp-refusals.ts';
import { mainlandNumber } from './gateway-protocol.ts';

const answerMs = 60_000;
const connectAnswerMs = 10_000;
const activeTestMs = 60_000;
/** So many active tests without an answer end the connection (section 6). */
const mostSilentTests = 3;
const writeDeadlineMs = 5_000;
const queueLimit = 500;
/** The gateway's "too fast": nothing is submitted for so long. */
const throttleMs = 1_000;
const flowControl = 8;

interface Job {
  readonly message: TextMessage;
  readonly parts: readonly Uint8Array[];
  readonly references: string[];
  next: number;
  open: number;
  readonly done: (outcome: SendOutcome) => void;
  settled: boolean;
}

interface Submitted {
  readonly job: Job;
  readonly timer: Timer;
}

export class CmppClient implements SmsSender {
  readonly reported: Signal<DeliveryReport>;
  #context: DriverContext;
  #options: CmppOptions;
  #health: DeviceHealth;
  #stream = new CmppStream();
  #undo: (() => void)[] = [];
  #bound = false;
  #sequence = 0;
  /** Ties the parts of one long text together; waiting texts have not moved the sequence yet. */
  #longReference = 0;
  #queue: Job[] = [];
  #submitted = new Map<number, Submitted>();
  #timer: Timer | undefined;
  #throttle: Timer | undefined;
  #silentTests = 0;

  constructor(context: DriverContext, options: CmppOptions) {
    this.#context = context;
    this.#options = options;
    this.#health = new DeviceHealth(context, {
      counters: ['sent', 'unknown', 'notSent', 'refusedFull', 'reports', 'throttled', 'reconnects'],
    });
    this.reported = new Signal(context.log);
  }

  get health(): Health {
    return this.#health.now;
  }

  get healthChanged(): Listenable<Health> {
    return this.#health.changed;
  }

  start(): void {
    if (this.#undo.length > 0) return;
    const { link, log } = this.#context;
    this.#health.state('opening');
    this.#undo = [
      link.trace.mask(cmppMask),
      link.opened.on(() => this.#opened(), log),
      link.down.on((error) => this.#down(error.message), log),
      link.received.on((bytes) => this.#received(bytes), log),
    ];
    if (link.port !== undefined) this.#opened();
    else if (link.lastError !== undefined) this.#down(link.lastError.message);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    if (this.#bound) this.#write(cmppCommand.terminate, new Uint8Array());
    this.#ended('closed');
    this.#health.state('closed');
  }

  send(message: TextMessage): Promise<SendOutcome> {
    if (this.#queue.length >= queueLimit) {
      this.#health.count('refusedFull');
      return Promise.resolve({ kind: 'not-sent', reason: 'queue-full', retry: 'later' });
    }
    if (!this.#bound) return Promise.resolve({ kind: 'not-sent', reason: 'not-connected', retry: 'later' });
    const parts = this.#coded(message);
    if (parts === undefined) return Promise.resolve({ kind: 'not-sent', reason: 'illegal', retry: 'never' });
    return new Promise((done) => {
      this.#queue.push({ message, parts, references: [], next: 0, open: 0, done, settled: false });
      this.#pump();
    });
  }

  #coded({ to, text }: TextMessage): readonly Uint8Array[] | undefined {
    if (!/^1\d{10}$/.test(mainlandNumber(to)) || text === '') return undefined;
    this.#longReference = (this.#longReference + 1) & 0xff;
    // Always UCS2: gateways differ in what they make of the 7-bit alphabet.
    try {
      return smsText(text, this.#longReference, 'ucs-2').parts.map(({ userData }) => userData);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  #opened(): void {
    const { clock } = this.#context;
    this.#stream = new CmppStream();
    this.#health.leave('port-gone');
    const { source, secret, version, time_zone: timeZone } = this.#options;
    const timestamp = cmppTimestamp(clock.wallMs(), timeZone);
    this.#write(cmppCommand.connect, connectBody({ source, secret, version, timestamp }));
    this.#timer?.cancel();
    this.#timer = clock.after(connectAnswerMs, () => this.#drop('the gateway does not answer the login'));
  }

  #down(remedy: string): void {
    if (this.#bound) this.#health.count('reconnects');
    this.#ended('port-gone');
    this.#health.state('opening');
    this.#health.enter({ code: 'port-gone', kind: 'port', severity: 'error', remedy });
  }

  /** Under way: unknown. Waiting: not sent. */
  #ended(reason: string): void {
    this.#bound = false;
    this.#timer?.cancel();
    this.#throttle?.cancel();
    this.#throttle = undefined;
    for (const { job, timer } of this.#submitted.values()) {
      timer.cancel();
      this.#settle(job, { kind: 'unknown', reason });
    }
    this.#submitted.clear();
    for (const job of this.#queue.splice(0))
      this.#settle(job, job.next > 0 ? { kind: 'unknown', reason } : { kind: 'not-sent', reason, retry: 'later' });
  }

  #received(bytes: Uint8Array): void {
    const messages = this.#stream.take(bytes);
    if (messages === undefined) {
      this.#drop('what the gateway sends is not CMPP: check its port and version');
      return;
    }
    for (const message of messages) this.#message(message);
  }

  #message({ command, sequence, body }: CmppMessage): void {
    const { version } = this.#options;
    this.#silentTests = 0;
    switch (command) {
      case cmppCommand.connectResp:
        this.#login(connectStatus(body, version));
        break;
      case cmppCommand.submitResp:
        this.#answered(sequence, submitResult(body, version));
        break;
      case cmppCommand.deliver: {
        const deliver = readDeliver(body, version);
        if (deliver === undefined) break;
        this.#reply(cmppCommand.deliverResp, sequence, deliverRespBody(deliver.messageId, version));
        if (deliver.report !== undefined) this.#report(deliver.report);
        break;
      }
      case cmppCommand.activeTest:
        this.#reply(cmppCommand.activeTestResp, sequence, Uint8Array.of(0));
        break;
      case cmppCommand.terminate:
        this.#reply(cmppCommand.terminateResp, sequence, new Uint8Array());
        this.#drop('the gateway ended the connection');
        break;
    }
  }

  #login(status: number | undefined): void {
    this.#timer?.cancel();
    if (status === 0) {
      this.#bound = true;
      this.#health.leave('login-refused');
      this.#health.state('ready');
      this.#silentTests = 0;
      this.#testLater();
      this.#pump();
      return;
    }
    const why = status === undefined ? 'an answer that cannot be read' : (loginRefusals[status] ?? `status ${status}`);
    this.#health.enter({
      code: 'login-refused',
      kind: 'said',
      severity: 'error',
      remedy: `the gateway refuses the login (${why}): check source, secret, version, and this machine's clock`,
    });
    this.#drop('the login was refused');
  }

  #testLater(): void {
    this.#timer = this.#context.clock.after(activeTestMs, () => {
      if (this.#silentTests >= mostSilentTests) {
        this.#drop('the gateway answers no active test');
        return;
      }
      this.#silentTests += 1;
      this.#write(cmppCommand.activeTest, new Uint8Array());
      this.#testLater();
    });
  }

  #pump(): void {
    while (this.#bound && this.#throttle === undefined && this.#submitted.size < this.#options.window) {
      const job = this.#queue[0];
      if (job === undefined) return;
      const { clock } = this.#context;
      if (job.next === 0 && clock.monotonicMs() >= job.message.expiresAtMs) {
        this.#queue.shift();
        this.#settle(job, { kind: 'not-sent', reason: 'expired', retry: 'never' });
        continue;
      }
      this.#submit(job);
    }
  }

  #submit(job: Job): void {
    const { clock } = this.#context;
    const {
      version,
      source_number: sourceNumber,
      service_id: serviceId,
      source,
      delivery_reports: reportAsked,
    } = this.#options;
    const content = job.parts[job.next];
    if (content === undefined) return;
    job.next += 1;
    job.open += 1;
    if (job.next === job.parts.length) this.#queue.shift();
    const sequence = this.#write(
      cmppCommand.submit,
      submitBody({
        version,
        sourceNumber,
        serviceId,
        enterprise: source,
        to: mainlandNumber(job.message.to),
        content,
        part: job.next,
        parts: job.parts.length,
        reportAsked,
        validUntil: this.#validUntil(job.message),
      }),
    );
    const timer = clock.after(answerMs, () => {
      this.#submitted.delete(sequence);
      this.#abandon(job, { kind: 'unknown', reason: 'no-answer' });
      this.#pump();
    });
    this.#submitted.set(sequence, { job, timer });
  }

  /** `YYMMDDhhmmss032+`: absolute, in the gateway's zone (eight hours, in quarters). */
  #validUntil({ expiresAtMs }: TextMessage): string {
    const { clock } = this.#context;
    const leftMs = expiresAtMs - clock.monotonicMs();
    const at = clock.wallMs() + leftMs;
    const year = new Intl.DateTimeFormat('en-GB', { timeZone: this.#options.time_zone, year: '2-digit' }).format(at);
    return `${year}${cmppTimestamp(at, this.#options.time_zone).digits}032+`;
  }

  #answered(sequence: number, answer: ReturnType<typeof submitResult>): void {
    const submitted = this.#submitted.get(sequence);
    if (submitted === undefined) return;
    this.#submitted.delete(sequence);
    submitted.timer.cancel();
    const { job } = submitted;
    job.open -= 1;
    if (answer === undefined) this.#abandon(job, { kind: 'unknown', reason: 'unreadable-answer' });
    else if (answer.result === 0) {
      job.references.push(answer.messageId);
      if (job.next === job.parts.length && job.open === 0)
        this.#settle(job, { kind: 'sent', references: job.references });
    } else this.#refused(job, answer.result);
    this.#pump();
  }

  #refused(job: Job, result: number): void {
    if (result === flowControl) {
      this.#health.count('throttled');
      this.#throttle?.cancel();
      this.#throttle = this.#context.clock.after(throttleMs, () => {
        this.#throttle = undefined;
        this.#pump();
      });
    }
    const { name, retry } = submitRefusals[result] ?? { name: `result-${result}`, retry: 'mend' as const };
    if (retry === 'mend')
      this.#health.enter({
        code: 'provider-refuses',
        kind: 'said',
        severity: 'error',
        remedy: `the gateway refuses messages (${name}): check the service code and the contract with the provider`,
      });
    this.#abandon(job, { kind: 'not-sent', reason: name, retry });
  }

  /** The parts still to come would be of no use. */
  #abandon(job: Job, outcome: SendOutcome): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#settle(job, outcome);
  }

  #settle(job: Job, outcome: SendOutcome): void {
    if (job.settled) return;
    job.settled = true;
    if (outcome.kind === 'sent') this.#health.leave('provider-refuses');
    recordOutcome(this.#health, this.#context.log, job.message.to, outcome);
    job.done(outcome);
  }

  #report({ messageId, stat }: { readonly messageId: string; readonly stat: string }): void {
    this.#health.count('reports');
    const outcome = stat === 'DELIVRD' ? 'delivered' : stat === 'ACCEPTD' || stat === 'ENROUTE' ? 'trying' : 'failed';
    this.reported.emit({ reference: messageId, outcome, code: stat });
  }

  #drop(why: string): void {
    this.#context.link.drop(new DeviceError('failure', `${this.#context.name}: ${why}`));
  }

  #write(command: number, body: Uint8Array): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#reply(command, this.#sequence, body);
    return this.#sequence;
  }

  #reply(command: number, sequence: number, body: Uint8Array): void {
    // A failed write costs the connection: the link reports it, and what was under way with it.
    this.#context.link.write(cmppMessage({ command, sequence, body }), writeDeadlineMs).catch((error: unknown) => {
      this.#context.log.debug({ error: String(error) }, 'a write to the gateway failed');
    });
  }
}
