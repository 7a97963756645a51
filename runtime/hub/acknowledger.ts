/** Tells nodes what is on the hub's disk: the high-water mark of their stream, with the answers, repeated as often as asked. */
import type { Ack, WireAnswer } from '../../devices/contract/envelope.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Bus } from '../bus/bus.ts';
import type { StoredAnswer, StreamMark } from '../store/store.ts';
import type { Streams } from './streams.ts';

const answersAMessage = 100;

/** How far a stream is also in a backup; all of it where a hall makes none: its disk is as durable as it gets (F11). */
export type Durable = (mark: StreamMark) => number;

export class Acknowledger {
  readonly counters = { acks: 0, failed: 0 };
  #bus: Bus;
  #hall: string;
  #epoch: () => number;
  #streams: Streams;
  #durable: Durable;

  constructor(bus: Bus, hall: string, epoch: () => number, streams: Streams, durable: Durable) {
    this.#bus = bus;
    this.#hall = hall;
    this.#epoch = epoch;
    this.#streams = streams;
    this.#durable = durable;
  }

  answer(node: string, answers: readonly { readonly seq: number; readonly answer: StoredAnswer }[]): void {
    const mark = this.#streams.mark(node);
    if (mark === undefined) return;
    const wire = answers.map(({ seq, answer }): WireAnswer => ({ ...answer, seq }));
    for (let from = 0; from === 0 || from < wire.length; from += answersAMessage) {
      this.#send(node, {
        v: 1,
        node,
        stream: mark.stream,
        epoch: this.#epoch(),
        upto: mark.upto,
        durable_through: this.#durable(mark),
        answers: wire.slice(from, from + answersAMessage),
      });
    }
  }

  /** How far a box's events are known here, also where none is: it tells again what it was answered beyond (F11). */
  known(node: string, stream: string): void {
    if (this.#streams.mark(node) !== undefined) return this.answer(node, []);
    this.#send(node, { v: 1, node, stream, epoch: this.#epoch(), upto: 0, durable_through: 0, answers: [] });
  }

  refuseStream(node: string, stream: string, error: NonNullable<Ack['stream_error']>): void {
    this.#send(node, {
      v: 1,
      node,
      stream,
      epoch: this.#epoch(),
      upto: 0,
      durable_through: 0,
      answers: [],
      stream_error: error,
    });
  }

  #send(node: string, ack: Ack): void {
    if (!this.#bus.connected) return;
    this.counters.acks += 1;
    // A lost acknowledgement is asked for again: the node repeats its event and gets the same answer.
    this.#bus.publish(topics.nodeAck(this.#hall, node), JSON.stringify(ack), { qos: 1 }).catch(() => {
      this.counters.failed += 1;
    });
  }
}
