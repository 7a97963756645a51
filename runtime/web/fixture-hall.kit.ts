/**
 * For tests of the page alone: a hall that behaves enough like the real one to be pressed, called, rated and broken. It
 * is no second queue: no rule of calling is tested here.
 */
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import type { WindowView } from '../../devices/contract/view.ts';
import type { Clock } from '../../drivers/clock.ts';
import { FixtureMachine, lamps, type MachineAction, padKeys, ratingKeys, serviceKeys } from './fixture-machines.kit.ts';
import { Dots } from './fixture-picture.kit.ts';
import { fixtureRules } from './fixture-rules.kit.ts';
import type { Bench, HallDesk, HallSnapshot, Submitted, TicketSummary, WireNote, WireTap } from './needs.ts';

const day = '2026-11-23';
type Open<T> = { -readonly [K in keyof T]: T[K] };
type FixtureTicket = Open<Omit<TicketSummary, 'matters'>> & { matters: { matter: string; state: string }[] };
type FixtureWindow = Open<WindowView>;

const remedies: Readonly<Record<string, string>> = {
  'paper-out': '装入新纸卷 · put in a new roll',
  'cover-open': '合上打印机盖 · close the printer cover',
  'near-end': '准备新纸卷 · have a new roll ready',
  'port-gone': '检查数据线 · check the cable',
  'no-answer': '检查电源 · check its power',
};

