/** What a birth claims (F11, F25): taken within what one day can reach, in the listening time, and once; else it moves nothing. */
import { afterEach, describe, expect, test } from 'vitest';
import { highestEpoch } from '../../devices/contract/presence.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { StoredHub } from '../testing/worlds/stored-hub.ts';
import type { BoxPlace } from './box-authority.ts';
import { longestEpochStep } from './hub-epoch.ts';

const rules = { ...testHall, numbering: { ...testHall.numbering, blocks: { from: 500, to: 599, size: 10 } } };
const day = '2026-11-23';
const boxes: readonly BoxPlace[] = ['k1', 'k2'].map((node) => ({
  node,
  devices: [{ id: 'dev', role: 'ticket-kiosk' }],
}));
const issue = { service: 'social' };
const listeningMs = 11_000;

const worlds: StoredHub[] = [];
async function world(afterMs: number): Promise<StoredHub> {
  const made = new StoredHub(rules, { boxes });
  worlds.push(made);
  await made.start('k1', 'k2');
  await made.clock.advance(afterMs);
  return made;
}
afterEach(async () => {
  for (const each of worlds.splice(0)) await each.close();
});

async function nothingMoved(hall: StoredHub, epoch: number): Promise<void> {
  expect(hall.ended).toBeUndefined();
  expect(hall.hub.epoch).toBe(epoch);
  expect(hall.state.leasesBarredUntil).toBe('');
  expect(await hall.events('NumbersSeen')).toEqual([]);
  const k2 = await hall.box('k2');
  expect((await k2.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A001' });
  expect(hall.hub.nodes.faults.of('k1')).toMatchObject([{ code: 'implausible' }]);
  expect(hall.hub.allCounters()).toMatchObject({ restores: 0, implausible: 1 });
}

describe.each([0, listeningMs])('%d ms after the start of the hub', (afterMs) => {
  test.each([
    ['the largest epoch', { epoch_seen: Number.MAX_SAFE_INTEGER }],
    ['an epoch at the limit', { epoch_seen: highestEpoch }],
    ['number A99999', { numbers: [`${day}/A99999`] }],
    ['the last number of the hub’s own range', { numbers: [`${day}/A499`] }],
    ['a prefix that the hall has not', { numbers: [`${day}/Z001`] }],
    ['more answers than it ever had events', { acked: 5, last_seq: 4 }],
    ['answers of a thousand years', { acked: 2 ** 50, last_seq: 2 ** 50 }],
  ])('%s moves nothing', async (_what, claim) => {
    const hall = await world(afterMs);
    const { epoch } = hall.hub;
    await (await hall.box('k1')).birth(claim);
    await nothingMoved(hall, epoch);
    await hall.restart();
    expect(hall.hub.epoch).toBeGreaterThan(epoch);
    expect(hall.hub.epoch).toBeLessThanOrEqual(epoch + longestEpochStep);
  });
});

test('in the listening time numbers that a day can reach are taken, once from each box', async () => {
  const hall = await world(0);
  const k1 = await hall.box('k1');
  await k1.birth({ numbers: [`${day}/A040`] });
  expect(await hall.events('NumbersSeen')).toMatchObject([{ tickets: [`${day}/A040`] }]);
  await k1.birth({ numbers: [`${day}/A080`] });
  expect(await hall.events('NumbersSeen')).toHaveLength(1);
  expect((await k1.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A041' });
});

test('after the listening time a box alone bars no blocks and moves no number', async () => {
  const hall = await world(listeningMs);
  const k1 = await hall.box('k1');
  await k1.birth({ numbers: [`${day}/A040`], acked: 4, last_seq: 4 });
  expect(hall.state.leasesBarredUntil).toBe('');
  expect(hall.hub.allCounters()).toMatchObject({ restores: 0 });
  expect((await k1.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A001' });
});

test('a step in the sequence that no box can have made moves nothing, and the box goes on where it was', async () => {
  const hall = await world(listeningMs);
  const k1 = await hall.box('k1');
  await k1.send('IssueTicket', issue);
  const far = Number.MAX_SAFE_INTEGER;
  await k1.post('IssueTicket', issue, { seq: far, first: far });
  await hall.clock.advance(20);
  expect(k1.answers.get(far)?.error?.code).toBe('implausible');
  expect(hall.hub.streams.mark('k1')?.upto).toBe(1);
  expect((await k1.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A002' });
  const k3 = await hall.box('k3');
  await k3.post('IssueTicket', issue, { seq: far, first: far });
  await hall.clock.advance(20);
  expect(hall.hub.streams.mark('k3')).toBeUndefined();
  expect(hall.hub.streams.waiting.has('k3')).toBe(true);
});

test('a box that has seen a higher epoch within reach is followed, once', async () => {
  const hall = await world(listeningMs);
  const k1 = await hall.box('k1');
  const seen = hall.hub.epoch + 40;
  await k1.birth({ epoch_seen: seen });
  const followed = hall.hub.epoch;
  expect(followed).toBeGreaterThan(seen);
  await k1.birth({ epoch_seen: followed + 50 });
  expect(hall.hub.epoch).toBe(followed);
});
