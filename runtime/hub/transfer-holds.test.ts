/** F16: a visitor who is passed on is never called by two boards at once. */
import { expect, test } from 'vitest';
import type { DeviceState } from '../../devices/contract/presence.ts';
import type { WindowView } from '../../devices/contract/view.ts';
import { silentLog } from '../../drivers/log.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import type { Bus } from '../bus/bus.ts';
import { openHall } from '../queue/hall-steps.kit.ts';
import { Publisher } from './publisher.ts';

function rig(to: { readonly window: string } | { readonly service: string }) {
  const clock = new VirtualClock();
  const hall = openHall();
  const sent: { readonly topic: string; readonly atMs: number; readonly view: WindowView }[] = [];
  const bus = {
    connected: true,
    publish: async (topic: string, payload: string) => {
      sent.push({ topic, atMs: clock.monotonicMs(), view: JSON.parse(payload) });
    },
  } as Partial<Bus> as Bus;
  const rules = hall.state.rules ?? (undefined as never);
  const queue = {
    get state() {
      return hall.state;
    },
    now: () => hall.now,
  };
  const publisher = new Publisher(
    { clock, random: Math.random, log: silentLog },
    { bus, epoch: { current: 1 }, queue, rules, notices: () => [] },
  );
  /** Every window that has this number called in a view sent until now. */
  const calledAt = (number: string) =>
    new Set(
      sent.flatMap(({ topic, view }) =>
        topic.includes('/view/window/') && view.call?.number === number ? [view.window] : [],
      ),
    );
  const onHallBoards = (number: string) =>
    sent
      .filter(({ topic }) => topic.endsWith('/view/hall'))
      .map(({ view }) => (view as unknown as { calls: { number: string; window: string }[] }).calls)
      .at(-1)
      ?.find((call) => call.number === number)?.window;
  const act = (does: () => void) => {
    const before = hall.journal.length;
    does();
    publisher.apply(hall.journal.slice(before));
  };
  hall.ticket('social');
  act(() => hall.call('w1'));
  act(() => hall.do('Transfer', { window: 'w1', to, place: 'front' }));
  act(() => hall.call('w2'));
  return { clock, publisher, calledAt, onHallBoards, hall };
}

const board = (detail: DeviceState['detail']): DeviceState => ({
  v: 1,
  device: 'w1-board',
  role: 'window-board',
  state: 'ready',
  faults: [],
  counters: {},
  detail: { window: 'w1', ...detail },
});

test.each([{ window: 'w2' }, { service: 'company' }])(
  'passed on to %o: the target waits for the source’s board',
  async (to) => {
    const { clock, publisher, calledAt, onHallBoards, hall } = rig(to);
    await clock.advance(400);
    expect(calledAt('A001')).toEqual(new Set(['w1']));
    expect(onHallBoards('A001')).toBe('w1');
    // Not yet acknowledged, still the old call, or another window’s board: none of them is it.
    publisher.holds.boardReported(board({ outcome: 'pending' }));
    publisher.holds.boardReported(board({ outcome: 'shown', ticket: hall.id('A001') }));
    publisher.holds.boardReported(board({ outcome: 'shown', window: 'w3' }));
    expect(calledAt('A001')).toEqual(new Set(['w1']));
    publisher.holds.boardReported(board({ outcome: 'shown', face: 'idle' }));
    await clock.advance(10);
    expect(calledAt('A001')).toEqual(new Set(['w1', 'w2']));
    expect(onHallBoards('A001')).toBe('w2');
    expect(publisher.holds.counters).toMatchObject({ transfersSeen: 1, transfersTimedOut: 0 });
    publisher.stop();
  },
);

test('a board that says nothing holds the target up for one second', async () => {
  const { clock, publisher, calledAt } = rig({ window: 'w2' });
  await clock.advance(999);
  expect(calledAt('A001')).toEqual(new Set(['w1']));
  await clock.advance(2);
  expect(calledAt('A001')).toEqual(new Set(['w1', 'w2']));
  expect(publisher.holds.counters.transfersTimedOut).toBe(1);
  publisher.stop();
});
