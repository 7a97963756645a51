/** A clerk logs in at the pad: the PIN is on no disk and on no wire, and without the right one nobody is in. */
import { expect, test } from 'vitest';
import { hashPin } from '../../hub/clerk-pin.ts';
import { openHall, smallHall } from '../worlds/pad-hall.ts';

const pin = '918273';
const clerk = { id: 'c1001', name: '李', matters: 'all' as const, pinHash: await hashPin(pin), supervisor: false };
const config = { ...smallHall, rules: { ...smallHall.rules, clerks: [clerk] } };

async function desk() {
  const world = await openHall(1, config);
  const { hall, clock, pad, events } = world;
  const heard: string[] = [];
  hall.broker.onMessage(({ payload }) => heard.push(Buffer.from(payload).toString()));
  const login = async (typed: string) => {
    await pad.press('login');
    await pad.type('1001');
    await pad.press('enter');
    await pad.type(typed);
    await pad.press('enter');
  };
  /** The hash is worked out beside virtual time. */
  const until = async (so: () => boolean) => {
    for (let turn = 0; turn < 2000 && !so(); turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await clock.advance(20);
    }
    expect(so()).toBe(true);
  };
  const disk = () =>
    JSON.stringify(hall.nodeDisks.get('n1'), (_key, value) => (value instanceof Map ? [...value] : value));
  return { ...world, heard, login, until, disk, loggedIn: () => events('ClerkLoggedIn').length };
}

test('logs in; the PIN is in no file of the box, in no message, not in the journal', async () => {
  const { hall, clock, login, until, disk, heard, loggedIn } = await desk();
  await hall.run(hall.world.setBroker(false));
  await login(pin);
  await clock.advance(1000);
  const waiting = disk();
  expect(waiting).toContain('sealed_pin');
  expect(waiting).not.toContain(pin);
  await hall.run(hall.world.setBroker(true));
  await until(() => loggedIn() === 1);
  expect(heard.join()).toContain('sealed_pin');
  for (const place of [heard.join(), disk(), JSON.stringify(hall.journal())]) expect(place).not.toContain(pin);
  await hall.stop();
});

test('a press and a wrong PIN in one burst: the press counts, the login does not', async () => {
  const { hall, clock, pad, login, until, loggedIn } = await desk();
  await hall.run(hall.world.setBroker(false));
  await pad.press('pause');
  await login('918274');
  await hall.run(hall.world.setBroker(true));
  const shown = new Set<string | undefined>();
  await until(() => {
    shown.add(pad.look().display);
    return shown.has('工号或密码错');
  });
  await clock.advance(15_000);
  expect(loggedIn()).toBe(0);
  await hall.stop();
});

test('the hub starts anew while a login waits: it is refused as such, and the next one is taken', async () => {
  const { hall, pad, login, until, loggedIn } = await desk();
  await hall.run(hall.world.setHub(false));
  await login(pin);
  await hall.run(hall.world.setHub(true));
  const shown = new Set<string | undefined>();
  await until(() => {
    shown.add(pad.look().display);
    return shown.has('请重新登录');
  });
  expect(loggedIn()).toBe(0);
  await login(pin);
  await until(() => loggedIn() === 1);
  await hall.stop();
});
