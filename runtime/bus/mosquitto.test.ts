import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { seededRandom } from '../../drivers/random.ts';
import { startMosquitto, whyNoMosquitto } from '../testing/worlds/mosquitto.ts';
import { mosquittoAcl } from '../testing/worlds/mosquitto-acl.ts';
import { busConformance } from './bus.conformance.ts';
import { MqttBus } from './mqtt-bus.ts';
import { realWorld, until } from './real-world.kit.ts';

if (whyNoMosquitto === undefined) {
  busConformance('Mosquitto', async () => {
    const mosquitto = await startMosquitto();
    return realWorld(() => ({ url: `mqtt://127.0.0.1:${mosquitto.port}` }), mosquitto);
  });
} else {
  test.skip(`bus: Mosquitto (${whyNoMosquitto})`, () => undefined);
}

test.skipIf(whyNoMosquitto !== undefined)(
  `on Mosquitto each box reaches its own topics alone${whyNoMosquitto === undefined ? '' : ` (${whyNoMosquitto})`}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'halld-acl-'));
    const [passwords, acl] = [join(folder, 'passwords'), join(folder, 'acl')];
    writeFileSync(acl, mosquittoAcl('test', 'hub'), { mode: 0o600 });
    writeFileSync(passwords, '', { mode: 0o600 });
    for (const user of ['hub', 'k1', 'k2'])
      expect(spawnSync('/usr/bin/mosquitto_passwd', ['-b', passwords, user, `${user}-secret`]).status).toBe(0);
    const mosquitto = await startMosquitto(['allow_anonymous false', `password_file ${passwords}`, `acl_file ${acl}`]);
    const buses: MqttBus[] = [];
    const login = async (user: string, filters: readonly string[], password = `${user}-secret`) => {
      const heard: string[] = [];
      const bus = new MqttBus({
        url: `mqtt://127.0.0.1:${mosquitto.port}`,
        clientId: user,
        credentials: { username: user, password },
        clock: systemClock,
        random: seededRandom(1),
      });
      buses.push(bus);
      let ready = false;
      const take = ({ topic, payload }: { topic: string; payload: Uint8Array }) =>
        heard.push(`${topic.slice('hall/1/test/'.length)}=${Buffer.from(payload)}`);
      bus.start({
        up: () => {
          void Promise.allSettled(filters.map((filter) => bus.subscribe(filter, take))).then(() => {
            ready = true;
          });
        },
      });
      await until(() => ready || (bus.counters.failures ?? 0) > 0);
      return { bus, heard };
    };
    try {
      const hub = await login('hub', ['hall/1/test/node/+/evt', 'hall/1/test/node/+/device/+', 'hall/1/test/done']);
      const k1 = await login('k1', ['#', 'hall/1/test/node/+/evt', 'hall/1/test/node/k2/ack', '$SYS/#']);
      const own = await login('k2', ['hall/1/test/node/k2/ack', 'hall/1/test/view/#', 'hall/1/test/hub/state']);
      const stranger = await login('k1', [], 'k2-secret');
      expect(stranger.bus.connected).toBe(false);
      // Mosquitto acknowledges what it drops (MQTT 3.1.1 has no code for a refusal), so only what arrives tells.
      for (const topic of ['node/k2/evt', 'node/k1/ack', 'node/k1/cmd', 'view/hall', 'hub/state', 'log'])
        await k1.bus.publish(`hall/1/test/${topic}`, 'forged');
      await k1.bus.publish('hall/1/test/node/k1/evt', 'press');
      await k1.bus.publish('hall/1/test/node/k1/device/p', 'ready', { retain: true });
      await hub.bus.publish('hall/1/test/node/k2/ack', 'yours');
      await hub.bus.publish('hall/1/test/view/window/w1', 'A012', { retain: true });
      await hub.bus.publish('hall/1/test/hub/state', 'leading', { retain: true });
      await hub.bus.publish('hall/1/test/done', 'x');
      await until(() => own.heard.length >= 3 && hub.heard.includes('done=x'));
      expect(hub.heard).toEqual(['node/k1/evt=press', 'node/k1/device/p=ready', 'done=x']);
      expect(own.heard).toEqual(['node/k2/ack=yours', 'view/window/w1=A012', 'hub/state=leading']);
      // Subscribed to everything, it hears what a node may read.
      expect([...new Set(k1.heard)]).toEqual(['view/window/w1=A012', 'hub/state=leading']);
    } finally {
      for (const bus of buses) await bus.close();
      await mosquitto.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
