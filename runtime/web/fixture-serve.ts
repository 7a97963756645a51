/** Serves the page on the fixture hall, to look at while the page is worked on: `node runtime/web/fixture-serve.ts [port]`. */
import { systemClock } from '../../drivers/clock.ts';
import { FixtureHall } from './fixture-hall.ts';
import { fixtureRules } from './fixture-rules.ts';
import { createWebServer } from './server.ts';

const hall = new FixtureHall(systemClock);
hall.changed();
const server = createWebServer({
  desk: hall.desk,
  bench: hall,
  tap: hall,
  rules: fixtureRules,
  clock: systemClock,
  access: { kind: 'open-loopback' },
});
const { url } = await server.start('127.0.0.1', Number(process.argv[2] ?? 8099));
console.log(url);
process.on('SIGTERM', () => void server.close());
