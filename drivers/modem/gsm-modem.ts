/**
 * The protocol `at-pdu`: a GSM or LTE modem on a serial port, driven by AT commands in PDU mode.
 * Sources: 3GPP TS 27.005 (text messages), 27.007 (card, network), ITU-T V.250 (framing); timeouts after the AT manuals of
 * Telit, Fibocom and Cinterion. A message whose final answer did not come is `unknown`: it may have gone.
 */
import { DeviceHealth } from '../device-health.ts';
import type { DriverContext } from '../driver.ts';
import type { Health } from '../health.ts';
import { type Listenable, Signal } from '../signal.ts';
import {
  type DeliveryReport,
  recordOutcome,
  type SendOutcome,
  type SmsSender,
  type TextMessage,
} from '../sms-sender.ts';
import { AtChat, type Notice, type Reply } from './at-chat.ts';
import { errorMeaning } from './at-errors.ts';
import { atMask } from './at-mask.ts';
import { DeliveryReports } from './delivery-reports.ts';
import type { ModemOptions } from './modem-profile.ts';
import { bringUp, type SetupStep, signalOf } from './modem-setup.ts';
import { type SubmitPdu, submitPdus } from './sms-pdu.ts';

const probeTimeoutMs = 2_000;
const probeAgainMs = 1_000;
/** So many unanswered probes in a row are a fault. */
const muteAfterProbes = 3;
const promptTimeoutMs = 10_000;
const healthEveryMs = 60_000;
const askAgainMs = 5_000;
/** Messages that wait for the modem. */
const queueLimit = 100;
/** Errors in a row that name neither card nor message: something is wrong with the modem all the same. */
const runOfErrors = 5;
const writeDeadlineMs = 5_000;

interface Waiting {
  readonly message: TextMessage;
  readonly done: (outcome: SendOutcome) => void;
}

export class GsmModem implements SmsSender {
  readonly reported: Signal<DeliveryReport>;
  #context: DriverContext;
  #options: ModemOptions;
  #health: DeviceHealth;
  #chat: AtChat;
  #reports: DeliveryReports;
  #undo: (() => void)[] = [];
  /** One a connection; what still runs for an older one stops at its next step. */
  #session: object | undefined;
  #queue: Waiting[] = [];
  #wake: () => void = () => {};
  #longReference = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #errorsInRow = 0;
  #pinEntered = false;

