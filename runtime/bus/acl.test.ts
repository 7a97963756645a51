import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTopic, topics } from '../../devices/contract/topics.ts';
import { type Identity, whyNotPublish, whyNotSubscribe } from './acl.ts';

const hall = 'centre';
const hub: Identity = { kind: 'hub' };
const k1: Identity = { kind: 'node', node: 'k1' };

const all = (node: string) => ({
  hubState: topics.hubState(hall),
  state: topics.nodeState(hall, node),
  birth: topics.nodeBirth(hall, node),
  device: topics.nodeDevice(hall, node, 'printer'),
  evt: topics.nodeEvt(hall, node),
  res: topics.nodeRes(hall, node),
  ack: topics.nodeAck(hall, node),
  cmd: topics.nodeCmd(hall, node),
  window: topics.windowView(hall, 'w1'),
  service: topics.serviceView(hall, 'social'),
  hall: topics.hallView(hall),
  log: topics.log(hall),
});
const allowed = (check: (topic: string) => string | undefined, of: Record<string, string>) =>
  Object.keys(of).filter((name) => check(of[name] as string) === undefined);

test('a node writes its own five topics, and nobody else’s', () => {
  expect(allowed((topic) => whyNotPublish(hall, k1, topic, false), all('k1'))).toEqual([
    'state',
    'birth',
    'device',
    'evt',
    'res',
  ]);
  expect(allowed((topic) => whyNotPublish(hall, k1, topic, false), all('k2'))).toEqual([]);
});

test('a node reads its own three, the hub’s state and the views', () => {
  expect(allowed((topic) => whyNotSubscribe(hall, k1, topic), all('k1'))).toEqual([
    'hubState',
    'state',
    'ack',
    'cmd',
    'window',
    'service',
    'hall',
  ]);
  expect(allowed((topic) => whyNotSubscribe(hall, k1, topic), all('k2'))).toEqual([
    'hubState',
    'window',
    'service',
    'hall',
  ]);
  expect(whyNotSubscribe(hall, k1, 'hall/1/centre/view/#')).toBeUndefined();
  expect(whyNotSubscribe(hall, k1, 'hall/1/centre/view/window/+')).toBeUndefined();
});

test.each([
  '#',
  '+/#',
  '$SYS/#',
  'hall/#',
  'hall/1/+/view/#',
  'hall/1/centre/#',
  'hall/1/centre/node/#',
  'hall/1/centre/node/+/cmd',
  'hall/1/centre/node/k1/+',
  'hall/1/centre/node/k1/evt',
  'hall/1/centre/+/hall',
  'hall/1/other/view/#',
  'hall/1/centre/log',
  'hall/1/centre/view/#/x',
])('a node may not subscribe to %s', (filter) => {
  expect(whyNotSubscribe(hall, k1, filter)).toBeTypeOf('string');
});

test('the hub has its own hall and no other', () => {
  for (const topic of Object.values({ ...all('k1'), ...all('k2') })) {
    expect(whyNotPublish(hall, hub, topic, false)).toBeUndefined();
    expect(whyNotSubscribe(hall, hub, topic)).toBeUndefined();
  }
  for (const topic of ['$SYS/x', 'hall/1/other/log', 'hall/2/centre/log', 'hall/1/centre/anything'])
    expect(whyNotPublish(hall, hub, topic, false)).toBeTypeOf('string');
  for (const filter of ['#', '$SYS/#', 'hall/1/+/log', 'hall/1/other/#'])
    expect(whyNotSubscribe(hall, hub, filter)).toBeTypeOf('string');
});

test('momentary messages are never retained, by anybody', () => {
  const kept = (who: Identity) => allowed((topic) => whyNotPublish(hall, who, topic, true), all('k1'));
  expect(kept(hub)).toEqual(['hubState', 'state', 'birth', 'device', 'window', 'service', 'hall']);
  expect(kept(k1)).toEqual(['state', 'birth', 'device']);
});

test('whatever a node may write parses as a topic of that node', () => {
  const level = fc.oneof(
    fc.constantFrom('hall', '1', 'centre', 'node', 'k1', 'k2', 'state', 'evt', 'device', 'toString', '__proto__', ''),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(level, { maxLength: 8 }), (levels) => {
      for (const topic of [levels.join('/'), ['hall/1/centre/node', ...levels].join('/')]) {
        if (whyNotPublish(hall, k1, topic, false) !== undefined) continue;
        expect(parseTopic(hall, topic)).toMatchObject({ node: 'k1' });
      }
    }),
    { numRuns: 500 },
  );
});
