import { expect, test } from 'vitest';
import { createLine } from '../../drivers/line/create-line.ts';
import { createLineDisplay } from '../../drivers/line-display/registry.ts';
import { silentLog } from '../../drivers/log.ts';
import { PortLink } from '../../drivers/port/port-link.ts';
import { seededRandom } from '../../drivers/random.ts';
import { SimulatedCable } from '../../drivers/simulated/cable.ts';
import { createSimulatedBoard } from '../../drivers/simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { contextOn } from '../context.kit.ts';
import type { HallView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { HallBoard } from './hall-board.ts';

const texts = {
  ...{ called: ['{number}'], serving: ['{number}'], idle: ['-'], paused: ['-'], closed: ['-'] },
  ...{
    by_hand: ['{number}', '手动'],
    stale: ['----', '请看窗口'],
    long: 'pages' as const,
    blink_s: 10,
    brightness: [{ from: '00:00', percent: 80 }],
  },
};

/** Called long ago, unless it is said when. */
const call = (number: string, window: number, at = 1000): HallView['calls'][number] => ({
  ...{ number, window: `w${window}`, window_number: window, called_at: at, call: 1 },
  window_name: { zh: `${window}号窗口`, en: `Window ${window}` },
});

function view(calls: HallView['calls'], notices: string[] = []): HallView {
  return {
    ...{ v: 1, epoch: 1, rev: 1, valid_until: 2_000_000, calls, waiting: 3 },
    notices: notices.map((zh) => ({ zh, en: zh })),
  };
}

async function bench(
  width: number,
  height: number,
  windows?: ReadonlySet<string>,
  more: { language?: 'zh' | 'en'; long?: 'pages' | 'scroll' } = {},
) {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const cable = new SimulatedCable({ name: 'hall', clock, baudRate: 57_600 });
  const settings = { protocol: 'onbon-bx-k', address: 1, options: { width, height } };
  const machine = createSimulatedBoard(settings, { end: cable, clock, random, name: 'hall' });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'hall', makePort: () => cable.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  const board = await createLineDisplay(settings, {
    name: 'hall-board',
    link,
    line: () => line,
    clock,
    random,
    log: silentLog,
  });
  const hall = new RecordingHallLink();
  const device = new HallBoard(contextOn(clock), {
    ...{ id: 'hall-board', link: hall, board, timeZone: 'Asia/Shanghai', language: more.language ?? 'zh' },
    texts: { ...texts, long: more.long ?? texts.long },
    ...(windows === undefined ? {} : { windows }),
  });
  link.start();
  board.start();
  device.start();
  await clock.settle();
  const shows = async () => {
    await clock.advance(2000);
    return machine.look().pages.map((pages) => pages.join('|'));
  };
  return { hall, device, clock, shows, machine };
}

test('the newest calls stand on the lines it has, notices on the last', async () => {
  const { hall, shows } = await bench(192, 64);
  expect(await shows()).toEqual(['----', '请看窗口', '', '']);
  const calls = [call('A012', 3), call('B003', 11), call('A011', 4), call('A010', 5), call('A009', 6)];
  hall.showHall(view(calls));
  expect(await shows()).toEqual(['A012 请到3号窗口', 'B003 请到11号窗口', 'A011 请到4号窗口', 'A010 请到5号窗口']);
  hall.showHall(view(calls, ['2号机缺纸，请到左侧1号机取号，谢谢配合']));
  expect(await shows()).toEqual([
    ...['A012 请到3号窗口', 'B003 请到11号窗口', 'A011 请到4号窗口'],
    '2号机缺纸，请到左侧1号机|取号，谢谢配合',
  ]);
  hall.showHall(view([], ['系统维护']));
  expect(await shows()).toEqual(['', '', '', '系统维护']);
});

test('a narrow board says it shorter; one line takes turns', async () => {
  const { hall, clock, shows } = await bench(64, 16);
  hall.showHall(view([call('A012', 3), call('B003', 11), call('A011', 4), call('A010', 5)]));
  await clock.advance(12_000);
  expect(await shows()).toEqual(['A012 3号|B003>11|A011 4号']);
});

const now = 1_000_000;

test('calls that come at once are all seen: the new ones take turns on the lines until they are new no more', async () => {
  const { hall, clock, shows } = await bench(192, 64);
  const many = Array.from({ length: 10 }, (_, index) => call(`A0${10 + index}`, index + 1, now - 100 * index));
  hall.showHall(view(many));
  const first = await shows();
  expect(first[0]).toBe('A010 请到1号窗口|A014 请到5号窗口|A018 请到9号窗口');
  expect(first.join('|').match(/A0\d\d/g)?.length).toBe(10);
  hall.hubNow = now + 10_000;
  await clock.advance(10_000);
  expect(await shows()).toEqual(['A010 请到1号窗口', 'A011 请到2号窗口', 'A012 请到3号窗口', 'A013 请到4号窗口']);
});

test('beside a notice the new calls turn above it, and it keeps its line', async () => {
  const { hall, shows } = await bench(192, 64);
  const many = Array.from({ length: 10 }, (_, index) => call(`A0${10 + index}`, index + 1, now - 100 * index));
  hall.showHall(view(many, ['2号机缺纸']));
  expect(await shows()).toEqual([
    'A010 请到1号窗口|A013 请到4号窗口',
    'A011 请到2号窗口|A014 请到5号窗口',
    'A012 请到3号窗口|A015 请到6号窗口',
    '2号机缺纸',
  ]);
});

test('the newest blinks, the other new ones are red, each for its own time; a restarted board does not begin anew', async () => {
  const { hall, clock, shows, machine } = await bench(192, 48);
  hall.showHall(view([call('A012', 3, now - 2000), call('A011', 4, now - 3000), call('A010', 5, now - 60_000)]));
  await clock.advance(2000);
  const pictures = async () => {
    const seen = new Set<string>();
    for (let step = 0; step < 8; step += 1) {
      seen.add(machine.look().lit);
      await clock.advance(250);
    }
    return seen.size;
  };
  /** The brightest colour of each third of the board: 1 red, 2 green, 0 dark just now. */
  const colours = () => {
    const lit = Buffer.from(machine.look().lit, 'base64');
    return [0, 1, 2].map((row) => Math.max(...lit.subarray(row * 16 * 192, (row + 1) * 16 * 192)));
  };
  expect(await pictures()).toBe(2);
  expect(colours().slice(1)).toEqual([1, 2]);
  hall.hubNow = now + 8000;
  await clock.advance(8000);
  expect(await shows()).toEqual(['A012 请到3号窗口', 'A011 请到4号窗口', 'A010 请到5号窗口']);
  expect(await pictures()).toBe(1);
  expect(colours()).toEqual([1, 2, 2]);
});

test('in English, and a long notice that moves through', async () => {
  const { hall, shows } = await bench(192, 32, undefined, { language: 'en', long: 'scroll' });
  hall.showHall(view([call('A012', 3)], ['Printer 2 is out of paper, please go to printer 1 on the left']));
  expect(await shows()).toEqual(['A012 to window 3', 'Printer 2 is out of paper, please go to printer 1 on the left']);
});

test("another zone's calls are not here; without a fresh hub it says so", async () => {
  const { hall, shows, device } = await bench(192, 32, new Set(['w3', 'w4']));
  hall.showHall(view([call('B003', 11), call('A012', 3), call('A011', 4)]));
  expect(await shows()).toEqual(['A012 请到3号窗口', 'A011 请到4号窗口']);
  hall.showHall(undefined);
  expect(await shows()).toEqual(['----', '请看窗口']);
  expect(device.detail()).toMatchObject({ stale: true });
});
