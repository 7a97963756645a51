import { describe, expect, test } from 'vitest';
import { DeviceError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { seededRandom } from '../random.ts';
import { RecordingLog } from '../recording-log.kit.ts';
import { SimulatedCable } from '../simulated/cable.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import type { Port, PortEvents } from './port.ts';
import { PortLink } from './port-link.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

/** A port whose every answer the test gives by hand. */
class HandPort implements Port {
  readonly name = 'hand';
  readonly unit = 'bytes';
  readonly opened = Promise.withResolvers<void>();
  readonly written = Promise.withResolvers<void>();
  readonly closed = Promise.withResolvers<void>();
  closes = 0;
  events: PortEvents | undefined;

  open(events: PortEvents): Promise<void> {
    this.events = events;
    return this.opened.promise;
  }

  write(): Promise<void> {
    return this.written.promise;
  }

  close(): Promise<void> {
    this.closes += 1;
    return this.closed.promise;
  }
}

function handLink() {
  const clock = new VirtualClock();
  const ports: HandPort[] = [];
  const said: string[] = [];
  const makePort = () => {
    const port = new HandPort();
    ports.push(port);
    return port;
  };
  const link = new PortLink({ clock, random: seededRandom(1), log: silentLog }, { name: 'pad', makePort });
  link.opened.on(() => said.push('up'));
  link.down.on((error) => said.push(`down ${error.code}`));
  link.received.on((data) => said.push(`data ${data.join(' ')}`));
  const port = (index: number) => {
    const found = ports[index];
    if (found === undefined) throw new Error(`no port ${index} was made`);
    return found;
  };
  return { clock, link, ports, port, said };
}

const gone = new DeviceError('no-hardware', 'gone');

function cableLink() {
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: 'cable', clock });
  const said: string[] = [];
  const context = { clock, random: seededRandom(1), log: silentLog };
  const link = new PortLink(context, { name: 'pad', makePort: () => cable.makePort() });
  link.opened.on(() => said.push('up'));
  link.down.on((error) => said.push(`down ${error.message}`));
  return { clock, cable, link, said };
}

describe('a link on a cable', () => {
  test('comes back after a replug with one down and one up', async () => {
    const { clock, cable, link, said } = cableLink();
    link.start();
    await clock.advance(0);
    expect(link.state).toBe('open');
    await clock.advance(10_000);
    cable.unplug();
    await clock.advance(400);
    cable.plug();
    await clock.until(() => link.state === 'open', 1000);
    // The reason changes from unplugged to nothing there, which is news; the tries after that are not.
    expect(said).toEqual([
      'up',
      'down cable: unplugged, put the cable back',
      'down cable: nothing there, check the cable',
      'up',
    ]);
    expect(link.counters).toMatchObject({ opened: 2, lost: 1 });
    expect(link.lastError).toBeUndefined();
  });

  test('waits longer and longer, at most 5 s, and a poke tries at once', async () => {
    const { clock, cable, link } = cableLink();
    cable.unplug();
    link.start();
    await clock.advance(60_000);
    // 0.1, 0.2 … 3.2 s, then 5 s each, each shortened by up to half: between 15 and 30 tries in a minute.
    expect(link.counters.failed).toBeGreaterThan(14);
    expect(link.counters.failed).toBeLessThan(32);
    await clock.advance(1);
    const before = link.counters.failed;
    link.poke();
    await clock.advance(0);
    expect(link.counters.failed).toBe(before + 1);
    // Too early (the node is there, its owner is not set yet): after a poke the waits begin at the shortest.
    cable.plug();
    await clock.advance(200);
    expect(link.state).toBe('open');
  });

  test('a write that meets its deadline costs the connection and says so to its caller', async () => {
    const { clock, cable, link } = cableLink();
    link.start();
    await clock.advance(0);
    cable.stall(true);
    const write = link.write(bytes(1, 2, 3), 500).catch((error: unknown) => error);
    await clock.advance(499);
    expect(link.state).toBe('open');
    await clock.advance(1);
    expect(await write).toMatchObject({ code: 'timeout' });
    expect(link.state).toBe('waiting');
    expect(link.counters).toMatchObject({ lost: 1, bytesOut: 0 });
    await clock.advance(200);
    expect(link.state).toBe('open');
  });

  test('without a connection a write is refused at once', async () => {
    const { link } = cableLink();
    await expect(link.write(bytes(1), 500)).rejects.toMatchObject({ code: 'offline' });
  });

  test('counts what goes through', async () => {
    const { clock, cable, link } = cableLink();
    const received: number[] = [];
    cable.onReceive((data) => received.push(...data));
    link.start();
    await clock.advance(0);
    const write = link.write(bytes(7, 8), 500);
    cable.send(bytes(1, 2, 3));
    await clock.advance(0);
    await write;
    expect(received).toEqual([7, 8]);
    expect(link.counters).toMatchObject({ bytesIn: 3, bytesOut: 2 });
  });

  test('a device that takes the connection and cuts it is tried ever more slowly', async () => {
    const { clock, cable, link } = cableLink();
    const cut = () => {
      cable.unplug();
      cable.plug();
    };
    link.opened.on(() => clock.atTurnEnd(cut));
    link.start();
    await clock.advance(60_000);
    expect(link.counters.opened).toBeLessThan(32);
    expect(link.counters.lost).toBe(link.counters.opened);
  });
});

