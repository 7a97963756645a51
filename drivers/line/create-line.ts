/**
 * The one scheduler of a line: one exchange at a time, calls first, dead stations asked rarely. Half-duplex rules
 * after TIA-485 two-wire practice: nobody speaks before the answer, its time-out or the protocol's gap is over.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Log } from '../log.ts';
import type { Port } from '../port/port.ts';
import type { PortLink } from '../port/port-link.ts';
import { Signal, StateSignal } from '../signal.ts';
import { AdapterEcho } from './adapter-echo.ts';
import type { Exchange, ExchangeResult, Line, StationState } from './line.ts';
import { pacedWrite } from './paced-write.ts';
import { Polls } from './poll.ts';
import { Receiver } from './receiver.ts';
import { Station } from './station.ts';
import { type Job, Waiting } from './waiting.ts';

export interface LineSettings {
  readonly link: PortLink;
  /** Exchanges that may wait; default 1024. Beyond it the oldest of the least priority is dropped as superseded. */
  readonly maxWaiting?: number;
}

const defaultMaxWaiting = 1024;
const defaultRetries = 2;
/** A lost frame or two make nobody wait long; who stays away is asked rarely. */
const downPausesMs = [1_000, 2_000];
const downPollMs = 5_000;
/** A question that went unanswered is asked again so much later, first of all polls: a burst of noise is over by then. */
const pollRetryMs = 60;
/** Silence after a broken frame before the next try: longer than the 16 ms latency of USB converters. */
const quietMs = 20;
/** An answer that has begun is waited for so long after each piece: pieces come by the adapter's latency timer. */
const pieceMs = 60;
/** A station that says "busy" is left alone so long, times the number of tries. */
const busyPauseMs = 100;

/** A call waits no longer than this for a station that is dead already. */
const callWaitsMs = 250;
/** Every so many probes. */
const patientProbe = 6;

interface Current {
  readonly job: Job;
  readonly station: Station;
  /** When the last byte of the request was on the wire; `undefined` while it is going out. */
  sentMs: number | undefined;
  probe: boolean;
  receiver: Receiver<unknown> | undefined;
  deadline: Timer | undefined;
  deadlineMs: number;
  /** Ends when no more pieces come: what seemed half an answer is read again. */
  silence: Timer | undefined;
  /** Others have waited since, for what a dead station costs them. */
  othersSinceMs: number | undefined;
}

/** `context.log` at the place of the port. */
export function createLine(context: Context, settings: LineSettings): Line {
  const line = new ScheduledLine(context, settings);
  line.listen(context);
  return line;
}

class ScheduledLine implements Line {
  readonly opened: StateSignal<Port>;
  readonly down: Signal<string>;
  #link: PortLink;
  #clock: Clock;
  #waiting: Waiting;
  #stations = new Map<string, Station>();
  #polls: Polls;
  #current: Current | undefined;
  /** The last answered exchange, listened to during its gap: a second answer is an address clash. */
  #aftermath: { receiver: Receiver<unknown>; station: Station; repeats: boolean } | undefined;
  #noise = 0;
  #talker: string | undefined;
  readonly #echo: AdapterEcho;
  #freeAtMs = 0;
  #wake: Timer | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;

  #log: Log;

