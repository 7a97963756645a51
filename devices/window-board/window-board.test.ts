import { expect, test } from 'vitest';
import type { Fault, FaultKind, Health } from '../../drivers/health.ts';
import type {
  BoardContent,
  BoardShown,
  CivilTime,
  LineDisplay,
  ShowOutcome,
} from '../../drivers/line-display/line-display.ts';
import { silentLog } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { brightnessAt, hallTime } from '../board-day.ts';
import type { BoardTexts } from '../board-texts.ts';
import { contextOn } from '../context.kit.ts';
import type { WindowView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { WindowBoard } from './window-board.ts';

const texts: BoardTexts = {
  called: ['{number}', '请到{window}号窗口'],
  serving: ['{number}', '正在办理'],
  idle: ['{name}', '欢迎光临'],
  paused: ['{name}', '暂停服务'],
  closed: ['{name}', '窗口关闭'],
  by_hand: ['{number}', '手动 {window}号窗口'],
  stale: ['----', '请看大厅显示屏'],
  long: 'pages',
  blink_s: 10,
  brightness: [
    { from: '08:00', percent: 90 },
    { from: '18:00', percent: 30 },
  ],
};

/** A board that answers when told. */
class FakeBoard implements LineDisplay {
  readonly capabilities = {
    ...{ lines: 2, columns: 16, acknowledges: true, selfClears: false, colours: ['red', 'green', 'amber'] as const },
  };
  health: Health = { state: 'ready', faults: [], counters: {} };
  readonly shows: { content: BoardContent; urgent: boolean }[] = [];
  brightness: number | undefined;
  clock: (() => CivilTime) | undefined;

  start(): void {}
  async close(): Promise<void> {}
  show(content: BoardContent, options: { readonly urgent?: boolean } = {}): void {
    this.shows.push({ content, urgent: options.urgent ?? false });
  }
  keepClock(now: () => CivilTime): void {
    this.clock = now;
  }
  setBrightness(percent: number): void {
    this.brightness = percent;
  }
  readonly shown = new Signal<BoardShown>(silentLog);
  readonly healthChanged = new Signal<Health>(silentLog);
  get last() {
    const last = this.shows.at(-1);
    return { texts: last?.content.lines.map(({ text }) => text), urgent: last?.urgent, content: last?.content };
  }
  acknowledge(outcome: ShowOutcome = 'shown', repaint = false, id = this.shows.at(-1)?.content.id ?? ''): void {
    this.shown.emit({ contentId: id, outcome, repaint });
  }
}

function view(more: Partial<WindowView> = {}): WindowView {
  return {
    ...{ v: 1, epoch: 3, rev: 7, valid_until: 2_000_000, window: 'w3', number: 3, role: 'intake', state: 'open' },
    ...{ name: { zh: '三号窗口', en: 'Window 3' }, window_rev: 1, call: null, rating: null, waiting: 0, held: [] },
    clerk: null,
    ...more,
  };
}

const called = (number: string, call = 1): WindowView['call'] => ({
  ...{ ticket: `2026-11-23/${number}`, number, call, called_at: 999_000, status: 'called' },
});

function bench(hall = new RecordingHallLink()) {
  const clock = new VirtualClock();
  const board = new FakeBoard();
  const settings = { id: 'w3-board', link: hall, board, window: 'w3', texts, timeZone: 'Asia/Shanghai' };
  const device = new WindowBoard(contextOn(clock), settings);
  device.start();
  return { clock, hall, board, device };
}

test('a board says what its window does, and the stale mark without a fresh view', async () => {
  const { hall, board, device } = bench();
  expect(board.last.texts).toEqual(['----', '请看大厅显示屏']);
  hall.showWindow('w3', view());
  expect(board.last.texts).toEqual(['三号窗口', '欢迎光临']);
  hall.showWindow('w3', view({ state: 'paused' }));
  expect(board.last.texts).toEqual(['三号窗口', '暂停服务']);
  hall.showWindow('w3', view({ state: 'closed' }));
  expect(board.last.texts).toEqual(['三号窗口', '窗口关闭']);
  hall.showWindow('w3', view({ call: called('A012') }));
  expect(board.last).toMatchObject({ texts: ['A012', '请到3号窗口'], urgent: true, content: { short: 'A012' } });
  hall.showWindow('w3', view({ call: { ...called('A012'), status: 'serving' } as WindowView['call'] }));
  expect(board.last).toMatchObject({ texts: ['A012', '正在办理'], urgent: false });
  hall.showWindow('w3', undefined);
  expect(board.last.texts).toEqual(['----', '请看大厅显示屏']);
  expect(device.detail()).toMatchObject({ face: 'stale' });
});

test('a call is reported once, with the view it came in, only when the board says so', async () => {
  const { clock, hall, board, device } = bench();
  hall.showWindow('w3', view({ rev: 8, call: called('A012') }));
  expect(hall.sent).toEqual([]);
  const before = board.shows.length;
  hall.showWindow('w3', view({ rev: 9, waiting: 4, call: called('A012') }));
  expect(board.shows).toHaveLength(before);
  board.acknowledge();
  board.acknowledge('shown', true);
  hall.showWindow('w3', undefined);
  hall.showWindow('w3', view({ rev: 10, call: called('A012') }));
  board.acknowledge();
  await clock.advance(11_000);
  board.acknowledge();
  expect(hall.sent.map(({ type, data }) => ({ type, data }))).toEqual([
    {
      type: 'CallShown',
      data: { window: 'w3', board: 'w3-board', ticket: '2026-11-23/A012', call: 1, epoch: 3, rev: 8, outcome: 'shown' },
    },
  ]);
  expect(device.detail()).toMatchObject({ press_to_shown_ms: 1000, outcome: 'shown', ticket: '2026-11-23/A012' });
  hall.showWindow('w3', view({ rev: 11, call: called('A012', 2) }));
  expect(board.last.urgent).toBe(true);
  board.acknowledge('sent');
  expect(hall.sent).toHaveLength(2);
  expect(hall.sent[1]?.data).toMatchObject({ call: 2, rev: 11, outcome: 'sent' });
});

test('an acknowledgement of what was shown before does not count for the call', () => {
  const { hall, board } = bench();
  hall.showWindow('w3', view());
  const idle = board.shows.at(-1)?.content.id ?? '';
  hall.showWindow('w3', view({ rev: 8, call: called('A012') }));
  board.acknowledge('shown', false, idle);
  expect(hall.sent).toEqual([]);
});

test('a new call blinks for its time, then stays; the direction never blinks', async () => {
  const { clock, hall, board } = bench();
  hall.showWindow('w3', view({ call: called('A012') }));
  expect(board.last.content?.lines.map(({ blink }) => blink)).toEqual([true, undefined]);
  await clock.advance(10_000);
  expect(board.last.content?.lines.map(({ blink }) => blink)).toEqual([undefined, undefined]);
  expect(board.last.texts).toEqual(['A012', '请到3号窗口']);
  board.acknowledge();
  expect(hall.sent).toHaveLength(1);
});

test('a restarted box neither reports nor blinks the same call again', () => {
  const first = bench();
  first.hall.showWindow('w3', view({ call: called('A012') }));
  first.board.acknowledge();
  const again = bench(first.hall);
  expect(again.board.last).toMatchObject({ texts: ['A012', '请到3号窗口'], urgent: false });
  expect(again.board.last.content?.lines[0]?.blink).toBeUndefined();
  again.board.acknowledge();
  expect(first.hall.sent).toHaveLength(1);
});

test('a full outbox does not lose the report', async () => {
  const { clock, hall, board } = bench();
  hall.showWindow('w3', view({ call: called('A012') }));
  hall.refuses = 'full';
  board.acknowledge();
  await clock.advance(3000);
  expect(hall.sent).toEqual([]);
  hall.refuses = undefined;
  await clock.advance(1000);
  expect(hall.sent).toHaveLength(1);
});

test("brightness follows the hall's own day", async () => {
  const at = (utcHour: number) => brightnessAt(texts.brightness, Date.UTC(2026, 10, 23, utcHour), 'Asia/Shanghai');
  expect([at(0), at(9), at(10), at(23)]).toEqual([90, 90, 30, 30]);
  expect(brightnessAt([], 0, 'Asia/Shanghai')).toBe(100);
  const { clock, hall, board } = bench();
  hall.hubNow = Date.UTC(2026, 10, 23, 11);
  await clock.advance(60_000);
  expect(board.brightness).toBe(30);
});

test('what stands on a board is said as far as it is known: wanted, on its way, sent, cleared, unknown', () => {
  const { hall, board, device } = bench();
  const fault = (kind: FaultKind, severity: Fault['severity'] = 'error'): void => {
    board.health = { ...board.health, faults: [{ code: 'x', kind, severity, sinceMs: 0, remedy: '' }] };
  };
  hall.showWindow('w3', view({ call: called('A012') }));
  expect(device.detail()).toMatchObject({ shows: 'on-its-way' });
  board.acknowledge();
  expect(device.detail()).toMatchObject({ shows: 'wanted' });
  fault('garbled', 'warning');
  expect(device.detail()).toMatchObject({ shows: 'wanted' });
  fault('mute');
  expect(device.detail()).toMatchObject({ shows: 'unknown', outcome: 'shown' });
  Object.assign(board.capabilities, { selfClears: true });
  expect(device.detail()).toMatchObject({ shows: 'clears-itself' });
  fault('said');
  expect(device.detail()).toMatchObject({ shows: 'unknown' });
  board.health = { ...board.health, faults: [] };
  board.acknowledge('sent');
  expect(device.detail()).toMatchObject({ shows: 'sent' });
});

test("a board's own clock is given the hall's calendar, whatever zone the box is in", () => {
  const { hall, board } = bench();
  hall.hubNow = Date.UTC(2026, 10, 28, 16, 5, 9);
  expect(board.clock?.()).toEqual({ year: 2026, month: 11, day: 29, hour: 0, minute: 5, second: 9, weekday: 7 });
  expect(hallTime(Date.UTC(2026, 10, 30, 3), 'Asia/Shanghai')).toMatchObject({ hour: 11, weekday: 1 });
});

test('what this box composed itself is marked as called by hand, reported to nobody, and stale without a call', async () => {
  const link = new RecordingHallLink();
  const board = new FakeBoard();
  const device = new WindowBoard(contextOn(new VirtualClock()), {
    ...{ id: 'b1', link, board, window: 'w1', texts, timeZone: 'Asia/Shanghai' },
  });
  device.start();
  const call = { ticket: '2026-11-23/A012', number: 'A012', call: 1, called_at: 1, status: 'called' } as const;
  link.showWindow('w1', { ...view({ call }), by_hand: true });
  expect(board.last).toMatchObject({ texts: ['A012', '手动 3号窗口'], urgent: true });
  board.acknowledge();
  expect(link.sent).toEqual([]);
  link.showWindow('w1', { ...view({ call: null }), by_hand: true });
  expect(board.last.texts).toEqual(texts.stale);
  link.showWindow('w1', view({ call }));
  board.acknowledge();
  expect(link.sent.map(({ type }) => type)).toEqual(['CallShown']);
  await device.close();
});
