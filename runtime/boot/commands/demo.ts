/** `halld demo`, what `npm start` runs: a whole hall on simulated hardware, with a page to press. */
import path from 'node:path';
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import type { Command } from '../command.ts';
import { startDemo } from '../demo.ts';
import { demoTime, shiftedClock } from '../demo-clock.ts';
import { runJourney } from '../journey.ts';
import { createLog } from '../logger.ts';
import { parseOptions, wholeNumber } from '../options.ts';
import { untilSignal } from '../until-signal.ts';

const defaultHall = path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml');

export const demo: Command = {
  summary: 'a whole hall on simulated hardware, with a page that shows and operates it',
  help: `usage: halld demo [--config FILE] [--port N] [--auto] [--speed N] [--seed N] [--data DIR] [--once]

Runs broker, hub and every node of the hall in one process; the hardware is simulated at the far ends of its ports.

  --config FILE  the hall's file; default: the service centre of this package
  --port N       port of the page on 127.0.0.1; default: the config's, or a free one if that is taken
  --auto         visitors and clerks by themselves
  --speed N      how fast they are, 1 to 100; default 10
  --seed N       what they do is repeatable; default: a new one, printed
  --data DIR     keeps journal and outboxes there; default: a temporary folder
  --once         one ticket's journey, each step printed with its bytes, then the end`,
  async run(args) {
    const { values } = parseOptions(args, {
      config: { type: 'string' },
      port: { type: 'string' },
      auto: { type: 'boolean' },
      speed: { type: 'string' },
      seed: { type: 'string' },
      data: { type: 'string' },
      once: { type: 'boolean' },
    });
    const seed =
      values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', values.seed, 0, 2 ** 31);
    const speed = values.speed === undefined ? 10 : wholeNumber('speed', values.speed, 1, 100);
    const config = await loadHall(values.config ?? defaultHall);
    const log = createLog({}, { usual: 'warn' });
    const { host, port: configured } = config.file.hub.http;
    const port = values.port === undefined ? configured : wholeNumber('port', values.port, 0, 65_535);
    const nowMs = systemClock.wallMs();
    const shownMs = demoTime(config.rules, nowMs);
    const clock = shownMs === nowMs ? systemClock : shiftedClock(systemClock, shownMs - nowMs);
    const parts = { config, clock, log, seed, dataFolder: values.data };
    if (values.once === true) return once(parts);
    const demo = await startDemo({ ...parts, http: { host, port } }).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'EADDRINUSE' || values.port !== undefined) throw error;
      return startDemo({ ...parts, http: { host, port: 0 } });
    });
    console.log(
      `\n  ${config.rules.name.zh}  ${config.rules.name.en}\n  ${demo.url}\n\n  seed ${seed}; Ctrl-C ends it\n`,
    );
    if (shownMs !== nowMs)
      console.log(
        `  the hall is closed now: its clock shows ${new Date(shownMs).toLocaleString('sv-SE', { timeZone: config.rules.timeZone })}\n`,
      );
    if (values.auto === true) demo.auto.set(true, speed);
    await untilSignal();
    await demo.stop();
    return 0;
  },
};

async function once(parts: Parameters<typeof startDemo>[0]): Promise<number> {
  const demo = await startDemo(parts);
  try {
    const { nodes } = parts.config.file;
    const kiosk = nodes.flatMap((node) => node.devices).find((device) => device.role === 'ticket-kiosk');
    const intake = parts.config.rules.windows.find(({ role }) => role === 'intake');
    const certificate = parts.config.rules.windows.find(({ role }) => role === 'certificate');
    if (kiosk?.role !== 'ticket-kiosk' || intake === undefined || certificate === undefined) {
      throw new Error('the journey needs a kiosk, an intake window and a certificate window in the config');
    }
    const key = journeyKey(kiosk.buttons, parts.config);
    const plan = { kiosk: kiosk.id, key, window: intake.id, certificateWindow: certificate.id };
    const started = performance.now();
    const result = await runJourney(demo.journey, plan, ({ step, what, bytes }) =>
      console.log(`${step.padEnd(10)} ${what}${bytes === '' ? '' : `\n${' '.repeat(11)}${bytes}`}`),
    );
    console.log(
      `\n${result.number}: ${result.matters.length} matters, two stages, ${Math.round(performance.now() - started)} ms, seed ${parts.seed}`,
    );
    return 0;
  } catch (error) {
    console.error(`the journey broke: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await demo.stop();
  }
}

/** The button of a service with three matters, one of them for the back office; else any. */
function journeyKey(
  buttons: Readonly<Record<string, string>>,
  { rules }: Parameters<typeof startDemo>[0]['config'],
): string {
  const suits = (service: string) => {
    const matters = rules.services.find(({ id }) => id === service)?.matters ?? [];
    return (
      matters.length === 3 &&
      matters.some((matter) => rules.matters.find(({ id }) => id === matter)?.decided === 'back-office')
    );
  };
  const entries = Object.entries(buttons);
  return (entries.find(([, service]) => suits(service)) ?? entries[0])?.[0] ?? '1';
}
