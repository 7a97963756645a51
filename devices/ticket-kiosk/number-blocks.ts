/**
 * The numbers a kiosk may give by itself (F7): blocks that the hub leased, kept on the box's disk. What is used is on disk
 * before the paper; a store that is lost takes its blocks with it.
 */
import { z } from 'zod';
import type { EvtInput } from '../contract/messages.ts';
import { type BusinessDay, numberText, type ServiceId, type TicketId, ticketId } from '../contract/terms.ts';
import { type LeaseResult, type PaperFacts, zLeaseResult, zNumberBlock } from '../contract/ticket.ts';

export interface BlockSettings {
  /** Of each service on the panel. */
  readonly prefixes: Readonly<Record<ServiceId, string>>;
  readonly digits: number;
  /** Numbers in a whole block: more are asked for when half of that is left. */
  readonly size: number;
}

const zNote = z.object({
  days: zLeaseResult.shape.days,
  blocks: z.array(zNumberBlock.extend({ next: z.int() })),
});
type Note = z.infer<typeof zNote>;

export const blocksNote = 'number-blocks';

export interface Taken {
  readonly lease: string;
  readonly facts: PaperFacts & { readonly ticket: TicketId };
  /** What has to be on disk with it. */
  readonly note: unknown;
}

/** Why no number can be taken. */
export type BlockRefusal = 'no-block' | 'block-used-up' | 'closed';

export class NumberBlocks {
  #settings: BlockSettings;
  #note: Note;

  /** `note`: what the disk has; one that cannot be read is as none. */
  constructor(settings: BlockSettings, note: unknown) {
    this.#settings = settings;
    this.#note = zNote.safeParse(note).data ?? { days: [], blocks: [] };
  }

  /** `undefined` = a number can be taken. */
  refusal(service: ServiceId, nowMs: number): BlockRefusal | undefined {
    const day = this.#dayAt(nowMs);
    if (day === undefined) return 'no-block';
    if (nowMs < day.tickets_from || nowMs >= day.tickets_until) return 'closed';
    const blocks = this.#of(this.#settings.prefixes[service], day.day);
    if (blocks.length === 0) return 'no-block';
    return left(blocks) === 0 ? 'block-used-up' : undefined;
  }

  /** `thenMs` lay in the ticketing hours of now. */
  openAt(thenMs: number, nowMs: number): boolean {
    const day = this.#dayAt(nowMs);
    return day !== undefined && thenMs >= day.tickets_from && thenMs < day.tickets_until;
  }

  /** Changes nothing until `used`. */
  take(service: ServiceId, nowMs: number): Taken | undefined {
    const day = this.#dayAt(nowMs)?.day;
    if (day === undefined || this.refusal(service, nowMs) !== undefined) return undefined;
    const block = this.#of(this.#settings.prefixes[service], day).find((each) => each.next <= each.to);
    if (block === undefined) return undefined;
    const number = numberText(block.prefix, block.next, this.#settings.digits);
    const note: Note = {
      ...this.#note,
      blocks: this.#note.blocks.map((each) => (each === block ? { ...each, next: each.next + 1 } : each)),
    };
    return { lease: block.lease, facts: { ticket: ticketId(day, number), day, number, issued_at: nowMs }, note };
  }

  /** The note of `take` is on disk. */
  used({ note }: Taken): void {
    this.#note = note as Note;
  }

  /** What to ask the hub for; `undefined` = nothing is missing. `always`: also when nothing is, so that the hub learns what is held. */
  ask(nowMs: number, always: boolean): EvtInput<'LeaseBlocks'> | undefined {
    const prefixes = this.#prefixes();
    const days = this.#note.days.filter((each) => each.ends_at > nowMs).map(({ day }) => day);
    const low = prefixes.some((prefix) => days.some((day) => left(this.#of(prefix, day)) < this.#settings.size / 2));
    if (prefixes.length === 0 || (days.length >= 2 && !low && !always)) return undefined;
    const held = this.#note.blocks.map(({ next, ...block }) => ({ ...block, left: block.to - next + 1 }));
    return { prefixes: [...prefixes], held };
  }

  /** The note to write with what the hub leased; changes nothing until `keep`. */
  withLeased(result: LeaseResult, nowMs: number): unknown {
    const days = result.days.filter((each) => each.ends_at > nowMs);
    const known = new Set(this.#note.blocks.map(({ lease }) => lease));
    const fresh = result.blocks
      .filter(({ lease }) => !known.has(lease))
      .map((block) => ({ ...block, next: block.from }));
    const blocks = [...this.#note.blocks, ...fresh].filter(
      ({ lease, day }) => !result.revoked.includes(lease) && days.some((each) => each.day === day),
    );
    return { days, blocks } satisfies Note;
  }

  /** The note of `withLeased` is on disk. */
  keep(note: unknown): void {
    this.#note = note as Note;
  }

  /** Numbers left for the day of now, by prefix: for the technician's page. */
  leftAt(nowMs: number): Readonly<Record<string, number>> {
    const day = this.#dayAt(nowMs)?.day;
    return Object.fromEntries(
      this.#prefixes().map((prefix) => [prefix, day === undefined ? 0 : left(this.#of(prefix, day))]),
    );
  }

  #prefixes(): readonly string[] {
    return [...new Set(Object.values(this.#settings.prefixes))].sort();
  }

  /** The day whose numbers are due: it began with the end of the one before. */
  #dayAt(nowMs: number): LeaseResult['days'][number] | undefined {
    return this.#note.days.filter((each) => nowMs < each.ends_at).sort((a, b) => a.ends_at - b.ends_at)[0];
  }

  #of(prefix: string | undefined, day: BusinessDay): Note['blocks'] {
    return this.#note.blocks.filter((each) => each.prefix === prefix && each.day === day);
  }
}

function left(blocks: Note['blocks']): number {
  return blocks.reduce((sum, { next, to }) => sum + Math.max(0, to - next + 1), 0);
}
