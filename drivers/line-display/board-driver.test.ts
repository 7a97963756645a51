import { expect, test } from 'vitest';
import type { DriverSettings } from '../driver.ts';
import { createLine } from '../line/create-line.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedLine } from '../simulated/line.ts';
import { createSimulatedBoard } from '../simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { createLineDisplay } from './registry.ts';

async function bench(settings: DriverSettings, boards = 1, baudRate = 9600) {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const wire = new SimulatedLine({ name: 'line', clock, random, baudRate });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'line', makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  const made = [];
  for (let each = 0; each < boards; each += 1) {
    const own = { ...settings, address: (settings.address ?? 1) + each };
    const machine = createSimulatedBoard(own, { end: wire.tap(`b${each}`), clock, random, name: `b${each}` });
    const driver = await createLineDisplay(own, {
      name: `w${each}-board`,
      link,
      line: () => line,
      clock,
      random,
      log: silentLog,
    });
    const shown: string[] = [];
    driver.shown.on(({ contentId: id, outcome, repaint }) => shown.push(`${id} ${outcome}${repaint ? ' again' : ''}`));
    driver.start();
    made.push({ machine, driver, shown });
  }
  link.start();
  await clock.settle();
  return { clock, wire, line, boards: made, first: made[0] as (typeof made)[number] };
}

const k: DriverSettings = { protocol: 'onbon-bx-k', address: 1, options: { width: 128, height: 32 } };
const call = (number: string) => ({ id: `call-${number}`, lines: [{ text: number }, { text: '请到3号窗口' }] });
const codes = (driver: { health: { faults: readonly { code: string }[] } }) =>
  driver.health.faults.map(({ code }) => code);

test('a call is shown, and said so once', async () => {
  const { clock, first } = await bench(k);
  first.driver.show(call('A012'), { urgent: true });
  await clock.advance(1000);
  expect(first.machine.look().texts).toEqual(['A012', '请到3号窗口']);
  expect(first.shown).toEqual(['call-A012 shown']);
  expect(first.driver.health.state).toBe('ready');
});

test('of three quick calls the last stays', async () => {
  const { clock, first } = await bench(k);
  for (const number of ['A001', 'A002', 'A003']) first.driver.show(call(number), { urgent: true });
  await clock.advance(3000);
  expect(first.machine.look().texts[0]).toBe('A003');
  expect(first.shown.at(-1)).toBe('call-A003 shown');
});

test('after a power cut of the board its content is back within one check, as a repaint', async () => {
  const { clock, first } = await bench(k);
  first.driver.show(call('A012'));
  await clock.advance(1000);
  first.machine.act({ type: 'power', on: false });
  await clock.advance(200);
  first.machine.act({ type: 'power', on: true });
  expect(first.machine.look().texts).toEqual([]);
  await clock.advance(16_000);
  expect(first.machine.look().texts).toEqual(['A012', '请到3号窗口']);
  expect(first.shown).toEqual(['call-A012 shown', 'call-A012 shown again']);
  expect(first.driver.health.counters.powerLosses).toBe(1);
});

test('a replugged adapter is repainted within two seconds; a call in between is not lost', async () => {
  const { clock, wire, first } = await bench(k);
  first.driver.show(call('A012'));
  await clock.advance(1000);
  wire.unplug();
  await clock.advance(3000);
  expect(codes(first.driver)).toEqual(['port-gone']);
  expect(first.driver.health.state).toBe('fault');
  first.driver.show(call('A013'), { urgent: true });
  wire.plug();
  await clock.advance(7000);
  expect(codes(first.driver)).toEqual([]);
  expect(first.machine.look().texts[0]).toBe('A013');
  expect(first.shown).toEqual(['call-A012 shown', 'call-A013 shown']);
});

