import { test } from 'vitest';
import { busConformance } from './bus.conformance.ts';
import { startMosquitto, whyNoMosquitto } from './mosquitto.ts';
import { realWorld } from './real-world.ts';

if (whyNoMosquitto === undefined) {
  busConformance('Mosquitto', async () => {
    const mosquitto = await startMosquitto();
    return realWorld(() => ({ url: `mqtt://127.0.0.1:${mosquitto.port}` }), mosquitto);
  });
} else {
  test.skip(`bus: Mosquitto (${whyNoMosquitto})`, () => undefined);
}
