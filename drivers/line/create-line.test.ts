import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedLine } from '../simulated/line.ts';
import type { FarEnd } from '../simulated/machine.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { createLine } from './create-line.ts';
import type { AnswerParse, Exchange, LinePriority } from './line.ts';

/** A test language: STX address content ETX-sum; stations answer with address | 80h and the same content. */
const stx = 0x02;
const frame = (address: number, content: number) =>
  Uint8Array.of(stx, address, content, (stx + address + content) & 0xff);

function parseFrame(received: Uint8Array): AnswerParse<{ address: number; content: number }> {
  if (received[0] !== stx) return { kind: 'skip', bytes: 1 };
  if (received.length < 4) return { kind: 'more' };
  const [, address = 0, content = 0, sum = 0] = received;
  if (((stx + address + content) & 0xff) !== sum) return { kind: 'skip', bytes: 4, garbled: true };
  if (address < 0x80) return { kind: 'skip', bytes: 4 };
  return { kind: 'answer', bytes: 4, answer: { address: address & 0x7f, content } };
}

function ask(address: number, content: number, more: Partial<Exchange<{ address: number; content: number }>> = {}) {
  const priority: LinePriority = 'status';
  return {
    station: `s${address}`,
    priority,
    request: frame(address, content),
    answer: { timeoutMs: 1000, maxBytes: 8, parse: parseFrame },
    gapAfterMs: 4,
    ...more,
  };
}

interface StationControls {
  mute: boolean;
  busyTimes: number;
  heard: number[];
  tap: FarEnd;
}

async function bench(
  options: { baudRate?: number; echo?: boolean; addresses?: readonly number[]; seed?: number } = {},
) {
  const clock = new VirtualClock();
  const random = seededRandom(options.seed ?? 1);
  const wire = new SimulatedLine({
    name: 'line',
    clock,
    random,
    baudRate: options.baudRate ?? 9600,
    echo: options.echo ?? false,
  });
  const stations = (options.addresses ?? [1, 2, 3]).map((address, index): StationControls => {
    const tap = wire.tap(`tap${index}`);
    const controls: StationControls = { mute: false, busyTimes: 0, heard: [], tap };
    tap.onReceive((bytes) => {
      if (controls.mute || bytes.length !== 4 || bytes[1] !== address) return;
      if (parseFrame(bytes).kind !== 'skip' || ((stx + address + (bytes[2] ?? 0)) & 0xff) !== bytes[3]) return;
      controls.heard.push(bytes[2] ?? 0);
      clock.after(10, () => tap.send(frame(address | 0x80, controls.busyTimes-- > 0 ? 0xbb : (bytes[2] ?? 0))));
    });
    return controls;
  });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'line', makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  link.start();
  await clock.settle();
  const at = (index: number) => stations[index] as StationControls;
  return { clock, wire, link, line, at };
}

test('a call overtakes everything that is not on the wire yet', async () => {
  const { clock, line } = await bench();
  const order: number[] = [];
  const all = [10, 11, 12].map((content) =>
    line
      .exchange(ask(1, content))
      .then((result) => order.push(result.kind === 'answered' ? result.answer.content : -1)),
  );
  await clock.advance(1);
  all.push(line.exchange(ask(2, 99, { priority: 'call' })).then(() => order.push(99)));
  await clock.advance(1000);
  await Promise.all(all);
  expect(order).toEqual([10, 99, 11, 12]);
});

test('only the newest content of a station and key goes out', async () => {
  const { clock, line, at } = await bench();
  void line.exchange(ask(2, 1));
  const kinds: string[] = [];
  for (const content of [5, 6, 7]) {
    void line.exchange(ask(1, content, { key: 'content' })).then(({ kind }) => kinds.push(kind));
  }
  await clock.advance(1000);
  expect(at(0).heard).toEqual([7]);
  expect(kinds).toEqual(['superseded', 'superseded', 'answered']);
});

test('a lost frame is sent again, a broken one too, and both are counted apart', async () => {
  const { clock, wire, line } = await bench();
  wire.lossRate = 1;
  const first = line.exchange(ask(1, 5));
  await clock.advance(100);
  wire.lossRate = 0;
  await clock.advance(3000);
  expect(await first).toMatchObject({ kind: 'answered', tries: 2 });
  const second = line.exchange(ask(1, 6));
  await clock.advance(5);
  wire.garbleRate = 1;
  await clock.advance(10);
  wire.garbleRate = 0;
  await clock.advance(3000);
  expect(await second).toMatchObject({ kind: 'answered' });
  expect(line.station('s1').counters.timedOut).toBeGreaterThan(0);
  expect(line.station('s1').down).toBe(false);
});

test('an answer that says "busy" is asked again after a pause', async () => {
  const { clock, line, at } = await bench();
  at(0).busyTimes = 2;
  const result = line.exchange(ask(1, 5, { again: (answer) => answer.content === 0xbb }));
  await clock.advance(1000);
  expect(await result).toMatchObject({ kind: 'answered', answer: { content: 5 }, tries: 3 });
});