test('a mute board is named, the others are not held up, and it is repainted when it speaks again', async () => {
  const { clock, boards, first } = await bench(k, 4);
  for (const { driver } of boards) driver.show(call('A012'));
  await clock.advance(20_000);
  first.machine.act({ type: 'power', on: false });
  first.driver.show(call('B001'), { urgent: true });
  await clock.advance(3000);
  expect(codes(first.driver)).toEqual(['no-answer']);
  const others = boards.slice(1);
  for (const { driver } of others) driver.show(call('A020'), { urgent: true });
  await clock.advance(1500);
  for (const { machine } of others) expect(machine.look().texts[0]).toBe('A020');
  first.machine.act({ type: 'power', on: true });
  await clock.advance(6000);
  expect(first.machine.look().texts[0]).toBe('B001');
  expect(codes(first.driver)).toEqual([]);
});

test('garbled answers, refusals and busy boards are three different things', async () => {
  const { clock, first } = await bench(k);
  first.machine.act({ type: 'fault', fault: 'garble', on: true });
  first.driver.show(call('A012'));
  await clock.advance(20_000);
  expect(codes(first.driver)).toEqual(['garbled']);
  expect(first.shown).toEqual([]);
  first.machine.act({ type: 'fault', fault: 'garble', on: false });
  await clock.advance(10_000);
  expect(codes(first.driver)).toEqual([]);
  first.machine.act({ type: 'fault', fault: 'nack', on: true });
  first.driver.show(call('A013'));
  await clock.advance(3000);
  expect(first.machine.look().texts[0]).toBe('A012');
  first.machine.act({ type: 'fault', fault: 'nack', on: false });
  await clock.advance(20_000);
  expect(first.machine.look().texts[0]).toBe('A013');
  const small = await bench({ ...k, options: { ...k.options, timeout_ms: 2000 } });
  small.first.machine.act({ type: 'fault', fault: 'drop', on: true });
  small.first.driver.show(call('A014'));
  await small.clock.advance(20_000);
  expect(small.first.machine.look().texts[0]).toBe('A014');
});

test('blinking is a blank second page; long Chinese turns its pages', async () => {
  const { clock, first } = await bench(k);
  first.driver.show({
    id: 'x',
    lines: [{ text: 'A012', blink: true }, { text: '请到十二号综合窗口办理社会保险业务' }],
  });
  await clock.advance(2000);
  const seen = new Set<string>();
  const pictures = new Set<string>();
  for (let step = 0; step < 40; step += 1) {
    for (const text of first.machine.look().texts) seen.add(text);
    pictures.add(first.machine.look().lit);
    await clock.advance(250);
  }
  expect([...seen].sort()).toEqual(['A012', '务', '请到十二号综合窗', '口办理社会保险业'].sort());
  expect(pictures.size).toBeGreaterThan(3);
});

test('brightness is set, and set again after a power cut', async () => {
  const { clock, first } = await bench(k);
  first.driver.setBrightness(40);
  first.driver.show(call('A012'));
  await clock.advance(1000);
  expect(first.machine.look().brightness).toBe(40);
  first.machine.act({ type: 'power', on: false });
  first.machine.act({ type: 'power', on: true });
  expect(first.machine.look().brightness).toBe(100);
  await clock.advance(16_000);
  expect(first.machine.look().brightness).toBe(40);
});

test('a board that can clears itself when nobody speaks to it, and never while somebody does', async () => {
  const { clock, wire, first } = await bench({ ...k, options: { ...k.options, clears_after_s: 30 } });
  expect(first.driver.capabilities.selfClears).toBe(true);
  first.driver.show(call('A012'));
  for (let minute = 0; minute < 10; minute += 1) {
    await clock.advance(60_000);
    expect(first.machine.look().texts[0]).toBe('A012');
  }
  wire.unplug();
  await clock.advance(31_000);
  expect(first.machine.look().texts).toEqual([]);
});

test('two boards with one address are found out', async () => {
  const { clock, wire, first } = await bench(k, 1, 0);
  const twin = createSimulatedBoard(k, { end: wire.tap('twin'), clock, random: seededRandom(1), name: 'twin' });
  first.driver.show(call('A012'));
  await clock.advance(20_000);
  expect(twin.look().texts[0]).toBe('A012');
  expect(codes(first.driver)).toEqual(['address-clash']);
});

