/** Keeps a kiosk in numbers for the time without a hub: asks for blocks, takes out of them, says when they run out (F1, F7). */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Answered, HallLink, NoteChange } from '../contract/hall-link.ts';
import type { DeviceState } from '../contract/presence.ts';
import type { ServiceId } from '../contract/terms.ts';
import { zLeaseResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import { type BlockRefusal, type BlockSettings, blocksNote, NumberBlocks, type Taken } from './number-blocks.ts';

/** With more events than this waiting for the hub, an answer comes too late for a visitor: the kiosk stays on its block. */
const backlogLimit = 20;
const lookAgainMs = 15_000;
/** A hub that gave nothing is asked again later and later: on a holiday it has one day to give, and at its limit no more. */
const longestRestMs = 15 * 60_000;

export interface BlockKeeperParts {
  readonly link: HallLink;
  readonly clock: Clock;
  readonly settings: BlockSettings;
  readonly services: readonly ServiceId[];
}

export class BlockKeeper {
  #parts: BlockKeeperParts;
  #blocks: NumberBlocks | undefined;
  /** What was last said of a service, and when, hub time. */
  #said = new Map<ServiceId, { readonly closed: boolean; readonly atMs: number }>();
  #asking = false;
  #restMs = 0;
  #restUntilMs = 0;
  #epoch = -1;
  #timer: Timer | undefined;
  #stop: (() => void) | undefined;
  #emptySinceMs: number | undefined;

  constructor(parts: BlockKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { link, settings } = this.#parts;
    this.#blocks = new NumberBlocks(settings, link.readNotes().get(blocksNote));
    this.#asking = link.pending().some(({ type }) => type === 'LeaseBlocks');
    this.#stop = link.onHub(() => this.#look());
    this.#again();
  }

  close(): void {
    this.#stop?.();
    this.#timer?.cancel();
  }

  heard(service: ServiceId, view: ServiceView | undefined): void {
    if (view !== undefined) {
      this.#said.set(service, { closed: view.issuing === 'closed', atMs: this.#parts.link.hubNowMs() });
    }
  }

  /** The hub is away, or so far behind that its answer would come too late: the block gives the numbers. */
  get alone(): boolean {
    const { link } = this.#parts;
    return !link.hub.fresh || link.backlog > backlogLimit;
  }

  refusal(service: ServiceId): BlockRefusal | undefined {
    const { link } = this.#parts;
    const nowMs = link.hubNowMs();
    const refusal = this.#blocks?.refusal(service, nowMs) ?? (this.#blocks === undefined ? 'no-block' : undefined);
    if (refusal !== undefined) return refusal;
    // The hub had closed it in these very hours (a quota, the capacity): it would not open it again.
    const said = this.#said.get(service);
    return said?.closed === true && this.#blocks?.openAt(said.atMs, nowMs) === true ? 'closed' : undefined;
  }

  take(service: ServiceId): Taken | undefined {
    if (this.refusal(service) !== undefined) return undefined;
    return this.#blocks?.take(service, this.#parts.link.hubNowMs());
  }

  used(taken: Taken): void {
    this.#blocks?.used(taken);
    this.#look();
  }

  /** The hub's answer to an ask for blocks: the notes to write with it. */
  answered({ answer }: Answered): readonly NoteChange[] {
    this.#asking = false;
    const result = answer.ok ? zLeaseResult.safeParse(answer.result).data : undefined;
    const gave = result !== undefined && result.blocks.length > 0;
    this.#restMs = gave ? 0 : Math.min(longestRestMs, Math.max(lookAgainMs, 2 * this.#restMs));
    this.#restUntilMs = this.#parts.clock.monotonicMs() + this.#restMs;
    if (result === undefined || this.#blocks === undefined) return [];
    return [{ key: blocksNote, value: this.#blocks.leased(result, this.#parts.link.hubNowMs()) }];
  }

  detail(): Readonly<Record<string, number>> {
    return this.#blocks?.leftAt(this.#parts.link.hubNowMs()) ?? {};
  }

  /** Alone, and some button has no number left. */
  faults(): DeviceState['faults'] {
    const { clock, services } = this.#parts;
    const empty = this.alone && services.some((service) => isEmpty(this.refusal(service)));
    if (!empty) this.#emptySinceMs = undefined;
    else this.#emptySinceMs ??= clock.wallMs();
    if (this.#emptySinceMs === undefined) return [];
    const remedy = 'the numbers leased for the time without the hub are used up: start the hub or mend the network';
    return [{ code: 'block-used-up', kind: 'said', severity: 'error', since: this.#emptySinceMs, remedy }];
  }

  #again(): void {
    this.#timer = this.#parts.clock.after(lookAgainMs, () => {
      this.#look();
      this.#again();
    });
  }

  #look(): void {
    const { link, clock } = this.#parts;
    if (!link.hub.fresh || this.#asking || this.#blocks === undefined) return;
    const told = link.hub.epoch === this.#epoch;
    if (told && clock.monotonicMs() < this.#restUntilMs) return;
    // A new epoch may be a hub that has forgotten: it hears at once what is held here (F11).
    const data = this.#blocks.ask(link.hubNowMs(), !told);
    if (data === undefined) return;
    try {
      link.send([{ type: 'LeaseBlocks', data }]);
    } catch {
      // A full outbox: asked again at the next look.
      return;
    }
    this.#asking = true;
    this.#epoch = link.hub.epoch;
  }
}

function isEmpty(refusal: BlockRefusal | undefined): boolean {
  return refusal === 'no-block' || refusal === 'block-used-up';
}
