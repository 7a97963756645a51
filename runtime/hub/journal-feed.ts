/** What was appended to the journal, for other systems, on the `log` topic: never in the way of the hall, so bounded and counted. */
import { topics } from '../../devices/contract/topics.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus } from '../bus/bus.ts';
import type { QueueEvent } from '../queue/events.ts';

/** Messages on their way at once; what is beyond is dropped here and read from the journal by whoever needs all. */
const outLimit = 1_000;

export class JournalFeed {
  readonly counters = { logged: 0, logDropped: 0 };
  #log: Log;
  #bus: Bus;
  #topic: string;
  #out = 0;

  constructor({ log }: Context, { bus, hall }: { readonly bus: Bus; readonly hall: string }) {
    this.#log = log;
    this.#bus = bus;
    this.#topic = topics.log(hall);
  }

  /** `firstSeq` is the journal's number of the first event. */
  publish(events: readonly QueueEvent[], firstSeq: number): void {
    for (const [index, event] of events.entries()) {
      if (!this.#bus.connected || this.#out >= outLimit) {
        this.counters.logDropped += 1;
        continue;
      }
      this.#out += 1;
      // The hall's rules are longer than a message may be; who needs them reads the config of that revision.
      const shown = event.type === 'HallConfigured' ? { ...event, rules: { rev: event.rules.rev } } : event;
      this.#bus.publish(this.#topic, JSON.stringify({ v: 1, seq: firstSeq + index, event: shown }), { qos: 1 }).then(
        () => {
          this.#out -= 1;
          this.counters.logged += 1;
        },
        (error: unknown) => {
          this.#out -= 1;
          this.counters.logDropped += 1;
          this.#log.debug({ error: String(error) }, 'an event was not published on the log topic');
        },
      );
    }
  }
}