test('a board that became slow is still shown its content, and a call to it is only late', async () => {
  const { clock, first } = await bench(k);
  first.driver.show(call('A012'));
  await clock.advance(20_000);
  first.machine.act({ type: 'fault', fault: 'slow', on: true });
  first.driver.show(call('A013'), { urgent: true });
  await clock.advance(20_000);
  expect(first.shown.at(-1)).toMatch(/^call-A013 shown/);
  expect(codes(first.driver)).toEqual([]);
  first.driver.show(call('A014'), { urgent: true });
  await clock.advance(3000);
  expect(first.shown.at(-1)).toBe('call-A014 shown');
});

test('a picture card that is overtaken half way shows the last content whole', async () => {
  const { clock, first } = await bench({ protocol: 'onbon-bx-e', address: 1, options: { width: 128, height: 32 } });
  const show = (id: string, one: string, two: string) =>
    first.driver.show({ id, lines: [{ text: one }, { text: two }] }, { urgent: true });
  show('a', 'A012', '正在办理');
  await clock.advance(5000);
  const before = first.machine.look().lit;
  show('b', 'A013', '请到3号窗口');
  // The first of two pictures (357 bytes and the answer) is acknowledged, the second is on its way.
  await clock.advance(450);
  expect(first.machine.look().lit).not.toBe(before);
  show('c', 'A012', '正在办理');
  await clock.advance(5000);
  expect(first.machine.look().lit).toBe(before);
  expect(first.shown.at(-1)).toBe('c shown');
});

test('brightness on a display that forgets its lines over it leaves the newest lines', async () => {
  const { clock, first } = await bench({ protocol: 'cd5220', options: {} });
  first.driver.show({ id: 'a', lines: [{ text: 'A012' }] });
  first.driver.setBrightness(50);
  first.driver.show({ id: 'b', lines: [{ text: 'A013' }] }, { urgent: true });
  await clock.advance(2000);
  expect(first.machine.look()).toMatchObject({ texts: ['A013'], brightness: 50 });
  first.driver.setBrightness(100);
  first.driver.show({ id: 'c', lines: [{ text: 'A014' }] }, { urgent: true });
  await clock.advance(2000);
  expect(first.machine.look()).toMatchObject({ texts: ['A014'], brightness: 100 });
});

test('a board without a check that was away is painted again', async () => {
  const { clock, first } = await bench({ protocol: 'alpha', address: 1, options: { acknowledges: true } });
  first.machine.act({ type: 'power', on: false });
  first.driver.show({ id: 'a', lines: [{ text: 'A012' }] });
  await clock.advance(10_000);
  first.machine.act({ type: 'power', on: true });
  await clock.advance(11_000);
  expect(first.machine.look().texts).toEqual(['A012']);
  expect(first.shown).toEqual(['a shown']);
});

const sunday = { year: 2026, month: 11, day: 29, hour: 8, minute: 30, second: 0, weekday: 7 };

test("the boards' own clocks are set by a word to all of the line, at once, every hour, and after a power cut", async () => {
  const { clock, wire, boards, first } = await bench(k, 4);
  await clock.advance(10_000);
  const heard = () => boards.map(({ machine }) => machine.look().clock);
  const startMs = clock.monotonicMs();
  const now = () => ({ ...sunday, hour: 8 + Math.floor((clock.monotonicMs() - startMs) / 3_600_000) });
  const before = wire.counters.transmissions;
  for (const { driver } of boards) driver.keepClock(now);
  await clock.advance(200);
  expect(heard()).toEqual([sunday, sunday, sunday, sunday]);
  await clock.advance(20_000);
  // The first at once, one more for all that asked meanwhile, as it was when it went.
  const told = boards.reduce((sum, { machine }) => sum + machine.look().counters.frames, 0);
  expect(told).toBeGreaterThan(0);
  expect(first.machine.look().counters.answers).toBe(first.machine.look().counters.frames - 2);
  expect(wire.counters.collisions).toBe(0);
  await clock.advance(3_600_000);
  expect(heard().map((time) => time?.hour)).toEqual([9, 9, 9, 9]);
  first.machine.act({ type: 'power', on: false });
  await clock.advance(10_000);
  first.machine.act({ type: 'power', on: true });
  expect(first.machine.look().clock).toBeUndefined();
  await clock.advance(10_000);
  expect(first.machine.look().clock?.hour).toBe(9);
  expect(before).toBeLessThan(wire.counters.transmissions);
});

