/**
 * The ticket kiosk: a press becomes an ask, the hub's answer becomes a paper, and what became of the paper goes back.
 * Number and paper are one act; the notes on disk carry that through a restart at any moment (failure rules F1 to F6).
 */
import type { Timer } from '../../drivers/clock.ts';
import type { KeyPress, LampState } from '../../drivers/keypad/keypad.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { Answered, NoteChange, Sent } from '../contract/hall-link.ts';
import { printTicketType, zPrintOrder } from '../contract/people.ts';
import type { DeviceState } from '../contract/presence.ts';
import type { CommandId, ServiceId } from '../contract/terms.ts';
import { zIssueResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import { type Device, type OrderAnswer, refuseOrder } from '../device.ts';
import { FewAMinute } from '../few-a-minute.ts';
import { outcomeOf, verdictEvent } from '../paper-report.ts';
import { PrinterPaperNote } from '../printer-paper.ts';
import { BlockKeeper } from './block-keeper.ts';
import { type Asked, askedFor, type TicketKioskSettings } from './kiosk-settings.ts';
import { blocksNote } from './number-blocks.ts';
import { obstacleOf, printerObstacle } from './obstacle.ts';
import { openAsks } from './open-asks.ts';
import { type PrintNote, readPrintNote } from './print-note.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'choosing'; readonly keys: readonly string[] }
  | { readonly kind: 'asking'; readonly id: CommandId; readonly asked: Asked; readonly key: string | undefined }
  | { readonly kind: 'printing'; readonly ticket: string; readonly waiting?: string };

/** F1: asked again at these ages. */
const eagerMs = [100, 200] as const;
/** F1: without an answer by then the number comes out of the kiosk's own block. */
const blockAfterMs = 400;
/** F2, F3: after this the visitor has gone. */
const askLifeMs = 10_000;
const choiceLifeMs = 15_000;
const reportAgainMs = 1_000;
const noteKey = 'print-job';

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
  #blocks: BlockKeeper | undefined;
  #refusals: FewAMinute;
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

  constructor(settings: TicketKioskSettings) {
    this.id = settings.id;
    this.#settings = settings;
    this.#paper = new PrinterPaperNote(settings.link, settings.printer);
    this.#refusals = new FewAMinute(settings.clock);
    const { link, clock, blocks, buttons } = settings;
    const services = [...new Set(Object.values(buttons))];
    if (blocks !== undefined) this.#blocks = new BlockKeeper({ link, clock, settings: blocks, services });
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    const { link, panel, printer, buttons } = this.#settings;
    this.#paper.recall();
    link.onAnswer((answered) => this.#answered(answered));
    this.#stops = [
      panel.pressed.on((press) => this.#pressed(press)),
      printer.healthChanged.on(() => {
        this.#paper.look();
        this.#show();
      }),
      link.onHub(() => this.#show()),
      ...[...new Set(Object.values(buttons))].map((service) =>
        link.onServiceView(service, (view) => {
          this.#views.set(service, view);
          this.#blocks?.heard(service, view);
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
    this.#blocks?.close();
    this.#timer?.cancel();
    for (const stop of this.#stops.splice(0)) stop();
  }

  detail(): Readonly<Record<string, unknown>> {
    const state = this.#state;
    return {
      panel: state.kind,
      ...(state.kind === 'printing' ? { ticket: state.ticket, waiting: state.waiting ?? null } : {}),
      ...this.#paper.detail(),
      ...(this.#blocks === undefined ? {} : { blockLeft: this.#blocks.detail() }),
      ...this.#counters,
    };
  }

  faults(): DeviceState['faults'] {
    return this.#blocks?.faults() ?? [];
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
    const obstacle = printerObstacle(printer) ?? (printer.health.state === 'ready' ? undefined : 'printer-not-ready');
    if (obstacle !== undefined) return refuseOrder(obstacle, 'this printer is at fault or not ready: choose another');
    const { result, service, matters, copy } = ordered;
    const note: PrintNote = { phase: 'not-started', at: link.hubNowMs(), result, asked: { service, matters }, copy };
    try {
      link.note([{ key: noteKey, value: note }]);
    } catch {
      return refuseOrder('failure', 'this box cannot write to its disk: choose another printer');
    }
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
    const ageMs = this.#settings.link.hubNowMs() - note.at;
    if (note.phase === 'started') {
      // Bytes may have left: nobody can know any more.
      this.#separate = true;
      this.#report(note, { kind: 'unknown', reason: 'restart', message: 'restarted while printing' });
    } else if (ageMs >= 0 && ageMs <= askLifeMs) void this.#print(note);
    else {
      this.#report(note, { kind: 'not-printed', reason: 'restart', message: 'restarted before printing' });
    }
  }

  #resumeAsks(): void {
    for (const { id, asked, leftMs } of openAsks(this.#settings.link.pending(), askLifeMs)) {
      if (leftMs > 0 && this.#state.kind === 'idle') this.#await(id, asked, undefined, leftMs);
      else this.#cancel(id, 'restart');
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
    const obstacle = keys.map((key) => this.#obstacle(key)).find((reason) => reason !== undefined);
    this.#become({ kind: 'idle' });
    if (obstacle !== undefined) {
      this.#refuse(press, obstacle);
      return;
    }
    this.#ask(press, askedFor(keys, this.#settings));
  }

  #obstacle(key: string): string | undefined {
    const { link, printer, buttons } = this.#settings;
    const service = buttons[key] ?? '';
    const view = this.#views.get(service);
    return obstacleOf({ service, hubFresh: link.hub.fresh, printer, view, blocks: this.#blocks });
  }

  #ask(press: KeyPress, asked: Asked): void {
    const { link } = this.#settings;
    if (this.#blocks?.alone === true && this.#fromBlock(press.id, asked, press.atMs)) return;
    try {
      const data = { service: asked.service, matters: [...asked.matters] };
      link.send([{ type: 'IssueTicket', data, id: press.id, atMs: press.atMs, eagerMs }]);
    } catch {
      // The outbox is at its limit: nothing was written, so not even the refusal can be.
      this.#counters.refused += 1;
      this.#settings.panel.setDisplay('暂停取号');
      return;
    }
    this.#await(press.id, asked, press, askLifeMs);
  }

  #await(id: CommandId, asked: Asked, press: KeyPress | undefined, forMs: number): void {
    this.#become({ kind: 'asking', id, asked, key: press?.key });
    this.#settings.panel.setDisplay('');
    const giveUp = () => {
      this.#become({ kind: 'idle' });
      this.#cancel(id, 'no-answer');
      this.#settings.panel.setDisplay('请重新取号');
    };
    this.#after(blockAfterMs, () => {
      if (!this.#fromBlock(id, asked, press?.atMs)) this.#after(Math.max(1, forMs - blockAfterMs), giveUp);
    });
  }

  /**
   * F1, F7: the next number of the block, used up on disk in the transaction that tells the hub, before anything is
   * printed. It supersedes the ask `commandId`, whichever of the two the hub sees first.
   */
  #fromBlock(commandId: CommandId, asked: Asked, pressedMs: number | undefined): boolean {
    const { link, printer } = this.#settings;
    const taken = this.#blocks?.take(asked.service);
    if (taken === undefined) return false;
    const { facts, lease, note } = taken;
    const phase = printer.health.state === 'ready' ? 'started' : 'not-started';
    const job: PrintNote = { phase, at: facts.issued_at, result: facts, asked };
    const data = { commandId, ticket: facts.ticket, lease, service: asked.service, matters: [...asked.matters] };
    const event: Sent = { type: 'IssuedFromBlock', data, ...(pressedMs === undefined ? {} : { atMs: pressedMs }) };
    const jobNote = { key: noteKey, value: job };
    try {
      link.send([event], [jobNote, { key: blocksNote, value: note }]);
    } catch {
      // A full outbox: neither the number nor a paper.
      return false;
    }
    this.#blocks?.used(taken);
    this.#counters.fromBlock += 1;
    void this.#print(job);
    return true;
  }

  /** F3: the visitor has gone; the number that comes or came for this ask is void. */
  #cancel(commandId: CommandId, reason: string): void {
    this.#counters.cancelled += 1;
    this.#sendSoon([{ type: 'CancelIssue', data: { commandId, reason } }]);
  }

  #refuse({ key, id, atMs }: KeyPress, reason: string): void {
    this.#counters.refused += 1;
    if (reason === 'block-used-up' || reason === 'no-block') this.#settings.panel.setDisplay('请到服务台取号');
    if (!this.#refusals.allows()) return;
    try {
      this.#settings.link.send([{ type: 'PressRefused', data: { key, reason }, id, atMs }]);
    } catch {
      // Counted here; an outbox at its limit has no room for it.
    }
  }

  /** F2: what is returned is written in the transaction that takes the ask out of the outbox. */
  #answered(answered: Answered): { notes?: readonly NoteChange[]; events?: Sent[] } | undefined {
    const { id, type, answer } = answered;
    if (type === 'LeaseBlocks') {
      const notes = this.#blocks?.answered(answered) ?? [];
      this.#settings.clock.atTurnEnd(() => this.#show());
      return { notes };
    }
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
    // An idle printer takes it at once: "started" in this same transaction saves one wait. After a close it is the restart's.
    const phase = this.#open && this.#settings.printer.health.state === 'ready' ? 'started' : 'not-started';
    const note: PrintNote = { phase, at: this.#settings.link.hubNowMs(), result, asked };
    this.#become({ kind: 'printing', ticket: result.ticket });
    if (this.#open) this.#settings.clock.atTurnEnd(() => void this.#print(note));
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
    this.#become({ kind: 'printing', ticket, waiting: 'report' });
    const notes = [{ key: noteKey, value: undefined }, ...this.#paper.changes()];
    this.#sendSoon(copy === 1 ? [verdictEvent(ticket, verdict)] : [], notes, () => this.#become({ kind: 'idle' }));
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
