/** A kiosk on whatever printer its test brings, with a plain panel and a recording link. */

import { panelWords } from '../../config/locales/panels.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Health } from '../../drivers/health.ts';
import type { KeyPress, Keypad, KeyRejection, LampState } from '../../drivers/keypad/keypad.ts';
import { type Log, silentLog } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import type { TicketPrinter } from '../../drivers/ticket-printer/ticket-printer.ts';
import { contextOn } from '../context.kit.ts';
import type { LeaseResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { TicketKiosk } from './ticket-kiosk.ts';

class PlainPanel implements Keypad {
  readonly keys = ['1', '2', 'ok'];
  readonly lamps = true;
  readonly displayColumns = 16;
  lit: Readonly<Record<string, LampState>> = {};
  display = '';
  health: Health = { state: 'ready', faults: [], counters: {} };
  #next = 1;
  start(): void {}
  async close(): Promise<void> {}
  readonly pressed = new Signal<KeyPress>(silentLog);
  readonly rejected = new Signal<KeyRejection>(silentLog);
  readonly healthChanged = new Signal<Health>(silentLog);
  setLamps(lamps: Readonly<Record<string, LampState>>): void {
    this.lit = lamps;
  }
  setDisplay(text: string): void {
    this.display = text;
  }
  press(key: string): string {
    const id = `press-${String(this.#next++).padStart(4, '0')}`;
    this.pressed.emit({ id, key, atMs: 0, heldMs: 0 });
    return id;
  }
}

export const view = (service: string, issuing: ServiceView['issuing'] = 'open'): ServiceView => ({
  v: 1,
  epoch: 1,
  rev: 1,
  valid_until: 9e12,
  service,
  waiting: 0,
  issuing,
});

export const result = (number = 'A012') => ({
  ticket: `2026-11-23/${number}`,
  day: '2026-11-23',
  number,
  ahead: 7,
  issued_at: 1_000_000,
});

const hourMs = 3_600_000;

/** Ten numbers of A and of B, today and tomorrow; numbers are given from ten minutes ago, for eight hours. */
export function lease(nowMs: number): LeaseResult {
  const day = (date: string, fromMs: number) => ({
    day: date,
    tickets_from: fromMs - hourMs / 6,
    tickets_until: fromMs + 8 * hourMs,
    ends_at: fromMs + 15 * hourMs,
  });
  const block = (id: string, date: string, prefix: string, from: number) => ({
    lease: id,
    day: date,
    prefix,
    from,
    to: from + 9,
  });
  const [today, tomorrow] = ['2026-11-23', '2026-11-24'];
  return {
    days: [day(today, nowMs), day(tomorrow, nowMs + 24 * hourMs)],
    blocks: [
      block('a1', today, 'A', 5000),
      block('a2', tomorrow, 'A', 5010),
      block('b1', today, 'B', 5000),
      block('b2', tomorrow, 'B', 5010),
    ],
    revoked: [],
  };
}

export interface KioskOptions {
  readonly log?: Log;
  readonly link?: RecordingHallLink;
  readonly confirmKey?: string;
  readonly blocks?: boolean;
  /** The hub has answered the first ask for blocks. */
  readonly leased?: boolean;
}

export function kioskOn(printer: TicketPrinter, clock: Clock, options: KioskOptions = {}) {
  const { link = new RecordingHallLink(), confirmKey, blocks, leased, log } = options;
  const panel = new PlainPanel();
  const kiosk = new TicketKiosk(contextOn(clock, log), {
    id: 'kiosk-1',
    link,
    panel,
    printer,
    words: panelWords,
    buttons: { '1': 'household', '2': 'tax' },
    layout: ({ number }) => [{ kind: 'text', text: number, size: 4 }],
    confirmKey,
    mattersOf: (service) => [`${service}-a`, `${service}-b`],
    blocks: blocks === true ? { prefixes: { household: 'A', tax: 'B' }, digits: 3, size: 10 } : undefined,
  });
  kiosk.start();
  link.showService('household', view('household'));
  link.showService('tax', view('tax', 'near-quota'));
  const ask = link.sent.find(({ type }) => type === 'LeaseBlocks');
  if (leased === true && ask !== undefined) link.answer(ask.id, { ok: true, result: lease(link.hubNow) });
  return { link, panel, kiosk };
}
