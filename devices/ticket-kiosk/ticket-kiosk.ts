/**
 * The ticket kiosk: a press becomes an ask, the hub's answer becomes a paper, and the verdict on the paper goes back.
 * Number and paper are one act; the notes on disk carry that through a restart at any moment (failure rules F1 to F6).
 */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { KeyPress, LampState } from '../../drivers/keypad/keypad.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { Answered, Reaction, Sent } from '../contract/hall-link.ts';
import type { DeviceState } from '../contract/presence.ts';
import type { CommandId, ServiceId } from '../contract/terms.ts';
import { zIssueResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import type { Device, OrderAnswer } from '../device.ts';
import { PaperJob, type PaperReport } from '../paper/paper-job.ts';
import { printOrdered, ticketReport } from '../paper/paper-orders.ts';
import { type PrintNote, readPrintNote } from '../paper/print-note.ts';
import { PrinterPaperNote } from '../paper/printer-paper.ts';
import { RateLimit } from '../rate-limit.ts';
import { UntilWritten } from '../until-written.ts';
import { asksAfterRestart } from './asks-after-restart.ts';
import { BlockKeeper } from './block-keeper.ts';
import { type Asked, askedFor, type PanelWord, type TicketKioskSettings } from './kiosk-settings.ts';
import { blocksNote } from './number-blocks.ts';
import { obstacleOf } from './obstacle.ts';

/** What the panel does while no paper is being printed. */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'choosing'; readonly keys: readonly string[] }
  | { readonly kind: 'asking'; readonly id: CommandId; readonly asked: Asked; readonly key: string | undefined };

/** F1: asked again at these ages. */
const eagerMs = [100, 200] as const;
/** F1: without an answer by then the number comes out of the kiosk's own block. */
const blockAfterMs = 400;
/** F2, F3: after this the visitor has gone. */
const askLifeMs = 10_000;
const choiceLifeMs = 15_000;
const noteKey = 'print-job';

