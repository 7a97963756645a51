/** Calling by hand while the hub is away (F14): seen at the pad and on the board, merged when the hub is back, or kept as evidence. */
import { expect, test } from 'vitest';
import { openHall } from '../worlds/pad-hall.ts';

/** The hub falls silent; boards and pads know it after 5 s. */
const staleMs = 7000;

async function hubAway(waiting = 3) {
  const world = await openHall(waiting);
  await world.hall.run(world.hall.world.setHub(false));
  await world.clock.advance(staleMs);
  const callByHand = async (digits: string) => {
    await world.pad.type(digits);
    await world.pad.press('call');
    // Two prefixes: A, then B.
    await world.pad.press('call');
    await world.pad.press('enter', 1500);
  };
  return { ...world, callByHand, hubBack: () => world.hall.run(world.hall.world.setHub(true)) };
}

test('pad and board show the number as called by hand; the hub merges it and shows it as its own', async () => {
  const { hall, clock, pad, texts, events, callByHand, hubBack } = await hubAway();
  expect(pad.look().display).toBe('离线，请手动叫号');
  expect(texts('w1-board')).toEqual(['----', '请看大厅显示屏']);
  await callByHand('1');
  expect(pad.look().display).toBe('B001        手动');
  expect(texts('w1-board')).toEqual(['B001', '手动 1号窗口']);
  await pad.press('start', 1000);
  expect(
    pad
      .look()
      .keys.filter(({ lamp }) => lamp === 'on')
      .map(({ key }) => key),
  ).toContain('complete');
  await hubBack();
  await clock.advance(4000);
  expect(events('CalledByHand').map(({ number, merged }) => [number, merged])).toEqual([['B001', true]]);
  expect(events('TicketCalled').map(({ ticket, how }) => [ticket, how])).toEqual([['2026-11-23/B001', 'hand']]);
  expect(texts('w1-board')).toEqual(['B001', '正在办理']);
  expect(pad.look().display).toBe('B001         等2');
  await hall.stop();
});

test('several visitors are called, served and ended by hand, in order, and nothing is refused', async () => {
  const { hall, clock, pad, texts, events, callByHand, hubBack } = await hubAway();
  for (const number of ['1', '2']) {
    await callByHand(number);
    await pad.press('start', 2000);
    await pad.press('complete', 2000);
  }
  expect(texts('w1-board')).toEqual(['----', '请看大厅显示屏']);
  await callByHand('3');
  await hubBack();
  await clock.advance(8000);
  expect(events('ServiceCompleted').map(({ ticket }) => ticket)).toEqual(['2026-11-23/B001', '2026-11-23/B002']);
  expect(events('CommandRefused')).toEqual([]);
  expect(texts('w1-board')).toEqual(['B003', '请到1号窗口']);
  await hall.stop();
});

test('a box that dies in between still shows what was called by hand', async () => {
  const { hall, clock, pad, texts, events, callByHand, hubBack } = await hubAway();
  await callByHand('2');
  await hall.run(hall.world.setNode('n1', false));
  await hall.run(hall.world.setNode('n1', true));
  await clock.advance(3000);
  expect(pad.look().display).toBe('B002        手动');
  expect(texts('w1-board')).toEqual(['B002', '手动 1号窗口']);
  await hubBack();
  await clock.advance(8000);
  expect(events('TicketCalled').map(({ ticket }) => ticket)).toEqual(['2026-11-23/B002']);
  await hall.stop();
});

test('a ticket that has gone by the time stays as evidence, said at the pad, and the board follows the hub', async () => {
  const { hall, clock, pad, texts, events, callByHand, hubBack } = await hubAway(2);
  await callByHand('1');
  await hall.run(hall.world.setNode('n1', false));
  await hubBack();
  const by = { kind: 'desk', id: 'd1' } as const;
  await hall.run(hall.desk().submit('VoidTicket', { ticket: '2026-11-23/B001', reason: 'left' }, by));
  await hall.run(hall.world.setNode('n1', true));
  const shown = new Set<string | undefined>();
  for (let ms = 0; ms < 10_000; ms += 100) {
    await clock.advance(100);
    shown.add(pad.look().display);
  }
  expect(events('CalledByHand').map(({ merged }) => merged)).toEqual([false]);
  expect(events('TicketCalled')).toEqual([]);
  expect([...shown]).toContain('B001 未并入');
  expect(pad.look().display).toBe('----         等1');
  expect(texts('w1-board')).toEqual(['综合窗口', '欢迎光临']);
  await hall.stop();
});

test('the broker goes while the hub stays: the same number called by both windows belongs to the first', async () => {
  const { hall, clock, pad, events, at } = await openHall(2);
  await hall.run(hall.world.setBroker(false));
  await clock.advance(staleMs);
  await pad.type('1');
  await pad.press('call');
  await pad.press('call');
  await pad.press('enter', 1000);
  const other = at('w2-pad', 'pad');
  await other.type('1');
  await other.press('call');
  await other.press('call');
  await other.press('enter', 1000);
  await hall.run(hall.world.setBroker(true));
  await clock.advance(15_000);
  expect(events('CalledByHand').map(({ window, merged }) => [window, merged])).toEqual([
    ['w1', true],
    ['w2', false],
  ]);
  expect(events('TicketCalled').map(({ window }) => window)).toEqual(['w1']);
  await hall.stop();
});
