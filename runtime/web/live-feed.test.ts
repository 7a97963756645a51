import { beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../drivers/log.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { FixtureHall } from './fixture-hall.kit.ts';
import { fixtureRules } from './fixture-rules.kit.ts';
import { flushEveryMs, heartbeatMs, LiveFeed, type LiveSink, wireHistory } from './live-feed.ts';
import { redactPayload } from './redact.ts';

class Reader implements LiveSink {
  events: { name: string; data: Record<string, unknown>; atMs: number }[] = [];
  full = false;
  closed = false;
  #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  write(text: string): boolean {
    if (this.full) return false;
    const name = /^event: (\w+)$/m.exec(text)?.[1] ?? '';
    const data = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null');
    this.events.push({ name, data, atMs: this.#clock.monotonicMs() });
    return true;
  }

  close(): void {
    this.closed = true;
  }

  named(name: string) {
    return this.events.filter((event) => event.name === name);
  }

  /** All parts as a page would have them by now. */
  page(): Record<string, unknown> {
    const parts: Record<string, unknown> = {};
    for (const { name, data } of this.events) {
      if (name === 'whole' || name === 'change') Object.assign(parts, data.parts);
      if (name === 'change') for (const key of data.gone as string[]) delete parts[key];
    }
    return parts;
  }
}

let clock: VirtualClock;
let hall: FixtureHall;
let feed: LiveFeed;

beforeEach(() => {
  clock = new VirtualClock();
  hall = new FixtureHall(clock);
  hall.changed();
  feed = new LiveFeed({ desk: hall.desk, bench: hall, tap: hall, clock, log: silentLog, rules: fixtureRules });
  feed.start();
});

function read(wire = true): Reader {
  const reader = new Reader(clock);
  feed.attach(reader, { wire });
  return reader;
}

const press = (machine: string, key: string) => hall.machine(machine).act({ type: 'press', key });

describe('what changed', () => {
  test('a page gets the whole first, then only the parts that changed', async () => {
    const reader = read();
    expect(Object.keys(reader.events[0]?.data.parts as object)).toEqual(
      expect.arrayContaining(['rules', 'hub', 'bench', 'window/w1', 'service/tax', 'machine/k1-panel', 'node/k1']),
    );
    press('k1-panel', '5');
    await clock.advance(1_000);
    const changed = reader.named('change').flatMap((event) => Object.keys(event.data.parts as object));
    expect(changed.sort()).toEqual(
      ['counters', 'hall', 'machine/k1-printer', 'service/tax', 'ticket/2026-11-23/E001'].sort(),
    );
  });

  test('a hundred presses in a second are at most ten messages and miss nothing', async () => {
    const reader = read();
    for (let n = 0; n < 100; n += 1) {
      press('k1-panel', String((n % 8) + 1));
      await clock.advance(10);
    }
    await clock.advance(flushEveryMs);
    const changes = reader.named('change');
    expect(changes.length).toBeLessThanOrEqual(11);
    for (let n = 1; n < changes.length; n += 1)
      expect((changes[n]?.atMs ?? 0) - (changes[n - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(flushEveryMs);
    expect(Object.keys(reader.page()).filter((key) => key.startsWith('ticket/'))).toHaveLength(100);
    expect(reader.page()).toEqual(Object.fromEntries(feed.parts()));
  });

  test('a change is seen at once when the hall was quiet', async () => {
    const reader = read();
    await clock.advance(3_000);
    press('k1-panel', '1');
    await clock.advance(1);
    expect(reader.named('change')).toHaveLength(1);
  });

  test('what somebody else asked for in between is not lost to the page', async () => {
    const reader = read();
    await clock.advance(1_000);
    press('k1-panel', '1');
    feed.parts();
    read();
    await clock.advance(1_000);
    expect(reader.page()['ticket/2026-11-23/A001']).toBeDefined();
  });

  test('a ticket that left the hall leaves the page', async () => {
    hall.issue('tax', []);
    const reader = read();
    hall.tickets.splice(0);
    hall.changed();
    await clock.advance(1_000);
    expect(Object.keys(reader.page()).filter((key) => key.startsWith('ticket/'))).toEqual([]);
  });

  test('views republished without news are not sent', async () => {
    const reader = read();
    await clock.advance(10_000);
    hall.changed();
    await clock.advance(1_000);
    expect(reader.named('change')).toEqual([]);
  });
});

describe('the hub away and back', () => {
  test('the last word stays, marked by the hub’s state, and goes on after a restart', async () => {
    press('k1-panel', '1');
    const reader = read();
    await hall.setHub(false);
    await clock.advance(1_000);
    expect(reader.page().hub).toEqual({ state: 'away', epoch: 0 });
    expect(reader.page()['ticket/2026-11-23/A001']).toBeDefined();
    await hall.setHub(true);
    press('k1-panel', '1');
    await clock.advance(1_000);
    expect(reader.page().hub).toEqual({ state: 'leading', epoch: 1 });
    expect(reader.page()['ticket/2026-11-23/A002']).toBeDefined();
  });

  test('a hub that came back without a word is found by looking', async () => {
    let desk = hall.desk();
    const quiet = new LiveFeed({ desk: () => desk, clock, log: silentLog, rules: fixtureRules });
    quiet.start();
    const reader = new Reader(clock);
    quiet.attach(reader, { wire: false });
    desk = undefined;
    await clock.advance(1_000);
    expect(reader.page().hub).toEqual({ state: 'away', epoch: 0 });
    desk = new FixtureHall(clock);
    await clock.advance(1_000);
    expect(reader.page().hub).toEqual({ state: 'leading', epoch: 1 });
    quiet.close();
  });

  test('a desk that throws is a hub away, counted', async () => {
    const reader = read();
    hall.snapshot = () => {
      throw new Error('closing');
    };
    hall.changed();
    await clock.advance(1_000);
    expect(reader.page().hub).toEqual({ state: 'away', epoch: 0 });
    expect(feed.counts.snapshotErrors).toBeGreaterThan(0);
  });
});

describe('readers', () => {
  test('a reader that is full is dropped and counted, the other goes on', async () => {
    const [slow, good] = [read(), read()];
    slow.full = true;
    press('k1-panel', '1');
    await clock.advance(1_000);
    expect([slow.closed, good.closed, feed.readers, feed.counts.droppedReaders]).toEqual([true, false, 1, 1]);
    press('k1-panel', '1');
    await clock.advance(1_000);
    expect(feed.counts.droppedReaders).toBe(1);
    expect(good.named('change').length).toBe(2);
  });

  test('a silent hall still beats, and nobody watching costs nothing', async () => {
    const reader = new Reader(clock);
    const leave = feed.attach(reader, { wire: false });
    await clock.advance(heartbeatMs * 3);
    expect(reader.named('beat')).toHaveLength(3);
    leave();
    press('k1-panel', '1');
    await clock.advance(heartbeatMs * 3);
    expect(reader.named('beat')).toHaveLength(3);
    expect(feed.counts.flushes).toBe(0);
  });

  test('closing lets every reader go', () => {
    const reader = read();
    feed.close();
    expect(reader.closed).toBe(true);
  });
});

describe('the life line', () => {
  test('shows messages, without PINs, to those who may see them', async () => {
    const [technician, visitor] = [read(true), read(false)];
    press('w1-pad', 'next');
    await clock.advance(1_000);
    const notes = technician.named('wire').flatMap((event) => event.data.notes as { payload: string }[]);
    expect(notes[0]?.payload).toContain('"key":"next"');
    expect(notes[0]?.payload).toContain('"pin":"•••"');
    expect(JSON.stringify(notes)).not.toContain('1234');
    expect(visitor.named('wire')).toEqual([]);
  });

  test('a flood is cut and counted, not queued', async () => {
    const reader = read();
    for (let n = 0; n < 1_000; n += 1) hall.note('view/hall', { n });
    await clock.advance(1_000);
    const sent = reader.named('wire').flatMap((event) => event.data.notes as unknown[]).length;
    const missed = reader.named('wire').reduce((sum, event) => sum + Number(event.data.missed), 0);
    expect(sent + missed).toBe(1_000);
    expect(sent).toBeLessThan(200);
    expect(read().events[0]?.data.wire).toHaveLength(wireHistory);
  });

  test.each([
    ['{"pin":"1234","x":1}', '{"pin":"•••","x":1}'],
    ['{"data":{"phone": "13800000000"}}', '{"data":{"phone": "•••"}}'],
    ['{"pin":"12', '{"pin":"•••"'],
    ['{"pin":"a\\"b","key":"k"}', '{"pin":"•••","key":"k"}'],
    ['{"token":42}', '{"token":"•••"}'],
    ['{"spin":"left"}', '{"spin":"left"}'],
  ])('%s becomes %s', (before, after) => {
    expect(redactPayload(before)).toBe(after);
  });
});
