/** Acknowledges to nodes what is on the hub's disk: the high-water mark of their stream, with the answers, repeated as often as asked. */
import type { Ack, WireAnswer } from '../../devices/contract/envelope.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus } from '../bus/bus.ts';
import type { StoredAnswer } from '../store/store.ts';
import type { Backups } from './backups.ts';
import type { CurrentEpoch } from './hub-epoch.ts';
import type { Streams } from './streams.ts';

const answersAMessage = 100;

export interface AcknowledgerSettings {
  readonly bus: Bus;
  readonly hall: string;
  readonly epoch: CurrentEpoch;
  readonly streams: Streams;
  /** Absent: there is one copy of the journal, and what is on this disk is as durable as it gets (F11). */
  readonly backups: Backups | undefined;
}

export class Acknowledger {
  readonly counters = { acks: 0, failed: 0 };
  #log: Log;
  #settings: AcknowledgerSettings;

  constructor({ log }: Context, settings: AcknowledgerSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  answer(node: string, answers: readonly { readonly seq: number; readonly answer: StoredAnswer }[]): void {
    const { streams, epoch, backups } = this.#settings;
    const mark = streams.mark(node);
    if (mark === undefined) return;
    const wire = answers.map(({ seq, answer }): WireAnswer => ({ ...answer, seq }));
    for (let from = 0; from === 0 || from < wire.length; from += answersAMessage) {
      this.#send(node, {
        v: 1,
        node,
        stream: mark.stream,
        epoch: epoch.current,
        upto: mark.upto,
        durable_through: backups?.through(mark) ?? mark.upto,
        answers: wire.slice(from, from + answersAMessage),
      });
    }
  }

  /** How far a box's events are known here, also where none is: it sends again what it was answered beyond (F11). */
  known(node: string, stream: string): void {
    if (this.#settings.streams.mark(node) !== undefined) return this.answer(node, []);
    this.#send(node, {
      v: 1,
      node,
      stream,
      epoch: this.#settings.epoch.current,
      upto: 0,
      durable_through: 0,
      answers: [],
    });
  }

  refuseStream(node: string, stream: string, error: NonNullable<Ack['stream_error']>): void {
    this.#send(node, {
      v: 1,
      node,
      stream,
      epoch: this.#settings.epoch.current,
      upto: 0,
      durable_through: 0,
      answers: [],
      stream_error: error,
    });
  }

  #send(node: string, ack: Ack): void {
    const { bus, hall } = this.#settings;
    if (!bus.connected) return;
    this.counters.acks += 1;
    // A lost acknowledgement is asked for again: the node repeats its event and gets the same answer.
    bus.publish(topics.nodeAck(hall, node), JSON.stringify(ack), { qos: 1 }).catch((error: unknown) => {
      this.counters.failed += 1;
      this.#log.debug({ node, error: String(error) }, 'an acknowledgement was not sent');
    });
  }
}
