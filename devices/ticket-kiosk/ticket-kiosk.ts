/**
 * The ticket kiosk: a press becomes an ask, the hub's answer becomes a paper, and what became of the paper goes back.
 * Number and paper are one act; the notes on disk carry that through a restart at any moment (failure rules F1 to F6).
 */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { KeyPress, Keypad, LampState } from '../../drivers/keypad/keypad.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { Answered, HallLink, NoteChange, Sent } from '../contract/hall-link.ts';
import { printTicketType, zPrintOrder } from '../contract/people.ts';
import type { CommandId, MatterId, ServiceId } from '../contract/terms.ts';
import { type IssueResult, zIssueResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import { type Device, type OrderAnswer, refuseOrder } from '../device.ts';
import { outcomeOf, verdictEvent } from '../paper-report.ts';
import { PrinterPaperNote } from '../printer-paper.ts';
import { type PrintNote, readPrintNote } from './print-note.ts';

/** What was asked for, as the layout needs it. */
export interface Asked {
  readonly service: ServiceId;
  readonly matters: readonly MatterId[];
}

export interface TicketKioskSettings {
  readonly id: string;
  readonly link: HallLink;
  readonly panel: Keypad;
  readonly printer: TicketPrinter;
  readonly clock: Clock;
  /** Key name to service. */
  readonly buttons: Readonly<Record<string, ServiceId>>;
  /** The hall's ticket template, filled in. */
  readonly layout: (result: IssueResult, asked: Asked) => readonly PaperBlock[];
  /** Several services on one number: press them, then this key. */
  readonly confirmKey?: string | undefined;
  /** With `confirmKey`: the matters a service stands for. */
  readonly mattersOf?: ((service: ServiceId) => readonly MatterId[]) | undefined;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'choosing'; readonly keys: readonly string[] }
  | { readonly kind: 'asking'; readonly id: CommandId; readonly asked: Asked; readonly key: string | undefined }
  | { readonly kind: 'printing'; readonly ticket: string; readonly waiting?: string };

/** F1: asked again at these ages. */
const eagerMs = [100, 200] as const;
/** F2, F3: after this the visitor has gone. */
const askLifeMs = 10_000;
const choiceLifeMs = 15_000;
const reportAgainMs = 1_000;
const noteKey = 'print-job';
const maxMatters = 20;

export class TicketKiosk implements Device {
  readonly id: string;
  readonly role = 'ticket-kiosk';
  #settings: TicketKioskSettings;
  #paper: PrinterPaperNote;
  #state: State = { kind: 'idle' };
  #views = new Map<ServiceId, ServiceView | undefined>();
  #timer: Timer | undefined;
  #stops: (() => void)[] = [];
  #listeners = new Set<() => void>();
  #open = false;
  /** A ticket was broken off by a crash: the next one is cut free of it. */
  #separate = false;
  #counters = { presses: 0, refused: 0, ignored: 0, cancelled: 0, lateAnswers: 0, printed: 0, unknown: 0, failed: 0 };

  constructor(settings: TicketKioskSettings) {
    this.id = settings.id;
    this.#settings = settings;
    this.#paper = new PrinterPaperNote(settings.link, settings.printer);
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    const { link, panel, printer, buttons } = this.#settings;
    this.#paper.recall();
    link.onAnswer((answered) => this.#answered(answered));
    this.#stops = [
      panel.onPress((press) => this.#pressed(press)),
      printer.onHealth(() => {
        this.#paper.look();
        this.#show();
      }),
      link.onHub(() => this.#show()),
      ...[...new Set(Object.values(buttons))].map((service) =>
        link.onServiceView(service, (view) => {
          this.#views.set(service, view);
          this.#show();
        }),
      ),
    ];
    this.#resume();
    this.#show();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#timer?.cancel();
    for (const stop of this.#stops.splice(0)) stop();
  }

  detail(): Readonly<Record<string, unknown>> {
    const state = this.#state;
    return {
      panel: state.kind,
      ...(state.kind === 'printing' ? { ticket: state.ticket, waiting: state.waiting ?? null } : {}),
      ...this.#paper.detail(),
      ...this.#counters,
    };
  }

  onDetail(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A paper that the desk ordered here: a number given there, or a copy. Nothing waits: a panel at work refuses it. */
  async order(type: string, data: unknown): Promise<OrderAnswer> {
    const ordered = type === printTicketType ? zPrintOrder.safeParse(data).data : undefined;
    if (ordered === undefined) return refuseOrder('unknown-command', `${this.id} does not know this order`);
    const { link, printer } = this.#settings;
    const busy = this.#state.kind === 'asking' || this.#state.kind === 'printing';
    if (!this.#open || busy)
      return refuseOrder('busy', 'a visitor is taking a number here: order it again in a moment');
    const fault = this.#printerFault();
    if (fault !== undefined) return refuseOrder(fault, 'this printer is at fault: choose another');
    if (printer.health.state !== 'ready')
      return refuseOrder('printer-not-ready', 'this printer is not ready: choose another');
    const { result, service, matters, copy } = ordered;
    const note: PrintNote = { phase: 'not-started', at: link.hubNowMs(), result, asked: { service, matters }, copy };
    link.note([{ key: noteKey, value: note }]);
    return { ok: true, result: outcomeOf(await this.#print(note)) };
  }

  /** What a restart left behind: a job on the notes, asks in the outbox. */
  #resume(): void {
    const { link } = this.#settings;
    const note = readPrintNote(link.readNotes().get(noteKey));
    if (note !== undefined) this.#resumeJob(note);
    else link.note([{ key: noteKey, value: undefined }]);
    this.#resumeAsks();
  }

  #resumeJob(note: PrintNote): void {
    const { link } = this.#settings;
    const ageMs = link.hubNowMs() - note.at;
    if (note.phase === 'started') {
      // Bytes may have left: nobody can know any more.
      this.#separate = true;
      this.#report(note, { kind: 'unknown', reason: 'restart', message: 'restarted while printing' });
    } else if (ageMs >= 0 && ageMs <= askLifeMs) void this.#print(note);
    else {
      this.#report(note, {
        kind: 'not-printed',
        reason: 'restart',
        message: 'restarted before printing',
      });
    }
  }

  #resumeAsks(): void {
    const { link } = this.#settings;
    const pending = link.pending();
    const cancelled = new Set(
      pending.flatMap(({ type, data }) => (type === 'CancelIssue' ? [(data as { commandId: string }).commandId] : [])),
    );
    for (const ask of pending) {
      if (ask.type !== 'IssueTicket' || cancelled.has(ask.id)) continue;
      const left = ask.ageMs === null ? 0 : askLifeMs - ask.ageMs;
      const data = ask.data as { service: ServiceId; matters?: readonly MatterId[] };
      const asked = { service: data.service, matters: data.matters ?? [] };
      if (left > 0 && this.#state.kind === 'idle') this.#await(ask.id, asked, undefined, left);
      else this.#cancel(ask.id, 'restart');
    }
  }

  #pressed(press: KeyPress): void {
    this.#counters.presses += 1;
    const { buttons, confirmKey } = this.#settings;
    if (this.#state.kind === 'asking' || this.#state.kind === 'printing') {
      this.#counters.ignored += 1;
    } else if (press.key === confirmKey && this.#state.kind === 'choosing') {
      this.#confirm(press, this.#state.keys);
    } else if (buttons[press.key] === undefined) {
      this.#counters.ignored += 1;
    } else if (this.#obstacle(press.key) !== undefined) {
      this.#refuse(press, this.#obstacle(press.key) ?? '');
    } else if (confirmKey !== undefined) this.#choose(press.key);
    else this.#ask(press, { service: buttons[press.key] ?? '', matters: [] });
    this.#show();
  }

  #choose(key: string): void {
    const chosen = this.#state.kind === 'choosing' ? this.#state.keys : [];
    const keys = chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
    this.#become(keys.length === 0 ? { kind: 'idle' } : { kind: 'choosing', keys });
    if (keys.length > 0) this.#after(choiceLifeMs, () => this.#become({ kind: 'idle' }));
  }

  #confirm(press: KeyPress, keys: readonly string[]): void {
    const { buttons, mattersOf } = this.#settings;
    const obstacle = keys.map((key) => this.#obstacle(key)).find((reason) => reason !== undefined);
    this.#become({ kind: 'idle' });
    if (obstacle !== undefined) {
      this.#refuse(press, obstacle);
      return;
    }
    const services = keys.flatMap((key) => buttons[key] ?? []);
    const matters = services.length > 1 ? services.flatMap((service) => mattersOf?.(service) ?? []) : [];
    this.#ask(press, { service: services[0] ?? '', matters: [...new Set(matters)].slice(0, maxMatters) });
  }

  /** Why a press asks for nothing now; F6. */
  #obstacle(key: string): string | undefined {
    const { link, printer, buttons } = this.#settings;
    if (!link.hub.fresh) return 'hub-away';
    const fault = this.#printerFault();
    if (fault !== undefined) return fault;
    if (printer.health.state === 'closed' || printer.health.state === 'opening') return 'printer-not-ready';
    const view = this.#views.get(buttons[key] ?? '');
    if (view === undefined) return 'no-view';
    return view.issuing === 'closed' ? 'closed' : undefined;
  }

  #printerFault(): string | undefined {
    return this.#settings.printer.health.faults.find(({ severity }) => severity === 'error')?.code;
  }

  #ask(press: KeyPress, asked: Asked): void {
    const { link } = this.#settings;
    try {
      const data = { service: asked.service, matters: [...asked.matters] };
      link.send([{ type: 'IssueTicket', data, id: press.id, atMs: press.atMs, eagerMs }]);
    } catch {
      // The outbox is at its limit: nothing was written, so not even the refusal can be.
      this.#counters.refused += 1;
      this.#settings.panel.setDisplay('暂停取号');
      return;
    }
    this.#await(press.id, asked, press.key, askLifeMs);
  }

  #await(id: CommandId, asked: Asked, key: string | undefined, forMs: number): void {
    this.#become({ kind: 'asking', id, asked, key });
    this.#settings.panel.setDisplay('');
    this.#after(forMs, () => {
      this.#become({ kind: 'idle' });
      this.#cancel(id, 'no-answer');
      this.#settings.panel.setDisplay('请重新取号');
    });
  }

  /** F3: the visitor has gone; the number that comes or came for this ask is void. */
  #cancel(commandId: CommandId, reason: string): void {
    this.#counters.cancelled += 1;
    this.#sendSoon([{ type: 'CancelIssue', data: { commandId, reason } }]);
  }

  #refuse(press: KeyPress, reason: string): void {
    this.#counters.refused += 1;
    try {
      this.#settings.link.send([
        { type: 'PressRefused', data: { key: press.key, reason }, id: press.id, atMs: press.atMs },
      ]);
    } catch {
      // Counted here; an outbox at its limit has no room for it.
    }
  }

  /** F2: what is returned is written in the transaction that takes the ask out of the outbox. */
  #answered({ id, type, answer }: Answered): { notes?: NoteChange[]; events?: Sent[] } | undefined {
    if (type !== 'IssueTicket') return undefined;
    const result = answer.ok ? zIssueResult.safeParse(answer.result).data : undefined;
    if (this.#state.kind !== 'asking' || this.#state.id !== id) {
      // Cancelled before: never a late paper. The cancellation is on its way already.
      this.#counters.lateAnswers += 1;
      return undefined;
    }
    const { asked } = this.#state;
    this.#timer?.cancel();
    if (result === undefined) {
      this.#counters.refused += 1;
      this.#become({ kind: 'idle' });
      this.#settings.panel.setDisplay(answer.ok ? '请重新取号' : '暂停取号');
      return undefined;
    }
    // An idle printer takes it at once: "started" in this same transaction saves the visitor one wait for the disk.
    const phase = this.#settings.printer.health.state === 'ready' ? 'started' : 'not-started';
    const note: PrintNote = { phase, at: this.#settings.link.hubNowMs(), result, asked };
    this.#become({ kind: 'printing', ticket: result.ticket });
    this.#settings.clock.atTurnEnd(() => void this.#print(note));
    return { notes: [{ key: noteKey, value: note }] };
  }

  async #print(note: PrintNote): Promise<Verdict> {
    const { link, printer, layout } = this.#settings;
    const { ticket } = note.result;
    const reprint = (note.copy ?? 1) > 1;
    this.#become({ kind: 'printing', ticket });
    let blocks: readonly PaperBlock[];
    try {
      blocks = layout(note.result, note.asked);
    } catch (error) {
      const verdict = { kind: 'not-printed', reason: 'layout', message: String(error) } as const;
      this.#report(note, verdict);
      return verdict;
    }
    const separate = this.#separate;
    const progress = {
      beforeFirstByte: () => {
        if (note.phase === 'not-started') link.note([{ key: noteKey, value: { ...note, phase: 'started' } }]);
      },
      waiting: (waiting: string) => this.#become({ kind: 'printing', ticket, waiting }),
    };
    const verdict = await printer.print({ jobId: ticket, blocks, separate, reprint }, progress);
    // After a close nothing is written: the note on disk says what a restart has to say.
    if (!this.#open) return verdict;
    if (verdict.kind !== 'not-printed') this.#separate = false;
    this.#report(note, verdict);
    return verdict;
  }

  /** The verdict and the end of its note in one transaction; the panel stays locked until that is on disk. */
  #report({ result: { ticket }, copy = 1 }: Pick<PrintNote, 'result' | 'copy'>, verdict: Verdict): void {
    this.#counters[verdict.kind === 'not-printed' ? 'failed' : verdict.kind] += 1;
    // A copy changes nothing about its number: who ordered it is told.
    const events = copy === 1 ? [verdictEvent(ticket, verdict)] : [];
    this.#become({ kind: 'printing', ticket, waiting: 'report' });
    const notes = [{ key: noteKey, value: undefined }, ...this.#paper.changes()];
    this.#sendSoon(events, notes, () => this.#become({ kind: 'idle' }));
  }

  /** Sends, and where the outbox is full sends again every second until there is room. */
  #sendSoon(events: readonly Sent[], notes: readonly NoteChange[] = [], done?: () => void): void {
    if (!this.#open) return;
    try {
      this.#settings.link.send(events, notes);
    } catch {
      this.#settings.clock.after(reportAgainMs, () => this.#sendSoon(events, notes, done));
      return;
    }
    done?.();
  }

  #after(delayMs: number, task: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#settings.clock.after(delayMs, task);
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
    for (const listener of [...this.#listeners]) listener();
  }

  #lamp(key: string): LampState {
    const state = this.#state;
    if (state.kind === 'asking') return state.key === key ? 'on' : 'off';
    if (state.kind === 'printing') return 'off';
    if (this.#obstacle(key) !== undefined) return 'off';
    if (state.kind === 'choosing' && state.keys.includes(key)) return 'blink';
    return this.#views.get(this.#settings.buttons[key] ?? '')?.issuing === 'near-quota' ? 'blink' : 'on';
  }
}
