/** What every board protocol in the registry must do, whatever its bytes: a new entry is held to it without a change here. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DriverSettings } from '../driver.ts';
import { createLine } from '../line/create-line.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedLine } from '../simulated/line.ts';
import { type BoardLook, createSimulatedBoard } from '../simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { boardWays } from './board-ways.kit.ts';
import type { LineDisplay } from './line-display.ts';
import { boardLanguage, createLineDisplay } from './registry.ts';

/** 6Q cards hang on a network: 12 KB of picture are no matter for a serial line. */
const rateOf = (settings: DriverSettings) => (settings.options?.colour === 'full' ? 0 : 9600);

async function bench(settings: DriverSettings, seed = 3) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const wire = new SimulatedLine({ name: 'line', clock, random, baudRate: rateOf(settings) });
  const machine = createSimulatedBoard(settings, { end: wire.tap('board'), clock, random, name: 'board' });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'line', makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  const driver = await createLineDisplay(settings, {
    name: 'board',
    link,
    line: () => line,
    clock,
    random,
    log: silentLog,
  });
  const shown: string[] = [];
  driver.shown.on(({ contentId: id, outcome }) => shown.push(`${id} ${outcome}`));
  driver.start();
  link.start();
  await clock.settle();
  return { clock, wire, machine, driver, shown };
}

/** Where the driver turns the pages of one line, the number alone: what stands there does not depend on when one looks. */
const call = (number: string, { capabilities: { lines } }: LineDisplay) => ({
  ...{ id: number, short: number },
  lines: [{ text: number }, { text: '请到3号窗口' }].slice(0, Math.max(1, lines)),
});

/** What a visitor sees: letters where there are letters, else the dots themselves. */
function face(look: BoardLook): string {
  if (look.pages.length > 0) return JSON.stringify(look.pages);
  return look.digits ?? (look.texts.length > 0 ? look.texts.join('/') : look.lit);
}

const longestRepaintMs = 70_000;

describe.each(boardWays)('%s', (_, protocol, options) => {
  const settings: DriverSettings = { protocol, address: 5, options };

  test('a call is seen, and said to be shown only where the board says so', async () => {
    const { clock, machine, driver, shown } = await bench(settings);
    driver.show(call('A012', driver), { urgent: true });
    await clock.advance(3000);
    expect(shown[0]).toBe(`A012 ${driver.capabilities.acknowledges ? 'shown' : 'sent'}`);
    const look = machine.look();
    if (look.texts.length > 0) expect(look.texts[0]).toContain('A012');
    expect(look.digits?.trim() ?? '012').toMatch(/012$/);
    const lit = Buffer.from(look.lit, 'base64');
    expect(lit).toHaveLength(look.width * look.height);
    expect(lit.some((dot) => dot !== 0)).toBe(true);
    expect(lit.every((dot) => dot <= 4)).toBe(true);
  });

  test('another number is another picture, and the first comes back the same', async () => {
    const { clock, machine, driver } = await bench(settings);
    const faces: string[] = [];
    for (const number of ['A012', 'A013', 'A012']) {
      driver.show(call(number, driver));
      await clock.advance(3000);
      faces.push(face(machine.look()));
    }
    expect(faces[0]).not.toBe(faces[1]);
    expect(faces[2]).toBe(faces[0]);
  });

  test('after a power cut and a lost adapter the content is back within a repaint', async () => {
    const { clock, wire, machine, driver } = await bench(settings);
    driver.show(call('A012', driver));
    await clock.advance(3000);
    const before = face(machine.look());
    machine.act({ type: 'power', on: false });
    await clock.advance(30_000);
    machine.act({ type: 'power', on: true });
    await clock.advance(longestRepaintMs);
    expect(face(machine.look())).toBe(before);
    wire.unplug();
    machine.act({ type: 'power', on: false });
    machine.act({ type: 'power', on: true });
    await clock.advance(30_000);
    wire.plug();
    await clock.advance(10_000);
    expect(face(machine.look())).toBe(before);
  });

  test('through loss and noise the last content wins', async () => {
    const { clock, wire, machine, driver } = await bench(settings);
    driver.show(call('A012', driver));
    await clock.advance(3000);
    const wanted = face(machine.look());
    wire.lossRate = 0.2;
    wire.garbleRate = 0.2;
    for (const number of ['B001', 'B002', 'A012']) {
      driver.show(call(number, driver), { urgent: true });
      await clock.advance(2000);
    }
    wire.lossRate = 0;
    wire.garbleRate = 0;
    await clock.advance(longestRepaintMs);
    expect(face(machine.look())).toBe(wanted);
  });

  test('no bytes of anybody break the reader: it goes on, or asks for more up to a bound', () => {
    const language = boardLanguage(settings);
    const line = { pages: ['A012'], colour: 'red', align: 'centre', blink: false } as const;
    const frames = language.encode({ kind: 'paint', lines: [line, line], fresh: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(), fc.integer({ min: 0, max: 255 }), (noise, at, value) => {
        const frame = frames[at % frames.length]?.bytes.slice() ?? new Uint8Array(0);
        frame[at % frame.length] = value;
        for (const input of [noise, frame]) {
          for (const read of [language.decode, frames[0]?.answer?.parse ?? language.decode]) {
            let rest = input;
            while (rest.length > 0) {
              const heard = read(rest);
              if (heard.kind === 'more') break;
              expect(heard.bytes).toBeGreaterThan(0);
              expect(heard.bytes).toBeLessThanOrEqual(rest.length);
              rest = rest.slice(heard.bytes);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
