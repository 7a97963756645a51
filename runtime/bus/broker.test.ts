import { createBroker } from './broker.ts';
import { busConformance } from './bus.conformance.ts';
import { realWorld } from './real-world.ts';

busConformance('aedes', async () => {
  const broker = createBroker({ hall: 'test', host: '127.0.0.1', port: 0, anonymous: true, credentials: {} });
  const { port } = await broker.start();
  return realWorld(() => ({ url: `mqtt://127.0.0.1:${port}` }), {
    restart: async () => {
      await broker.stop({ crash: true });
      await broker.start();
    },
    stop: () => broker.stop(),
  });
});