  constructor(context: DriverContext, options: ModemOptions) {
    this.#context = context;
    this.#options = options;
    this.#health = new DeviceHealth(context, {
      counters: ['sent', 'unknown', 'notSent', 'refusedFull', 'reports', 'unmatchedReports', 'timeouts', 'reconnects'],
    });
    this.reported = new Signal(context.log);
    this.#chat = new AtChat(context, { write: (bytes) => this.#write(bytes) });
    this.#reports = new DeliveryReports(context.random);
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
      link.trace.mask(atMask()),
      link.opened.on(() => this.#opened(), log),
      link.down.on((error) => this.#down(error.message), log),
      link.received.on((bytes) => this.#chat.receive(bytes), log),
      this.#chat.noticed.on((notice) => this.#noticed(notice), log),
    ];
    if (link.port !== undefined) this.#opened();
    else if (link.lastError !== undefined) this.#down(link.lastError.message);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    this.#session = undefined;
    this.#chat.lost();
    this.#wake();
    for (const { done } of this.#queue.splice(0)) done({ kind: 'not-sent', reason: 'closed', retry: 'later' });
    this.#health.state('closed');
  }

  send(message: TextMessage): Promise<SendOutcome> {
    if (this.#queue.length >= queueLimit) {
      this.#health.count('refusedFull');
      return Promise.resolve({ kind: 'not-sent', reason: 'queue-full', retry: 'later' });
    }
    return new Promise((done) => {
      this.#queue.push({ message, done });
      this.#wake();
    });
  }

  #opened(): void {
    const session = {};
    this.#session = session;
    this.#health.leave('port-gone');
    this.#live(session).catch((error: unknown) => this.#context.log.defect(error, 'the modem driver stopped'));
  }

  #down(remedy: string): void {
    if (this.#session !== undefined) this.#health.count('reconnects');
    this.#session = undefined;
    this.#chat.lost();
    this.#wake();
    this.#health.state('opening');
    this.#health.enter({ code: 'port-gone', kind: 'port', severity: 'error', remedy });
    // Nothing waits in vain for a cable: whoever asked decides whether it is still of use then.
    for (const { done } of this.#queue.splice(0)) done({ kind: 'not-sent', reason: 'port-gone', retry: 'later' });
  }

  /** The life of one connection: probe, set up, then messages and questions in turn. */
  async #live(session: object): Promise<void> {
    while (this.#session === session) {
      if (!(await this.#probed(session))) continue;
      if (!(await this.#ready(session))) continue;
      await this.#work(session);
    }
  }

  async #probed(session: object): Promise<boolean> {
    for (let tries = 1; this.#session === session; tries += 1) {
      const reply = await this.#chat.run({ text: 'AT', timeoutMs: probeTimeoutMs });
      if (this.#session !== session) return false;
      if (reply.kind === 'final' && reply.result.kind === 'ok') {
        this.#health.leave('no-answer');
        return true;
      }
      if (tries >= muteAfterProbes)
        this.#health.enter({
          code: 'no-answer',
          kind: 'mute',
          severity: 'error',
          remedy: 'the modem does not answer: check its power, and that this port is its AT port',
        });
      // A text that a timed-out command left open swallows everything up to here.
      this.#chat.escape();
      await this.#sleepUntil(probeAgainMs);
    }
    return false;
  }

  /** Card, network and mode; `false`: the modem fell silent, probe again. */
  async #ready(session: object): Promise<boolean> {
    while (this.#session === session) {
      const step = await bringUp((text, timeoutMs) => this.#ask(text, timeoutMs), {
        options: this.#options,
        mayEnterPin: !this.#pinEntered,
        pinEntered: () => {
          this.#pinEntered = true;
        },
      });
      if (this.#session !== session) return false;
      if (step.kind === 'silent') return false;
      this.#show(step);
      if (step.kind === 'ready') {
        this.#health.state('ready');
        return true;
      }
      for (const { done } of this.#queue.splice(0)) done({ kind: 'not-sent', reason: step.code, retry: 'later' });
      await this.#sleepUntil(askAgainMs);
    }
    return false;
  }

  #show(step: SetupStep): void {
    for (const { code } of this.#health.now.faults)
      if (code !== 'port-gone' && code !== 'no-answer') this.#health.leave(code);
    if (step.kind === 'blocked')
      this.#health.enter({ code: step.code, kind: 'said', severity: 'error', remedy: step.remedy });
    if (step.kind === 'ready' && step.signal !== undefined && step.signal < 5)
      this.#health.enter({
        code: 'weak-signal',
        kind: 'said',
        severity: 'warning',
        remedy: `signal ${signalOf(step.signal)}: move the antenna nearer to a window`,
      });
  }

  /** Messages in order, the questions of each minute between them; returns when the modem has to be set up anew. */
  async #work(session: object): Promise<void> {
    const { clock } = this.#context;
    let askMs = clock.monotonicMs() + healthEveryMs;
    while (this.#session === session) {
      await this.#readStored();
      const waitMs = this.#lastSentMs + 60_000 / this.#options.most_per_minute - clock.monotonicMs();
      if (this.#queue.length > 0 && waitMs <= 0) {
        if (!(await this.#sendNext(session))) return;
      } else if (clock.monotonicMs() >= askMs) {
        askMs = clock.monotonicMs() + healthEveryMs;
        if (!(await this.#ready(session))) return;
      } else
        await this.#sleepUntil(
          this.#queue.length > 0 ? Math.min(waitMs, askMs - clock.monotonicMs()) : askMs - clock.monotonicMs(),
        );
    }
  }

  /** `false`: probe again before the next one. */
  async #sendNext(session: object): Promise<boolean> {
    const next = this.#queue.shift();
    if (next === undefined) return true;
    const { message, done } = next;
    const { clock } = this.#context;
    if (clock.monotonicMs() >= message.expiresAtMs) {
      done({ kind: 'not-sent', reason: 'expired', retry: 'never' });
      return true;
    }
    this.#health.state('busy');
    const { outcome, clean } = await this.#submit(message);
    this.#lastSentMs = clock.monotonicMs();
    recordOutcome(this.#health, this.#context.log, message.to, outcome);
    if (this.#session === session && clean) this.#health.state('ready');
    done(outcome);
    return clean;
  }

  async #submit(message: TextMessage): Promise<{ readonly outcome: SendOutcome; readonly clean: boolean }> {
    const parts = this.#encoded(message);
    if ('kind' in parts) return { outcome: parts, clean: true };
    const references: string[] = [];
    for (const { pdu, length } of parts) {
      const reply = await this.#chat.run({
        text: `AT+CMGS=${length}`,
        timeoutMs: promptTimeoutMs,
        payload: pdu,
        finalMs: this.#options.send_timeout_ms,
      });
      const read = this.#read(reply);
      if (read.kind !== 'sent') {
        if (reply.kind === 'timeout' && !reply.prompted) this.#chat.escape();
        return { outcome: read, clean: reply.kind === 'final' };
      }
      references.push(...read.references);
    }
    return { outcome: { kind: 'sent', references }, clean: true };
  }

  #encoded({ to, text, expiresAtMs }: TextMessage): readonly SubmitPdu[] | SendOutcome {
    this.#longReference = (this.#longReference + 1) & 0xff;
    const leftMin = (expiresAtMs - this.#context.clock.monotonicMs()) / 60_000;
    try {
      return submitPdus({
        to,
        text,
        reference: this.#longReference,
        validityMin: Math.max(5, leftMin),
        report: this.#options.delivery_reports,
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { kind: 'not-sent', reason: 'illegal', retry: 'never' };
    }
  }

  #read(reply: Reply): SendOutcome {
    if (reply.kind !== 'final') {
      if (reply.kind === 'timeout') this.#health.count('timeouts');
      const reason = reply.kind === 'timeout' ? 'no-answer' : 'port-gone';
      return reply.prompted ? { kind: 'unknown', reason } : { kind: 'not-sent', reason, retry: 'later' };
    }
    const { result, lines } = reply;
    if (result.kind === 'ok') {
      this.#errorsInRow = 0;
      this.#health.leave('errors-in-a-row');
      const [, number] = /^\+CMGS: *(\d{1,3})/.exec(lines.find((line) => line.startsWith('+CMGS:')) ?? '') ?? [];
      // OK without a reference: the network took it, a report for it cannot be matched.
      return { kind: 'sent', references: number === undefined ? [] : [this.#reports.expect(Number(number))] };
    }
    const { name, retry } = errorMeaning(result);
    this.#errorsInRow = retry === 'never' ? 0 : this.#errorsInRow + 1;
    if (retry === 'mend' || this.#errorsInRow >= runOfErrors)
      this.#health.enter({
        code: retry === 'mend' ? name : 'errors-in-a-row',
        kind: 'said',
        severity: 'error',
        remedy: `the modem refuses text messages (${name}): check its card, its credit and its signal`,
      });
    return { kind: 'not-sent', reason: name, retry };
  }

  async #ask(text: string, timeoutMs: number): Promise<Reply> {
    const reply = await this.#chat.run({ text, timeoutMs });
    this.#context.log.debug(
      { command: text.startsWith('AT+CPIN=') ? 'AT+CPIN=****' : text },
      `the modem answered ${reply.kind}`,
    );
    return reply;
  }

  #noticed({ line, pdu }: Notice): void {
    if (pdu !== undefined) this.#report(pdu);
    else if (line.startsWith('+CDSI:') || line.startsWith('+CMTI:')) {
      this.#reports.stored(line);
      this.#wake();
    } else if (/^\+CPIN: NOT/.test(line)) this.#wake();
    this.#context.log.debug({ line: line.slice(0, 20) }, 'the modem sent a line by itself');
  }

  /** What the modem keeps for us is read and deleted: a full store stops reports. */
  async #readStored(): Promise<void> {
    for (let place = this.#reports.nextStored(); place !== undefined; place = this.#reports.nextStored()) {
      const reply = await this.#ask(`AT+CMGR=${place}`, promptTimeoutMs);
      if (reply.kind !== 'final') return;
      const pdu = reply.lines.find((line) => /^[0-9A-Fa-f]+$/.test(line));
      if (pdu !== undefined) this.#report(pdu);
      await this.#ask(`AT+CMGD=${place}`, promptTimeoutMs);
    }
  }

  #report(pdu: string): void {
    const report = this.#reports.read(pdu);
    if (report === undefined) this.#health.count('unmatchedReports');
    else {
      this.#health.count('reports');
      this.reported.emit(report);
    }
  }

  #write(bytes: Uint8Array): void {
    // A failed write costs the connection: the link reports it as lost, and the running command with it.
    this.#context.link.write(bytes, writeDeadlineMs).catch((error: unknown) => {
      this.#context.log.debug({ error: String(error) }, 'a write to the modem failed');
    });
  }

  /** So long, or until there is something to do, or the connection or the driver ends. */
  #sleepUntil(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#context.clock.after(Math.max(1, waitMs), resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
