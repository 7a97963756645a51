import { expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { seededRandom } from '../random.ts';
import { RecordingLog } from '../recording-log.kit.ts';
import { SimulatedCable } from '../simulated/cable.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { PortLink } from './port-link.ts';
import { PortTrace } from './trace.ts';

const kilobyte = 1024;

test('keeps the last 64 KB, whole chunks, oldest first, with their times', async () => {
  const clock = new VirtualClock();
  const trace = new PortTrace({ clock, log: silentLog });
  const random = seededRandom(7);
  const all: Uint8Array[] = [];
  for (let at = 0; at < 900; at += 1) {
    const chunk = Uint8Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256));
    all.push(chunk);
    trace.chunk(at % 2 === 0 ? 'in' : 'out', chunk);
    await clock.advance(1);
  }
  const kept = trace.records();
  const bytes = kept.reduce((sum, record) => sum + record.bytes.length, 0);
  expect(bytes).toBeLessThanOrEqual(64 * kilobyte);
  expect(bytes).toBeGreaterThan(63 * kilobyte);
  expect(kept.map((record) => record.bytes)).toEqual(all.slice(-kept.length));
  expect(kept.at(-1)).toMatchObject({ kind: 'out', atMs: 899 });
  expect(trace.counters).toMatchObject({ records: 900, overwritten: 900 - kept.length });
});

test('of a chunk longer than the ring its end is kept, and of very many small ones 4096', () => {
  const trace = new PortTrace({ clock: new VirtualClock(), log: silentLog });
  const long = Uint8Array.from({ length: 70 * kilobyte }, (_, at) => at % 251);
  trace.chunk('out', long);
  expect(trace.records().map(({ bytes }) => bytes)).toEqual([long.slice(-64 * kilobyte)]);
  for (let at = 0; at < 5000; at += 1) trace.chunk('in', Uint8Array.of(at % 256));
  expect(trace.records()).toHaveLength(4096);
  expect(trace.records().at(-1)?.bytes).toEqual(Uint8Array.of(4999 % 256));
});

test('what a mask leaves out is in neither ring, follower nor log', () => {
  const trace = new PortTrace({ clock: new VirtualClock(), log: silentLog });
  const followed: unknown[] = [];
  trace.recorded.on(({ kind, bytes, text }) => followed.push({ kind, bytes: [...bytes], text }));
  const unmask = trace.mask((direction, bytes) => (direction === 'in' && bytes[0] === 0x35 ? 'key digit' : undefined));
  expect(trace.chunk('in', Uint8Array.of(0x35, 0x36))).toBe('key digit');
  expect(trace.chunk('out', Uint8Array.of(0x35))).toBeUndefined();
  unmask();
  trace.chunk('in', Uint8Array.of(0x35));
  expect(followed).toEqual([
    { kind: 'in', bytes: [], text: 'key digit' },
    { kind: 'out', bytes: [0x35], text: undefined },
    { kind: 'in', bytes: [0x35], text: undefined },
  ]);
  expect(trace.counters.masked).toBe(1);
});

test('a link writes the life of its port at info, and each chunk with its direction at trace', async () => {
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: '/dev/ttyUSB0', clock });
  const log = new RecordingLog([], { port: 'pad' });
  const link = new PortLink({ clock, random: seededRandom(1), log }, { name: 'pad', makePort: () => cable.makePort() });
  link.start();
  await clock.advance(10);
  const write = link.write(Uint8Array.of(1, 2), 500);
  cable.send(Uint8Array.of(0xa5));
  await clock.advance(10);
  await write;
  cable.unplug();
  await clock.advance(0);
  cable.plug();
  await clock.until(() => link.state === 'open', 1000);
  const at = (level: string) => log.lines.filter((line) => line.level === level);
  expect(at('info').map(({ message }) => message)).toEqual([
    'pad is open: /dev/ttyUSB0',
    'pad is not connected: /dev/ttyUSB0: unplugged, put the cable back',
    'pad is back: /dev/ttyUSB0',
  ]);
  expect(at('trace').map(({ fields }) => `${fields.direction} ${fields.bytes}`)).toEqual(['out 0102', 'in a5']);
  expect(at('debug').length).toBeGreaterThan(0);
  expect(log.lines.every(({ place }) => place.port === 'pad')).toBe(true);
  expect(link.trace.records().map(({ kind, text }) => `${kind}${text === undefined ? '' : ` ${text}`}`)).toEqual([
    'opened /dev/ttyUSB0',
    'out',
    'in',
    'lost /dev/ttyUSB0: unplugged, put the cable back',
    'opened /dev/ttyUSB0',
  ]);
});
