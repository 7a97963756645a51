/** Keeps a kiosk in numbers for the time without a hub: asks for blocks, takes out of them, says when they run out (F1, F7). */
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Answered, HallLink, Reaction } from '../contract/hall-link.ts';
import type { DeviceState } from '../contract/presence.ts';
import type { ServiceId } from '../contract/terms.ts';
import { zLeaseResult } from '../contract/ticket.ts';
import type { ServiceView } from '../contract/view.ts';
import { type BlockRefusal, type BlockSettings, blocksNote, NumberBlocks, type Taken } from './number-blocks.ts';

/** With more events than this waiting for the hub, an answer comes too late for a visitor: the kiosk stays on its block. */
const backlogLimit = 20;
const askAgainMs = 15_000;
/** A hub that gave nothing is asked again later and later: on a holiday it has one day to give, and at its limit no more. */
const longestRestMs = 15 * 60_000;

export interface BlockKeeperSettings {
  readonly link: HallLink;
  readonly blocks: BlockSettings;
  readonly services: readonly ServiceId[];
}

export class BlockKeeper {
  #context: Context;
  #settings: BlockKeeperSettings;
  #blocks: NumberBlocks | undefined;
  /** Whether a service was closed when last seen, and when that was, hub time. */
  #closedAt = new Map<ServiceId, { readonly closed: boolean; readonly atMs: number }>();
  #asking = false;
  #restMs = 0;
  #restUntilMs = 0;
  #epoch = -1;
  #timer: Timer | undefined;
  #stop: (() => void) | undefined;
  #emptySinceMs: number | undefined;

  constructor(context: Context, settings: BlockKeeperSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  start(): void {
    const { link, blocks } = this.#settings;
    this.#blocks = new NumberBlocks(blocks, link.readNotes().get(blocksNote));
    this.#asking = link.pending().some(({ type }) => type === 'LeaseBlocks');
    this.#stop = link.onHub(() => this.#requestLeases());
    this.#again();
  }

  close(): void {
    this.#stop?.();
    this.#timer?.cancel();
  }

  viewed(service: ServiceId, view: ServiceView | undefined): void {
    if (view !== undefined) {
      this.#closedAt.set(service, { closed: view.issuing === 'closed', atMs: this.#settings.link.hubNowMs() });
    }
  }

  /** The hub is away, or so far behind that its answer would come too late: the block gives the numbers. */
  get alone(): boolean {
    const { link } = this.#settings;
    return !link.hub.fresh || link.backlog > backlogLimit;
  }

  refusal(service: ServiceId): BlockRefusal | undefined {
    const { link } = this.#settings;
    const nowMs = link.hubNowMs();
    const refusal = this.#blocks?.refusal(service, nowMs) ?? (this.#blocks === undefined ? 'no-block' : undefined);
    if (refusal !== undefined) return refusal;
    // The hub had closed it in these very hours (a quota, the capacity): it would not open it again.
    const said = this.#closedAt.get(service);
    return said?.closed === true && this.#blocks?.openAt(said.atMs, nowMs) === true ? 'closed' : undefined;
  }

  take(service: ServiceId): Taken | undefined {
    if (this.refusal(service) !== undefined) return undefined;
    return this.#blocks?.take(service, this.#settings.link.hubNowMs());
  }

  used(taken: Taken): void {
    this.#blocks?.used(taken);
    this.#requestLeases();
  }

  /** The hub's answer to an ask for blocks. `done`: called once the blocks are on disk, and may be used. */
  answered({ answer }: Answered, done: () => void): Reaction {
    const result = answer.ok ? zLeaseResult.safeParse(answer.result).data : undefined;
    const gave = result !== undefined && result.blocks.length > 0;
    const note = result && this.#blocks?.withLeased(result, this.#settings.link.hubNowMs());
    const onceWritten = () => {
      this.#asking = false;
      this.#restMs = gave ? 0 : Math.min(longestRestMs, Math.max(askAgainMs, 2 * this.#restMs));
      this.#restUntilMs = this.#context.clock.monotonicMs() + this.#restMs;
      if (note !== undefined) this.#blocks?.keep(note);
      this.#context.log.debug({ blocks: result?.blocks.length ?? 0 }, 'the hub answered the request for number blocks');
      done();
    };
    return { notes: note === undefined ? [] : [{ key: blocksNote, value: note }], onceWritten };
  }

  detail(): Readonly<Record<string, number>> {
    return this.#blocks?.leftAt(this.#settings.link.hubNowMs()) ?? {};
  }

  /** Alone, and some button has no number left. */
  faults(): DeviceState['faults'] {
    const { services } = this.#settings;
    const { clock } = this.#context;
    const empty = this.alone && services.some((service) => isEmpty(this.refusal(service)));
    if (!empty) this.#emptySinceMs = undefined;
    else this.#emptySinceMs ??= clock.wallMs();
    if (this.#emptySinceMs === undefined) return [];
    const remedy = 'the numbers leased for the time without the hub are used up: start the hub or mend the network';
    return [{ code: 'block-used-up', kind: 'said', severity: 'error', since: this.#emptySinceMs, remedy }];
  }

  #again(): void {
    this.#timer = this.#context.clock.after(askAgainMs, () => {
      this.#requestLeases();
      this.#again();
    });
  }

  #requestLeases(): void {
    const { link } = this.#settings;
    if (!link.hub.fresh || this.#asking || this.#blocks === undefined) return;
    const known = link.hub.epoch === this.#epoch;
    if (known && this.#context.clock.monotonicMs() < this.#restUntilMs) return;
    // A new epoch may be a hub that has forgotten: what is held here is sent to it at once (F11).
    const data = this.#blocks.ask(link.hubNowMs(), !known);
    if (data === undefined) return;
    // Where nothing can be written now, the next request comes in a quarter of a minute.
    if (!link.send([{ type: 'LeaseBlocks', data }]).ok) return;
    this.#context.log.debug({ prefixes: data.prefixes }, 'number blocks for the time without the hub are requested');
    this.#asking = true;
    this.#epoch = link.hub.epoch;
  }
}

function isEmpty(refusal: BlockRefusal | undefined): boolean {
  return refusal === 'no-block' || refusal === 'block-used-up';
}
