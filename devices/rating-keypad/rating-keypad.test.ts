import { describe, expect, test } from 'vitest';
import { padRig, settingsFor } from '../../drivers/simulated/keypad/pad-rig.kit.ts';
import { contextOn } from '../context.kit.ts';
import type { WindowView } from '../contract/view.ts';
import { RecordingHallLink } from '../recording-hall-link.kit.ts';
import { RatingKeypad } from './rating-keypad.ts';

const serving = '2026-11-23/A012#1';

function view(rating: WindowView['rating'], rev = 1): WindowView {
  return {
    v: 1,
    epoch: 1,
    rev,
    valid_until: 9_000_000,
    window: 'w1',
    number: 1,
    name: { zh: '1号窗口', en: 'Window 1' },
    role: 'intake',
    state: 'open',
    window_rev: rev,
    call: null,
    rating,
    waiting: 0,
    held: [],
    clerk: null,
  };
}

const hidPads = ['rating-5', 'rating-5-reasons', 'rating-5-decline'];

async function rated(profile = 'rating-5') {
  const rig = await padRig(settingsFor(hidPads.includes(profile) ? 'hid-table' : 'serial-frame', profile));
  const link = new RecordingHallLink();
  const startMs = rig.clock.monotonicMs();
  Object.defineProperty(link, 'hubNowMs', { value: () => 1_000_000 + rig.clock.monotonicMs() - startMs });
  const device = new RatingKeypad(contextOn(rig.clock), { id: 'r1', window: 'w1', pad: rig.pad, link });
  device.start();
  const arm = (untilMs = 30_000, what = serving) =>
    link.showWindow('w1', view({ serving: what, armed_until: link.hubNowMs() + untilMs }));
  const press = async (key: string) => {
    rig.act({ type: 'press', key });
    await rig.clock.advance(200);
  };
  const lit = () =>
    rig
      .look()
      .keys.filter(({ lamp }) => lamp !== 'off')
      .map(({ key }) => key);
  const types = () => link.sent.map(({ type, data }) => [type, (data as { reason?: string }).reason ?? '']);
  return { rig, link, device, arm, press, lit, types };
}

describe.each(['rating-5', 'rating-5-serial'] as const)('%s', (profile) => {
  test('armed by the view, the first press decides, thanks for two seconds', async () => {
    const { rig, link, arm, press, lit } = await rated(profile);
    expect(lit()).toEqual([]);
    arm();
    await rig.clock.advance(100);
    expect(lit()).toHaveLength(5);
    await press('level-4');
    expect(link.sent.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'RateService', data: { serving, window: 'w1', level: 4 } },
    ]);
    expect(link.sent[0]?.id).toBe(rig.presses[0]?.id);
    expect(lit()).toEqual(['level-4']);
    await rig.clock.advance(2500);
    expect(lit()).toEqual([]);
  });
});

test('a second press and one after the time are evidence', async () => {
  const { rig, arm, press, types } = await rated();
  arm();
  await press('level-1');
  await rig.clock.advance(1000);
  await press('level-5');
  await rig.clock.advance(31_000);
  await press('level-5');
  expect(types()).toEqual([
    ['RateService', ''],
    ['StrayRating', 'already-rated'],
    ['StrayRating', 'not-armed'],
  ]);
});

test('nobody armed it: a stray press, and without a hub it says so', async () => {
  const { link, press, types } = await rated();
  await press('level-3');
  link.setHub({ fresh: false, epoch: 1 });
  await press('level-2');
  expect(types()).toEqual([
    ['StrayRating', 'not-armed'],
    ['StrayRating', 'hub-away'],
  ]);
});

test('an expired arming arms nothing', async () => {
  const { rig, arm, press, lit, types, device } = await rated();
  arm(0);
  expect(device.detail().armed).toBe(false);
  await rig.clock.advance(100);
  expect(lit()).toEqual([]);
  expect(device.detail().armed).toBe(false);
  await press('level-3');
  expect(types()).toEqual([['StrayRating', 'not-armed']]);
});

test('the same arming shown again after the press does not arm twice, nor after a restart', async () => {
  const { rig, link, device, arm, press, types } = await rated();
  arm();
  await press('level-5');
  arm();
  await rig.clock.advance(3000);
  await press('level-1');
  await device.close();
  const again = new RatingKeypad(contextOn(rig.clock), { id: 'r1', window: 'w1', pad: rig.pad, link });
  again.start();
  expect(again.detail().armed).toBe(false);
  expect(types()).toEqual([
    ['RateService', ''],
    ['StrayRating', 'already-rated'],
  ]);
});