describe('races, every answer by hand', () => {
  test('closed while opening: the late port is closed and nobody hears of it', async () => {
    const { clock, link, port, said } = handLink();
    link.start();
    const closing = link.close();
    port(0).closed.resolve();
    await closing;
    port(0).opened.resolve();
    await clock.advance(10_000);
    expect(said).toEqual([]);
    expect(link.state).toBe('closed');
    expect(port(0).closes).toBeGreaterThan(0);
  });

  test('lost while opening is a failed try, at once, though the open never answers', async () => {
    const { clock, link, ports, port, said } = handLink();
    link.start();
    port(0).events?.lost(gone);
    expect(link.state).toBe('waiting');
    expect(link.counters).toMatchObject({ failed: 1, lost: 0 });
    port(0).closed.resolve();
    await clock.advance(100);
    expect(ports).toHaveLength(2);
    port(0).opened.resolve();
    await clock.advance(0);
    expect(link.state).toBe('opening');
    port(1).opened.resolve();
    await clock.advance(0);
    expect(said).toEqual(['down no-hardware', 'up']);
  });

  test('an old port has no say once a new one is there', async () => {
    const { clock, link, port, said } = handLink();
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    link.drop(gone);
    port(0).closed.resolve();
    await clock.advance(100);
    port(1).opened.resolve();
    await clock.advance(0);
    port(0).events?.data(bytes(9));
    port(0).events?.lost(gone);
    expect(link.state).toBe('open');
    expect(link.counters).toMatchObject({ lost: 1, bytesIn: 0 });
    expect(said).toEqual(['up', 'down no-hardware', 'up']);
  });

  test('a write that fails after the drop does not cost the next connection', async () => {
    const { clock, link, port } = handLink();
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    const write = link.write(bytes(1), 100).catch((error: unknown) => error);
    link.drop(gone);
    port(0).closed.resolve();
    await clock.advance(100);
    port(1).opened.resolve();
    await clock.advance(0);
    port(0).written.reject(gone);
    expect(await write).toBe(gone);
    expect(link.state).toBe('open');
    expect(link.counters.lost).toBe(1);
  });

  test('a refused write (too much waiting) keeps the connection', async () => {
    const { clock, link, port } = handLink();
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    port(0).written.reject(new DeviceError('busy', 'too much'));
    await expect(link.write(bytes(1), 100)).rejects.toMatchObject({ code: 'busy' });
    expect(link.state).toBe('open');
  });

  test('the new object waits until the old one has let go, 2 s at most', async () => {
    const { clock, link, ports, port } = handLink();
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    port(0).events?.lost(gone);
    await clock.advance(1000);
    expect(ports).toHaveLength(1);
    expect(link.state).toBe('opening');
    port(0).closed.resolve();
    await clock.advance(0);
    expect(ports).toHaveLength(2);
    port(1).events?.lost(gone);
    await clock.advance(1999);
    expect(ports).toHaveLength(2);
    await clock.advance(1);
    expect(ports).toHaveLength(3);
  });

  test('closed and started again while the old object lets go: one new object', async () => {
    const { clock, link, ports, port } = handLink();
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    const first = link.close();
    link.start();
    const second = link.close();
    link.start();
    expect(ports).toHaveLength(1);
    port(0).closed.resolve();
    await Promise.all([first, second]);
    await clock.advance(0);
    expect(ports).toHaveLength(2);
    port(1).opened.resolve();
    await clock.advance(0);
    expect(link.state).toBe('open');
  });

  test('an open that never answers is given up after 10 s', async () => {
    const { clock, link, ports, port, said } = handLink();
    link.start();
    await clock.advance(9999);
    expect(link.state).toBe('opening');
    await clock.advance(1);
    expect(said).toEqual(['down timeout']);
    port(0).closed.resolve();
    await clock.advance(100);
    expect(ports).toHaveLength(2);
  });

  test('after close and start the first failure is news again', async () => {
    const { clock, link, port, said } = handLink();
    for (const index of [0, 1]) {
      link.start();
      port(index).opened.reject(gone);
      port(index).closed.resolve();
      await clock.advance(0);
      await link.close();
    }
    expect(said).toEqual(['down no-hardware', 'down no-hardware']);
  });

  test('a maker that throws is a failed try', async () => {
    const clock = new VirtualClock();
    const makePort = () => {
      throw new Error('no such kind');
    };
    const link = new PortLink({ clock, random: seededRandom(1), log: silentLog }, { name: 'pad', makePort });
    link.start();
    expect(link.lastError?.message).toBe('pad: no such kind');
    await clock.advance(1000);
    expect(link.counters.failed).toBeGreaterThan(2);
    await link.close();
  });
});

