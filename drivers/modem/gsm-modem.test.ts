import { describe, expect, test } from 'vitest';
import { modemRig } from '../simulated/modem/modem-rig.kit.ts';

const text = '请A042号到3号窗口';

test('a modem is set up and sends; the telephone has the text, the report comes back', async () => {
  const rig = await modemRig();
  expect(rig.driver.health.state).toBe('ready');
  const outcome = await rig.send();
  expect(rig.modem.look().messages).toEqual([{ to: '13800138000', text }]);
  await rig.clock.advance(5_000);
  expect(outcome).toEqual({ kind: 'sent', references: [rig.reports[0]?.reference] });
  expect(rig.reports).toMatchObject([{ outcome: 'delivered', code: '0x00' }]);
  expect(rig.log.defects).toEqual([]);
  await rig.close();
});

test('a long text comes whole, under a new reference each time, with a report for each part', async () => {
  const rig = await modemRig();
  const long = '请A042号到3号窗口。'.repeat(10);
  for (let round = 0; round < 3; round += 1) {
    const outcome = await rig.send({ text: long }, 20_000);
    expect(outcome).toMatchObject({ kind: 'sent', references: [expect.any(String), expect.any(String)] });
  }
  await rig.clock.advance(5_000);
  expect(rig.modem.look().messages.map((message) => message.text)).toEqual([long, long, long]);
  expect(new Set(rig.reports.map(({ reference }) => reference)).size).toBe(6);
  await rig.close();
});

test('no log line has a number whole', async () => {
  const rig = await modemRig();
  await rig.send();
  await rig.send({ to: '+8613800138000' });
  const written = JSON.stringify(rig.log.lines);
  expect(written).toContain('138****8000');
  expect(written).not.toContain('13800138000');
  await rig.close();
});

describe.each([
  ['echo, chatter in every reply', { chatter: true }],
  ['replies octet by octet', { splitReplies: true }],
  ['a prompt after 3 s', { promptMs: 3_000 }],
  ['a final line after 40 s', { finalMs: 40_000 }],
])('%s', (_name, faults) => {
  test('sent once', async () => {
    const rig = await modemRig();
    rig.fault(faults);
    expect(await rig.send({}, 60_000)).toMatchObject({ kind: 'sent' });
    expect(rig.modem.look().parts).toBe(1);
    await rig.close();
  });
});

describe('what may have gone is unknown, what cannot have gone is not', () => {
  test('no final line within a minute: unknown, and the next message goes', async () => {
    const rig = await modemRig();
    rig.fault({ finalMs: Number.POSITIVE_INFINITY });
    expect(await rig.send({}, 70_000)).toEqual({ kind: 'unknown', reason: 'no-answer' });
    expect(rig.modem.look().parts).toBe(1);
    rig.fault({ finalMs: 1_500 });
    expect(await rig.send({}, 20_000)).toMatchObject({ kind: 'sent' });
    expect(rig.modem.look().parts).toBe(2);
    await rig.close();
  });

  test('a final line that comes after the time-out is not taken for the next message', async () => {
    const rig = await modemRig();
    rig.fault({ finalMs: 62_000 });
    expect(await rig.send({}, 70_000)).toMatchObject({ kind: 'unknown' });
    rig.fault({ finalMs: 1_500, cmsErrors: [304] });
    expect(await rig.send({}, 30_000)).toEqual({ kind: 'not-sent', reason: 'bad-pdu', retry: 'never' });
    await rig.close();
  });

  test('no prompt: not sent, and the next one goes', async () => {
    const rig = await modemRig();
    rig.fault({ promptMs: Number.POSITIVE_INFINITY });
    expect(await rig.send({}, 20_000)).toEqual({ kind: 'not-sent', reason: 'no-answer', retry: 'later' });
    rig.fault({ promptMs: 50 });
    expect(await rig.send({}, 20_000)).toMatchObject({ kind: 'sent' });
    expect(rig.modem.look().parts).toBe(1);
    await rig.close();
  });

  test('pulled in the middle of the text: unknown by the rule, since the end may have been on its way', async () => {
    const rig = await modemRig();
    rig.fault({ unplugAfterTextOctets: 30 });
    expect(await rig.send()).toEqual({ kind: 'unknown', reason: 'port-gone' });
    expect(rig.modem.look().parts).toBe(0);
    expect(rig.faults()).toEqual(['port-gone']);
    await rig.close();
  });

  test('pulled when the text was whole: unknown, and it went; after the plug the next goes', async () => {
    const rig = await modemRig();
    rig.fault({ unplugAfterText: true });
    expect(await rig.send()).toEqual({ kind: 'unknown', reason: 'port-gone' });
    expect(rig.modem.look().parts).toBe(1);
    rig.fault({ unplugAfterText: false });
    rig.modem.act({ type: 'plug' });
    await rig.clock.advance(10_000);
    expect(rig.driver.health).toMatchObject({ state: 'ready', faults: [] });
    expect(await rig.send()).toMatchObject({ kind: 'sent' });
    await rig.close();
  });

  test('pulled before anything was sent: not sent', async () => {
    const rig = await modemRig();
    rig.modem.act({ type: 'unplug' });
    await rig.clock.advance(100);
    const waiting = rig.driver.send({ id: 'x', to: '13800138000', text, expiresAtMs: 1e9 });
    await rig.close();
    expect(await waiting).toMatchObject({ kind: 'not-sent', retry: 'later' });
  });
});

