/** Boxes that said what they may not, or what cannot be: counted, and a fault of that box while it goes on (F25). */

import type { z } from 'zod';
import { faults as words } from '../../config/locales/faults.ts';
import type { zFault } from '../../devices/contract/presence.ts';
import type { Clock } from '../../drivers/clock.ts';
import { nodeOf } from '../queue/commands.ts';
import type { QueueEvent } from '../queue/events.ts';

type Fault = z.infer<typeof zFault>;

const codes = ['not-yours', 'implausible', 'cannot-be-stored'] as const;
type Code = (typeof codes)[number];

/** So long after the last one the fault is over. */
const lastsMs = 10 * 60_000;
const mostBoxes = 4_000;

interface Noted {
  readonly since: number;
  readonly lastMs: number;
}

export class BoxFaults {
  readonly counters = { notYours: 0, implausible: 0 };
  #clock: Clock;
  #boxes = new Map<string, Map<Code, Noted>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What has just gone to the journal. */
  took(events: readonly QueueEvent[]): void {
    for (const event of events) {
      if (event.type === 'CommandRefused' && event.by.kind === 'device') this.note(nodeOf(event.by), event.code);
    }
  }

  /** Of a message that is no event: a birth. Other codes are no fault of the box. */
  note(node: string, text: string): void {
    const code = codes.find((each) => each === text);
    if (code === undefined) return;
    if (code === 'not-yours') this.counters.notYours += 1;
    if (code === 'implausible') this.counters.implausible += 1;
    const box = this.#boxes.get(node) ?? new Map<Code, Noted>();
    if (!this.#boxes.has(node) && this.#boxes.size >= mostBoxes) return;
    const lastMs = this.#clock.monotonicMs();
    box.set(code, { since: this.#present(box.get(code))?.since ?? this.#clock.wallMs(), lastMs });
    this.#boxes.set(node, box);
  }

  of(node: string): readonly Fault[] {
    return [...(this.#boxes.get(node) ?? [])].flatMap(([code, noted]) => {
      if (this.#present(noted) === undefined) return [];
      const remedy = words[`remedy.${code}`].zh;
      return [{ code, kind: 'said' as const, severity: 'warning' as const, since: noted.since, remedy }];
    });
  }

  #present(noted: Noted | undefined): Noted | undefined {
    return noted !== undefined && this.#clock.monotonicMs() - noted.lastMs < lastsMs ? noted : undefined;
  }
}