const notice = '2号取号机缺纸，请到左侧1号机取号，谢谢您的配合';
const moving = { id: 'n', lines: [{ text: notice, long: 'scroll' as const }] };

test.each([
  ['a font card moves it itself', k, notice],
  [
    'a picture card gets it as one long strip',
    { protocol: 'onbon-bx-e', address: 1, options: { width: 128, height: 32 } },
    undefined,
  ],
  ['a ticker too', { protocol: 'am03127', address: 1, options: { columns: 16, lines: 1 } }, '2 1'],
] as const)('a text that may move is not cut into pages: %s', async (_, settings, text) => {
  const { clock, first } = await bench(settings);
  const content =
    text === '2 1'
      ? { id: 'n', lines: [{ text: 'PLEASE GO TO THE DESK NEAR THE DOOR', long: 'scroll' as const }] }
      : moving;
  first.driver.show(content);
  await clock.advance(3000);
  expect(first.shown).toEqual(['n shown']);
  const pictures = new Set<string>();
  for (let step = 0; step < 60; step += 1) {
    pictures.add(first.machine.look().lit);
    await clock.advance(100);
  }
  expect(pictures.size).toBe(60);
  if (text === notice) expect(first.machine.look().texts).toEqual([notice]);
});

test('what fits stands still although it may move; a display that cannot move it turns pages', async () => {
  const still = await bench(k);
  still.first.driver.show({ id: 's', lines: [{ text: '请到3号窗口', long: 'scroll' }] });
  await still.clock.advance(2000);
  const before = still.first.machine.look().lit;
  await still.clock.advance(700);
  expect(still.first.machine.look().lit).toBe(before);
  const paged = await bench({ protocol: 'epson-dm', options: {} });
  paged.first.driver.show({ id: 'p', lines: [{ text: 'PLEASE GO TO THE DESK NEAR THE DOOR', long: 'scroll' }] });
  await paged.clock.advance(1000);
  const [page] = paged.first.machine.look().texts;
  await paged.clock.advance(3500);
  expect(paged.first.machine.look().texts[0]).not.toBe(page);
});

test('a board of one line turns its two texts, three seconds each, and does not blink them to pieces', async () => {
  const { clock, first } = await bench({ ...k, options: { width: 64, height: 16 } });
  first.driver.show({ id: 'x', lines: [{ text: 'A012', blink: true }, { text: '3号窗口' }] });
  await clock.advance(1000);
  const seen: string[] = [];
  for (let step = 0; step < 24; step += 1) {
    seen.push(first.machine.look().texts.join('/'));
    await clock.advance(500);
  }
  expect(seen.filter((text) => text === '')).toEqual([]);
  expect(seen.filter((text, index) => text !== seen[index - 1]).length).toBeLessThanOrEqual(5);
});

test('a ticker whose memory keeps its pages is not written again for a power cut; one that forgets is', async () => {
  const kept = await bench({ protocol: 'am03127', address: 1, options: {} });
  kept.first.driver.show({ id: 'a', lines: [{ text: 'A012' }] });
  await kept.clock.advance(5000);
  const cut = async ({ clock, first }: typeof kept) => {
    first.machine.act({ type: 'power', on: false });
    await clock.advance(100);
    first.machine.act({ type: 'power', on: true });
    await clock.advance(40_000);
    return first.machine.look().texts;
  };
  expect(await cut(kept)).toEqual(['A012']);
  expect(kept.first.driver.health.counters.paints).toBe(1);
  const forgets = await bench({ protocol: 'am03127', address: 1, options: { keeps_pages: false } });
  forgets.first.driver.show({ id: 'a', lines: [{ text: 'A012' }] });
  await forgets.clock.advance(5000);
  expect(await cut(forgets)).toEqual(['A012']);
});