export class FixtureHall implements HallDesk, Bench, WireTap {
  readonly rules = fixtureRules;
  readonly machines: FixtureMachine[] = [];
  readonly tickets: FixtureTicket[] = [];
  readonly windows: FixtureWindow[] = [];
  readonly texts = new Map<string, string>();
  /** What boards in reach say of their content where it is not `wanted`. */
  readonly boardShows = new Map<string, string>();
  readonly submitted: { type: string; data: unknown; by: string; commandId: string | undefined }[] = [];
  readonly auto = {
    running: false,
    speed: 1,
    set: (running: boolean, speed = 1) => {
      this.auto.running = running;
      this.auto.speed = speed;
    },
  };
  #clock: Clock;
  #power = { hub: true, broker: true, nodes: { k1: true, k2: true, hall: true } as Record<string, boolean> };
  #listeners = new Set<() => void>();
  #wire = new Set<(note: WireNote) => void>();
  #numbers: Record<string, number> = {};
  #startedMs: number;
  #faultSince = new Map<string, number>();
  #calls: NonNullable<HallSnapshot['hall']>['calls'] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.wallMs();
    for (const rules of fixtureRules.windows) this.#addWindow(rules.id, rules.number);
    for (const kiosk of ['k1', 'k2']) this.#addKiosk(kiosk);
    const board = { id: 'hall-board', kind: 'line-display', node: 'hall', device: 'hall-board', window: null };
    this.#machine({ ...board, part: 'board' }, ['mute'], {});
    this.#paintHall();
  }

  privateText = (reference: string) => this.texts.get(reference);

  /** What `createWebServer` takes: `undefined` while the hub is off. */
  desk = (): HallDesk | undefined => (this.#power.hub ? this : undefined);

  machine(id: string): FixtureMachine {
    const found = this.machines.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no machine ${id}`);
    return found;
  }

  snapshot(): HallSnapshot {
    const head = { v: 1 as const, epoch: 1, rev: 1, valid_until: this.#clock.wallMs() + 60_000 };
    const waiting = (service: string) => this.tickets.filter((t) => t.service === service && waits(t)).length;
    return {
      hub: { state: 'leading', epoch: 1, timeMs: this.#clock.wallMs() },
      hall: { ...head, calls: this.#calls, waiting: this.tickets.filter(waits).length, notices: [] },
      windows: this.windows,
      services: this.rules.services.map(({ id }) => ({
        ...head,
        service: id,
        waiting: waiting(id),
        issuing: 'open',
        wait: { low_ms: 240_000, high_ms: 600_000 },
      })),
      tickets: this.tickets,
      nodes: Object.entries(this.#power.nodes).map(([node, on]) => ({
        node,
        state: on ? 'ready' : 'lost',
        sinceMs: this.#startedMs,
        devices: this.#devices(node),
      })),
      counters: { tickets_issued: this.tickets.length, press_to_paper_ms_p50: 3.1, call_to_board_ms_p50: 2.2 },
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onMessage(listener: (note: WireNote) => void): () => void {
    this.#wire.add(listener);
    return () => this.#wire.delete(listener);
  }

  changed(): void {
    this.#paintAll();
    for (const listener of this.#listeners) listener();
  }

  async submit(type: string, data: unknown, by: { kind: string; id: string }, commandId?: string): Promise<Submitted> {
    this.submitted.push({ type, data, by: by.kind, commandId });
    this.note(`node/desk/evt`, { type, data });
    if (type === 'IssueTicket') {
      const { service, matters } = data as { service: string; matters: string[] };
      const ticket = this.issue(service, matters);
      this.changed();
      const { number, issuedAt } = ticket;
      return { ok: true, result: { ticket: ticket.ticket, day, number, ahead: 2, issued_at: issuedAt } };
    }
    if (type === 'MatterReady') {
      const { ticket, matter, outcome } = data as { ticket: string; matter: string; outcome: string };
      const found = this.tickets.find((each) => each.ticket === ticket);
      const mine = found?.matters.find((each) => each.matter === matter && each.state === 'review');
      if (found === undefined || mine === undefined)
        return { ok: false, error: { code: 'not-in-review', message: '该事项不在审核中 · not in review' } };
      mine.state = outcome;
      if (found.matters.every((each) => each.state !== 'review'))
        Object.assign(found, { leg: 'certificate', stage: 'waiting' });
      this.changed();
      return { ok: true };
    }
    return { ok: false, error: { code: 'illegal', message: `${type} 现在不可用 · not possible now` } };
  }

  /** Its tables are empty. */
  async query(): Promise<readonly Record<string, unknown>[]> {
    return [];
  }

  issue(service: string, matters: readonly string[]): FixtureTicket {
    const rules = this.rules.services.find((each) => each.id === service);
    const prefix = rules?.prefix ?? 'X';
    this.#numbers[prefix] = (this.#numbers[prefix] ?? 0) + 1;
    const number = `${prefix}${String(this.#numbers[prefix]).padStart(3, '0')}`;
    const chosen = matters.length > 0 ? matters : (rules?.matters ?? []);
    const ticket: FixtureTicket = {
      ticket: `${day}/${number}`,
      number,
      service,
      class: 'ordinary',
      stage: 'waiting',
      leg: 'intake',
      matters: chosen.map((matter) => ({ matter, state: 'open' })),
      window: null,
      issuedAt: this.#clock.wallMs(),
    };
    this.tickets.push(ticket);
    return ticket;
  }

  status() {
    return { hub: this.#power.hub, broker: this.#power.broker, nodes: { ...this.#power.nodes } };
  }

  async setHub(running: boolean): Promise<void> {
    this.#power.hub = running;
    this.changed();
  }

  async setBroker(running: boolean): Promise<void> {
    this.#power.broker = running;
    this.changed();
  }

  async setNode(node: string, running: boolean): Promise<void> {
    this.#power.nodes[node] = running;
    this.changed();
  }

  note(topic: string, payload: unknown): void {
    const text = JSON.stringify(payload);
    const full = `hall/1/${this.rules.hall}/${topic}`;
    const note = {
      atMs: this.#clock.wallMs(),
      topic: full,
      bytes: text.length,
      retain: topic.startsWith('view'),
      payload: text,
    };
    for (const listener of this.#wire) listener(note);
  }

  #machine(what: ConstructorParameters<typeof FixtureMachine>[0], faults: readonly string[], state = {}) {
    const machine = new FixtureMachine(what, faults, state);
    this.machines.push(machine);
    machine.onAct = (action) => this.#act(machine, action);
    return machine;
  }

  #addKiosk(kiosk: string): void {
    const at = { node: kiosk, device: kiosk, window: null };
    const panel = { keys: serviceKeys, lamps: lamps(serviceKeys, () => true), display: '' };
    this.#machine({ id: `${kiosk}-panel`, kind: 'keypad', part: 'panel', ...at }, ['mute', 'stuck'], panel).labels =
      Object.fromEntries(this.rules.services.map(({ name }, index) => [String(index + 1), name]));
    const faults = ['paper-out', 'cover-open', 'near-end', 'cutter'];
    this.#machine({ id: `${kiosk}-printer`, kind: 'ticket-printer', part: 'printer', ...at }, faults, { papers: [] });
  }

  #addWindow(id: string, number: number): void {
    const rules = this.rules.windows.find((each) => each.id === id);
    this.windows.push({
      v: 1,
      epoch: 1,
      rev: 1,
      valid_until: 0,
      window: id,
      number,
      name: rules?.name ?? { zh: '', en: '' },
      role: rules?.role ?? 'intake',
      state: 'open',
      window_rev: 0,
      call: null,
      rating: null,
      waiting: 0,
      held: [],
      clerk: 'c1',
    });
    const at = { node: 'hall', window: id };
    this.#machine(
      { id: `${id}-board`, kind: 'line-display', part: 'board', device: `${id}-board`, ...at },
      ['mute'],
      {},
    );
    const pad = { keys: padKeys, lamps: lamps(padKeys, () => false), display: '' };
    this.#machine({ id: `${id}-pad`, kind: 'keypad', part: 'pad', device: `${id}-pad`, ...at }, ['mute', 'stuck'], pad);
    const rating = { keys: ratingKeys, lamps: lamps(ratingKeys, () => false), display: '' };
    this.#machine(
      { id: `${id}-rating`, kind: 'keypad', part: 'rating', device: `${id}-rating`, ...at },
      ['mute'],
      rating,
    );
  }

  #act(machine: FixtureMachine, action: MachineAction): void {
    if (action.type === 'press' && machine.plugged) {
      this.note(`node/${machine.node}/evt`, { type: 'press', key: action.key, pin: '1234' });
      if (machine.part === 'panel') this.#kiosk(machine, String(action.key));
      if (machine.part === 'pad') this.#pad(machine.window ?? '', String(action.key));
      if (machine.part === 'rating') this.#rate(machine.window ?? '');
    }
    if (action.type === 'tear') {
      const papers = machine.state.papers as { id: string; torn: boolean }[];
      machine.set({ papers: papers.map((paper) => ({ ...paper, torn: true })) });
    }
    this.changed();
  }

  #kiosk(panel: FixtureMachine, key: string): void {
    const service = this.rules.services[Number(key) - 1];
    const printer = this.machine(`${panel.node}-printer`);
    if (service === undefined || printer.faults['paper-out'] || printer.faults['cover-open']) return;
    const ticket = this.issue(service.id, []);
    const dots = new Dots(384, 420);
    dots.text('SERVICE CENTRE', 24, 3, 1);
    dots.rule(64);
    dots.text(ticket.number, 100, 13, 1);
    dots.rule(220);
    dots.text('AHEAD: 2', 250, 3, 1);
    dots.text('WAIT: 4-10 MIN', 290, 3, 1);
    dots.text('23 NOV 2026', 330, 2, 1);
    const papers = printer.state.papers as { id: string; torn: boolean }[];
    const id = `p${papers.length + 1}`;
    printer.pictures.set(id, dots.png());
    printer.set({ papers: [{ id, torn: false, printing: false }, ...papers].slice(0, 8) });
  }

  #pad(window: string, key: string): void {
    const view = this.windows.find((each) => each.window === window);
    if (view === undefined) return;
    view.window_rev += 1;
    const now = this.#clock.wallMs();
    const ticket = this.tickets.find((each) => each.ticket === view.call?.ticket);
    if (key === 'next' && view.call === null) {
      const leg = view.role === 'certificate' ? 'certificate' : 'intake';
      const next = this.tickets.find((each) => each.stage === 'waiting' && each.leg === leg);
      if (next === undefined) return;
      Object.assign(next, { stage: 'called', window });
      view.call = { ticket: next.ticket as TicketId, number: next.number, call: 1, called_at: now, status: 'called' };
      const call = { number: next.number, window, window_number: view.number, window_name: view.name };
      this.#calls = [{ ...call, called_at: now, call: 1 }, ...this.#calls].slice(0, 12);
      this.note(`view/window/${window}`, view);
    } else if (key === 'recall' && view.call) view.call = { ...view.call, call: view.call.call + 1 };
    else if (key === 'start' && view.call && ticket) {
      view.call = { ...view.call, status: 'serving' };
      ticket.stage = 'serving';
    } else if ((key === 'complete' || key === 'review') && view.call && ticket) {
      const review = key === 'review';
      for (const each of ticket.matters) each.state = review ? 'review' : 'done';
      ticket.stage = review ? 'review' : 'served';
      view.rating = { serving: `${view.call.ticket}#1`, armed_until: now + 30_000 };
      view.call = null;
    } else if (key === 'miss' && ticket) {
      ticket.stage = 'missed';
      view.call = null;
    } else if (key === 'pause') view.state = view.state === 'paused' ? 'open' : 'paused';
  }

  #rate(window: string): void {
    const view = this.windows.find((each) => each.window === window);
    if (view !== undefined) view.rating = null;
  }

  #devices(node: string): DeviceState[] {
    const devices = new Map<string, DeviceState>();
    for (const machine of this.machines.filter((each) => each.node === node)) {
      const codes = Object.entries(machine.faults)
        .filter(([, on]) => on)
        .map(([code]) => (code === 'mute' ? 'no-answer' : code));
      if (!machine.plugged) codes.unshift('port-gone');
      const faults = codes.map((code) => {
        const key = `${machine.id}/${code}`;
        const since = this.#faultSince.get(key) ?? this.#clock.wallMs();
        this.#faultSince.set(key, since);
        const kind = code === 'port-gone' ? ('port' as const) : ('said' as const);
        const severity = code === 'near-end' ? ('warning' as const) : ('error' as const);
        return { code, kind, severity, since, remedy: remedies[code] ?? '检查设备 · look at it' };
      });
      const before = devices.get(machine.device)?.faults ?? [];
      const all = [...before, ...faults];
      const state = all.some((each) => each.severity === 'error') ? ('fault' as const) : ('ready' as const);
      const role = roleOfPart(machine);
      const sure = state === 'ready' && this.#power.nodes[node] === true;
      const detail =
        machine.part === 'board' ? { shows: sure ? (this.boardShows.get(machine.device) ?? 'wanted') : 'unknown' } : {};
      devices.set(machine.device, { v: 1, device: machine.device, role, state, faults: all, counters: {}, detail });
    }
    return [...devices.values()];
  }

  #paintAll(): void {
    for (const view of this.windows) {
      const dots = new Dots(128, 32);
      const text = view.state === 'paused' ? 'PAUSED' : (view.call?.number ?? 'WELCOME');
      dots.text(text, 1, 2, view.state === 'paused' ? 3 : 1);
      dots.text(view.call ? `>  ${view.number}` : `WINDOW ${view.number}`, 20, view.call ? 1 : 1, view.call ? 2 : 3);
      this.machine(`${view.window}-board`).set({ width: 128, height: 32, lit: base64(dots.pixels) });
      const armed = view.rating !== null;
      this.machine(`${view.window}-rating`).set({ lamps: lamps(ratingKeys, () => (armed ? 'blink' : false)) });
      this.machine(`${view.window}-pad`).set({
        display: view.call?.number ?? '',
        lamps: lamps(padKeys, (key) => key === 'next' && view.call === null),
      });
    }
    this.#paintHall();
  }

  #paintHall(): void {
    const dots = new Dots(256, 64);
    this.#calls.slice(0, 4).forEach((call, index) => {
      dots.text(`${call.number} > WINDOW ${call.window_number}`.padEnd(20), index * 16 + 1, 2, index === 0 ? 1 : 3);
    });
    this.machine('hall-board').set({ width: 256, height: 64, lit: base64(dots.pixels) });
  }
}

function waits(ticket: TicketSummary): boolean {
  return ticket.stage === 'waiting';
}

function base64(pixels: Uint8Array): string {
  return Buffer.from(pixels).toString('base64');
}

function roleOfPart({ part, window }: FixtureMachine): string {
  if (part === 'board') return window === null ? 'hall-board' : 'window-board';
  return { pad: 'call-pad', rating: 'rating-keypad' }[part] ?? 'ticket-kiosk';
}
