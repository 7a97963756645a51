/** In a hall of two hundred windows everybody's counts come round while visitors keep coming, and a call waits behind none of them. */
import { expect, test } from 'vitest';
import { topics } from '../../devices/contract/topics.ts';
import { silentLog } from '../../drivers/log.ts';
import { seededRandom } from '../../drivers/random.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import type { QueueCommand } from '../queue/commands.ts';
import { emptyHall } from '../queue/state.ts';
import { step } from '../queue/step.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { Publisher } from './publisher.ts';

const mondayMs = Date.UTC(2026, 10, 23, 2, 0);
const windows = 200;

async function world() {
  const clock = new VirtualClock(mondayMs);
  const broker = new LocalBroker({ clock, random: seededRandom(1) });
  const bus = new LocalBus(broker, 'hub');
  const sign = testHall.windows[0];
  if (sign === undefined) throw new Error('the test hall has no window');
  const rules = {
    ...testHall,
    windows: Array.from({ length: windows }, (_, at) => ({ ...sign, id: `w${at + 1}`, number: at + 1 })),
  };
  const state = emptyHall();
  const publisher = new Publisher(
    { clock, random: seededRandom(1), log: silentLog },
    { bus, epoch: { current: 1 }, queue: { state, now: () => clock.wallMs() }, rules, notices: () => [] },
  );
  let count = 0;
  const give = (body: { readonly type: string } & Readonly<Record<string, unknown>>) => {
    count += 1;
    const at = clock.wallMs();
    const by = { kind: 'device', id: 'test' };
    const { decision, events } = step(state, {
      id: `c${count}`,
      at,
      happenedAt: at,
      by,
      ...body,
    } as unknown as QueueCommand);
    publisher.apply(events);
    return decision;
  };
  const arrive = () => {
    const decision = give({ type: 'IssueTicket', service: rules.services[0]?.id, matters: [], class: 'ordinary' });
    const { ticket } = (decision.ok ? decision.answer : {}) as { ticket: string };
    give({ type: 'TicketPrinted', ticket, verdict: 'printed' });
  };
  bus.start({});
  await clock.advance(10);
  give({ type: 'ConfigureHall', rules });
  for (const { id } of rules.windows) give({ type: 'OpenWindow', window: id });
  await clock.advance(3_000);
  const heard: { readonly topic: string; readonly waiting: number; readonly atMs: number }[] = [];
  broker.onMessage(({ topic, payload }) =>
    heard.push({ topic, waiting: JSON.parse(Buffer.from(payload).toString()).waiting, atMs: clock.monotonicMs() }),
  );
  return { clock, publisher, give, arrive, heard, hall: rules.hall };
}

test('while a visitor comes every 50 ms, the last window hears of them as the first does, every second', async () => {
  const { clock, arrive, heard, hall } = await world();
  for (let second = 0; second < 5; second += 1) {
    for (let visitor = 0; visitor < 20; visitor += 1) {
      arrive();
      await clock.advance(50);
    }
  }
  for (const window of ['w1', `w${windows}`]) {
    const mine = heard.filter(({ topic }) => topic === topics.windowView(hall, window));
    expect(new Set(mine.map(({ waiting }) => waiting)).size).toBeGreaterThanOrEqual(5);
  }
});

test('a call goes out in its own turn, whatever waits to be told', async () => {
  const { clock, give, arrive, heard, hall } = await world();
  for (let visitor = 0; visitor < 10; visitor += 1) arrive();
  // In the middle of the round of counts.
  await clock.advance(400);
  heard.length = 0;
  const atMs = clock.monotonicMs();
  give({ type: 'CallNext', window: `w${windows}` });
  await clock.advance(1);
  const first = heard.find(({ topic }) => topic === topics.windowView(hall, `w${windows}`));
  expect((first?.atMs ?? Number.NaN) - atMs).toBeLessThanOrEqual(1);
});

test('after its end it says nothing more, whatever the loop still finishes', async () => {
  const { clock, publisher, give, arrive, heard } = await world();
  arrive();
  publisher.stop();
  await clock.advance(1_000);
  heard.length = 0;
  give({ type: 'CallNext', window: 'w1' });
  publisher.soon();
  await clock.advance(20_000);
  expect(heard).toEqual([]);
});