test('an adapter that hears itself changes nothing', async () => {
  const { clock, line } = await bench({ echo: true });
  const result = line.exchange(ask(1, 5));
  await clock.advance(1000);
  expect(await result).toMatchObject({ kind: 'answered', tries: 1 });
});

test('two stations with one address are counted as a clash, or as broken frames when they collide', async () => {
  const clash = await bench({ addresses: [1, 1], baudRate: 0 });
  const result = clash.line.exchange(ask(1, 5));
  await clash.clock.advance(3000);
  await result;
  expect(clash.line.station('s1').counters.clashed).toBe(1);
  const collide = await bench({ addresses: [1, 1] });
  const spoilt = collide.line.exchange(ask(1, 5));
  await collide.clock.advance(5000);
  expect(await spoilt).toMatchObject({ kind: 'timeout' });
  expect(collide.wire.counters.collisions).toBe(3);
});

test('a dead station costs the others at most one time-out a minute and is back within one poll', async () => {
  const { clock, line, at } = await bench();
  at(0).mute = true;
  line.poll(
    () => ask(1, 1, { priority: 'poll' }),
    1000,
    () => {},
  );
  line.poll(
    () => ask(2, 2, { priority: 'poll' }),
    1000,
    () => {},
  );
  const waits: number[] = [];
  const busy = () => {
    const since = clock.monotonicMs();
    void line.exchange(ask(3, 3)).then(() => {
      // Wire and answer of one exchange at 9600: 4.2 + 10 + 4.2 ms, the gap of the one before, and one poll of s2.
      waits.push(Math.max(0, clock.monotonicMs() - since - 50));
      busy();
    });
  };
  busy();
  // One time-out, and the wire time of the question itself.
  const allowed = 1000 + 10;
  const cost = () => waits.splice(0).reduce((sum, wait) => sum + wait, 0);
  await clock.advance(60_000);
  expect(line.station('s1').down).toBe(true);
  expect(line.station('s2').counters.acked).toBeGreaterThanOrEqual(9);
  expect(cost()).toBeLessThanOrEqual(allowed);
  await clock.advance(600_000);
  expect(cost() / 10).toBeLessThanOrEqual(allowed);
  at(0).mute = false;
  await clock.advance(60_000);
  expect(line.station('s1').down).toBe(false);
  // Once it has answered, its death is found by its own answer time, and the slow poll costs no more than that.
  at(0).mute = true;
  await clock.advance(20_000);
  expect(line.station('s1').down).toBe(true);
  cost();
  at(0).mute = false;
  await clock.advance(10_000);
  expect(line.station('s1').down).toBe(false);
  expect(Math.max(...waits)).toBeLessThanOrEqual(100);
});

test('on an idle line a dead station is back within one slow poll, with or without a poll of its own', async () => {
  const { clock, line, at } = await bench();
  at(0).mute = true;
  const states: string[] = [];
  line.poll(
    () => ask(1, 1, { priority: 'poll' }),
    60_000,
    ({ kind }) => states.push(kind),
  );
  await clock.advance(10_000);
  expect(states.every((kind) => kind === 'timeout')).toBe(true);
  expect(await line.exchange(ask(1, 9))).toEqual({ kind: 'timeout', tries: 0 });
  at(0).mute = false;
  await clock.advance(6100);
  expect(states.at(-1)).toBe('answered');
  expect(line.station('s1').down).toBe(false);
});

test('a lost port ends everything as offline, and polls go on when it is back', async () => {
  const { clock, wire, line } = await bench();
  const seen: string[] = [];
  line.opened.on(() => seen.push('up'));
  line.down.on((reason) => seen.push(reason.includes('unplugged') ? 'down' : reason));
  const polled: string[] = [];
  line.poll(
    () => ask(2, 2, { priority: 'poll' }),
    1000,
    ({ kind }) => polled.push(kind),
  );
  await clock.advance(100);
  const pending = [line.exchange(ask(1, 5)), line.exchange(ask(1, 6))];
  wire.unplug();
  expect((await Promise.all(pending)).map(({ kind }) => kind)).toEqual(['offline', 'offline']);
  expect(await line.exchange(ask(1, 7))).toEqual({ kind: 'offline' });
  wire.plug();
  const before = polled.length;
  await clock.advance(2000);
  expect(seen).toEqual(['up', 'down', 'up']);
  expect(polled.slice(before)).toContain('answered');
});

