/**
 * The printer's side of a saved port trace, against the real driver: a fault of a hall, played again. Status requests get the
 * answer that the printer gave nearest to that time; what it sent by itself comes when it came; ids of tickets are put in their place.
 */
import type { Context } from '../../context.ts';
import type { Health } from '../../health.ts';
import { PortLink } from '../../port/port-link.ts';
import type { TraceRecord } from '../../port/trace.ts';
import { CommandFraming } from '../../ticket-printer/command-framing.ts';
import { type PrinterProfile, zPrinterProfile } from '../../ticket-printer/profile.ts';
import { createTicketPrinter } from '../../ticket-printer/registry.ts';
import { type Reply, ReplyParser } from '../../ticket-printer/reply-parser.ts';
import type { Verdict } from '../../ticket-printer/ticket-printer.ts';
import { SimulatedCable } from '../cable.ts';
import type { VirtualClock } from '../virtual-clock.ts';

export interface PrinterReplaySettings {
  readonly records: readonly TraceRecord[];
  readonly profile: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface PrinterReplay {
  /** One for each ticket in the trace, in order. */
  readonly verdicts: readonly Verdict[];
  /** Every code that was entered, in order. */
  readonly faults: readonly string[];
  /** What happened, a line each, with seconds since the trace began. */
  readonly lines: readonly string[];
}

/** The longest a driver waits for a printer whose paper ended, and room. */
const verdictLimitMs = 3_600_000;
const content = new Set(['text', 'GS v', 'ESC *', 'GS ( k', 'FS p', 'ESC Z']);
const answerDelayMs = 5;

interface Asked {
  readonly atMs: number;
  readonly request: number;
  /** `undefined`: the printer did not answer. */
  answer: number | undefined;
}

interface Sending {
  readonly atMs: number;
  /** Made when it is sent: an id is only known then. */
  readonly reply: Reply;
}

export async function replayPrinter(
  { clock, ...world }: Context & { readonly clock: VirtualClock },
  { records, profile, options }: PrinterReplaySettings,
): Promise<PrinterReplay> {
  const facts = profile === undefined ? undefined : zPrinterProfile.parse(profile);
  const startMs = records[0]?.atMs ?? 0;
  const recorded = readRecords(records, startMs, facts);
  const cable = new SimulatedCable({ name: 'replay', clock });
  new RecordedPrinter({ clock }, { cable, recorded });
  const context = { clock, ...world };
  const link = new PortLink(context, { name: 'replay', makePort: () => cable.makePort() });
  const line = () => {
    throw new Error('a ticket printer has its port to itself');
  };
  const settings = { protocol: 'escpos', profile: facts, options };
  const printer = await createTicketPrinter(settings, { ...context, name: 'printer', link, line });
  const lines: string[] = [];
  const faults: string[] = [];
  const say = (text: string) => lines.push(`${(clock.monotonicMs() / 1000).toFixed(3).padStart(10)} s  ${text}`);
  let present: readonly string[] = [];
  printer.healthChanged.on(({ faults: now }: Health) => {
    for (const { code, remedy } of now)
      if (!present.includes(code)) {
        faults.push(code);
        say(`fault ${code}: ${remedy}`);
      }
    const codes = now.map(({ code }) => code);
    for (const code of present) if (!codes.includes(code)) say(`fault ${code} is over`);
    present = codes;
  });
  const verdicts: Verdict[] = [];
  for (const { atMs, kind } of records) {
    if (kind === 'lost') clock.after(atMs - startMs, () => cable.unplug());
    if (kind === 'opened') clock.after(Math.max(0, atMs - startMs - 1), () => cable.plug());
  }
  for (const [index, atMs] of recorded.jobs.entries()) {
    clock.after(atMs, () => {
      say(`ticket ${index + 1} begins`);
      const blocks = [{ kind: 'text' as const, text: `replay ${index + 1}` }];
      void printer.print({ jobId: `replay-${index + 1}`, blocks }).then((verdict) => {
        verdicts.push(verdict);
        say(`ticket ${index + 1}: ${verdictText(verdict)}`);
      });
    });
  }
  printer.start();
  link.start();
  const lengthMs = (records.at(-1)?.atMs ?? startMs) - startMs;
  await clock.advance(lengthMs);
  if (verdicts.length < recorded.jobs.length)
    await clock.until(() => verdicts.length === recorded.jobs.length, verdictLimitMs);
  await printer.close();
  await link.close();
  return { verdicts, faults, lines };
}

function verdictText(verdict: Verdict): string {
  return verdict.kind === 'printed' ? 'printed' : `${verdict.kind}: ${verdict.reason}`;
}

interface Recorded {
  readonly asked: readonly Asked[];
  readonly sendings: readonly Sending[];
  /** The ids of the tickets, in order. */
  readonly ids: readonly string[];
  /** When each ticket began. */
  readonly jobs: readonly number[];
}

function readRecords(records: readonly TraceRecord[], startMs: number, profile: PrinterProfile | undefined): Recorded {
  const framing = new CommandFraming();
  const parser = new ReplyParser({ stripFlowControl: false, fullStatus: profile?.status.full_status ?? false });
  const asked: Asked[] = [];
  const waiting: Asked[] = [];
  const sendings: Sending[] = [];
  const ids: string[] = [];
  const jobs: number[] = [];
  let inJob = false;
  for (const record of records) {
    const atMs = record.atMs - startMs;
    if (record.kind === 'lost') waiting.length = 0;
    if (record.kind === 'out') {
      for (const byte of record.bytes) {
        const command = framing.push(byte);
        if (command === undefined) continue;
        if (command.name === 'DLE \u0004') {
          const question = { atMs, request: command.bytes[2] ?? 0, answer: undefined };
          asked.push(question);
          waiting.push(question);
        }
        if (content.has(command.name) && !inJob) {
          inJob = true;
          jobs.push(atMs);
        }
        if (command.name === 'GS ( H') ids.push(idOf(command.bytes));
        if (command.name === 'GS ( H' || command.name === 'GS r') inJob = false;
      }
    }
    if (record.kind !== 'in') continue;
    for (const reply of parser.push(record.bytes, record.atMs)) {
      const question = reply.kind === 'real-time' ? waiting.shift() : undefined;
      if (question !== undefined && reply.kind === 'real-time') question.answer = reply.status;
      else sendings.push({ atMs, reply });
    }
  }
  return { asked, sendings, ids, jobs };
}

const idOf = (bytes: readonly number[]) => Buffer.from(bytes.slice(7)).toString('latin1');

class RecordedPrinter {
  #clock: VirtualClock;
  #cable: SimulatedCable;
  #recorded: Recorded;
  #framing = new CommandFraming();
  #sentIds: string[] = [];
  /** Confirmations whose ticket the driver has not sent yet, by its place. */
  #early = new Set<number>();