test('a call does not disarm, the next Complete arms for the other service', async () => {
  const { rig, link, arm, press } = await rated();
  arm();
  await rig.clock.advance(500);
  arm(30_000, '2026-11-23/A013#1');
  await press('level-2');
  expect(link.sent.map(({ data }) => data)).toEqual([{ serving: '2026-11-23/A013#1', window: 'w1', level: 2 }]);
});

test('a key pressed before the prompt is no answer to it', async () => {
  const { rig, arm, press, types } = await rated();
  rig.act({ type: 'press', key: 'level-1' });
  await rig.clock.advance(10);
  arm();
  await rig.clock.advance(500);
  expect(types()).toEqual([['StrayRating', 'not-armed']]);
  await press('level-4');
  expect(types().at(-1)).toEqual(['RateService', '']);
});

test('a hub that goes away does not disarm what it armed', async () => {
  const { link, arm, press, types } = await rated();
  arm();
  link.showWindow('w1', undefined);
  link.setHub({ fresh: false, epoch: 1 });
  await press('level-3');
  expect(types()).toEqual([['RateService', '']]);
});

test('two keys together are no rating, and the visitor may press again', async () => {
  const { rig, arm, press, types } = await rated();
  arm();
  rig.act({ type: 'press', key: 'level-1' });
  await press('level-2');
  await rig.clock.advance(500);
  await press('level-2');
  expect(types()).toEqual([
    ['StrayRating', 'two-keys'],
    ['StrayRating', 'two-keys'],
    ['RateService', ''],
  ]);
});

test('the pad is lost while armed: not rated, pad away, said once', async () => {
  const { rig, arm, types } = await rated();
  arm();
  await rig.clock.advance(100);
  rig.act({ type: 'unplug' });
  await rig.clock.advance(60_000);
  expect(types()).toEqual([['RatingUnavailable', 'pad-away']]);
});

test('a pad that is back within two seconds still takes the rating, its lamps lit again', async () => {
  const { rig, arm, press, lit, types } = await rated();
  arm();
  await rig.clock.advance(100);
  rig.act({ type: 'unplug' });
  await rig.clock.advance(50);
  rig.act({ type: 'plug' });
  await rig.clock.advance(1000);
  expect(lit()).toHaveLength(5);
  await press('level-5');
  expect(types()).toEqual([['RateService', '']]);
});

test('a full outbox is seen at the pad, and the press can be made again', async () => {
  const { rig, link, arm, press, types, device } = await rated();
  arm();
  link.refuses = 'full';
  await press('level-5');
  expect(device.detail().armed).toBe(true);
  link.refuses = undefined;
  await rig.clock.advance(3000);
  await press('level-5');
  expect(types()).toEqual([['RateService', '']]);
});

test('a child at the pad: evidence is bounded, the rest is counted', async () => {
  const { rig, press, link, device } = await rated();
  for (let round = 0; round < 30; round += 1) {
    await press('level-1');
    await rig.clock.advance(400);
  }
  expect(link.sent).toHaveLength(20);
  expect(device.detail()).toMatchObject({ strays: 30, straysDropped: 10 });
});

test('a low rating lights the keys for its reasons; each says one, once; a better one says thanks', async () => {
  const { rig, link, arm, press, lit, types } = await rated('rating-5-reasons');
  arm();
  await rig.clock.advance(100);
  expect(lit()).toHaveLength(5);
  await press('level-2');
  expect(lit()).toEqual(['reason-slow', 'reason-attitude', 'reason-unclear']);
  await press('reason-slow');
  await rig.clock.advance(500);
  await press('reason-slow');
  expect(lit()).toEqual(['reason-attitude', 'reason-unclear']);
  await rig.clock.advance(15_000);
  expect(lit()).toEqual([]);
  await press('reason-attitude');
  expect(types()).toEqual([
    ['RateService', ''],
    ['AddRatingReason', 'slow'],
    ['StrayRating', 'already-rated'],
    ['StrayRating', 'not-armed'],
  ]);
  expect(link.sent[1]?.data).toEqual({ serving, window: 'w1', reason: 'slow' });
  arm(30_000, '2026-11-23/A013#1');
  await press('level-4');
  expect(lit()).toEqual(['level-4']);
});

