/** A keypad alone on its port, serial or HID: it sends when a key is pressed. */
import type { Timer } from '../clock.ts';
import type { DriverContext } from '../driver.ts';
import { isDeviceError } from '../errors.ts';
import type { Undo } from '../signal.ts';
import { PadBase, type PadSettings } from './pad-base.ts';
import type { PadProtocol } from './pad-protocol.ts';
import { DigitMask } from './trace-mask.ts';

const writeDeadlineMs = 3000;
/** Answers to events that wait for the port; more means that the pad sends while the port takes nothing. */
const maxConfirmations = 16;
const noAnswerAfterMisses = 2;

export class LinkedPad extends PadBase {
  readonly #confirmations: Uint8Array[] = [];
  #stops: Undo[] = [];
  #opened = 0;
  #openingLeft: Uint8Array[] = [];
  #lampsDue = false;
  #displayDue = false;
  #askDue = false;
  #writing = false;
  #gap: Timer | undefined;
  #asking: Timer | undefined;
  #answeredSinceAsk = false;
  #misses = 0;
  readonly #mask: DigitMask;

  /** `traced`: a protocol of its own for the mask of the port's trace. */
  constructor(context: DriverContext, { traced, ...settings }: PadSettings & { readonly traced: PadProtocol }) {
    super(context, settings);
    const { ask } = settings.protocol;
    this.#mask = new DigitMask({
      protocol: traced,
      addressed: () => true,
      questions: () => (ask === undefined ? [] : [ask.request]),
    });
  }

  start(): void {
    if (this.#stops.length > 0) return;
    const { link, log } = this.context;
    this.padHealth.state('opening');
    this.#stops = [
      link.trace.mask(this.#mask.mask),
      link.opened.on((port) => this.#up(port.descriptor), log),
      link.down.on((error) => this.#down(error.message), log),
      link.received.on((bytes) => this.#data(bytes), log),
    ];
    if (link.port !== undefined) this.#up(link.port.descriptor);
    else if (link.lastError !== undefined) this.#down(link.lastError.message);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#stop();
    this.padLost();
    this.stopTimers();
    this.padHealth.state('closed');
  }

  protected showLamps(): void {
    this.#lampsDue = true;
    this.#write();
  }

  protected showDisplay(): void {
    this.#displayDue = true;
    this.#write();
  }

  #up(descriptor: Uint8Array | undefined): void {
    if (this.#opened++ > 0) this.padHealth.count('reconnects');
    this.#misses = 0;
    try {
      this.#mask.opened(descriptor);
      this.protocol.opened(descriptor);
      this.padHealth.leave('wrong-device');
    } catch (error) {
      if (!isDeviceError(error)) throw error;
      this.padHealth.enter({ code: 'wrong-device', kind: 'garbled', severity: 'error', remedy: error.message });
    }
    this.padHealth.leave('port-gone');
    this.padHealth.state('ready');
    this.#openingLeft = [...(this.protocol.openingMessages ?? [])];
    this.#repaint();
    this.#ask();
  }

  #down(why: string): void {
    this.#stop();
    this.padLost();
    this.padHealth.leave('no-answer');
    this.padHealth.leave('garbled');
    this.padHealth.state('opening');
    this.padHealth.enter({ code: 'port-gone', kind: 'port', severity: 'error', remedy: why });
  }

  #stop(): void {
    this.#gap?.cancel();
    this.#asking?.cancel();
    this.#gap = undefined;
    this.#asking = undefined;
    this.#confirmations.length = 0;
    this.#openingLeft = [];
    this.#lampsDue = false;
    this.#displayDue = false;
    this.#askDue = false;
  }

  #data(bytes: Uint8Array): void {
    this.#gap?.cancel();
    this.#gap = undefined;
    const inputs = this.protocol.receive(bytes);
    if (inputs.some(({ kind }) => kind !== 'noise' && kind !== 'bad-check')) this.#answered();
    this.take(inputs);
    const confirmation = this.protocol.confirmation;
    if (confirmation !== undefined && this.#confirmations.length < maxConfirmations) {
      this.#confirmations.push(confirmation);
      this.#write();
    }
    const { gapMs } = this.protocol;
    if (gapMs !== undefined && this.protocol.halfMade === true)
      this.#gap = this.context.clock.after(gapMs, () => this.take(this.protocol.flush?.() ?? []));
  }

  #answered(): void {
    this.#answeredSinceAsk = true;
    this.#misses = 0;
    if (!this.padHealth.has('no-answer')) return;
    this.padHealth.leave('no-answer');
    // It may have been without power: it came up dark.
    this.#repaint();
  }

  #repaint(): void {
    this.#lampsDue = this.lamps;
    this.#displayDue = this.displayColumns > 0;
    this.#write();
  }

  #ask(): void {
    const { ask } = this.protocol;
    if (ask === undefined) return;
    this.#answeredSinceAsk = false;
    this.#askDue = true;
    this.#write();
    this.#asking = this.context.clock.after(ask.answerMs, () => {
      if (!this.#answeredSinceAsk) this.#missed();
      this.#asking = this.context.clock.after(Math.max(0, ask.everyMs - ask.answerMs), () => this.#ask());
    });
  }

  #missed(): void {
    this.padHealth.count('unanswered');
    this.#misses += 1;
    if (this.#misses < noAnswerAfterMisses) return;
    this.padHealth.enter({
      code: 'no-answer',
      kind: 'mute',
      severity: 'error',
      remedy: `${this.context.name}: the port is open and the pad does not answer; check its power, cable and baud rate`,
    });
  }

  /** One message at a time, newest state only: nothing queues up behind a port that takes no bytes. */
  #write(): void {
    if (this.#writing) return;
    const message = this.#nextMessage();
    if (message === undefined) return;
    this.#writing = true;
    this.context.link
      .write(message, writeDeadlineMs)
      // A failed write ends the connection: `down` enters the fault, and `up` sends everything again.
      .catch((error: unknown) => this.padWriteFailed(error))
      .finally(() => {
        this.#writing = false;
        this.#write();
      });
  }

  #nextMessage(): Uint8Array | undefined {
    if (this.context.link.port === undefined) return undefined;
    const waiting = this.#confirmations.shift() ?? this.#openingLeft.shift();
    if (waiting !== undefined) return waiting;
    if (this.#lampsDue) {
      this.#lampsDue = false;
      this.padHealth.count('lampsSent');
      this.#openingLeft.push(...this.protocol.encodeLamps(this.desiredLamps));
      return this.#openingLeft.shift() ?? this.#nextMessage();
    }
    if (this.#displayDue) {
      this.#displayDue = false;
      this.#openingLeft.push(...this.protocol.encodeDisplay(this.desiredDisplay));
      return this.#openingLeft.shift() ?? this.#nextMessage();
    }
    if (!this.#askDue) return undefined;
    this.#askDue = false;
    return this.protocol.ask?.request;
  }
}