  constructor(
    { clock }: { readonly clock: VirtualClock },
    { cable, recorded }: { readonly cable: SimulatedCable; readonly recorded: Recorded },
  ) {
    this.#clock = clock;
    this.#cable = cable;
    this.#recorded = recorded;
    cable.onReceive((bytes) => this.#received(bytes));
    for (const { atMs, reply } of recorded.sendings) clock.after(atMs, () => this.#send(reply));
  }

  #received(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const command = this.#framing.push(byte);
      if (command?.name === 'DLE \u0004') this.#answer(command.bytes[2] ?? 0);
      if (command?.name !== 'GS ( H') continue;
      this.#sentIds.push(idOf(command.bytes));
      const place = this.#sentIds.length - 1;
      if (this.#early.delete(place)) this.#confirm(place);
    }
  }

  /** As the printer answered the same request nearest to now. */
  #answer(request: number): void {
    const nowMs = this.#clock.monotonicMs();
    let nearest: Asked | undefined;
    const away = ({ atMs }: Asked) => Math.abs(atMs - nowMs);
    for (const each of this.#recorded.asked)
      if (each.request === request && (nearest === undefined || away(each) < away(nearest))) nearest = each;
    const status = nearest?.answer;
    if (status !== undefined) this.#clock.after(answerDelayMs, () => this.#cable.send(Uint8Array.of(status)));
  }

  #send(reply: Reply): void {
    if (reply.kind !== 'process-id') {
      this.#cable.send(bytesOf(reply));
      return;
    }
    const place = this.#recorded.ids.indexOf(reply.id);
    if (place >= 0 && place >= this.#sentIds.length) this.#early.add(place);
    else this.#confirm(place);
  }

  #confirm(place: number): void {
    const id = this.#sentIds[place];
    if (id !== undefined) this.#cable.send(Uint8Array.of(0x37, 0x22, ...Buffer.from(id, 'latin1'), 0));
  }
}

function bytesOf(reply: Exclude<Reply, { readonly kind: 'process-id' }>): Uint8Array {
  switch (reply.kind) {
    case 'frame':
      return Uint8Array.from(reply.bytes);
    case 'full-status':
      return Uint8Array.of(0x10, 0x0f, ...reply.bytes);
    case 'cleared':
      return Uint8Array.of(0x37, 0x25, 0);
    case 'block':
      return Uint8Array.of(reply.header, ...reply.data, 0);
    case 'real-time':
    case 'lone':
      return Uint8Array.of(reply.status);
    case 'noise':
      return Uint8Array.of(reply.byte);
  }
}
