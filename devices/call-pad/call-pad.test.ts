import { expect, test } from 'vitest';
import { padWords } from '../../config/locales/pads.ts';
import { padRig, settingsFor } from '../../drivers/simulated/keypad/pad-rig.kit.ts';
import { contextOn } from '../context.kit.ts';
import type { WindowView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { CallPad, type CallPadSettings } from './call-pad.ts';

function view(change: Partial<WindowView> = {}): WindowView {
  return {
    v: 1,
    epoch: 1,
    rev: 7,
    valid_until: 9_000_000,
    window: 'w1',
    number: 1,
    name: { zh: '1号窗口', en: 'Window 1' },
    role: 'intake',
    state: 'open',
    window_rev: 7,
    call: null,
    rating: null,
    waiting: 12,
    held: [],
    clerk: null,
    ...change,
  };
}

const called = { ticket: '2026-11-23/A012', number: 'A012', call: 1, called_at: 1, status: 'called' } as const;

async function desk(settings: Partial<CallPadSettings> = {}, shown: WindowView | undefined = view()) {
  const rig = await padRig(settingsFor('serial-frame', 'call-pad-21'));
  const link = new RecordingHallLink();
  link.showWindow('w1', shown);
  const device = new CallPad(contextOn(rig.clock), {
    ...{ id: 'p1', window: 'w1', pad: rig.pad, link, words: padWords, language: 'en' },
    ...settings,
  });
  device.start();
  await rig.clock.advance(50);
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      rig.act({ type: 'press', key });
      await rig.clock.advance(150);
    }
  };
  const lamp = (key: string) => rig.look().keys.find((each) => each.key === key)?.lamp;
  const sent = () => link.sent.map(({ type, data }) => ({ type, data }));
  return { rig, link, device, press, lamp, sent };
}

test('next carries the revision that the pad saw and the id and time of the press', async () => {
  const { rig, link, press } = await desk();
  await press('next');
  expect(link.sent).toEqual([{ id: rig.presses[0]?.id, type: 'CallNext', data: { window: 'w1', window_rev: 7 } }]);
});

test('five impatient presses are one call, before the answer and after it', async () => {
  const { rig, link, press, lamp, sent } = await desk();
  await press('next', 'next');
  expect(rig.look().display).toBe('WAIT');
  expect(lamp('next')).toBe('blink');
  link.answer(link.sent[0]?.id ?? '', { ok: true });
  link.showWindow('w1', view({ window_rev: 8, call: called }));
  await press('next', 'next', 'next');
  expect(sent()).toHaveLength(1);
  await rig.clock.advance(1500);
  await press('next');
  expect(sent().map(({ data }) => data)).toEqual([
    { window: 'w1', window_rev: 7 },
    { window: 'w1', window_rev: 8 },
  ]);
});

test('answered, but the view has not moved on: a second press asks nothing', async () => {
  const { rig, link, press, sent } = await desk();
  await press('next');
  link.answer(link.sent[0]?.id ?? '', { ok: true });
  await rig.clock.advance(3000);
  await press('next');
  expect(sent()).toHaveLength(1);
});

test('an ask older than its life holds nobody up', async () => {
  const { rig, press, sent } = await desk();
  await press('next');
  await rig.clock.advance(10_000);
  await press('next');
  expect(sent()).toHaveLength(2);
});

test('a stale press is shown at the pad and can be made again at once', async () => {
  const { rig, link, press, lamp, sent } = await desk();
  await press('next');
  link.answer(link.sent[0]?.id ?? '', { ok: false, error: { code: 'stale', message: 'pressed on an older view' } });
  await rig.clock.advance(100);
  expect(rig.look().display).toBe('STALE: AGAIN');
  expect(lamp('next')).toBe('blink');
  await rig.clock.advance(2000);
  expect(lamp('next')).toBe('on');
  await press('next');
  expect(sent()).toHaveLength(2);
});

test('the display shows the number and who waits, or why not', async () => {
  const { rig, link } = await desk();
  const shows = async (shown: WindowView | undefined) => {
    link.showWindow('w1', shown);
    await rig.clock.advance(100);
    return rig.look().display;
  };
  expect(await shows(view())).toBe('----         W12');
  expect(await shows(view({ call: called, waiting: 3 }))).toBe('A012          W3');
  expect(await shows(view({ state: 'paused' }))).toBe('PAUSED       W12');
  expect(await shows(undefined)).toBe('NO HUB');
});

