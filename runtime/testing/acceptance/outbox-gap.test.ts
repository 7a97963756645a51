/**
 * One event is held up at the hub (a PIN being checked) while others follow: they are beyond a gap until then, and applied as
 * soon as it closes, however many there are a second. The real outbox and the hub's real marks, in virtual time.
 */
import { expect, test } from 'vitest';
import type { EvtEnvelope } from '../../../devices/contract/envelope.ts';
import { silentLog } from '../../../drivers/log.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import type { Bus } from '../../bus/bus.ts';
import { Streams } from '../../hub/streams.ts';
import { Outbox } from '../../node/outbox.ts';
import { MemoryNodeStore } from '../worlds/memory-node-store.ts';

const hopMs = 2;
const heldSeq = 50;
const runMs = 60_000;

async function run(perSecond: number, holdMs: number, seed: number) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const store = new MemoryNodeStore({ random });
  const { stream, lastSeq } = store.open();
  const streams = new Streams();
  const writtenMs = new Map<number, number>();
  let [held, latestMs] = [false, 0];
  const apply = (envelope: EvtEnvelope) => {
    const placed = streams.place(envelope);
    if (placed.kind === 'next') {
      streams.advance(placed.mark, envelope.seq, 0);
      latestMs = Math.max(latestMs, clock.monotonicMs() - (writtenMs.get(envelope.seq) ?? 0));
    }
    const answers = placed.kind === 'gap' ? [] : [{ id: envelope.id, seq: envelope.seq, ok: true }];
    const upto = streams.mark('n1')?.upto ?? 0;
    clock.after(hopMs, () => outbox.takeAck({ v: 1, node: 'n1', stream, epoch: 1, upto, durable_through: 0, answers }));
  };
  const bus: Pick<Bus, 'connected' | 'publish'> = {
    connected: true,
    async publish(_topic, payload) {
      const envelope = JSON.parse(String(payload)) as EvtEnvelope;
      clock.after(hopMs, () => {
        if (envelope.seq !== heldSeq || held) return apply(envelope);
        held = true;
        clock.after(holdMs, () => apply(envelope));
      });
    },
  };
  const outbox = new Outbox(
    { clock, random, log: silentLog },
    {
      hall: 'h',
      node: 'n1',
      stream,
      lastSeq,
      store,
      bus: bus as Bus,
      keptAbove: () => [],
      answered: (done) => {
        store.transact({ answered: done.map(({ row }) => row.seq) });
        return true;
      },
      streamRefused: () => {},
    },
  );
  outbox.load();
  let dueMs = 0;
  for (let ms = 0; ms < runMs; ms += 10) {
    if (ms >= dueMs) {
      dueMs = ms - (1000 / perSecond) * Math.log(1 - random());
      const row = {
        id: `e${ms}`,
        type: 'CallNext',
        device: 'd',
        data: {},
        at: '',
        hubAt: null,
        boot: 'b',
        monotonicMs: ms,
      };
      const rows = store.transact({ append: [row] });
      for (const { seq } of rows) writtenMs.set(seq, clock.monotonicMs());
      outbox.appended(rows, new Map());
    }
    await clock.advance(10);
  }
  await clock.advance(1_000);
  return { waiting: outbox.length, latestMs, repeated: outbox.counters.repeated };
}

test.each(
  [2, 4, 6].flatMap((perSecond) =>
    [60, 300].flatMap((holdMs) => [1, 2, 3].map((seed) => [perSecond, holdMs, seed] as const)),
  ),
)('%i events a second, one held for %i ms (seed %i): none waits longer than that', async (perSecond, holdMs, seed) => {
  const { waiting, latestMs, repeated } = await run(perSecond, holdMs, seed);
  expect(waiting).toBe(0);
  expect(latestMs).toBeLessThanOrEqual(holdMs + 20 * hopMs);
  expect(repeated).toBeLessThan(20);
});
