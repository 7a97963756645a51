/**
 * A board as desired state: what should be shown is kept here and sent until the board acknowledged it; after a new
 * port, a power cut or missing answers it is sent again. Protocols only define encoding and the meaning of answers.
 */
import type { Timer } from '../clock.ts';
import type { DriverContext } from '../driver.ts';
import type { Health } from '../health.ts';
import { HealthLog } from '../health-log.ts';
import { LimitedLog } from '../limited-log.ts';
import type { ExchangeResult, Line, LinePriority } from '../line/line.ts';
import { type Listenable, Signal } from '../signal.ts';
import { BoardHealth } from './board-health.ts';
import { fitContent } from './fit.ts';
import type { BoardContent, BoardShown, CivilTime, LineDisplay, ShowOutcome } from './line-display.ts';
import type { BoardAnswer, BoardFrame, BoardLanguage, BoardOrder, FittedLine } from './protocol.ts';

interface Desired {
  readonly id: string;
  readonly lines: readonly FittedLine[];
  readonly urgent: boolean;
  reported: boolean;
}

type Asked = 'write' | 'check' | 'clock';

/** `name` names the station on its line, and the board in messages. */
export type BoardDriverContext = Pick<DriverContext, 'name' | 'line' | 'clock' | 'log'>;

/** A page of a board that does not turn them itself stays so long. */
const hostPageMs = 3_000;
/** A board that cannot be asked, and failed, is painted again after this. */
const uncheckedRetryMs = 5_000;
/** A board's own clock drifts by seconds a day. */
const clockPeriodMs = 3_600_000;
/** All boards of a line ask for the broadcast at once: one broadcast serves those that wait. */
const broadcastSpacingMs = 5_000;
/** The brightness until one is set. */
const fullBrightness = 100;

/** Contents that a board did not hold, in a row, until that is a fault. */
const differsAfter = 3;

const differsRemedy =
  'The board holds another content than was written: check registers and encoding in its profile, and its power supply';
const garbledRemedy =
  'Received invalid answers: check baud rate, wiring and termination, and that no two boards share an address ("halld bus-scan")';
const clashRemedy = 'Two boards answer to one address: give one of them another address with the maker tool';
const noAnswerRemedy =
  'No answer: check the power of the board, its address and the two wires (A and B may be swapped)';

export class BoardDriver implements LineDisplay {
  readonly capabilities: LineDisplay['capabilities'];
  readonly shown: Signal<BoardShown>;
  #language: BoardLanguage;
  #context: BoardDriverContext;
  #health: BoardHealth;
  #line: Line | undefined;
  #stops: (() => void)[] = [];
  #desired: Desired | undefined;
  /** What the board is known to show; `undefined` = unknown. */
  #painted: Desired | undefined;
  #brightness: number | undefined;
  #brightnessDone = false;
  #now: (() => CivilTime) | undefined;
  #clockTimer: Timer | undefined;
  #thoroughAtMs = Number.NEGATIVE_INFINITY;
  /** Counts up with every painting; an older one that wakes up later ends. */
  #painting = 0;
  #repaintTimer: Timer | undefined;
  #page = 0;
  /** The next painting only turns a page: `shown` is not emitted. */
  #turning = false;
  /** What stands on the board, if that is known. */
  #shownLines: readonly FittedLine[] | undefined;
  #noAnswer = false;
  /** Codes of the refusals that stand, by what was refused last. */
  #refusals = new Map<Asked, string>();
  #differences = 0;
  #counts = { paints: 0, repaints: 0, powerLosses: 0, refusals: 0 };
  #garbledSeen = 0;
  #clashedSeen = 0;
  #healthLog: HealthLog;
  #limitedLog: LimitedLog;