test('a pad with Chinese characters speaks Chinese', async () => {
  const { rig, link, press } = await desk({ language: 'zh' });
  expect(rig.look().display).toBe('----        等12');
  await press('next');
  link.answer(link.sent[0]?.id ?? '', { ok: false, error: { code: 'stale', message: '' } });
  await rig.clock.advance(100);
  expect(rig.look().display).toBe('已过时,请重按');
  link.showWindow('w1', undefined);
  await rig.clock.advance(3000);
  expect(rig.look().display).toBe('主机离线');
});

test('a press belongs to the view that its clerk saw, though a newer one came before it was told', async () => {
  const settings = settingsFor('serial-frame', 'call-pad-21', { options: { settle_ms: 100 } });
  const rig = await padRig(settings);
  const link = new RecordingHallLink();
  link.showWindow('w1', view());
  const device = new CallPad(contextOn(rig.clock), { id: 'p1', window: 'w1', pad: rig.pad, link, words: padWords });
  device.start();
  await rig.clock.advance(50);
  rig.act({ type: 'press', key: 'next' });
  await rig.clock.advance(40);
  expect(link.sent).toEqual([]);
  link.showWindow('w1', view({ window_rev: 8, call: called }));
  await rig.clock.advance(200);
  expect(link.sent.map(({ data }) => data)).toEqual([{ window: 'w1', window_rev: 7 }]);
});

test('every key is its own command', async () => {
  const { link, press } = await desk({}, view({ call: called }));
  await press('recall', 'start', 'miss', 'complete', 'review', 'hold', 'park', 'pause', 'open', 'close');
  expect(link.sent.map(({ type }) => type)).toEqual([
    'Recall',
    'Start',
    'Miss',
    'Complete',
    'Complete',
    'Hold',
    'Park',
    'PauseWindow',
    'OpenWindow',
    'CloseWindow',
  ]);
  expect(link.sent.filter(({ type }) => type === 'Complete').map(({ data }) => data)).toEqual([
    { window: 'w1', window_rev: 7, review: [] },
    { window: 'w1', window_rev: 7, review: 'all' },
  ]);
});

test('the clerk invites to rate; what may not be rated is said', async () => {
  const { rig, link, press, lamp, sent } = await desk();
  expect(lamp('rate')).toBe('off');
  await press('rate');
  expect(sent()).toEqual([{ type: 'RequestRating', data: { window: 'w1' } }]);
  link.answer(link.sent[0]?.id ?? '', { ok: false, error: { code: 'already-rated', message: '' } });
  await rig.clock.advance(100);
  expect(rig.look().display).toBe('RATED ALREADY');
});

test('pause on a paused window goes on', async () => {
  const { press, sent } = await desk({}, view({ state: 'paused' }));
  await press('pause');
  expect(sent()).toEqual([{ type: 'ResumeWindow', data: { window: 'w1' } }]);
});

test('transfer by digits, before or after the key', async () => {
  const targets = new Map([
    ['12', { window: 'w12' }],
    ['3', { service: 'tax' }],
  ]);
  const { rig, press, sent } = await desk({ targets }, view({ call: called }));
  await press('digit-1', 'digit-2', 'transfer');
  await rig.clock.advance(1200);
  await press('transfer', 'digit-3');
  expect(rig.look().display).toBe('TO 3_');
  await press('enter');
  expect(sent()).toEqual([
    { type: 'Transfer', data: { window: 'w1', window_rev: 7, to: { window: 'w12' } } },
    { type: 'Transfer', data: { window: 'w1', window_rev: 7, to: { service: 'tax' } } },
  ]);
  await press('digit-9', 'transfer');
  expect(sent()).toHaveLength(2);
  expect(rig.look().display).toBe('NO TARGET 9');
});

test('a typed number is called: the held one, or the one that the prefix makes', async () => {
  const one = await desk({ prefixes: ['A'] });
  await one.press('digit-7', 'call');
  expect(one.sent()).toEqual([{ type: 'CallNumber', data: { window: 'w1', window_rev: 7, number: 'A007' } }]);
  const several = await desk({ prefixes: ['A', 'B'] }, view({ held: ['C0007'] }));
  await several.press('digit-7', 'call');
  expect(several.rig.look().display).toBe('C0007?');
  await several.press('call', 'call');
  expect(several.rig.look().display).toBe('B007?');
  await several.press('enter');
  expect(several.sent()).toEqual([{ type: 'CallNumber', data: { window: 'w1', window_rev: 7, number: 'B007' } }]);
});