describe('listeners', () => {
  test('one that throws is a defect in its own log: the port stays open, and the others are called', async () => {
    const { clock, link, port, said } = handLink();
    const log = new RecordingLog();
    const bug = () => {
      throw new TypeError("Cannot read properties of undefined (reading 'id')");
    };
    link.opened.on(bug, log);
    link.received.on(bug, log);
    link.received.on(() => said.push('after the bug'));
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    port(0).events?.data(bytes(5));
    port(0).events?.data(bytes(6));
    expect(said).toEqual(['up', 'data 5', 'after the bug', 'data 6', 'after the bug']);
    expect(link.state).toBe('open');
    expect(link.lastError).toBeUndefined();
    expect(link.counters).toMatchObject({ lost: 0, failed: 0 });
    expect(log.defects).toHaveLength(3);
    expect((log.lines[0]?.fields.error as Error | undefined)?.stack).toContain('port-link.test.ts');
  });

  test('one that drops the connection in its up: the next does not hear of a port that is gone', async () => {
    const { clock, link, port } = handLink();
    const heard: string[] = [];
    link.opened.on(() => link.drop(gone));
    link.opened.on(() => heard.push('up'));
    link.down.on(() => heard.push('down'));
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    expect(heard).toEqual(['down']);
  });

  test('one unsubscribed by another hears nothing more', async () => {
    const { clock, link, port, said } = handLink();
    let stop = () => {};
    link.received.on(() => stop());
    stop = link.received.on(() => said.push('never'));
    link.start();
    port(0).opened.resolve();
    await clock.advance(0);
    port(0).events?.data(bytes(5));
    expect(said).toEqual(['up', 'data 5']);
  });
});
