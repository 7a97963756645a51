/** The hub on a bus and a disk in memory, in virtual time: answers once, in order, only what is on disk; survives its own death anywhere. */

import { expect, test } from 'vitest';
import type { evtSchemas } from '../../devices/contract/messages.ts';
import { topics } from '../../devices/contract/topics.ts';
import { seededRandom } from '../../drivers/random.ts';
import { RecordingLog } from '../../drivers/recording-log.kit.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import type { BusMessage } from '../bus/bus.ts';
import { indexRules } from '../queue/rules-index.ts';
import { openTickets } from '../queue/selectors.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { MemoryHallDisk, MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { Hub } from './hub.ts';
import { journalRules } from './journal-rules.ts';

const stream = '11111111-2222-4333-8444-555555555555';
const hall = testHall.hall;
const service = testHall.services[0]?.id ?? '';
/** A Monday morning with the hall open. */
const mondayMs = Date.UTC(2026, 10, 23, 2, 0);

type Json = Record<string, unknown>;

class Bench {
  readonly clock = new VirtualClock(mondayMs);
  readonly broker = new LocalBroker({ clock: this.clock, random: seededRandom(7) });
  readonly disk = new MemoryHallDisk();
  readonly node = new LocalBus(this.broker, 'k1');
  readonly acks: Json[] = [];
  readonly log = new RecordingLog();
  fault = (_label: string): void => {};
  hub: Hub;
  hubBus: LocalBus;

  constructor() {
    this.hubBus = new LocalBus(this.broker, 'hub');
    this.hub = this.newHub();
  }

  async start(): Promise<void> {
    await this.run(this.hub.start());
    this.node.start({
      up: () => {
        void this.node.subscribe(topics.nodeAck(hall, 'k1'), ({ payload }) =>
          this.acks.push(JSON.parse(Buffer.from(payload).toString())),
        );
      },
    });
    await this.clock.advance(100);
  }