export class TicketKiosk implements Device {
  readonly id: string;
  readonly role = 'ticket-kiosk';
  readonly changed: Signal;
  #context: Context;
  #settings: TicketKioskSettings;
  #roll: PrinterPaperNote;
  #job: PaperJob<PrintNote>;
  #cancels: UntilWritten;
  #state: State = { kind: 'idle' };
  #views = new Map<ServiceId, ServiceView | undefined>();
  #timer: Timer | undefined;
  #stops: (() => void)[] = [];
  #open = false;
  #blocks: BlockKeeper | undefined;
  #refusals: RateLimit;
  #counters = {
    fromBlock: 0,
    presses: 0,
    refused: 0,
    ignored: 0,
    cancelled: 0,
    lateAnswers: 0,
    printed: 0,
    unknown: 0,
    failed: 0,
  };

  constructor(context: Context, settings: TicketKioskSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    const { link, printer, blocks } = settings;
    this.#roll = new PrinterPaperNote(link, printer);
    this.#job = new PaperJob(context, {
      ...{ link, printer, roll: this.#roll, noteKey, read: readPrintNote },
      report: (note, verdict) => this.#report(note, verdict),
      changed: () => this.#show(),
    });
    this.#cancels = new UntilWritten(context, { link });
    this.#refusals = new RateLimit(context.clock);
    if (blocks !== undefined) this.#blocks = new BlockKeeper(context, { link, blocks, services: this.#services });
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    const { link, panel, printer } = this.#settings;
    this.#roll.recall();
    link.onAnswer((answered) => this.#answered(answered));
    this.#stops = [
      panel.pressed.on((press) => this.#pressed(press)),
      printer.healthChanged.on(() => {
        this.#roll.saveRoll();
        this.#show();
      }),
      link.onHub(() => this.#show()),
      link.onWritable(() => this.#show()),
      ...this.#services.map((service) =>
        link.onServiceView(service, (view) => {
          this.#views.set(service, view);
          this.#blocks?.viewed(service, view);
          this.#show();
        }),
      ),
    ];
    this.#blocks?.start();
    this.#resume();
    this.#show();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#job.close();
    this.#cancels.close();
    this.#blocks?.close();
    this.#timer?.cancel();
    for (const stop of this.#stops.splice(0)) stop();
  }

  detail(): Readonly<Record<string, unknown>> {
    const paper = this.#job.current;
    const printing = paper === undefined ? {} : { ticket: paper.note.result.ticket, waiting: paper.waiting ?? null };
    return {
      panel: paper === undefined ? this.#state.kind : 'printing',
      ...printing,
      ...this.#roll.detail(),
      ...(this.#blocks === undefined ? {} : { blockLeft: this.#blocks.detail() }),
      ...this.#counters,
    };
  }

  faults(): DeviceState['faults'] {
    return this.#blocks?.faults() ?? [];
  }

  /** A paper that the desk ordered here: a number given there, or a copy. */
  order(type: string, data: unknown): Promise<OrderAnswer> {
    const { link, printer, layout } = this.#settings;
    const free = this.#open && this.#state.kind !== 'asking' && this.#job.current === undefined;
    return printOrdered(type, data, {
      ...{ printer, job: this.#job },
      busy: free ? undefined : 'a visitor is taking a number here: order it again in a moment',
      noteOf: ({ result, service, matters, copy }): PrintNote => {
        this.#become({ kind: 'idle' });
        return { phase: 'not-started', at: link.hubNowMs(), result, asked: { service, matters }, copy };
      },
      blocksOf: ({ result, service, matters }) => layout(result, { service, matters }),
    });
  }

  /** What a restart left behind: a job on the notes, asks in the outbox. */
  #resume(): void {
    const { link } = this.#settings;
    this.#job.start();
    const { note } = this.#job;
    if (note === undefined) link.note([{ key: noteKey, value: undefined }]);
    else if (this.#job.resume(note, link.hubNowMs() - note.at, askLifeMs)) this.#print(note);
    for (const { id, asked, leftMs } of asksAfterRestart(link.pending(), askLifeMs)) {
      if (leftMs > 0 && this.#idle) this.#await(id, asked, undefined, leftMs);
      else this.#cancel(id, 'restart');
    }
  }

  get #services(): readonly ServiceId[] {
    return [...new Set(Object.values(this.#settings.buttons))];
  }

  get #idle(): boolean {
    return this.#state.kind === 'idle' && this.#job.current === undefined;
  }

  #pressed(press: KeyPress): void {
    this.#counters.presses += 1;
    const { buttons, confirmKey } = this.#settings;
    const state = this.#state;
    const service = buttons[press.key];
    const obstacle = this.#obstacle(press.key);
    if (state.kind === 'asking' || this.#job.current !== undefined) this.#counters.ignored += 1;
    else if (press.key === confirmKey && state.kind === 'choosing') this.#confirm(press, state.keys);
    else if (service === undefined) this.#counters.ignored += 1;
    else if (obstacle !== undefined) this.#refuse(press, obstacle);
    else if (confirmKey !== undefined) this.#choose(press.key);
    else this.#ask(press, { service, matters: [] });
    this.#show();
  }

  #choose(key: string): void {
    const chosen = this.#state.kind === 'choosing' ? this.#state.keys : [];
    const keys = chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
    this.#become(keys.length === 0 ? { kind: 'idle' } : { kind: 'choosing', keys });
    if (keys.length > 0) this.#after(choiceLifeMs, () => this.#become({ kind: 'idle' }));
  }

  #confirm(press: KeyPress, keys: readonly string[]): void {
    const obstacle = keys.map((key) => this.#obstacle(key)).find((reason) => reason !== undefined);
    this.#become({ kind: 'idle' });
    if (obstacle !== undefined) this.#refuse(press, obstacle);
    else this.#ask(press, askedFor(keys, this.#settings));
  }

  #obstacle(key: string): string | undefined {
    const { link, printer, buttons } = this.#settings;
    const service = buttons[key] ?? '';
    const view = this.#views.get(service);
    const { writable, hub } = link;
    return obstacleOf({ service, hubFresh: hub.fresh, writable, printer, view, blocks: this.#blocks });
  }

  #ask(press: KeyPress, asked: Asked): void {
    const { link } = this.#settings;
    if (this.#blocks?.alone === true && this.#fromBlock(press.id, asked, press.atMs)) return;
    const data = { service: asked.service, matters: [...asked.matters] };
    const written = link.send([{ type: 'IssueTicket', data, id: press.id, atMs: press.atMs, eagerMs }]);
    if (written.ok) {
      this.#await(press.id, asked, press, askLifeMs);
      return;
    }
    // Nothing was written, so not even the refusal can be.
    this.#counters.refused += 1;
    this.#context.log.warn(
      { key: press.key, reason: written.reason },
      'press refused: it cannot be written to the disk',
    );
    this.#display('no-tickets');
  }

  #await(id: CommandId, asked: Asked, press: KeyPress | undefined, forMs: number): void {
    this.#become({ kind: 'asking', id, asked, key: press?.key });
    this.#settings.panel.setDisplay('');
    const giveUp = () => {
      this.#become({ kind: 'idle' });
      this.#cancel(id, 'no-answer');
      this.#display('press-again');
    };
    this.#after(blockAfterMs, () => {
      if (!this.#fromBlock(id, asked, press?.atMs)) this.#after(Math.max(1, forMs - blockAfterMs), giveUp);
    });
  }

  /**
   * F1, F7: the next number of the block, used up on disk in the transaction that reports it to the hub, before anything is
   * printed. It supersedes the ask `commandId`, whichever of the two the hub sees first. `false`: no number, no paper.
   */
  #fromBlock(commandId: CommandId, asked: Asked, pressedMs: number | undefined): boolean {
    const taken = this.#blocks?.take(asked.service);
    if (taken === undefined) return false;
    const { facts, lease, note } = taken;
    const job: PrintNote = { phase: this.#phase, at: facts.issued_at, result: facts, asked };
    const data = { commandId, ticket: facts.ticket, lease, service: asked.service, matters: [...asked.matters] };
    const event: Sent = { type: 'IssuedFromBlock', data, ...(pressedMs === undefined ? {} : { atMs: pressedMs }) };
    const notes = [
      { key: noteKey, value: job },
      { key: blocksNote, value: note },
    ];
    if (!this.#settings.link.send([event], notes).ok) return false;
    this.#blocks?.used(taken);
    this.#counters.fromBlock += 1;
    this.#context.log.info(
      { number: facts.number, service: asked.service },
      'number given from the block, without the hub',
    );
    this.#print(job);
    return true;
  }

  /** An idle printer takes a paper at once: "started" in the transaction of the number saves one wait for the disk. */
  get #phase(): PrintNote['phase'] {
    return this.#open && this.#settings.printer.health.state === 'ready' ? 'started' : 'not-started';
  }

  /** F3: the visitor has gone; the number that comes or came for this ask is void. */
  #cancel(commandId: CommandId, reason: string): void {
    this.#counters.cancelled += 1;
    this.#context.log.info({ reason }, 'number cancelled: its visitor has gone');
    this.#cancels.write([{ type: 'CancelIssue', data: { commandId, reason } }]);
  }

  #refuse({ key, id, atMs }: KeyPress, reason: string): void {
    this.#counters.refused += 1;
    if (reason === 'block-used-up' || reason === 'no-block') this.#display('ask-at-desk');
    if (!this.#refusals.tryTake()) return;
    this.#context.log.info({ key, reason }, 'press refused');
    // Where the outbox has no room for it, it is counted here alone.
    this.#settings.link.send([{ type: 'PressRefused', data: { key, reason }, id, atMs }]);
  }

  #answered(answered: Answered): Reaction | undefined {
    if (answered.type === 'LeaseBlocks') return this.#blocks?.answered(answered, () => this.#show());
    return answered.type === 'IssueTicket' ? this.#issued(answered) : undefined;
  }

  /** F2: note and end of the ask are one transaction; panel and printer do nothing before it is on disk. */
  #issued({ id, answer }: Answered): Reaction | undefined {
    const state = this.#state;
    if (state.kind !== 'asking' || state.id !== id) {
      // Cancelled before: never a late paper. The cancellation is on its way already.
      this.#counters.lateAnswers += 1;
      return undefined;
    }
    const result = answer.ok ? zIssueResult.safeParse(answer.result).data : undefined;
    if (result === undefined) {
      this.#counters.refused += 1;
      this.#context.log.info({ service: state.asked.service, reason: answer.error?.code }, 'the hub gave no number');
      this.#become({ kind: 'idle' });
      this.#display(answer.ok ? 'press-again' : 'no-tickets');
      return undefined;
    }
    const note: PrintNote = { phase: this.#phase, at: this.#settings.link.hubNowMs(), result, asked: state.asked };
    return { notes: [{ key: noteKey, value: note }], onceWritten: () => this.#print(note) };
  }

  /** After a close the note on disk is the next process's. */
  #print(note: PrintNote): void {
    if (!this.#open) return;
    const { result, asked, copy = 1 } = note;
    this.#state = { kind: 'idle' };
    this.#timer?.cancel();
    this.#context.log.info({ number: result.number, service: asked.service }, 'ticket is printed');
    const blocks = () => this.#settings.layout(result, asked);
    void this.#job.print(note, { jobId: result.ticket, blocks, reprint: copy > 1 });
  }

  #report({ result: { ticket, number }, copy = 1 }: PrintNote, verdict: Verdict): PaperReport<PrintNote> {
    this.#counters[verdict.kind === 'not-printed' ? 'failed' : verdict.kind] += 1;
    const reason = verdict.kind === 'printed' ? undefined : verdict.reason;
    this.#context.log.info({ number, verdict: verdict.kind, reason }, 'verdict on the ticket');
    return { events: ticketReport(ticket, copy, verdict), note: undefined };
  }

  #display(word: PanelWord): void {
    const { panel, words, language = 'zh' } = this.#settings;
    panel.setDisplay(words[word][language]);
  }

  #after(delayMs: number, task: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.after(delayMs, task);
  }

  #become(state: State): void {
    this.#timer?.cancel();
    this.#state = state;
    this.#show();
  }

  #show(): void {
    if (!this.#open) return;
    const { panel, buttons, confirmKey } = this.#settings;
    const lamps: Record<string, LampState> = {};
    for (const key of Object.keys(buttons)) lamps[key] = this.#lamp(key);
    if (confirmKey !== undefined) lamps[confirmKey] = this.#state.kind === 'choosing' ? 'blink' : 'off';
    panel.setLamps(lamps);
    this.changed.emit();
  }

  #lamp(key: string): LampState {
    const state = this.#state;
    if (this.#job.current !== undefined) return 'off';
    if (state.kind === 'asking') return state.key === key ? 'on' : 'off';
    if (this.#obstacle(key) !== undefined) return 'off';
    if (state.kind === 'choosing' && state.keys.includes(key)) return 'blink';
    return this.#views.get(this.#settings.buttons[key] ?? '')?.issuing === 'near-quota' ? 'blink' : 'on';
  }
}
