/** The outbox in virtual time: in order, repeated until answered, a window at a time, gone only with its own answer. */
import { expect, test } from 'vitest';
import { topics } from '../../devices/contract/topics.ts';
import { silentLog } from '../../drivers/log.ts';
import { seededRandom } from '../../drivers/random.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import type { OutboxRow } from '../store/store.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { MemoryNodeStore } from '../testing/worlds/memory-node-store.ts';
import { Outbox } from './outbox.ts';

async function world() {
  const clock = new VirtualClock();
  const random = seededRandom(5);
  const broker = new LocalBroker({ clock, random });
  const store = new MemoryNodeStore({ random });
  const { stream, lastSeq } = store.open();
  const bus = new LocalBus(broker, 'k1');
  const answered: number[] = [];
  const disk = { full: false };
  const heard: { seq: number; atMs: number; first: number }[] = [];
  broker.onMessage(({ topic, payload }) => {
    if (topic !== topics.nodeEvt('h', 'k1')) return;
    const { seq, first } = JSON.parse(Buffer.from(payload).toString());
    heard.push({ seq, first, atMs: Math.round(clock.monotonicMs()) });
  });
  const outbox = new Outbox(
    { clock, random, log: silentLog },
    {
      hall: 'h',
      node: 'k1',
      stream,
      lastSeq,
      store,
      bus,
      keptAbove: (above) => store.answeredAbove(above),
      answered: (answers) => {
        if (disk.full) return false;
        answered.push(...answers.map(({ row }) => row.seq));
        return true;
      },
      streamRefused: () => {},
    },
  );
  bus.start({ up: () => outbox.connected() });
  await clock.advance(50);
  const append = (id: string): readonly OutboxRow[] =>
    store.transact({
      append: [
        {
          id,
          type: 'CallNext',
          device: 'pad',
          data: {},
          at: '',
          hubAt: null,
          boot: 'b',
          monotonicMs: clock.monotonicMs(),
        },
      ],
    });
  const ack = (seq: number, id: string) =>
    outbox.takeAck({
      v: 1,
      node: 'k1',
      stream,
      epoch: 1,
      upto: seq,
      durable_through: seq,
      answers: [{ id, seq, ok: true }],
    });
  return { clock, broker, disk, outbox, append, ack, answered, heard, stream };
}

test('an ask is repeated after 100 and 200 ms, then with a growing pause, until it is answered', async () => {
  const { clock, outbox, append, ack, heard, answered } = await world();
  outbox.appended(append('press-0001'), new Map([['press-0001', [100, 200]]]));
  const startMs = clock.monotonicMs();
  await clock.advance(20_000);
  const ages = heard.map(({ atMs }) => atMs - startMs);
  expect(ages.slice(0, 3)).toEqual([0, 100, 200]);
  const pauses = ages.slice(3).map((age, index) => age - (ages[index + 2] ?? 0));
  expect(pauses.length).toBeGreaterThan(3);
  expect(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0))).toBe(true);
  ack(1, 'press-0001');
  const before = heard.length;
  await clock.advance(60_000);
  expect(heard.length).toBe(before);
  expect(answered).toEqual([1]);
  expect(outbox.length).toBe(0);
});

test('at most 20 travel at a time, oldest first, and the next go when the first are answered', async () => {
  const { clock, outbox, append, ack, heard } = await world();
  for (let n = 1; n <= 30; n++) outbox.appended(append(`press-${1000 + n}`), new Map());
  await clock.advance(10);
  expect(new Set(heard.map(({ seq }) => seq)).size).toBe(20);
  for (let n = 1; n <= 12; n++) ack(n, `press-${1000 + n}`);
  await clock.advance(10);
  expect(Math.max(...heard.map(({ seq }) => seq))).toBe(30);
  expect(heard.at(-1)?.first).toBeGreaterThan(1);
});

test("another's answer to the same number, or another stream's, removes nothing", async () => {
  const { clock, outbox, append, ack, answered } = await world();
  outbox.appended(append('press-0001'), new Map());
  await clock.advance(10);
  ack(1, 'somebody-elses');
  outbox.takeAck({
    v: 1,
    node: 'k1',
    stream: '0',
    epoch: 1,
    upto: 1,
    durable_through: 1,
    answers: [{ id: 'press-0001', seq: 1, ok: true }],
  });
  expect(answered).toEqual([]);
  expect(outbox.length).toBe(1);
  expect(outbox.counters.foreignAcks).toBe(1);
});

test('a broker that loses everything it acknowledged costs time, not events', async () => {
  const { clock, broker, outbox, append, heard } = await world();
  broker.stop();
  outbox.appended(append('press-0001'), new Map());
  await clock.advance(5_000);
  expect(heard).toEqual([]);
  broker.start();
  await clock.advance(60_000);
  expect(heard.length).toBeGreaterThan(0);
});

test('an answer that the disk does not take is asked for again, in its place', async () => {
  const { clock, disk, outbox, append, ack, answered, heard } = await world();
  for (const id of ['press-0001', 'press-0002']) outbox.appended(append(id), new Map());
  await clock.advance(10);
  disk.full = true;
  ack(1, 'press-0001');
  expect(answered).toEqual([]);
  expect(outbox.rows().map(({ seq }) => seq)).toEqual([1, 2]);
  expect(outbox.answeredThrough).toBe(0);
  disk.full = false;
  heard.length = 0;
  await clock.advance(2_000);
  expect(heard.map(({ seq }) => seq)).toContain(1);
  ack(1, 'press-0001');
  ack(2, 'press-0002');
  expect(answered).toEqual([1, 2]);
  expect(outbox.length).toBe(0);
});