test('a half-typed number is thrown away in time, by clear, and when the pad is gone', async () => {
  const { rig, press, sent } = await desk({ prefixes: ['A'] });
  await press('digit-1');
  await rig.clock.advance(8000);
  expect(rig.look().display).toBe('TIME OUT');
  await press('digit-1', 'clear', 'digit-2');
  expect(rig.look().display).toBe('2');
  rig.act({ type: 'unplug' });
  await rig.clock.advance(100);
  rig.act({ type: 'plug' });
  await rig.clock.advance(5000);
  await press('call');
  expect(sent()).toEqual([]);
});

test('a clerk logs in by number and PIN; the PIN is not shown', async () => {
  const { rig, link, press, sent } = await desk({ clerks: new Map([['1001', 'zhang']]) });
  await press('login', 'digit-1', 'digit-0', 'digit-0', 'digit-1', 'enter', 'digit-4', 'digit-2');
  expect(rig.look().display).toBe('PIN **_');
  await press('enter');
  const id = rig.presses.at(-1)?.id ?? '';
  const sealed = link.seal('42', id);
  expect(sent()).toEqual([{ type: 'ClerkLogin', data: { window: 'w1', clerk: 'zhang', sealed_pin: sealed } }]);
  await press('login', 'enter');
  expect(sent()).toHaveLength(2);
});

test('without a hub a typed number is called by hand where the box has the board too', async () => {
  const { link, press, sent } = await desk({ prefixes: ['A'], byHand: true });
  link.setHub({ fresh: false, epoch: 1 });
  link.showWindow('w1', undefined);
  await press('digit-1', 'digit-2', 'call');
  expect(sent()).toEqual([{ type: 'CalledByHand', data: { window: 'w1', number: 'A012', day: '1970-01-01' } }]);
  await press('digit-1', 'digit-3', 'call');
  expect(sent()).toHaveLength(2);
});

test('a day in the hall’s own time zone goes with a call by hand', async () => {
  const { link, press, sent } = await desk({ prefixes: ['A'], byHand: true, timeZone: 'Asia/Shanghai' });
  link.hubNow = Date.UTC(2026, 10, 23, 16, 30);
  link.setHub({ fresh: false, epoch: 1 });
  await press('digit-1', 'call');
  expect(sent()[0]?.data).toMatchObject({ day: '2026-11-24' });
});

test('what was called by hand is no revision of the hub, and each visitor has keys of its own', async () => {
  const { rig, link, press, lamp, sent } = await desk({ byHand: true });
  link.setHub({ fresh: false, epoch: 1 });
  for (const number of ['A012', 'A013']) {
    link.showWindow('w1', { ...view({ call: { ...called, number } }), by_hand: true });
    await press('start');
    await rig.clock.advance(1500);
  }
  expect(sent()).toEqual([
    { type: 'Start', data: { window: 'w1' } },
    { type: 'Start', data: { window: 'w1' } },
  ]);
  link.showWindow('w1', undefined);
  await rig.clock.advance(100);
  expect(rig.look().display).toBe('NO HUB: BY HAND');
  expect(lamp('call')).toBe('on');
});

test('a full outbox is refused visibly', async () => {
  const { rig, link, press, lamp, sent } = await desk();
  link.refuses = 'full';
  await press('next');
  expect(rig.look().display).toBe('OUTBOX FULL');
  expect(lamp('next')).toBe('blink');
  link.refuses = undefined;
  await press('next');
  expect(sent()).toHaveLength(1);
});

test('replays: a frame with a wrong check calls nobody, one said five times calls one', async () => {
  const { rig, press, sent } = await desk();
  rig.act({ type: 'fault', fault: 'bad-check', on: true });
  await press('next');
  expect(sent()).toEqual([]);
  rig.act({ type: 'fault', fault: 'bad-check', on: false });
  rig.act({ type: 'fault', fault: 'repeat', on: true });
  await press('next');
  expect(sent()).toHaveLength(1);
});
