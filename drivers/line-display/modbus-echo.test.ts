/** Modbus displays behind an adapter that echoes: a copy of function 06 is no proof that a board took it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hex, unhex } from '../bytes/hex.ts';
import { createLine } from '../line/create-line.ts';
import { silentLog } from '../log.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { SimulatedLine } from '../simulated/line.ts';
import { createSimulatedBoard } from '../simulated/line-display/simulated-board.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { createLineDisplay } from './registry.ts';

function octets(file: string, name: string): string {
  const text = readFileSync(new URL(`reported/${file}`, import.meta.url), 'utf8');
  const row = text.split('\n').find((each) => each.startsWith(name)) ?? '';
  return hex(unhex((row.split(':')[1] ?? '').replace(/\(.*/, '')));
}

interface Wish {
  readonly options: Readonly<Record<string, unknown>>;
  readonly echo?: boolean;
  readonly powered?: boolean;
  readonly address?: number;
}

async function bench({ options, echo = false, powered = true, address = 1 }: Wish) {
  const clock = new VirtualClock();
  const random = seededRandom(5);
  const wire = new SimulatedLine({ name: 'line', clock, random, baudRate: 9600, echo });
  const settings = { protocol: 'modbus', address, options };
  const tap = wire.tap('board');
  const machine = createSimulatedBoard(settings, { end: tap, clock, random, name: 'board' });
  if (!powered) machine.act({ type: 'power', on: false });
  const link = new PortLink({ clock, random, log: silentLog }, { name: 'line', makePort: () => wire.makePort() });
  const line = createLine({ clock, random, log: silentLog }, { link });
  const context = { name: 'board', link, line: () => line, clock, random, log: silentLog };
  const driver = await createLineDisplay(settings, context);
  const shown: string[] = [];
  driver.shown.on(({ contentId: id, outcome }) => shown.push(`${id} ${outcome}`));
  const sent: string[] = [];
  wire.tap('witness').onReceive((bytes) => sent.push(hex(bytes)));
  driver.start();
  link.start();
  await clock.settle();
  return { clock, wire, line, machine, driver, shown, sent };
}

const number = { encoding: 'u16', function: 6, columns: 4, lines: [0] };
const codes = (driver: { health: { faults: readonly { code: string }[] } }) =>
  driver.health.faults.map(({ code }) => code);

test('the board is without power, the adapter echoes: not shown, and the line knows why', async () => {
  const { clock, line, driver, shown, sent } = await bench({ options: number, echo: true, powered: false });
  driver.show({ id: 'A012', lines: [{ text: 'A012' }] }, { urgent: true });
  await clock.advance(20_000);
  expect(sent).toContain(octets('modbus-06-echo-dead-board.hex', 'request'));
  expect(shown).toEqual([]);
  expect(line.echo).toBe('yes');
  expect(codes(driver)).toEqual(['no-answer']);
});

test.each([true, false])('the board has power, echo %s: shown', async (echo) => {
  const { clock, line, machine, driver, shown } = await bench({ options: number, echo });
  driver.show({ id: 'A012', lines: [{ text: 'A012' }] }, { urgent: true });
  await clock.advance(5000);
  expect(shown[0]).toBe('A012 shown');
  expect(machine.look().digits?.trim()).toBe('12');
  expect(line.echo).toBe(echo ? 'yes' : 'no');
  expect(codes(driver)).toEqual([]);
  expect(line.station('board').counters.clashed).toBe(0);
});

test('a board that cannot be read, an adapter nobody knows: sent, not shown; the option decides', async () => {
  const outcome = async (options: object, powered: boolean) => {
    const { clock, driver, shown } = await bench({
      options: { ...number, check: 'write', ...options },
      echo: !powered,
      powered,
    });
    driver.show({ id: 'A012', lines: [{ text: 'A012' }] }, { urgent: true });
    await clock.advance(5000);
    return shown[0];
  };
  expect(await outcome({}, false)).toBe('A012 sent');
  expect(await outcome({ adapter_echo: true }, false)).toBeUndefined();
  expect(await outcome({ adapter_echo: false }, true)).toBe('A012 shown');
});

test('writes are taken and each check is refused: a fault with the exception', async () => {
  const file = 'modbus-read-refused.hex';
  const { clock, wire, machine, driver, shown, sent } = await bench({ options: {}, address: 4 });
  // This board takes no part in reading: what it would have answered is lost, and the refusal comes in its place.
  const refuser = wire.tap('refuser');
  refuser.onReceive((bytes) => {
    if (hex(bytes) !== octets(file, 'request')) return;
    refuser.send(unhex(octets(file, 'answer')));
  });
  machine.act({ type: 'power', on: false });
  refuser.onReceive((bytes) => {
    if (hex(bytes) === octets(file, 'request')) refuser.send(unhex(octets(file, 'answer')));
    else if (bytes[1] === 0x10 && bytes.length > 8) refuser.send(unhex('04 10 00 00 00 04 C1 9F'));
  });
  driver.show({ id: 'A012', lines: [{ text: 'A012' }] }, { urgent: true });
  await clock.advance(20_000);
  expect(sent).toContain(octets(file, 'request'));
  expect(shown).toEqual(['A012 shown']);
  expect(codes(driver)).toEqual(['modbus-exception-2']);
});
