/**
 * The journey on simulated hardware, in three forms: ports, bus and disks in memory and virtual time; real serialport over
 * pseudo-terminals; a real Mosquitto. The same asserts on paper, pixels and journal.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { hasSocat } from '../../../drivers/port/socat-line.kit.ts';
import { type Demo, type DemoParts, startDemo } from '../../boot/demo.ts';
import { shiftedClock } from '../../boot/demo-clock.ts';
import { type JourneyResult, machineAt, runJourney } from '../../boot/journey.ts';
import type { BenchMachine } from '../../web/needs.ts';
import { startMosquitto, whyNoMosquitto } from '../worlds/mosquitto.ts';
import { PtyCables } from '../worlds/pty-cable.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml'));
const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w10' };
/** Far from lunch and from closing, whenever the test runs. */
const mondayMorningMs = Date.UTC(2026, 10, 23, 2, 5);
const realTimeMs = 90_000;
const boardLooks = 100;
const boardLookMs = 100;

interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What every form of the journey has to show. */
function assertJourney(result: JourneyResult, journal: readonly Told[], machines: readonly BenchMachine[]): void {
  const { ticket, number, paperText } = result;
  expect(result.matters).toHaveLength(3);
  // Paper: the number large, the service, the documents of the three matters, each once.
  const lines = paperText.split('\n');
  expect(lines.some((line) => line.startsWith(number))).toBe(true);
  expect(paperText).toContain('新生儿出生一件事');
  const documents = lines.filter((line) => /^\d+\. /.test(line)).map((line) => line.replace(/^\d+\. /, ''));
  expect(documents.length).toBeGreaterThan(2);
  expect(new Set(documents).size).toBe(documents.length);
  // Pixels: both boards lit something, and what is legible on the certificate window's is not stale.
  for (const window of [plan.window, plan.certificateWindow]) {
    const look = machineAt(machines, 'board', { window }).look() as {
      readonly lit: string;
      readonly texts: readonly string[];
    };
    expect(Buffer.from(look.lit, 'base64').some((byte) => byte !== 0)).toBe(true);
    expect(look.texts.join(' ')).not.toContain('----');
  }
  // Journal: each step once, in order, about this one ticket.
  const mine = journal
    .filter((event) => event.ticket === ticket || String(event.serving ?? '').startsWith(`${ticket}#`))
    .map(({ type }) => type);
  const count = (type: string) => mine.filter((each) => each === type).length;
  expect(mine.slice(0, 2)).toEqual(['TicketIssued', 'TicketPrinted']);
  for (const [type, times] of Object.entries({
    TicketIssued: 1,
    TicketPrinted: 1,
    TicketCalled: 2,
    CallShown: 2,
    ServiceStarted: 2,
    ServiceCompleted: 2,
    ServiceRated: 2,
    MatterDecided: 2,
    CertificateReady: 1,
    TicketClosed: 1,
  })) {
    expect(count(type), type).toBe(times);
  }
  const slips = machines.filter(({ part, window }) => part === 'printer' && window === plan.window);
  for (const slip of slips) expect(JSON.stringify(slip.look())).toContain(number);
}

/** In real time a board's word may travel longer than the visitor: waits for the last of both, within a limit. */
async function journalOf(demo: Demo): Promise<readonly Told[]> {
  for (let look = 0; ; look++) {
    const rows = await demo.journey.desk().query('SELECT event FROM journal ORDER BY seq');
    const journal = rows.map(({ event }) => JSON.parse(String(event)) as Told);
    if (look >= boardLooks || journal.filter(({ type }) => type === 'CallShown').length >= 2) return journal;
    await sleep(boardLookMs);
  }
}

async function onDemo(parts: Partial<DemoParts>, around: (demo: Demo) => Promise<void>): Promise<void> {
  const clock = shiftedClock(systemClock, mondayMorningMs - systemClock.wallMs());
  const demo = await startDemo({ config, clock, log: silentLog, seed: 1, ...parts });
  try {
    await around(demo);
  } finally {
    await demo.stop();
  }
}

test('in memory, in virtual time', async () => {
  const hall = new VirtualHall(config, 1);
  await hall.start();
  const result = await runJourney(hall.journey, plan);
  await hall.clock.advance(3_000);
  assertJourney(result, hall.journal(), hall.hardware.machines);
  await hall.stop();
});

test('the same seed gives the same journal, byte for byte', async () => {
  const journals: string[][] = [];
  for (let run = 0; run < 2; run++) {
    const hall = new VirtualHall(config, 7);
    await hall.start();
    await runJourney(hall.journey, plan);
    journals.push([...hall.hallDisk.journal]);
    await hall.stop();
  }
  expect(journals[0]).toEqual(journals[1]);
});

test.skipIf(!hasSocat('the journey over pseudo-terminals'))(
  'over real serial ports, on pseudo-terminals',
  async () => {
    const onPty = new Set(['k1/panel', 'k1/printer', 'n1/w1-pad', 'n3/w10-pad']);
    const cables = new PtyCables();
    try {
      await onDemo(
        { replacePort: (port, simulated) => (onPty.has(port) ? cables.maker(simulated) : undefined) },
        async (demo) => {
          const result = await runJourney(demo.journey, plan);
          assertJourney(result, await journalOf(demo), demo.machines);
        },
      );
    } finally {
      await cables.close();
    }
  },
  realTimeMs,
);

if (whyNoMosquitto !== undefined) console.log(`the journey over Mosquitto: ${whyNoMosquitto}`);
test.skipIf(whyNoMosquitto !== undefined)(
  'over a real Mosquitto',
  async () => {
    const mosquitto = await startMosquitto();
    try {
      await onDemo({ broker: { url: `mqtt://127.0.0.1:${mosquitto.port}` } }, async (demo) => {
        const result = await runJourney(demo.journey, plan);
        assertJourney(result, await journalOf(demo), demo.machines);
      });
    } finally {
      await mosquitto.stop();
    }
  },
  realTimeMs,
);