  /** A promise of the world under test settles only as its time moves. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (let i = 0; i < 1000 && !done; i++) await this.clock.advance(1);
    return settled;
  }

  async crashAndRestart(): Promise<void> {
    this.hub.crash();
    await this.hubBus.abort();
    this.disk.crash();
    this.fault = () => {};
    this.hubBus = new LocalBus(this.broker, 'hub');
    this.hub = this.newHub();
    await this.run(this.hub.start());
    await this.clock.advance(100);
  }

  async evt(seq: number, type: string, data: unknown, more: Json = {}): Promise<void> {
    const envelope = {
      v: 1,
      id: `command-${seq}`,
      type,
      node: 'k1',
      stream,
      seq,
      at: new Date(this.clock.wallMs()).toISOString(),
      data,
      ...more,
    };
    await this.raw(topics.nodeEvt(hall, 'k1'), JSON.stringify(envelope));
  }

  async raw(topic: string, payload: string): Promise<void> {
    await this.run(this.node.publish(topic, payload));
    await this.clock.advance(20);
  }

  issued(): number {
    return this.disk.journal.filter((line) => line.includes('"TicketIssued"')).length;
  }

  newHub(): Hub {
    return new Hub(
      {
        clock: this.clock,
        random: seededRandom(11),
        log: this.log,
      },
      {
        hubId: 'hub',
        rules: testHall,
        store: new MemoryHallStore(this.disk, (label) => this.fault(label)),
        bus: this.hubBus,
        onFatal: () => {},
      },
    );
  }
}

const issue = { service, matters: [], class: 'ordinary' };
const lastAnswer = (bench: Bench): Json => {
  const answers = bench.acks.at(-1)?.answers;
  const last = Array.isArray(answers) ? answers.at(-1) : undefined;
  if (last === undefined) throw new Error('no answer came');
  return last;
};
const numberOf = (answer: Json) => (answer.result as Json).number;

test('an ask is answered with its number once it is on disk, and a repeat gets the same answer', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  expect(lastAnswer(bench)).toMatchObject({ id: 'command-1', seq: 1, ok: true });
  const first = lastAnswer(bench).result as Json;
  expect(first.number).toMatch(/^[A-Z]+\d+$/);
  await bench.evt(1, 'IssueTicket', issue);
  expect(lastAnswer(bench).result).toEqual(first);
  expect(bench.issued()).toBe(1);
});

test('nothing beyond a gap is applied; the acknowledgement carries the high-water mark', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  await bench.evt(3, 'IssueTicket', issue);
  expect(bench.issued()).toBe(1);
  expect(bench.acks.at(-1)).toMatchObject({ upto: 1, answers: [] });
  await bench.evt(2, 'IssueTicket', issue);
  await bench.evt(3, 'IssueTicket', issue);
  expect(bench.issued()).toBe(3);
  expect(bench.acks.at(-1)).toMatchObject({ upto: 3 });
});

test.each(['before-commit', 'after-commit'])(
  'the hub dies at %s: after the restart the kiosk has its number once',
  async (label) => {
    const bench = new Bench();
    await bench.start();
    bench.fault = (at) => {
      if (at.endsWith(label)) throw new Error(`power cut at ${at}`);
    };
    await bench.evt(1, 'IssueTicket', issue);
    expect(bench.acks).toEqual([]);
    await bench.crashAndRestart();
    await bench.evt(1, 'IssueTicket', issue);
    expect(lastAnswer(bench)).toMatchObject({ id: 'command-1', ok: true });
    expect(bench.issued()).toBe(1);
  },
);

test('a restart has a higher epoch and the same queue, and publishes every view again to an empty broker', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  const epoch = bench.hub.epoch;
  const before = openTickets(bench.hub.loop.state, 100);
  bench.broker.restart();
  await bench.crashAndRestart();
  await bench.clock.advance(20_000);
  expect(bench.hub.epoch).toBeGreaterThan(epoch);
  expect(before).toHaveLength(1);
  expect(openTickets(bench.hub.loop.state, 100)).toEqual(before);
  for (const window of testHall.windows)
    expect(bench.broker.retained(topics.windowView(hall, window.id))).toBeDefined();
});

test('a bad message on every topic changes nothing, is said once with its topic and reason, and is counted', async () => {
  const bench = new Bench();
  await bench.start();
  const journal = bench.disk.journal.length;
  const nodeTopics = [
    topics.nodeEvt(hall, 'k1'),
    topics.nodeState(hall, 'k1'),
    topics.nodeBirth(hall, 'k1'),
    topics.nodeDevice(hall, 'k1', 'panel'),
  ];
  const bad = ['not json', '[]', '{"v":2}', 'null', '"text"', `{"v":1,"x":"${'x'.repeat(60_000)}"}`];
  for (const topic of nodeTopics)
    for (const payload of bad) for (let twice = 0; twice < 2; twice++) await bench.raw(topic, payload);
  expect(bench.disk.journal.length).toBe(journal);
  expect(bench.hub.counters.badMessages).toBe(nodeTopics.length * bad.length * 2);
  const warnings = bench.log.lines.filter(({ level }) => level === 'warn');
  const said = warnings.map(({ fields }) => `${fields.topic} ${fields.reason}`);
  expect(new Set(said).size).toBe(said.length);
  for (const topic of nodeTopics) expect(said.some((line) => line.startsWith(topic))).toBe(true);
});

test('an unknown type or wrong data is answered with a refusal, so that no event blocks its box', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'SingAndDance', {});
  expect(lastAnswer(bench)).toMatchObject({ ok: false, error: { code: 'unknown-type' } });
  await bench.evt(2, 'IssueTicket', { service: 17 });
  expect(lastAnswer(bench)).toMatchObject({ ok: false, error: { code: 'bad-data' } });
  await bench.evt(3, 'IssueTicket', { ...issue, future_field: 'ignored' });
  expect(lastAnswer(bench)).toMatchObject({ seq: 3, ok: true });
});

test('an envelope that names another node than its topic is dropped', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue, { node: 'k2' });
  expect(bench.issued()).toBe(0);
  expect(bench.hub.counters.badMessages).toBe(1);
});

test('another store of a known node waits for a technician, and is taken over when adopted', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  const other = '99999999-2222-4333-8444-555555555555';
  await bench.evt(5, 'IssueTicket', issue, { stream: other, first: 5, id: 'command-of-the-new-box' });
  expect(bench.acks.at(-1)).toMatchObject({ stream: other, stream_error: 'stream-unknown' });
  expect(bench.issued()).toBe(1);
  await bench.run(bench.hub.adopt('k1'));
  await bench.evt(5, 'IssueTicket', issue, { stream: other, first: 5, id: 'command-of-the-new-box' });
  expect(bench.acks.at(-1)).toMatchObject({ stream: other, upto: 5 });
  expect(bench.issued()).toBe(2);
});

test('the new store stays adopted after a restart, whatever its name', async () => {
  for (const other of ['00000000-2222-4333-8444-555555555555', 'ffffffff-2222-4333-8444-555555555555']) {
    const bench = new Bench();
    await bench.start();
    await bench.evt(1, 'IssueTicket', issue);
    await bench.evt(1, 'IssueTicket', issue, { stream: other, id: 'command-of-the-new-box' });
    await bench.clock.advance(6_000);
    expect(await bench.run(bench.hub.adopt('k1'))).toBeUndefined();
    await bench.crashAndRestart();
    await bench.evt(1, 'IssueTicket', issue, { stream: other, id: 'command-of-the-new-box' });
    expect(bench.acks.at(-1)).toMatchObject({ stream: other, upto: 1 });
    expect(bench.issued()).toBe(2);
  }
});

test('a copied card: the same place in the stream with another event is refused as what it is, and nothing is applied', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  await bench.evt(1, 'IssueTicket', issue, { id: 'command-of-the-copy' });
  expect(bench.acks.at(-1)).toMatchObject({ stream, stream_error: 'stream-conflict' });
  expect(bench.issued()).toBe(1);
  expect(bench.hub.allCounters()).toMatchObject({ conflicts: 1 });
});

test('a second box with an id in use is told so and never acknowledged; the bound one stays', async () => {
  const bench = new Bench();
  await bench.start();
  const state = (of: string) => JSON.stringify({ v: 1, state: 'ready', session: 1, stream: of });
  await bench.evt(1, 'IssueTicket', issue);
  await bench.raw(topics.nodeState(hall, 'k1'), state(stream));
  const second = '99999999-2222-4333-8444-555555555555';
  await bench.evt(1, 'IssueTicket', issue, { stream: second, id: 'command-of-the-second' });
  expect(bench.acks.at(-1)).toMatchObject({ stream: second, stream_error: 'duplicate-node', answers: [] });
  expect(await bench.run(bench.hub.adopt('k1'))).toMatchObject({ code: 'box-alive' });
  await bench.evt(2, 'IssueTicket', issue);
  expect(bench.acks.at(-1)).toMatchObject({ stream, upto: 2 });
  // The first is switched off: now a technician may take the second.
  await bench.clock.advance(6_000);
  expect(await bench.run(bench.hub.adopt('k1'))).toBeUndefined();
  expect(await bench.run(bench.hub.adopt('k1'))).toMatchObject({ code: 'nobody-waits' });
});

test('a clock that is set back an hour moves no time backwards', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  bench.clock.stepWall(-3_600_000);
  await bench.evt(2, 'IssueTicket', issue);
  await bench.evt(3, 'TicketPrinted', { ticket: (lastAnswer(bench).result as Json).ticket, verdict: 'printed' });
  const times = bench.disk.journal.map((line) => JSON.parse(line).at as number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(bench.issued()).toBe(2);
});

test('the same effect under a new stream is not applied twice', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  const number = numberOf(lastAnswer(bench));
  const other = '99999999-2222-4333-8444-555555555555';
  await bench.evt(1, 'IssueTicket', issue, { stream: other });
  await bench.run(bench.hub.adopt('k1'));
  await bench.evt(1, 'IssueTicket', issue, { stream: other });
  expect(numberOf(lastAnswer(bench))).toBe(number);
  expect(bench.issued()).toBe(1);
});

test('every type of the contract is mapped to a command that the queue knows how to answer', async () => {
  const bench = new Bench();
  await bench.start();
  const window = testHall.windows[0]?.id ?? '';
  const samples: Record<keyof typeof evtSchemas, unknown> = {
    IssueTicket: issue,
    IssuedFromBlock: { commandId: 'command-x', ticket: '2026-11-23/A900', lease: 'l1', service },
    LeaseBlocks: { prefixes: ['A'] },
    CheckIn: { appointment: 'YY-20261124-01' },
    ReturnTicket: { ticket: '2026-11-23/A001' },
    CancelIssue: { commandId: 'command-y', reason: 'late' },
    TicketPrinted: { ticket: '2026-11-23/A001', verdict: 'printed' },
    TicketPrintFailed: { ticket: '2026-11-23/A001', reason: 'paper-out' },
    PressRefused: { key: '1', reason: 'paper-out' },
    CallNext: { window },
    CallNumber: { window, number: 'A001' },
    Recall: { window },
    Start: { window },
    Miss: { window },
    Complete: { window },
    Hold: { window },
    Park: { window },
    Transfer: { window, to: { service } },
    OpenWindow: { window },
    CloseWindow: { window },
    PauseWindow: { window },
    ResumeWindow: { window },
    ClerkLogin: { window, clerk: 'nobody', sealed_pin: 'x' },
    ClerkLogout: { window },
    CalledByHand: { window, number: 'A001', day: '2026-11-23' },
    CallShown: { window, board: 'b', ticket: '2026-11-23/A001', call: 1, epoch: 1, rev: 1, outcome: 'shown' },
    RateService: { serving: 's', window, level: 5 },
    StrayRating: { window, key: 'level-1', reason: 'not-armed' },
    RatingUnavailable: { serving: 's', window, reason: 'pad-away' },
    RequestRating: { window },
    AddRatingReason: { serving: 's', window, reason: 'attitude' },
  };
  let seq = 0;
  for (const [type, data] of Object.entries(samples)) {
    seq += 1;
    await bench.evt(seq, type, data);
    await bench.clock.advance(200);
    const answer = lastAnswer(bench) as { seq: number; ok: boolean; error?: Json };
    expect(answer.seq, type).toBe(seq);
    if (!answer.ok)
      expect(answer.error?.code, `${type}: ${JSON.stringify(answer.error)}`).not.toMatch(
        /unknown-type|bad-data|unknown-command/,
      );
  }
});

/** A wire that brings events in pairs, as one read of a socket does. */
class PairedBus extends LocalBus {
  override subscribe(filter: string, handler: (message: BusMessage) => void): Promise<void> {
    const held: BusMessage[] = [];
    return super.subscribe(filter, (message) => {
      if (!filter.endsWith('/evt')) return handler(message);
      held.push(message);
      if (held.length === 2) for (const each of held.splice(0)) handler(each);
    });
  }
}

test('a login that comes in one breath with the event before it is checked all the same', async () => {
  const bench = new Bench();
  bench.hubBus = new PairedBus(bench.broker, 'hub');
  bench.hub = bench.newHub();
  await bench.start();
  const window = testHall.windows[0]?.id ?? '';
  await bench.evt(1, 'PauseWindow', { window });
  await bench.evt(2, 'ClerkLogin', { window, clerk: testHall.clerks[0]?.id ?? '', pin: '0000' });
  for (let turn = 0; turn < 200 && bench.acks.length < 2; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await bench.clock.advance(10);
  }
  expect(lastAnswer(bench)).toMatchObject({ seq: 2, ok: false, error: { code: 'pin-in-plain' } });
  expect(bench.disk.journal.filter((line) => line.includes('"ClerkLoggedIn"'))).toEqual([]);
});

test('the journal knows that a clerk has a PIN, and neither the PIN nor the name', async () => {
  const bench = new Bench();
  await bench.start();
  const configured = bench.disk.journal.find((text) => text.includes('HallConfigured')) ?? '';
  for (const { id, name } of testHall.clerks) {
    expect(configured).toContain(`"id":"${id}"`);
    expect(configured).not.toContain(`"name":"${name}"`);
  }
  const [clerk] = testHall.clerks;
  if (clerk === undefined) throw new Error('no clerk');
  const pinned = journalRules({ ...testHall, clerks: [{ ...clerk, pinHash: 'aabb:ccdd' }] });
  expect(JSON.stringify(pinned)).not.toContain('ccdd');
  expect(indexRules(pinned).loginNeeded).toBe(true);
});

test('the first box back in its place goes on where it was: what was applied is answered again, and the hub lives', async () => {
  for (const restart of [false, true]) {
    const bench = new Bench();
    await bench.start();
    await bench.evt(1, 'IssueTicket', issue);
    const number = numberOf(lastAnswer(bench));
    const other = '99999999-2222-4333-8444-555555555555';
    await bench.evt(1, 'IssueTicket', issue, { stream: other, id: 'command-of-the-new-box' });
    await bench.run(bench.hub.adopt('k1'));
    await bench.evt(1, 'IssueTicket', issue, { stream: other, id: 'command-of-the-new-box' });
    if (restart) await bench.crashAndRestart();
    // The answer to its last event never came to it.
    await bench.evt(1, 'IssueTicket', issue, { first: 1 });
    await bench.clock.advance(6_000);
    expect(await bench.run(bench.hub.adopt('k1'))).toBeUndefined();
    await bench.evt(1, 'IssueTicket', issue, { first: 1 });
    expect(bench.acks.at(-1)).toMatchObject({ stream, upto: 1 });
    expect(numberOf(lastAnswer(bench))).toBe(number);
    await bench.evt(2, 'IssueTicket', issue, { first: 2 });
    expect(bench.acks.at(-1)).toMatchObject({ stream, upto: 2 });
    expect(bench.hub.leading).toBe(true);
    expect(bench.hub.allCounters()).toMatchObject({ repeats: 1 });
    expect(bench.issued()).toBe(3);
  }
});

test('a box from the shelf asks for an answer that was let go: it is told so, and its outbox moves on', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.evt(1, 'IssueTicket', issue);
  bench.disk.answers.clear();
  bench.disk.applied.clear();
  const before = bench.acks.length;
  await bench.evt(1, 'IssueTicket', issue);
  expect(bench.acks.slice(before)).toMatchObject([
    { upto: 1, answers: [{ id: 'command-1', seq: 1, ok: false, error: { code: 'answer-forgotten' } }] },
  ]);
  expect(bench.issued()).toBe(1);
});

