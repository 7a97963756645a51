/** Text messages through a provider's HTTP interface: in order, at a limited rate, each sent once or `unknown`. */
import type { Context } from '../context.ts';
import { DeviceHealth } from '../device-health.ts';
import type { Health } from '../health.ts';
import { uuidFrom } from '../random.ts';
import { type Listenable, Signal } from '../signal.ts';
import {
  type DeliveryReport,
  recordOutcome,
  type SendOutcome,
  type SmsSender,
  type TextMessage,
} from '../sms-sender.ts';
import type { GatewayAnswer, GatewayProtocol } from './gateway-protocol.ts';
import type { HttpClient, HttpOutcome } from './http-client.ts';

export interface HttpGatewaySettings {
  readonly name: string;
  readonly protocol: GatewayProtocol;
  readonly http: HttpClient;
  readonly mostPerMinute: number;
}

const deadlineMs = 15_000;
const queueLimit = 500;
/** So many requests without an answer in a row are a fault of the way there. */
const mutedAfter = 3;

interface Waiting {
  readonly message: TextMessage;
  readonly done: (outcome: SendOutcome) => void;
}

export class HttpGateway implements SmsSender {
  readonly reported: Signal<DeliveryReport>;
  #context: Context;
  #settings: HttpGatewaySettings;
  #health: DeviceHealth;
  #queue: Waiting[] = [];
  #working = false;
  #open = false;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #unanswered = 0;

  constructor(context: Context, settings: HttpGatewaySettings) {
    this.#context = context;
    this.#settings = settings;
    this.#health = new DeviceHealth(context, { counters: ['sent', 'unknown', 'notSent', 'refusedFull', 'reports'] });
    this.reported = new Signal(context.log);
  }

  get health(): Health {
    return this.#health.now;
  }

  get healthChanged(): Listenable<Health> {
    return this.#health.changed;
  }

  start(): void {
    this.#open = true;
    // Whether the provider is there shows at the first message: no request is made for its own sake.
    this.#health.state('ready');
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const { done } of this.#queue.splice(0)) done({ kind: 'not-sent', reason: 'closed', retry: 'later' });
    this.#health.state('closed');
  }

  send(message: TextMessage): Promise<SendOutcome> {
    if (!this.#open) return Promise.resolve({ kind: 'not-sent', reason: 'closed', retry: 'later' });
    if (this.#queue.length >= queueLimit) {
      this.#health.count('refusedFull');
      return Promise.resolve({ kind: 'not-sent', reason: 'queue-full', retry: 'later' });
    }
    return new Promise((done) => {
      this.#queue.push({ message, done });
      this.#pump();
    });
  }

  /** What the provider pushed to our callback; `false`: nothing that it would send. */
  callback(body: string): boolean {
    const reports = this.#settings.protocol.reports?.(body);
    for (const report of reports ?? []) {
      this.#health.count('reports');
      this.reported.emit(report);
    }
    return reports !== undefined;
  }

  #pump(): void {
    if (this.#working || !this.#open || this.#queue.length === 0) return;
    this.#working = true;
    const { clock, log } = this.#context;
    const waitMs = this.#lastSentMs + 60_000 / this.#settings.mostPerMinute - clock.monotonicMs();
    clock.after(Math.max(0, waitMs), () => {
      this.#sendNext()
        .catch((error: unknown) => log.defect(error, 'a text message could not be sent'))
        .finally(() => {
          this.#working = false;
          this.#pump();
        });
    });
  }

  async #sendNext(): Promise<void> {
    const next = this.#queue.shift();
    if (next === undefined) return;
    const { message, done } = next;
    const outcome = await this.#sent(message);
    recordOutcome(this.#health, this.#context.log, message.to, outcome);
    done(outcome);
  }

  async #sent(message: TextMessage): Promise<SendOutcome> {
    const { clock, random } = this.#context;
    const { protocol, http } = this.#settings;
    if (clock.monotonicMs() >= message.expiresAtMs) return { kind: 'not-sent', reason: 'expired', retry: 'never' };
    let request: ReturnType<GatewayProtocol['request']>;
    try {
      request = protocol.request(message, { wallMs: clock.wallMs(), nonce: uuidFrom(random) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#context.log.warn({ reason: error.message }, 'a text message is not for this provider');
      return { kind: 'not-sent', reason: 'illegal', retry: 'never' };
    }
    this.#lastSentMs = clock.monotonicMs();
    const outcome = await http.send(request, deadlineMs);
    if (outcome.kind !== 'answer') return this.#unreached(outcome);
    this.#unanswered = 0;
    this.#health.leave('no-connection');
    this.#health.leave('no-answer');
    return this.#answered(protocol.read(outcome.answer));
  }

  #unreached(outcome: Exclude<HttpOutcome, { kind: 'answer' }>): SendOutcome {
    const { host } = this.#settings.protocol;
    this.#unanswered += 1;
    if (outcome.kind === 'not-connected') {
      const remedy = `${host} cannot be reached (${outcome.reason}): check the network, the name server and the provider's address`;
      this.#health.enter({ code: 'no-connection', kind: 'port', severity: 'error', remedy });
      return { kind: 'not-sent', reason: outcome.reason, retry: 'later' };
    }
    if (this.#unanswered >= mutedAfter)
      this.#health.enter({
        code: 'no-answer',
        kind: 'mute',
        severity: 'error',
        remedy: `${host} takes requests and does not answer (${outcome.reason}): ask the provider`,
      });
    return { kind: 'unknown', reason: outcome.reason };
  }

  #answered(answer: GatewayAnswer): SendOutcome {
    if (answer.kind === 'sent') {
      this.#health.leave('provider-refuses');
      return { kind: 'sent', references: answer.reference === undefined ? [] : [answer.reference] };
    }
    if (answer.kind === 'not-sent' && answer.retry === 'mend')
      this.#health.enter({
        code: 'provider-refuses',
        kind: 'said',
        severity: 'error',
        remedy: `${this.#settings.protocol.host} refuses (${answer.reason}): ${answer.remedy ?? 'look the code up in its manual'}`,
      });
    return answer.kind === 'unknown' ? answer : { kind: 'not-sent', reason: answer.reason, retry: answer.retry };
  }
}
