/**
 * A kiosk with its printer, broken off at one byte of a ticket: the printer's power goes, or the node is killed and starts
 * again. Afterwards the promises are checked: no number on two papers, no callable number without a paper or an `unknown`.
 */

import { panelWords } from '../../../config/locales/panels.ts';
import type { PaperFacts } from '../../../devices/contract/ticket.ts';
import { RecordingHallLink } from '../../../devices/recording-hall-link.kit.ts';
import { TicketKiosk } from '../../../devices/ticket-kiosk/ticket-kiosk.ts';
import type { KeyPress, Keypad } from '../../../drivers/keypad/keypad.ts';
import { silentLog } from '../../../drivers/log.ts';
import type { PortLink } from '../../../drivers/port/port-link.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { Signal } from '../../../drivers/signal.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { SeverableEnd } from '../../../drivers/simulated/severable-end.kit.ts';
import type { SimulatedPrinter } from '../../../drivers/simulated/ticket-printer/printer-look.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import type { PaperBlock } from '../../../drivers/ticket-printer/paper.ts';
import { genericEpson, type PrinterProfile } from '../../../drivers/ticket-printer/profile.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import type { TicketPrinter } from '../../../drivers/ticket-printer/ticket-printer.ts';
import { makeOurs } from './verdict-ours.ts';

export type Break = 'power' | 'power-with-port' | 'kill';
export const breaks: readonly Break[] = ['power', 'power-with-port', 'kill'];

/** Bytes of the reference ticket as a kiosk prints it, confirmation included. */
export const jobBytes = 369;
const firstNumber = 'A012';
const nextNumber = 'A013';
const lastLine = '请留意叫号';
const settleMs = 4_000;
const awayMs = 2_000;
const runOutMs = 60_000;

/** A panel that a program presses. */
class PressedPanel {
  readonly #pressed = new Signal<KeyPress>(silentLog);
  #next: number;
  readonly keypad: Keypad;

  constructor(firstId: number) {
    this.#next = firstId;
    this.keypad = {
      keys: ['1'],
      lamps: true,
      displayColumns: 0,
      health: { state: 'ready', faults: [], counters: {} },
      start: () => {},
      close: async () => {},
      pressed: this.#pressed,
      rejected: new Signal(silentLog),
      healthChanged: new Signal(silentLog),
      setLamps: () => {},
      setDisplay: () => {},
    };
  }

  press(): string {
    const id = `press-${String(this.#next++).padStart(6, '0')}`;
    this.#pressed.emit({ id, key: '1', atMs: 0, heldMs: 0 });
    return id;
  }
}

interface Box {
  readonly link: RecordingHallLink;
  readonly panel: PressedPanel;
  readonly kiosk: TicketKiosk;
  readonly printer: TicketPrinter;
  readonly port: PortLink;
}

async function startBox(
  clock: VirtualClock,
  cable: SimulatedCable,
  profile: PrinterProfile,
  firstId: number,
  notes?: ReadonlyMap<string, unknown>,
): Promise<Box> {
  const link = new RecordingHallLink();
  for (const [key, value] of notes ?? []) link.notes.set(key, value);
  const { printer, link: port } = await makeOurs(profile, () => cable.makePort(), clock);
  const panel = new PressedPanel(firstId);
  const kiosk = new TicketKiosk(
    { clock, random: Math.random, log: silentLog },
    {
      id: 'kiosk-1',
      link,
      panel: panel.keypad,
      printer,
      words: panelWords,
      buttons: { '1': 'household' },
      layout: ticketFor,
    },
  );
  kiosk.start();
  link.showService('household', {
    v: 1,
    epoch: 1,
    rev: 1,
    valid_until: 9e12,
    service: 'household',
    waiting: 0,
    issuing: 'open',
  });
  return { link, panel, kiosk, printer, port };
}

function ticketFor({ number }: PaperFacts): readonly PaperBlock[] {
  return referenceTicket.map((block) =>
    block.kind === 'text' && block.text === firstNumber ? { ...block, text: number } : block,
  );
}

function press(box: Box, number: string): void {
  const result = { ticket: `2026-11-23/${number}`, day: '2026-11-23', number, ahead: 7, issued_at: 1_000_000 };
  box.link.answer(box.panel.press(), { ok: true, result });
}

/** Breaks off at `offset` bytes of the ticket's job; gives what was promised and not kept. */
export async function breakAt(
  offset: number,
  how: Break,
  confirm: PrinterProfile['confirm'],
): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: 'trial', clock, baudRate: 115_200 });
  const end = new SeverableEnd(cable);
  const profile = { ...genericEpson, confirm, chunk_bytes: 64 };
  const settings = { protocol: 'escpos', profile, options: {} };
  const machine = createSimulatedPrinter(
    settings,
    { end, clock, random: seededRandom(1), name: 'trial' },
    { portDiesWithPower: how === 'power-with-port' },
  );
  let box = await startBox(clock, cable, profile, 1);
  await clock.advance(settleMs);
  const boxes = [box];
  if (how === 'kill') {
    const killed = Promise.withResolvers<void>();
    end.severAfter(offset, () => {
      // Nothing that this process still does reaches its disk or its port.
      void box.kiosk.close();
      void box.printer.close();
      void box.port.close();
      end.plug();
      killed.resolve();
    });
    press(box, firstNumber);
    await clock.advance(settleMs);
    await killed.promise;
    box = await startBox(clock, cable, profile, 1_000, box.link.notes);
    boxes.push(box);
  } else {
    machine.act({ type: 'power-cut-after', bytes: offset });
    press(box, firstNumber);
    await clock.advance(awayMs);
    machine.act({ type: 'power', on: true });
  }
  await clock.advance(runOutMs);
  press(box, nextNumber);
  await clock.advance(runOutMs);
  return violations(machine, boxes);
}

function violations(machine: SimulatedPrinter, boxes: readonly Box[]): readonly string[] {
  const papers = machine.look().papers;
  const found: string[] = [];
  const sent = boxes.flatMap(({ link }) => link.sent);
  for (const number of [firstNumber, nextNumber]) {
    const bearing = papers.filter(({ text }) => text.some((line) => line.includes(number)));
    const whole = bearing.filter(
      ({ text, qr, printing }) =>
        !printing && qr.length === 1 && text.some((line) => line.includes(lastLine)) && text.length === 14,
    );
    const reports = sent.filter(
      ({ type, data }) => type.startsWith('TicketPrint') && (data as { ticket: string }).ticket.endsWith(number),
    );
    if (bearing.length > 1) found.push(`${number} stands on ${bearing.length} papers`);
    if (reports.length !== 1) found.push(`${number} was reported ${reports.length} times`);
    const [report] = reports;
    const verdict = (report?.data as { verdict?: string } | undefined)?.verdict;
    if (verdict === 'printed' && whole.length !== 1) found.push(`${number} is called printed and is not whole`);
    if (report?.type === 'TicketPrintFailed' && bearing.length > 0) found.push(`${number} is void and stands on paper`);
    if (number === nextNumber && verdict !== 'printed')
      found.push(`${number}, the next ticket, did not come: ${JSON.stringify(report)}`);
  }
  if (
    papers.some(({ text }) => [firstNumber, nextNumber].every((number) => text.some((line) => line.includes(number))))
  ) {
    found.push('two numbers on one paper');
  }
  return found;
}