test('the number of waiting exchanges is bounded; the oldest of the least priority goes', async () => {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const wire = new SimulatedLine({ name: 'line', clock, random, baudRate: 9600 });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'line', makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link, maxWaiting: 3 });
  link.start();
  await clock.settle();
  const kinds: string[] = [];
  const oneWay = (priority: LinePriority, content: number) =>
    void line
      .exchange({ station: 's', priority, request: frame(1, content), gapAfterMs: 0 })
      .then(({ kind }) => kinds.push(`${content} ${kind}`));
  oneWay('status', 0);
  oneWay('poll', 1);
  oneWay('status', 2);
  oneWay('status', 3);
  oneWay('call', 4);
  await clock.advance(1000);
  expect(kinds).toEqual(['1 superseded', '0 sent', '4 sent', '2 sent', '3 sent']);
});

test('whatever comes, every exchange ends once and nobody speaks over another', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(
        fc.record({
          address: fc.integer({ min: 1, max: 4 }),
          afterMs: fc.integer({ min: 0, max: 300 }),
          priority: fc.constantFrom<LinePriority>('call', 'status', 'clock', 'poll'),
          keyed: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
      async (seed, jobs) => {
        const { clock, wire, line } = await bench({ seed });
        wire.lossRate = 0.1;
        wire.garbleRate = 0.1;
        let ended = 0;
        for (const { address, afterMs, priority, keyed } of jobs) {
          void line.exchange(ask(address, 7, { priority, ...(keyed ? { key: 'k' } : {}) })).then(() => {
            ended += 1;
          });
          await clock.advance(afterMs);
        }
        await clock.advance(300_000);
        expect(ended).toBe(jobs.length);
        expect(wire.counters.collisions).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});

test('a station that takes one content a second gets the newest when its second is over, a retry at once', async () => {
  const { clock, wire, line, at } = await bench();
  const times: number[] = [];
  const heard = at(0).heard;
  for (const content of [1, 2, 3]) {
    void line.exchange(ask(1, content, { key: 'content', spacingMs: 1000 })).then(({ kind }) => {
      if (kind === 'answered') times.push(Math.round(clock.monotonicMs()));
    });
    await clock.advance(100);
  }
  await clock.advance(2000);
  expect(heard).toEqual([1, 3]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(1000);
  wire.lossRate = 1;
  void line.exchange(ask(1, 4, { key: 'content', spacingMs: 1000 }));
  await clock.advance(50);
  wire.lossRate = 0;
  await clock.advance(200);
  expect(heard).toEqual([1, 3, 4]);
});

test('a call waits a quarter of a second at most for a station that is dead already', async () => {
  const { clock, line, at } = await bench();
  at(0).mute = true;
  line.poll(
    () => ask(1, 1, { priority: 'poll', answer: { timeoutMs: 5000, maxBytes: 8, parse: parseFrame } }),
    1000,
    () => {},
  );
  await clock.advance(20_000);
  expect(line.station('s1').down).toBe(true);
  for (let each = 0; each < 100; each += 1) {
    await clock.advance(333);
    const since = clock.monotonicMs();
    let shownMs = Number.NaN;
    void line.exchange(ask(2, each, { priority: 'call' })).then(() => {
      shownMs = clock.monotonicMs() - since;
    });
    await clock.advance(400);
    expect(shownMs).toBeLessThanOrEqual(250 + 30);
  }
});

test('a request made when it goes out tells the time of its going; a pause inside a request is silence on the wire', async () => {
  const { clock, wire, line, at } = await bench();
  void line.exchange(ask(2, 1));
  const made: number[] = [];
  const request = () => {
    made.push(clock.monotonicMs());
    return frame(1, 7);
  };
  void line.exchange(ask(1, 0, { priority: 'clock', request }));
  await clock.advance(1000);
  expect(at(0).heard).toEqual([7]);
  // Behind the other exchange: 4 bytes, 10 ms, 4 bytes, the gap.
  expect(made[0]).toBeGreaterThan(20);
  const before = wire.counters.transmissions;
  const sent = line.exchange({
    ...{ station: 's1', priority: 'status' as const, request: frame(1, 9), gapAfterMs: 0 },
    pause: { afterBytes: 2, ms: 100 },
  });
  await clock.advance(90);
  expect(wire.counters.transmissions).toBe(before + 1);
  await clock.advance(20);
  await sent;
  expect(wire.counters.transmissions).toBe(before + 2);
});

test('a station that answered something else is not asked whether it is there before its period is over', async () => {
  const { clock, line } = await bench();
  line.poll(
    () => ask(1, 1, { priority: 'poll' }),
    1000,
    () => {},
  );
  await clock.advance(500);
  const asked = line.station('s1').counters.sent;
  for (let each = 0; each < 10; each += 1) {
    void line.exchange(ask(1, 5));
    await clock.advance(500);
  }
  expect(line.station('s1').counters.sent).toBe(asked + 10);
  await clock.advance(1100);
  expect(line.station('s1').counters.sent).toBe(asked + 11);
});

test('what is dropped and what comes unasked is counted', async () => {
  const { clock, line, at } = await bench();
  at(0).tap.send(Uint8Array.of(0xff, 0x00));
  await clock.advance(100);
  expect(line.counters).toEqual({ dropped: 0, noise: 1 });
});
