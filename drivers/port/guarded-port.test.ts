import { describe, expect, test } from 'vitest';
import { DeviceError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { GuardedPort } from './guarded-port.ts';
import type { CloseManner, Wire, WireSink } from './wire.ts';

/** A wire whose every answer the test gives by hand. */
class HandWire implements Wire {
  readonly name = 'hand';
  readonly unit = 'bytes';
  sink: WireSink | undefined;
  opens: PromiseWithResolvers<void>[] = [];
  writes: (PromiseWithResolvers<void> & { bytes: Uint8Array })[] = [];
  closes: CloseManner[] = [];
  closed = Promise.withResolvers<void>();

  open(sink: WireSink): Promise<void> {
    this.sink = sink;
    const answer = Promise.withResolvers<void>();
    this.opens.push(answer);
    return answer.promise;
  }

  write(bytes: Uint8Array): Promise<void> {
    const answer = { ...Promise.withResolvers<void>(), bytes };
    this.writes.push(answer);
    return answer.promise;
  }

  close(manner: CloseManner): Promise<void> {
    this.closes.push(manner);
    return this.closed.promise;
  }
}

function bench() {
  const clock = new VirtualClock();
  const wire = new HandWire();
  const port = new GuardedPort(wire, { clock, log: silentLog });
  const said: string[] = [];
  const events = {
    data: (bytes: Uint8Array) => void said.push(`data ${bytes.join(' ')}`),
    lost: (error: DeviceError) => void said.push(`lost ${error.code}`),
  };
  return { clock, wire, port, said, events };
}

async function opened() {
  const all = bench();
  const opening = all.port.open(all.events);
  all.wire.opens[0]?.resolve();
  await opening;
  return all;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
  );

describe('open', () => {
  test('once only', async () => {
    const { port, events } = await opened();
    expect(await codeOf(port.open(events))).toBe('illegal');
  });

  test('waits 2 s for udev to set owner and mode, then tells what to do', async () => {
    const { clock, wire, port, events } = bench();
    const opening = port.open(events).catch((error: unknown) => error);
    const refusal = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    for (let round = 0; round <= 20; round += 1) {
      expect(wire.opens).toHaveLength(round + 1);
      wire.opens[round]?.reject(refusal);
      await clock.advance(100);
    }
    expect(wire.opens).toHaveLength(21);
    expect(await opening).toMatchObject({ code: 'failure', message: expect.stringContaining('udev') });
  });

  test('goes on when the permission comes', async () => {
    const { clock, wire, port, events } = bench();
    const opening = port.open(events);
    wire.opens[0]?.reject(new Error('Error: Permission denied, cannot open /dev/ttyUSB0'));
    await clock.advance(100);
    wire.opens[1]?.resolve();
    await opening;
    expect(await codeOf(port.write(new Uint8Array(0), 10))).toBe('ok');
  });

  test('another refusal is final', async () => {
    const { clock, wire, port, events } = bench();
    const opening = codeOf(port.open(events));
    wire.opens[0]?.reject(new Error('Error Resource temporarily unavailable Cannot lock port'));
    await clock.advance(3000);
    expect(wire.opens).toHaveLength(1);
    expect(await opening).toBe('busy');
  });

  test('that hangs fails after 5 s, and what opens later is closed', async () => {
    const { clock, wire, port, events } = bench();
    const opening = codeOf(port.open(events));
    await clock.advance(5000);
    expect(await opening).toBe('failure');
    wire.opens[0]?.resolve();
    await clock.advance(0);
    expect(wire.closes).toEqual(['at-once']);
  });

  test('closed meanwhile: rejects at once, and close waits for the late wire', async () => {
    const { clock, wire, port, events } = bench();
    const opening = codeOf(port.open(events));
    let done = false;
    const closing = port.close().then(() => {
      done = true;
    });
    expect(await opening).toBe('closed');
    await clock.advance(100);
    expect(done).toBe(false);
    wire.opens[0]?.resolve();
    await clock.advance(0);
    expect(wire.closes).toEqual(['at-once']);
    wire.closed.resolve();
    await closing;
  });

  test('gone while the system answers: rejects, and the wire is closed', async () => {
    const { clock, wire, port, said, events } = bench();
    const opening = codeOf(port.open(events));
    wire.sink?.gone('device disconnected');
    wire.opens[0]?.resolve();
    expect(await opening).toBe('no-hardware');
    await clock.advance(0);
    expect(wire.closes).toEqual(['at-once']);
    expect(said).toEqual([]);
  });
});

describe('writes', () => {
  test('go out in order, one at a time', async () => {
    const { clock, wire, port } = await opened();
    const first = port.write(new Uint8Array([1]), 100);
    const second = port.write(new Uint8Array([2]), 100);
    expect(wire.writes.map(({ bytes }) => [...bytes])).toEqual([[1]]);
    wire.writes[0]?.resolve();
    await first;
    await clock.advance(0);
    expect(wire.writes.map(({ bytes }) => [...bytes])).toEqual([[1], [2]]);
    wire.writes[1]?.resolve();
    await second;
  });

  test('one past its deadline loses the port once, with all that waits behind it', async () => {
    const { clock, wire, port, said } = await opened();
    const first = codeOf(port.write(new Uint8Array([1]), 300));
    const second = codeOf(port.write(new Uint8Array([2]), 500));
    await clock.advance(300);
    expect(await first).toBe('timeout');
    expect(await second).toBe('timeout');
    expect(said).toEqual(['lost timeout']);
    expect(wire.closes).toEqual(['at-once']);
    wire.writes[0]?.reject(new Error('Canceled'));
    wire.sink?.gone(new Error('closed'));
    wire.sink?.data(new Uint8Array([7]));
    await clock.advance(1000);
    expect(said).toEqual(['lost timeout']);
    expect(wire.closes).toEqual(['at-once']);
    expect(await codeOf(port.write(new Uint8Array([3]), 100))).toBe('closed');
  });

  test('one that fails loses the port', async () => {
    const { wire, port, said } = await opened();
    const write = codeOf(port.write(new Uint8Array([1]), 300));
    wire.writes[0]?.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
    expect(await write).toBe('no-hardware');
    expect(said).toEqual(['lost no-hardware']);
  });

  test('more than 1 MB waiting is refused, and the port lives', async () => {
    const { wire, port, said } = await opened();
    const most = codeOf(port.write(new Uint8Array(1024 * 1024), 300));
    expect(await codeOf(port.write(new Uint8Array(1), 300))).toBe('busy');
    wire.writes[0]?.resolve();
    expect(await most).toBe('ok');
    expect(said).toEqual([]);
    const next = codeOf(port.write(new Uint8Array(1), 300));
    expect(wire.writes).toHaveLength(2);
    wire.writes[1]?.resolve();
    expect(await next).toBe('ok');
  });
});

describe('close', () => {
  test('ends gently, refuses what waits, and is not a loss', async () => {
    const { clock, wire, port, said } = await opened();
    const write = codeOf(port.write(new Uint8Array([1]), 300));
    wire.closed.resolve();
    await port.close();
    expect(await write).toBe('closed');
    wire.sink?.gone(new Error('late'));
    await port.close();
    await clock.advance(10_000);
    expect(wire.closes).toEqual(['gently']);
    expect(said).toEqual([]);
  });

  test('of a wire that never closes answers after 2 s', async () => {
    const { clock, port } = await opened();
    let done = false;
    const closing = port.close().then(() => {
      done = true;
    });
    await clock.advance(1999);
    expect(done).toBe(false);
    await clock.advance(1);
    await closing;
  });

  test('before any open does nothing, and no open follows', async () => {
    const { wire, port, events } = bench();
    await port.close();
    expect(await codeOf(port.open(events))).toBe('illegal');
    expect(wire.opens).toHaveLength(0);
  });
});