  constructor({ clock, log }: Context, { link, maxWaiting = defaultMaxWaiting }: LineSettings) {
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
    this.#echo = new AdapterEcho(log);
    this.opened = new StateSignal(log, () => link.port);
    this.down = new Signal(log);
    this.#waiting = new Waiting(maxWaiting);
    this.#polls = new Polls({
      clock,
      ask: (exchange, settle) => this.#add(exchange, true, settle),
      downMs: (name) => this.#downMs(this.#station(name)),
    });
  }

  get talker(): string | undefined {
    return this.#talker;
  }

  get echo(): Line['echo'] {
    return this.#echo.state;
  }

  get counters(): Line['counters'] {
    return { dropped: this.#waiting.overflowed, noise: this.#noise };
  }

  /** As long as the link lives: a line belongs to it. */
  listen({ log }: Context): void {
    this.#link.opened.on((port) => this.#opened(port), log);
    this.#link.down.on(({ message }) => this.#down(message), log);
    this.#link.received.on((bytes) => this.#received(bytes), log);
  }

  #opened(port: Port): void {
    for (const station of this.#stations.values()) {
      station.down = false;
      station.lastSentMs.clear();
    }
    this.#freeAtMs = 0;
    this.#echo.reset();
    this.opened.emit(port, () => this.#link.port === port);
    this.#polls.askAll();
    this.#pump();
  }

  #down(reason: string): void {
    this.#offline();
    this.down.emit(reason, () => this.#link.port === undefined);
  }

  exchange<Answer>(exchange: Exchange<Answer>): Promise<ExchangeResult<Answer>> {
    return new Promise((resolve) => {
      // Each job carries its own parser, so the answer handed to `settle` is of this exchange's type.
      this.#add(exchange, false, (result) => resolve(result as ExchangeResult<Answer>));
    });
  }

  station(name: string): StationState {
    return this.#station(name);
  }

  poll<Answer>(
    make: () => Exchange<Answer>,
    periodMs: number,
    take: (result: ExchangeResult<Answer>) => void,
  ): () => void {
    // Each poll carries its own parser, so what `take` is given is of its exchange's type.
    return this.#polls.add(
      make as () => Exchange<unknown>,
      periodMs,
      take as (result: ExchangeResult<unknown>) => void,
      this.#link.port !== undefined,
    );
  }

  #station(name: string): Station {
    const present = this.#stations.get(name) ?? new Station();
    this.#stations.set(name, present);
    return present;
  }

  #add(exchange: Exchange<unknown>, polled: boolean, settle: (result: ExchangeResult<unknown>) => void): void {
    if (this.#link.port === undefined) {
      settle({ kind: 'offline' });
      return;
    }
    const station = this.#station(exchange.station);
    if (station.down && !polled && station.nextProbeMs > this.#clock.monotonicMs()) {
      settle({ kind: 'timeout', tries: 0 });
      return;
    }
    this.#waiting.add({ exchange, polled, tries: 0, notBeforeMs: 0, sinceMs: this.#clock.monotonicMs(), settle });
    this.#othersWait(exchange);
    this.#pump();
  }

  #downMs(station: Station): number | undefined {
    return station.down ? Math.max(0, station.nextProbeMs - this.#clock.monotonicMs()) : undefined;
  }

  #pump(): void {
    if (this.#current !== undefined || this.#link.port === undefined || this.#waiting.size === 0) return;
    const nowMs = this.#clock.monotonicMs();
    const next = nowMs < this.#freeAtMs ? this.#freeAtMs : this.#waiting.take((job) => this.#mayGoAtMs(job), nowMs);
    if (typeof next !== 'number') this.#send(next);
    else if (next < this.#wakeAtMs || this.#wakeAtMs <= nowMs) {
      this.#wake?.cancel();
      this.#wakeAtMs = next;
      this.#wake = this.#clock.after(next - nowMs, () => {
        this.#wakeAtMs = Number.POSITIVE_INFINITY;
        this.#pump();
      });
    }
  }

  /** A dead station goes when nobody else waits, or when what it cost the others is paid off. */
  #mayGoAtMs(job: Job): number {
    const { key, spacingMs = 0 } = job.exchange;
    const station = this.#station(job.exchange.station);
    const sentMs = key === undefined ? undefined : station.lastSentMs.get(key);
    // A retry is not another content.
    const spacedMs = sentMs === undefined || job.tries > 0 ? 0 : sentMs + spacingMs;
    const readyMs = Math.max(job.notBeforeMs, spacedMs);
    if (!station.down) return readyMs;
    const dueMs = Math.max(readyMs, station.nextProbeMs);
    // Questions to others may wait for one to it; contents may not.
    return this.#liveOthers(job.exchange.station, ({ polled }) => !polled)
      ? Math.max(dueMs, station.affordableAtMs(job.exchange.answer?.timeoutMs ?? 0))
      : dueMs;
  }

  #liveOthers(station: string, matters: (job: Job) => boolean = () => true): boolean {
    return this.#waiting.some(
      (other) => matters(other) && other.exchange.station !== station && !this.#station(other.exchange.station).down,
    );
  }

  #send(job: Job): void {
    const { exchange } = job;
    const station = this.#station(exchange.station);
    const startMs = this.#clock.monotonicMs();
    const request = typeof exchange.request === 'function' ? exchange.request() : exchange.request;
    const current: Current = {
      job,
      station,
      sentMs: undefined,
      probe: station.down,
      receiver: exchange.answer === undefined ? undefined : new Receiver(request, exchange.answer, this.#echo.state),
      deadline: undefined,
      deadlineMs: Number.POSITIVE_INFINITY,
      silence: undefined,
      othersSinceMs: this.#liveOthers(exchange.station) ? startMs : undefined,
    };
    this.#aftermath = undefined;
    this.#current = current;
    this.#talker = exchange.station;
    job.tries += 1;
    station.counters.sent += 1;
    if (exchange.key !== undefined) station.lastSentMs.set(exchange.key, startMs);
    pacedWrite(this.#link, this.#clock, request, exchange.pause).then(
      () => this.#sent(current),
      () => {
        if (this.#current === current) this.#offline();
      },
    );
  }

  #sent(current: Current): void {
    if (this.#current !== current) return;
    const nowMs = this.#clock.monotonicMs();
    current.sentMs = nowMs;
    const expected = current.job.exchange.answer;
    if (expected === undefined) {
      this.#finish(current);
      current.job.settle({ kind: 'sent' });
      this.#pump();
      return;
    }
    const called = this.#waiting.some((job) => job.exchange.priority === 'call' && job.tries === 0);
    const patient =
      current.probe && !called && (current.othersSinceMs === undefined || this.#isPatient(current.station));
    const windowMs = patient ? expected.timeoutMs : current.station.windowMs(expected.timeoutMs);
    this.#setDeadline(current, nowMs + windowMs);
  }

  #setDeadline(current: Current, atMs: number): void {
    current.deadline?.cancel();
    current.deadlineMs = atMs;
    current.deadline = this.#clock.after(atMs - this.#clock.monotonicMs(), () => this.#missed(current));
  }

  /** Somebody alive waits now: a probe of a dead station takes no more than its usual answer time, a call cuts any probe. */
  #othersWait(newcomer: Exchange<unknown>): void {
    const current = this.#current;
    if (current === undefined || current.job.exchange.station === newcomer.station) return;
    if (this.#station(newcomer.station).down) return;
    const nowMs = this.#clock.monotonicMs();
    current.othersSinceMs ??= nowMs;
    const { station, sentMs, probe } = current;
    if (!probe || sentMs === undefined) return;
    const calls = newcomer.priority === 'call';
    if (!calls && (!station.everAnswered || this.#isPatient(station))) return;
    const windowMs = station.windowMs(current.job.exchange.answer?.timeoutMs ?? 0);
    const endMs = Math.max(nowMs, sentMs + (calls ? Math.min(windowMs, callWaitsMs) : windowMs));
    if (endMs < current.deadlineMs) this.#setDeadline(current, endMs);
  }

  /** Now and then a dead station is given the protocol's whole time-out: it may only have become slow. */
  #isPatient(station: Station): boolean {
    return station.probes % patientProbe === patientProbe - 1;
  }

  #received(bytes: Uint8Array): void {
    const current = this.#current;
    if (current?.receiver === undefined) {
      const after = this.#aftermath;
      this.#noise += 1;
      if (after === undefined) return;
      if (after.receiver.take(bytes).kind === 'answer') this.#answeredTwice(after);
      return;
    }
    const received = current.receiver.take(bytes);
    if (current.receiver.echoed) this.#echo.learn('yes');
    if (received.kind === 'answer') {
      this.#answered(current, received);
      return;
    }
    current.silence?.cancel();
    current.silence = this.#clock.after(pieceMs, () => this.#settled(current));
    if (current.sentMs === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    const hardMs = current.sentMs + (current.job.exchange.answer?.timeoutMs ?? 0);
    // A frame that is coming in is waited for; one that came broken is waited out.
    if (received.kind === 'garbled') this.#setDeadline(current, Math.min(hardMs, nowMs + quietMs));
    else if (!current.receiver.empty && current.deadlineMs < nowMs + pieceMs)
      this.#setDeadline(current, Math.max(current.deadlineMs, Math.min(hardMs, nowMs + pieceMs)));
  }

  /** Nothing more came: whatever stands behind an octet that seemed to begin a longer answer is read now. */
  #settled(current: Current): boolean {
    if (this.#current !== current) return false;
    const received = current.receiver?.settle();
    if (current.receiver?.echoed === true) this.#echo.learn('yes');
    if (received?.kind !== 'answer') return false;
    this.#answered(current, received);
    return true;
  }

  /** Two stations with one address, unless the first of two copies was the adapter's echo. */
  #answeredTwice({ station, repeats }: { readonly station: Station; readonly repeats: boolean }): void {
    if (repeats && this.#echo.state !== 'no') this.#echo.learn('yes');
    else station.clashed(this.#clock.monotonicMs());
  }

  #answered(current: Current, { answer, repeats }: { readonly answer: unknown; readonly repeats: boolean }): void {
    const { job, station } = current;
    const { exchange } = job;
    if (!repeats && current.receiver?.echoed === false) this.#echo.learn('no');
    const unproven = repeats && this.#echo.state === 'unknown' && exchange.answer?.adapterEcho === undefined;
    const nowMs = this.#clock.monotonicMs();
    const wasDown = station.down;
    station.answered(nowMs - (current.sentMs ?? nowMs));
    if (exchange.refused?.(answer) === true) station.counters.nacked += 1;
    if (wasDown) this.#log.info({ station: exchange.station }, `${exchange.station} answers again`);
    const receiver = current.receiver;
    this.#finish(current);
    if (receiver?.second() === true) this.#answeredTwice({ station, repeats });
    if (receiver !== undefined) this.#aftermath = { receiver, station, repeats };
    if (!job.polled) this.#polls.heardOf(exchange.station);
    if (exchange.again?.(answer) === true && job.tries <= (exchange.retries ?? defaultRetries)) {
      this.#retry(job, nowMs + busyPauseMs * job.tries);
    } else {
      job.settle({ kind: 'answered', answer, tries: job.tries, ...(unproven ? { unproven } : {}) });
    }
    this.#pump();
  }

  #missed(current: Current): void {
    if (this.#current !== current || this.#settled(current)) return;
    const { job, station, probe } = current;
    const { exchange } = job;
    const timeoutMs = exchange.answer?.timeoutMs ?? 0;
    const nowMs = this.#clock.monotonicMs();
    station.missedAtMs = nowMs;
    if (current.receiver?.broken === true) station.counters.garbled += 1;
    else station.counters.timedOut += 1;
    if (current.othersSinceMs !== undefined) station.charge(nowMs - current.othersSinceMs, timeoutMs, nowMs);
    this.#finish(current);
    // A station that never answered is not worth three time-outs of the others.
    const retries = probe || (!station.everAnswered && this.#liveOthers(exchange.station)) ? 0 : exchange.retries;
    if (job.tries <= (retries ?? defaultRetries)) this.#retry(job, job.polled ? nowMs + pollRetryMs : 0);
    else this.#giveUp(job, station, current.sentMs ?? nowMs, nowMs);
    this.#pump();
  }

  #giveUp(job: Job, station: Station, askedMs: number, nowMs: number): void {
    const { station: name } = job.exchange;
    if (station.down) station.probes += 1;
    else
      this.#log.info(
        { station: name, tries: job.tries },
        `${name} does not answer: check its power, address and the two wires`,
      );
    station.down = true;
    // From question to question, however long the last one was waited for.
    station.nextProbeMs = Math.max(nowMs, askedMs + (downPausesMs[station.probes] ?? downPollMs));
    this.#polls.leaveAlone(name, station.nextProbeMs - nowMs);
    this.#waiting.remove((other) => other.exchange.station === name, { kind: 'timeout', tries: 0 });
    job.settle({ kind: 'timeout', tries: job.tries });
  }

  /** Behind the others of its priority, but for polls: who has fallen silent is to be known soon. A newer one of its key has taken its place. */
  #retry(job: Job, notBeforeMs: number): void {
    const { station, key } = job.exchange;
    job.notBeforeMs = notBeforeMs;
    this.#log.debug({ station, tries: job.tries }, 'asks again');
    if (
      key !== undefined &&
      this.#waiting.some((other) => other.exchange.station === station && other.exchange.key === key)
    )
      job.settle({ kind: 'superseded' });
    else this.#waiting.add(job, job.polled);
  }

  #finish(current: Current): void {
    current.deadline?.cancel();
    current.silence?.cancel();
    this.#current = undefined;
    this.#freeAtMs = this.#clock.monotonicMs() + current.job.exchange.gapAfterMs;
  }

  #offline(): void {
    const current = this.#current;
    this.#current = undefined;
    this.#aftermath = undefined;
    current?.deadline?.cancel();
    current?.silence?.cancel();
    this.#wake?.cancel();
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#polls.cancelAll();
    current?.job.settle({ kind: 'offline' });
    this.#waiting.remove(() => true, { kind: 'offline' });
  }
}
