/** What every wire promises: run on the broker in memory, on aedes and on Mosquitto, with the same bus above the last two. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bus, BusError, type BusMessage, type Will } from './bus.ts';

export interface BusWorld {
  bus(clientId: string): Bus;
  /** Lets time pass, virtual or real, until it is so. */
  until(done: () => boolean): Promise<void>;
  /** Lets time pass until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** The broker dies without a word, and comes back with an empty memory. */
  restartBroker(): Promise<void>;
  /** Everything still connected is closed. */
  end(): Promise<void>;
}

const base = 'hall/1/test';

export function busConformance(name: string, makeWorld: () => Promise<BusWorld>): void {
  describe(`bus: ${name}`, () => {
    let world: BusWorld;
    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(() => world.end());

    /** Connects; `got` collects what `filters` bring. */
    const client = async (id: string, filters: readonly string[] = [], will?: () => Will) => {
      const got: string[] = [];
      const messages: BusMessage[] = [];
      const downs: string[] = [];
      let ready = 0;
      const bus = world.bus(id);
      const take = (message: BusMessage) => {
        messages.push(message);
        got.push(
          `${message.topic.slice(base.length + 1)}=${Buffer.from(message.payload)}${message.retained ? ' (kept)' : ''}`,
        );
      };
      bus.start(
        {
          up: () => {
            void Promise.all(filters.map((filter) => bus.subscribe(filter, take))).then(
              () => {
                ready += 1;
              },
              () => undefined,
            );
          },
          down: (reason) => downs.push(reason),
        },
        will,
      );
      await world.until(() => ready === 1);
      return { bus, got, messages, downs, ready: () => ready };
    };

    test('what one sends the others get, byte for byte, and the sender too if it listens', async () => {
      const hub = await client('hub', [`${base}/node/+/evt`]);
      const pages = await client('page', [`${base}/#`]);
      const node = await client('k1', [`${base}/node/k1/evt`]);
      await world.run(node.bus.publish(`${base}/node/k1/evt`, '{"票":"A012"}'));
      await world.run(node.bus.publish(`${base}/node/k1/raw`, Uint8Array.of(0, 255, 10)));
      await world.until(() => hub.got.length === 1 && pages.messages.length === 2 && node.got.length === 1);
      expect(hub.got).toEqual(['node/k1/evt={"票":"A012"}']);
      expect([...(pages.messages[1]?.payload ?? [])]).toEqual([0, 255, 10]);
    });

    test('a wildcard takes its level alone', async () => {
      const one = await client('one', [`${base}/node/+/state`]);
      const all = await client('all', [`${base}/node/#`]);
      for (const topic of ['node/k1/state', 'node/k1/device/p1', 'node/k1/x/state', 'view/hall', 'node/k2/state'])
        await world.run(one.bus.publish(`${base}/${topic}`, 'x'));
      await world.until(() => all.got.length === 4 && one.got.length === 2);
      expect(one.got).toEqual(['node/k1/state=x', 'node/k2/state=x']);
      expect(all.got).toEqual(['node/k1/state=x', 'node/k1/device/p1=x', 'node/k1/x/state=x', 'node/k2/state=x']);
    });

    test('two filters that overlap bring each handler its message, and a throwing one harms nobody', async () => {
      const a = await client('a', [`${base}/node/+/evt`, `${base}/node/k1/evt`]);
      await world.run(
        a.bus.subscribe(`${base}/node/k1/#`, () => {
          throw new Error('a mistake in a handler');
        }),
      );
      await world.run(a.bus.publish(`${base}/node/k1/evt`, '1'));
      await world.run(a.bus.publish(`${base}/node/k2/evt`, '2'));
      await world.until(() => a.got.includes('node/k2/evt=2'));
      expect(a.got.filter((text) => text === 'node/k1/evt=1').length).toBeGreaterThanOrEqual(2);
      expect(a.bus.counters.threw).toBeGreaterThanOrEqual(1);
      expect(a.bus.connected).toBe(true);
    });

    test('what is retained comes to the late one, the newest only, and an empty one clears it', async () => {
      const hub = await client('hub');
      for (const text of ['old', 'new']) await world.run(hub.bus.publish(`${base}/view/hall`, text, { retain: true }));
      await world.run(hub.bus.publish(`${base}/view/window/w1`, 'gone', { retain: true }));
      await world.run(hub.bus.publish(`${base}/view/window/w1`, '', { retain: true }));
      await world.run(hub.bus.publish(`${base}/node/k1/cmd`, 'act'));
      const late = await client('late', [`${base}/#`]);
      await world.until(() => late.got.length > 0);
      await world.run(hub.bus.publish(`${base}/view/hall`, 'live', { retain: true }));
      await world.until(() => late.got.length > 1);
      expect(late.got).toEqual(['view/hall=new (kept)', 'view/hall=live']);
    });

    test('on one topic and one connection the order stays', async () => {
      const hub = await client('hub', [`${base}/node/k1/evt`]);
      const node = await client('k1');
      const sent = Array.from({ length: 200 }, (_, index) => String(index));
      await world.run(Promise.all(sent.map((text) => node.bus.publish(`${base}/node/k1/evt`, text))));
      await world.until(() => hub.got.length >= sent.length);
      expect(hub.got).toEqual(sent.map((text) => `node/k1/evt=${text}`));
    });

    test('a killed one leaves its will, asked for anew at each connection; a clean stop leaves none', async () => {
      const watch = await client('watch', [`${base}/node/+/state`]);
      let session = 0;
      const will = (node: string) => () => {
        session += 1;
        return { topic: `${base}/node/${node}/state`, payload: `lost ${session}`, retain: true };
      };
      const killed = await client('k1', [], will('k1'));
      const clean = await client('k2', [], will('k2'));
      await world.run(clean.bus.close());
      await world.run(killed.bus.abort());
      await world.until(() => watch.got.length > 0);
      const late = await client('late', [`${base}/node/+/state`]);
      await world.until(() => late.got.length > 0);
      expect(watch.got).toEqual(['node/k1/state=lost 1']);
      expect(late.got).toEqual(['node/k1/state=lost 1 (kept)']);
      expect(clean.bus.connected).toBe(false);
      expect(session).toBe(2);
    });

    test('the same client id again: the older is put out, and its will goes out', async () => {
      const watch = await client('watch', [`${base}/node/k1/state`]);
      const first = await client('k1', [], () => ({ topic: `${base}/node/k1/state`, payload: 'lost 1', retain: true }));
      const second = await client('k1');
      await world.until(() => first.downs.length === 1 && watch.got.length === 1);
      expect(watch.got).toEqual(['node/k1/state=lost 1']);
      expect(second.ready()).toBe(1);
    });

    test('too large a message is refused before it is sent, the largest goes through', async () => {
      const hub = await client('hub', [`${base}/node/k1/evt`]);
      const node = await client('k1');
      const tooLarge = node.bus.publish(`${base}/node/k1/evt`, 'x'.repeat(65_537));
      await expect(world.run(tooLarge)).rejects.toMatchObject({ code: 'too-large' });
      await world.run(node.bus.publish(`${base}/node/k1/evt`, 'x'.repeat(65_536)));
      await world.until(() => hub.messages.length === 1);
      expect(hub.messages[0]?.payload.length).toBe(65_536);
      expect(node.downs).toEqual([]);
    });

    test('wildcards in a topic, and crooked filters, are refused without harm', async () => {
      const node = await client('k1');
      for (const topic of ['', `${base}/+/x`, `${base}/#`])
        await expect(world.run(node.bus.publish(topic, 'x'))).rejects.toMatchObject({ code: 'refused' });
      for (const filter of ['', `${base}/#/x`, `${base}/a+`])
        await expect(world.run(node.bus.subscribe(filter, () => undefined))).rejects.toMatchObject({ code: 'refused' });
      expect(node.bus.connected).toBe(true);
    });

    test('without a connection a publish is refused at once', async () => {
      const bus = world.bus('never');
      await expect(bus.publish(`${base}/log`, 'x')).rejects.toMatchObject({ code: 'not-connected' });
      await expect(bus.subscribe(`${base}/log`, () => undefined)).rejects.toBeInstanceOf(BusError);
    });

    test('the broker restarts with an empty memory: all come back, subscribe anew, and nothing old is kept', async () => {
      const hub = await client('hub', [`${base}/node/+/evt`]);
      const node = await client('k1', [`${base}/view/#`]);
      await world.run(hub.bus.publish(`${base}/view/hall`, 'before', { retain: true }));
      await world.until(() => node.got.length === 1);
      await world.restartBroker();
      await world.until(() => hub.ready() === 2 && node.ready() === 2);
      expect([hub.downs.length, node.downs.length]).toEqual([1, 1]);
      await world.run(node.bus.publish(`${base}/node/k1/evt`, 'after'));
      await world.run(hub.bus.publish(`${base}/view/hall`, 'again', { retain: true }));
      await world.until(() => hub.got.length === 1 && node.got.length === 2);
      expect(node.got).toEqual(['view/hall=before', 'view/hall=again']);
    });

    test('closed is closed: no message, no new connection', async () => {
      const node = await client('k1', [`${base}/log`]);
      const hub = await client('hub', [`${base}/done`]);
      await world.run(node.bus.close());
      await world.run(hub.bus.publish(`${base}/log`, 'x'));
      await world.restartBroker();
      await world.until(() => hub.ready() === 2);
      await world.run(hub.bus.publish(`${base}/done`, 'x'));
      await world.until(() => hub.got.length === 1);
      expect(node.got).toEqual([]);
      expect(node.ready()).toBe(1);
      expect(node.downs).toEqual([]);
    });
  });
}