test('two copies of a card that speak in the same moment: one is taken, the other is told', async () => {
  const bench = new Bench();
  await bench.start();
  await Promise.all([
    bench.evt(1, 'IssueTicket', issue, { first: 1 }),
    bench.evt(1, 'IssueTicket', issue, { first: 1, id: 'command-of-the-copy' }),
  ]);
  expect(bench.acks).toMatchObject([{ upto: 1 }, { stream_error: 'stream-conflict' }]);
  expect(bench.issued()).toBe(1);
});

test('the log tells the way of a number in plain sentences: issued, refused, and the node that is lost', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.raw(topics.nodeState(hall, 'k1'), JSON.stringify({ v: 1, state: 'ready', session: 1, stream }));
  await bench.evt(1, 'IssueTicket', issue);
  const { ticket, number } = lastAnswer(bench).result as { readonly ticket: string; readonly number: string };
  await bench.evt(2, 'TicketPrinted', { ticket, verdict: 'printed' });
  await bench.clock.advance(6_000);
  const told = bench.log.lines
    .filter(({ level }) => level === 'info' || level === 'warn')
    .map(({ message }) => message);
  expect(told.filter((line) => !line.startsWith('journal read'))).toEqual([
    'business day 2026-11-23 begins',
    `the hub leads under epoch ${bench.hub.epoch}`,
    'node k1 is connected',
    `${number} issued for ${service} by k1`,
    `paper of ${number}: printed`,
    'node k1 is lost: check its power and its network',
  ]);
});

test('a listener that fails is a logged and counted defect, and the number is given all the same', async () => {
  const bench = new Bench();
  await bench.start();
  bench.hub.loop.committed.on(() => {
    throw new TypeError('a listener with a mistake');
  });
  await bench.evt(1, 'IssueTicket', issue);
  expect(lastAnswer(bench)).toMatchObject({ ok: true });
  expect(bench.log.defects).toContain('a listener with a mistake');
  expect(bench.hub.allCounters().defects).toBe(bench.log.defects.length);
});