  constructor(context: BoardDriverContext, { language }: { readonly language: BoardLanguage }) {
    this.#language = language;
    this.#context = context;
    const { lines, columns, acknowledges, selfClears, colours } = language.model;
    this.capabilities = { lines, columns, acknowledges, selfClears, colours };
    this.shown = new Signal(context.log);
    this.#healthLog = new HealthLog(context);
    this.#limitedLog = new LimitedLog(context);
    this.#health = new BoardHealth(context, {
      counters: () => ({
        ...this.#counts,
        ...this.#line?.station(this.#context.name).counters,
        ...this.#lineCounters(),
      }),
    });
    this.#health.changed.on((health) => this.#healthLog.changed(health));
  }

  get health(): Health {
    return this.#health.health;
  }

  get healthChanged(): Listenable<Health> {
    return this.#health.changed;
  }

  start(): void {
    if (this.#line !== undefined) return;
    const line = this.#context.line();
    this.#line = line;
    this.#health.setState('opening');
    const { log } = this.#context;
    this.#stops.push(
      line.opened.on(() => this.#up(), log),
      line.down.on((reason) => this.#down(reason), log),
    );
    if (this.#language.checkMs > 0) {
      const make = () => this.#check();
      this.#stops.push(line.poll(make, this.#language.checkMs, (result) => this.#checked(result)));
    }
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#painting += 1;
    this.#repaintTimer?.cancel();
    this.#clockTimer?.cancel();
    this.#line = undefined;
    this.#health.setState('closed');
  }

  show(content: BoardContent, options: { readonly urgent?: boolean } = {}): void {
    const lines = fitContent(content, this.#language.model);
    this.#desired = { id: content.id, lines, urgent: options.urgent ?? false, reported: false };
    this.#page = 0;
    void this.#paint();
  }

  setBrightness(percent: number): void {
    const wanted = Math.min(100, Math.max(0, percent));
    if (wanted === this.#brightness) return;
    this.#brightness = wanted;
    this.#brightnessDone = false;
    void this.#dim();
  }

  keepClock(now: () => CivilTime): void {
    this.#now = now;
    this.#setClock();
  }

  #up(): void {
    this.#painted = undefined;
    this.#brightnessDone = false;
    this.#health.leave({ kind: 'port' });
    this.#health.setState('ready');
    void this.#paint();
    void this.#dim();
    this.#setClock();
  }

  #down(reason: string): void {
    this.#painted = undefined;
    this.#painting += 1;
    this.#repaintTimer?.cancel();
    this.#health.enter('port-gone', 'port', reason.slice(0, 300));
    this.#health.setState('ready');
  }

  /** Sends what should be shown. */
  async #paint(): Promise<void> {
    const desired = this.#desired;
    const line = this.#line;
    if (line === undefined || desired === undefined) return;
    this.#painting += 1;
    const mine = this.#painting;
    const order = this.#paintOrder(desired);
    const priority: LinePriority = desired.urgent && !desired.reported ? 'call' : 'status';
    // While it is being painted its content is unknown: half of it may be new.
    this.#shownLines = undefined;
    const turned = this.#turning && desired.reported;
    this.#turning = false;
    let outcome: ShowOutcome = 'shown';
    for (const [index, frame] of this.#language.encode(order).entries()) {
      const result = await line.exchange({
        ...this.#exchangeOf(frame, priority, `paint-${index}`),
        spacingMs: this.#language.minUpdateMs,
      });
      if (mine !== this.#painting) return;
      if (result.kind === 'sent') outcome = 'sent';
      else if (!this.#taken(result) || this.#differs(result)) {
        this.#painted = undefined;
        this.#limitedLog.write(
          'debug',
          `failed ${result.kind}`,
          { content: desired.id, result: result.kind },
          'content not taken',
        );
        this.#armRetry();
        return;
      }
      if (result.kind === 'answered') outcome = proof(result) ?? outcome;
    }
    this.#painted = desired;
    this.#counts.paints += 1;
    if (desired.reported) this.#counts.repaints += 1;
    const repaint = desired.reported;
    desired.reported = true;
    this.#shownLines = order.lines;
    if (!turned) {
      const did = outcome === 'shown' ? 'acknowledged' : 'sent, this board does not acknowledge';
      this.#context.log[repaint ? 'debug' : 'info']({ content: desired.id, outcome, repaint }, `content ${did}`);
      this.shown.emit({ contentId: desired.id, outcome, repaint });
    }
    this.#armRepaint(desired);
  }

  /** The page whose turn it is, on boards that do not turn pages themselves. */
  #paintOrder(desired: Desired): Extract<BoardOrder, { kind: 'paint' }> {
    const lines = this.#language.model.turnsPages
      ? desired.lines
      : desired.lines.map((line) => ({ ...line, pages: [line.pages[this.#page % line.pages.length] ?? ''] }));
    const known = this.#painted === undefined ? undefined : this.#shownLines;
    const fresh = this.#painted === undefined;
    return { kind: 'paint', lines, fresh, ...(known === undefined ? {} : { painted: known }) };
  }

  /** A board that cannot be checked is painted again after a failure. */
  #armRetry(): void {
    if (this.#language.checkMs > 0) return;
    this.#repaintTimer?.cancel();
    this.#repaintTimer = this.#context.clock.after(uncheckedRetryMs, () => void this.#paint());
  }

  #armRepaint(desired: Desired): void {
    this.#repaintTimer?.cancel();
    const turns = !this.#language.model.turnsPages && desired.lines.some(({ pages }) => pages.length > 1);
    const { repaintMs } = this.#language;
    if (!turns && repaintMs === 0) return;
    this.#repaintTimer = this.#context.clock.after(turns ? hostPageMs : repaintMs, () => {
      if (turns) this.#page += 1;
      this.#turning = turns;
      void this.#paint();
    });
  }

  async #dim(): Promise<void> {
    const percent = this.#brightness;
    if (this.#line === undefined || percent === undefined || this.#brightnessDone) return;
    const painted = this.#shownLines ?? [];
    for (const frame of this.#language.encode({ kind: 'brightness', percent, painted })) {
      const result = await this.#line?.exchange(this.#exchangeOf(frame, 'clock', 'brightness'));
      if (result === undefined || (result.kind !== 'sent' && !this.#taken(result))) return;
    }
    if (percent === this.#brightness) this.#brightnessDone = true;
    // Where brightness brings the lines with it, these are older than what was painted meanwhile.
    if (this.#language.model.dimmingRewrites && this.#shownLines !== painted) void this.#paint();
  }

  /** Lowest priority: it waits for contents and brightness, and carries the time at which it is sent. */
  #setClock(): void {
    const now = this.#now;
    const line = this.#line;
    this.#clockTimer?.cancel();
    if (line === undefined || now === undefined) return;
    this.#clockTimer = this.#context.clock.after(clockPeriodMs, () => this.#setClock());
    for (const [index, frame] of this.#language.encode({ kind: 'clock', time: now() }).entries()) {
      const request = () => this.#language.encode({ kind: 'clock', time: now() })[index]?.bytes ?? frame.bytes;
      const exchange = { ...this.#exchangeOf(frame, 'clock', `clock-${index}`), request };
      const { broadcast } = frame;
      void line
        .exchange(
          broadcast === undefined
            ? exchange
            : { ...exchange, station: `all ${broadcast}`, key: broadcast, spacingMs: broadcastSpacingMs },
        )
        .then((result) => this.#clockTaken(result));
    }
  }

  #clockTaken(result: ExchangeResult<BoardAnswer>): void {
    if (result.kind !== 'answered' || this.#line === undefined) return;
    if (result.answer.kind === 'refused') this.#refused('clock', result.answer);
    else this.#accepted('clock');
  }

  /** Whether the board accepted it; enters and leaves faults accordingly. */
  #taken(result: ExchangeResult<BoardAnswer>): boolean {
    if (result.kind === 'timeout') this.#unanswered();
    if (result.kind !== 'answered') return false;
    this.#answered();
    const { answer } = result;
    if (answer.kind === 'refused') {
      this.#refused('write', answer);
      return false;
    }
    if (answer.kind === 'busy') return false;
    this.#accepted('write');
    return true;
  }

  /** A board may take what is written and refuse each check, or its clock alone. */
  #refused(what: Asked, { code, remedy }: Extract<BoardAnswer, { kind: 'refused' }>): void {
    this.#counts.refusals += 1;
    this.#refusals.set(what, code);
    this.#health.enter(code, 'said', remedy, what === 'write' ? 'error' : 'warning');
  }

  #accepted(what: Asked): void {
    const code = this.#refusals.get(what);
    this.#refusals.delete(what);
    if (code !== undefined && ![...this.#refusals.values()].includes(code)) this.#health.leave({ codes: [code] });
  }

  /** What the board holds is not what was written. Once is a power cut; again and again it is the profile. */
  #differs(result: ExchangeResult<BoardAnswer>): boolean {
    if (result.kind !== 'answered' || result.answer.kind !== 'state') return false;
    if (result.answer.intact) {
      this.#differences = 0;
      this.#health.leave({ codes: ['content-differs'] });
      return false;
    }
    this.#differences += 1;
    if (this.#differences >= differsAfter) this.#health.enter('content-differs', 'said', differsRemedy, 'warning');
    return true;
  }

  #checked(result: ExchangeResult<BoardAnswer>): void {
    if (result.kind === 'timeout') this.#unanswered();
    if (result.kind !== 'answered') return;
    const hadNoAnswer = this.#noAnswer;
    this.#answered();
    const { answer } = result;
    if (answer.kind === 'busy') return;
    if (answer.kind === 'refused') this.#refused('check', answer);
    else this.#accepted('check');
    const lost = this.#painted !== undefined && this.#differs(result);
    if (lost) {
      this.#counts.powerLosses += 1;
      this.#limitedLog.write('info', 'lost', {}, 'the board lost its content (power cut): it is sent again');
    }
    if (lost || hadNoAnswer) {
      this.#painted = undefined;
      this.#brightnessDone = false;
    }
    if (this.#painted !== this.#desired) void this.#paint();
    void this.#dim();
    if (lost || hadNoAnswer) this.#setClock();
  }

  #answered(): void {
    this.#noAnswer = false;
    this.#health.leave({ codes: ['no-answer', 'garbled'] });
    const { clashed, garbled } = this.#counters();
    if (clashed > this.#clashedSeen) this.#health.enter('address-clash', 'garbled', clashRemedy, 'warning');
    else this.#health.leave({ codes: ['address-clash'] });
    this.#clashedSeen = clashed;
    this.#garbledSeen = garbled;
  }

  #unanswered(): void {
    this.#noAnswer = true;
    this.#painted = undefined;
    const { garbled } = this.#counters();
    if (garbled > this.#garbledSeen) {
      this.#health.leave({ codes: ['no-answer'] });
      this.#health.enter('garbled', 'garbled', garbledRemedy);
    } else if (!this.#health.health.faults.some(({ code }) => code === 'garbled')) {
      this.#health.enter('no-answer', 'mute', noAnswerRemedy);
    }
    this.#garbledSeen = garbled;
  }

  #counters(): { readonly clashed: number; readonly garbled: number } {
    return this.#line?.station(this.#context.name).counters ?? { clashed: 0, garbled: 0 };
  }

  #lineCounters(): Readonly<Record<string, number>> {
    const { dropped = 0, noise = 0 } = this.#line?.counters ?? {};
    return { lineDropped: dropped, lineNoise: noise };
  }

  #check() {
    const nowMs = this.#context.clock.monotonicMs();
    const thorough = nowMs - this.#thoroughAtMs >= this.#language.thoroughMs;
    if (thorough) this.#thoroughAtMs = nowMs;
    const painted = this.#shownLines ?? this.#desired?.lines ?? [];
    const percent = this.#brightness ?? fullBrightness;
    const [frame] = this.#language.encode({ kind: 'check', painted, thorough, percent });
    if (frame === undefined) throw new Error(`${this.#context.name}: a protocol with a check period has a check`);
    return this.#exchangeOf(frame, 'poll');
  }

  #exchangeOf(frame: BoardFrame, priority: LinePriority, key?: string) {
    return {
      station: this.#context.name,
      priority,
      ...(key === undefined ? {} : { key }),
      request: frame.bytes,
      gapAfterMs: frame.gapAfterMs,
      ...(frame.pause === undefined ? {} : { pause: frame.pause }),
      ...(frame.answer === undefined ? {} : { answer: frame.answer }),
      again: (answer: BoardAnswer) => answer.kind === 'busy',
      refused: (answer: BoardAnswer) => answer.kind === 'refused' || answer.kind === 'busy',
    };
  }
}

/** What an answer says of the content: a copy of the request may be an echo, what is read back is certain. */
function proof({
  answer,
  unproven = false,
}: Extract<ExchangeResult<BoardAnswer>, { kind: 'answered' }>): ShowOutcome | undefined {
  if (answer.kind === 'state') return 'shown';
  return unproven ? 'sent' : undefined;
}