test.each([
  [500, { reason: 'modem-error', retry: 'later' }],
  [322, { reason: 'memory-full', retry: 'later' }],
  [304, { reason: 'bad-pdu', retry: 'never' }],
  [28, { reason: 'subscriber-unidentified', retry: 'never' }],
  [310, { reason: 'sim-missing', retry: 'mend' }],
  [777, { reason: 'cms-error-777', retry: 'later' }],
])('+CMS ERROR: %i', async (code, outcome) => {
  const rig = await modemRig();
  rig.fault({ cmsErrors: [code] });
  expect(await rig.send()).toEqual({ kind: 'not-sent', ...outcome });
  expect(rig.modem.look().parts).toBe(0);
  expect(rig.faults()).toEqual(outcome.retry === 'mend' ? [outcome.reason] : []);
  expect(await rig.send()).toMatchObject({ kind: 'sent' });
  await rig.close();
});

test('five errors in a row are a fault of the modem; a message that goes ends it', async () => {
  const rig = await modemRig();
  rig.fault({ cmsErrors: [500, 500, 500, 500, 500] });
  for (let n = 0; n < 5; n += 1) await rig.send();
  expect(rig.faults()).toEqual(['errors-in-a-row']);
  await rig.send();
  expect(rig.faults()).toEqual([]);
  await rig.close();
});

describe('card and network', () => {
  test('no card, then a card: named, and back by itself', async () => {
    const rig = await modemRig();
    rig.modem.act({ type: 'card', card: 'missing' });
    await rig.clock.advance(70_000);
    expect(rig.faults()).toEqual(['sim-missing']);
    expect(await rig.send({}, 20_000)).toEqual({ kind: 'not-sent', reason: 'sim-missing', retry: 'later' });
    rig.modem.act({ type: 'card', card: 'ready' });
    await rig.clock.advance(10_000);
    expect(rig.driver.health).toMatchObject({ state: 'ready', faults: [] });
    await rig.close();
  });

  test('the PIN is entered once; a wrong one is never entered again by itself', async () => {
    const rig = await modemRig({ pin: '9999' }, { before: [{ type: 'card', card: 'pin' }] });
    await rig.clock.advance(600_000);
    expect(rig.faults()).toEqual(['pin-wrong']);
    // Two tries are left: a person may mend the options.
    expect(rig.modem.look().card).toBe('pin');
    await rig.close();
  });

  test('the right PIN', async () => {
    const rig = await modemRig({ pin: '1234' }, { before: [{ type: 'card', card: 'pin' }] });
    await rig.clock.advance(10_000);
    expect(rig.driver.health.state).toBe('ready');
    expect(JSON.stringify(rig.log.lines)).not.toContain('1234');
    await rig.close();
  });

  test.each([
    [2, 'no-network'],
    [3, 'network-denied'],
  ])('registration %i: %s', async (registration, code) => {
    const rig = await modemRig({}, { before: [{ type: 'network', registration }] });
    await rig.clock.advance(5_000);
    expect(rig.faults()).toEqual([code]);
    rig.modem.act({ type: 'network', registration: 5 });
    await rig.clock.advance(10_000);
    expect(rig.driver.health.state).toBe('ready');
    await rig.close();
  });

  test('no service centre; a weak signal is a warning', async () => {
    const rig = await modemRig({}, { before: [{ type: 'fault', faults: { noServiceCentre: true } }] });
    await rig.clock.advance(5_000);
    expect(rig.faults()).toEqual(['service-centre-unknown']);
    rig.fault({ noServiceCentre: false });
    rig.modem.act({ type: 'network', registration: 1, signal: 3 });
    await rig.clock.advance(10_000);
    expect(rig.driver.health).toMatchObject({ state: 'ready', faults: [{ code: 'weak-signal' }] });
    await rig.close();
  });
});

test('a mute modem is named, and found again', async () => {
  const rig = await modemRig({}, { before: [{ type: 'fault', faults: { mute: true } }] });
  await rig.clock.advance(15_000);
  expect(rig.faults()).toEqual(['no-answer']);
  rig.fault({ mute: false });
  await rig.clock.advance(10_000);
  expect(rig.driver.health).toMatchObject({ state: 'ready', faults: [] });
  await rig.close();
});

test('stored reports are read and deleted before the memory is full', async () => {
  const rig = await modemRig();
  rig.fault({ storeReports: true });
  for (let n = 0; n < 15; n += 1) {
    expect(await rig.send()).toMatchObject({ kind: 'sent' });
    await rig.clock.advance(5_000);
  }
  expect(rig.reports.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(15);
  await rig.close();
});

test('an expired message is not begun; the queue has a limit; the rate is kept', async () => {
  const rig = await modemRig({ most_per_minute: 6 });
  expect(await rig.send({ expiresAtMs: 0 })).toEqual({ kind: 'not-sent', reason: 'expired', retry: 'never' });
  const outcomes = Array.from({ length: 102 }, (_, n) =>
    rig.driver.send({ id: `q${n}`, to: '13800138000', text, expiresAtMs: 1e9 }),
  );
  expect(await outcomes[101]).toEqual({ kind: 'not-sent', reason: 'queue-full', retry: 'later' });
  await rig.clock.advance(60_000);
  const { parts } = rig.modem.look();
  expect(parts).toBeGreaterThanOrEqual(5);
  expect(parts).toBeLessThanOrEqual(7);
  await rig.close();
});

test('a number that cannot be sent is refused for good', async () => {
  const rig = await modemRig();
  expect(await rig.send({ to: '138-0013' })).toEqual({ kind: 'not-sent', reason: 'illegal', retry: 'never' });
  await rig.close();
});
