import { expect, test } from 'vitest';
import { seal } from '../bus/seal.ts';
import { hashPin } from './clerk-pin.ts';
import { LoginCheck } from './login-check.ts';

const clerks = [
  { id: 'li', name: '李', matters: 'all' as const, pinHash: await hashPin('4711'), supervisor: false },
  { id: 'wang', name: '王', matters: 'all' as const, pinHash: null, supervisor: false },
];

function desk() {
  const check = new LoginCheck(clerks);
  const box = (id: string, pin: string, clerk = 'li', sealedFor = id) =>
    check.atBox(id, { clerk, sealed_pin: seal(pin, check.sealKey, sealedFor) ?? '' }, 0);
  return { check, box };
}

test('the right PIN, a wrong one, and a clerk who has none', async () => {
  const { box } = desk();
  expect(await box('command-1', '4711')).toBeUndefined();
  expect(await box('command-2', '4712')).toMatchObject({ code: 'pin-wrong' });
  expect(await box('command-3', '', 'wang')).toBeUndefined();
  expect(await box('command-4', '4711', 'nobody')).toMatchObject({ code: 'clerk-unknown' });
});

test('a seal for another command, or of another hub process, asks to log in again', async () => {
  const { check, box } = desk();
  expect(await box('command-1', '4711', 'li', 'command-0')).toMatchObject({ code: 'login-again' });
  const old = seal('4711', new LoginCheck(clerks).sealKey, 'command-2') ?? '';
  expect(await check.atBox('command-2', { clerk: 'li', sealed_pin: old }, 0)).toMatchObject({ code: 'login-again' });
});

test('a PIN in plain is refused from a box, right or wrong, and taken at a page', async () => {
  const { check } = desk();
  expect(await check.atBox('command-1', { clerk: 'li', pin: '4711' }, 0)).toMatchObject({ code: 'pin-in-plain' });
  expect(await check.atPage({ clerk: 'li', pin: '4711' }, 0)).toBeUndefined();
});

test('a wrong PIN said ten times by the wire is one try', async () => {
  const { check, box } = desk();
  const sealed_pin = seal('0000', check.sealKey, 'command-1') ?? '';
  const said = Array.from({ length: 10 }, () => check.atBox('command-1', { clerk: 'li', sealed_pin }, 0));
  for (const refusal of await Promise.all(said)) expect(refusal).toMatchObject({ code: 'pin-wrong' });
  expect(await box('command-2', '4711')).toBeUndefined();
  for (let wrong = 0; wrong < 5; wrong += 1) await box(`command-wrong-${wrong}`, '1');
  expect(await box('command-3', '4711')).toMatchObject({ code: 'pin-locked' });
});

test('PINs tried all at once are as many tries: after five the clerk is locked', async () => {
  const { check } = desk();
  const said = Array.from({ length: 12 }, (_, at) => check.atPage({ clerk: 'li', pin: `10${at}` }, 0));
  const codes = (await Promise.all(said)).map((refusal) => refusal?.code);
  expect(codes.filter((code) => code === 'pin-wrong')).toHaveLength(5);
  expect(codes.filter((code) => code === 'pin-locked')).toHaveLength(7);
});
