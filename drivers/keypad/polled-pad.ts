/**
 * A keypad that is one of many on a half-duplex line: it sends only when polled. Polling, fairness and the detection
 * of a pad that does not answer belong to the line; a key in an answer is a press.
 */

import type { DriverContext } from '../driver.ts';
import type { Exchange, ExchangeResult } from '../line/line.ts';
import { PadBase, type PadSettings } from './pad-base.ts';
import type { PadInput } from './pad-input.ts';
import type { SerialFramePad } from './serial-frame.ts';
import { DigitMask } from './trace-mask.ts';

/** Longer than any frame of a table. */
const maxAnswerOctets = 192;

export class PolledPad extends PadBase {
  readonly #pad: SerialFramePad;
  readonly #mask: DigitMask;
  #stops: (() => void)[] = [];
  /** The next answer may contain keys that were held before the connection. */
  #fresh = true;
  /** What did not get through, to be sent again when the pad next answers. */
  readonly #unshown = new Set<'lamps' | 'display'>();

  /** `traced`: a protocol of its own for the mask of the port's trace. */
  constructor(
    context: DriverContext,
    { traced, ...settings }: PadSettings<SerialFramePad> & { readonly traced: SerialFramePad },
  ) {
    super(context, settings);
    this.#pad = settings.protocol;
    this.#mask = new DigitMask({
      protocol: traced,
      addressed: () => context.line().talker === context.name,
      questions: () => {
        // A new question: what is left of an answer before it is of no use.
        traced.opened();
        return [traced.poll.request];
      },
    });
  }

  start(): void {
    if (this.#stops.length > 0) return;
    this.padHealth.state('opening');
    const { log } = this.context;
    const line = this.context.line();
    const poll = this.#pad.poll;
    this.#stops = [
      this.context.link.trace.mask(this.#mask.mask),
      line.opened.on(() => this.#up(), log),
      line.down.on((reason) => this.#down(reason), log),
      line.poll(
        () => this.#exchange(poll.request, 'poll', poll.answerMs),
        poll.everyMs,
        (result) => this.#polled(result),
      ),
    ];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.padLost();
    this.stopTimers();
    this.padHealth.state('closed');
  }

  protected showLamps(): void {
    for (const request of this.#pad.encodeLamps(this.desiredLamps)) this.#send(request, 'lamps');
    this.padHealth.count('lampsSent');
  }

  protected showDisplay(): void {
    for (const request of this.#pad.encodeDisplay(this.desiredDisplay)) this.#send(request, 'display');
  }

  #up(): void {
    this.#fresh = true;
    this.padHealth.leave('port-gone');
    this.padHealth.state('ready');
    this.#repaint();
  }

  #down(reason: string): void {
    this.padLost();
    this.padHealth.leave('no-answer');
    this.padHealth.leave('garbled');
    this.padHealth.state('opening');
    this.padHealth.enter({ code: 'port-gone', kind: 'port', severity: 'error', remedy: reason });
  }

  #repaint(): void {
    if (this.lamps) this.showLamps();
    if (this.displayColumns > 0) this.showDisplay();
  }

  #repeatUnshown(): void {
    const due = [...this.#unshown];
    this.#unshown.clear();
    if (due.includes('lamps')) this.showLamps();
    if (due.includes('display')) this.showDisplay();
  }

  #polled(result: ExchangeResult<readonly PadInput[]>): void {
    if (this.#stops.length === 0) return;
    if (result.kind === 'answered') {
      const back = this.padHealth.has('no-answer');
      this.padHealth.leave('no-answer');
      this.take(this.#fresh ? result.answer.map(asAnswer) : result.answer);
      this.#fresh = false;
      // It may have been without power: it came up dark.
      if (back) this.#repaint();
      else this.#repeatUnshown();
      const confirmation = this.#pad.confirmation;
      if (confirmation !== undefined) this.#send(confirmation, 'confirm');
    } else if (result.kind === 'timeout') this.#unanswered();
  }

  #unanswered(): void {
    this.padHealth.count('unanswered');
    if (!this.context.line().station(this.context.name).down || this.padHealth.has('no-answer')) return;
    this.#fresh = true;
    this.padLost();
    this.padHealth.enter({
      code: 'no-answer',
      kind: 'mute',
      severity: 'error',
      remedy: `${this.context.name}: does not answer on the line; check its power, its address and the two wires (A and B may be swapped)`,
    });
  }

  #send(request: Uint8Array, key: 'lamps' | 'display' | 'confirm'): void {
    const { acknowledged, poll } = this.#pad;
    const exchange = this.#exchange(request, key, acknowledged ? poll.answerMs : 0);
    void this.context
      .line()
      .exchange(exchange)
      .then((result) => {
        if (this.#stops.length === 0) return;
        if (result.kind === 'answered') this.take(result.answer);
        else if (result.kind === 'timeout' && key !== 'confirm') {
          this.#unshown.add(key);
          this.padHealth.count('unshown');
        }
      });
  }

  #exchange(request: Uint8Array, key: string, answerMs: number): Exchange<readonly PadInput[]> {
    const head = {
      station: this.context.name,
      priority: key === 'poll' ? ('poll' as const) : ('status' as const),
      key,
      request,
      gapAfterMs: this.#pad.silenceMs,
    };
    if (answerMs === 0) return head;
    return {
      ...head,
      answer: {
        timeoutMs: answerMs,
        maxBytes: maxAnswerOctets,
        parse: (received) => this.#parse(received),
      },
    };
  }

  #parse(received: Uint8Array) {
    const match = this.#pad.match(received);
    if (match.kind === 'more') return match;
    if (match.kind === 'no') {
      const garbled = match.why !== 'start';
      this.take([garbled ? { kind: 'bad-check' } : { kind: 'noise', octets: 1 }]);
      return { kind: 'skip' as const, bytes: 1, garbled };
    }
    if (!this.#pad.isForUs(match.message)) return { kind: 'skip' as const, bytes: match.octets };
    return { kind: 'answer' as const, bytes: match.octets, answer: this.#pad.inputsOf(match.message) };
  }
}

function asAnswer(input: PadInput): PadInput {
  return input.kind === 'held' ? { ...input, answer: true } : input;
}