test('a visitor says no with the key for it: asked, not rated, and no later press counts', async () => {
  const { rig, link, device, arm, press, lit, types } = await rated('rating-5-decline');
  await press('decline');
  expect(types()).toEqual([['StrayRating', 'not-armed']]);
  await rig.clock.advance(1000);
  arm();
  await rig.clock.advance(100);
  expect(lit()).toEqual(['level-5', 'level-4', 'level-3', 'level-2', 'level-1', 'decline']);
  await press('decline');
  expect(link.sent[1]).toMatchObject({
    type: 'RatingUnavailable',
    data: { serving, window: 'w1', reason: 'declined' },
    id: rig.presses[1]?.id,
  });
  expect(lit()).toEqual(['decline']);
  await press('level-1');
  arm();
  await rig.clock.advance(3000);
  expect(lit()).toEqual([]);
  expect(types().slice(2)).toEqual([['StrayRating', 'already-rated']]);
  expect(device.detail()).toMatchObject({ declined: 1, rated: 0 });
});

test('a "no" is held to what a level is: not while the outbox is full, not by a key that was down before', async () => {
  const { rig, link, device, arm, press, types } = await rated('rating-5-decline');
  arm();
  link.refuses = 'full';
  await press('decline');
  expect(device.detail()).toMatchObject({ armed: true, declined: 0, refused: 1 });
  link.refuses = undefined;
  arm(30_000, '2026-11-23/A013#1');
  await rig.clock.advance(31_000);
  await press('decline');
  rig.act({ type: 'press', key: 'decline' });
  await rig.clock.advance(10);
  arm(30_000, '2026-11-23/A014#1');
  await rig.clock.advance(1000);
  expect(new Set(types().map(([type]) => type))).toEqual(new Set(['StrayRating']));
  await press('decline');
  expect(types().at(-1)).toEqual(['RatingUnavailable', 'declined']);
});

test('the clerk invites again: the time is longer, or the lamps come on once more', async () => {
  const { rig, arm, press, lit, types } = await rated();
  arm();
  await rig.clock.advance(20_000);
  arm();
  await rig.clock.advance(20_000);
  expect(lit()).toHaveLength(5);
  await rig.clock.advance(11_000);
  expect(lit()).toEqual([]);
  arm();
  await rig.clock.advance(100);
  expect(lit()).toHaveLength(5);
  await press('level-4');
  arm();
  await rig.clock.advance(3000);
  expect(lit()).toEqual([]);
  expect(types()).toEqual([['RateService', '']]);
});

test('a key that a pad without releases says again and again rates nothing when it is armed', async () => {
  const { rig, arm, press, types } = await rated('rating-3-octet');
  for (let again = 0; again < 12; again += 1) {
    if (again === 5) arm();
    rig.act({ type: 'press', key: 'level-1' });
    await rig.clock.advance(500);
  }
  expect(new Set(types().map(([type]) => type))).toEqual(new Set(['StrayRating']));
  expect(types().at(-1)).toEqual(['StrayRating', 'stuck']);
  await press('level-3');
  expect(types().at(-1)).toEqual(['RateService', '']);
});

test('a key stuck before it is armed is evidence and a named fault, and the others still rate', async () => {
  const stuck = await padRig(settingsFor('hid-standard', 'rating-5-standard'));
  const link = new RecordingHallLink();
  const device = new RatingKeypad(contextOn(stuck.clock), { id: 'r2', window: 'w1', pad: stuck.pad, link });
  device.start();
  stuck.act({ type: 'fault', fault: 'stuck', on: true, key: 'level-1' });
  await stuck.clock.advance(11_000);
  expect(stuck.faults()).toEqual(['key-stuck']);
  link.showWindow('w1', view({ serving, armed_until: link.hubNowMs() + 30_000 }));
  stuck.act({ type: 'press', key: 'level-5' });
  await stuck.clock.advance(500);
  expect(link.sent.map(({ type }) => type)).toEqual(['StrayRating', 'RateService']);
  await device.close();
});

test.each([
  ['rating-3-octet', [5, 3, 1]],
  ['rating-4-serial', [5, 4, 3, 2]],
])('%s: its keys stand for %j of the five levels', async (profile, levels) => {
  const { rig, link, arm, press } = await rated(profile);
  for (const [at, level] of levels.entries()) {
    arm(30_000, `2026-11-23/A0${at}#1`);
    await press(`level-${level}`);
    await rig.clock.advance(3000);
  }
  expect(link.sent.map(({ data }) => (data as { level: number }).level)).toEqual(levels);
});
