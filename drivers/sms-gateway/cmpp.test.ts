/** CMPP against a simulated gateway that checks lengths, login and window as the real one does. tshark reads the same frames in `runtime/testing/acceptance`. */
import { describe, expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { PortLink } from '../port/port-link.ts';
import { seededRandom } from '../random.ts';
import { RecordingLog } from '../recording-log.kit.ts';
import { SimulatedCable } from '../simulated/cable.ts';
import { SimulatedCmpp } from '../simulated/sms-gateway/simulated-cmpp.kit.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import type { DeliveryReport, SendOutcome } from '../sms-sender.ts';
import { CmppClient } from './cmpp-client.ts';
import { authenticator, CmppStream, cmppMessage, cmppTimestamp, connectBody } from './cmpp-codec.ts';
import { type CmppOptions, zCmppOptions } from './cmpp-options.ts';

const text = '请A042号到3号窗口';

async function rig(options: Partial<CmppOptions> = {}, secret = 'secret') {
  const clock = new VirtualClock(Date.UTC(2026, 10, 23, 2, 0));
  const log = new RecordingLog();
  const context = { clock, random: seededRandom(1), log };
  const cable = new SimulatedCable({ name: 'cmpp', clock, unit: 'bytes' });
  const chosen = zCmppOptions.parse({ source: '901234', secret: 'secret', source_number: '10690001', ...options });
  const { source, version, window } = chosen;
  const gateway = new SimulatedCmpp(context, { end: cable, account: { source, secret, version, window } });
  const link = new PortLink(context, { name: 'cmpp', makePort: () => cable.makePort() });
  const line = () => {
    throw new Error('alone on its port');
  };
  const client = new CmppClient({ ...context, name: 'cmpp', link, line }, chosen);
  const reports: DeliveryReport[] = [];
  client.reported.on((report) => reports.push(report));
  link.start();
  client.start();
  await clock.advance(1_000);
  let sent = 0;
  const send = (to = '13800138000', body = text): Promise<SendOutcome> => {
    sent += 1;
    return client.send({ id: `m${sent}`, to, text: body, expiresAtMs: clock.monotonicMs() + 3_600_000 });
  };
  const faults = () => client.health.faults.map(({ code }) => code);
  return { clock, log, gateway, client, link, reports, send, faults };
}

describe.each([3, 2] as const)('version %i', (version) => {
  test('login, a message, its report', async () => {
    const { clock, gateway, client, reports, send } = await rig({ version });
    expect(client.health.state).toBe('ready');
    const outcome = send('+8613800138000');
    await clock.advance(5_000);
    expect(await outcome).toEqual({ kind: 'sent', references: ['0000000000000001'] });
    expect(gateway.look().messages).toEqual([{ to: '13800138000', text }]);
    expect(reports).toEqual([{ reference: '0000000000000001', outcome: 'delivered', code: 'DELIVRD' }]);
    expect(gateway.complaints).toEqual([]);
  });

  test('a long text comes whole, a text of plain letters too', async () => {
    const { clock, gateway, send } = await rig({ version });
    const long = `${text}。`.repeat(12);
    const outcomes = [send('13800138000', long), send('13800138000', 'A042, window 3')];
    await clock.advance(5_000);
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['sent', 'sent']);
    expect(
      gateway
        .look()
        .messages.map((message) => message.text)
        .toSorted(),
    ).toEqual([long, 'A042, window 3'].toSorted());
    expect(gateway.complaints).toEqual([]);
  });

  test('the window is kept, everything goes', async () => {
    const { clock, gateway, send } = await rig({ version, window: 4 });
    const outcomes = Array.from({ length: 40 }, () => send());
    await clock.advance(5_000);
    expect((await Promise.all(outcomes)).every(({ kind }) => kind === 'sent')).toBe(true);
    expect(gateway.complaints).toEqual([]);
    expect(gateway.look().parts).toBe(40);
  });
});

test('long texts that wait together for one telephone are not mixed', async () => {
  const { clock, gateway, send } = await rig({ window: 2 });
  const texts = ['甲', '乙', '丙', '丁'].map((mark) => mark.repeat(100));
  const outcomes = texts.map((long) => send('13800138000', long));
  await clock.advance(10_000);
  expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(gateway.look().messages.map((message) => message.text)).toEqual(texts);
  expect(gateway.complaints).toEqual([]);
});

test('a wrong secret is named; with the right one it goes on by itself', async () => {
  const { clock, client, faults } = await rig({}, 'other');
  await clock.advance(20_000);
  expect(faults()).toContain('login-refused');
  expect(client.health.faults.find(({ code }) => code === 'login-refused')?.remedy).toContain('wrong authenticator');
});

test('flow control: later, and nothing more for a second', async () => {
  const { clock, gateway, send } = await rig();
  gateway.act({ type: 'fault', faults: { results: [8] } });
  const first = send();
  await clock.advance(100);
  expect(await first).toEqual({ kind: 'not-sent', reason: 'flow-control', retry: 'later' });
  const second = send();
  await clock.advance(500);
  expect(gateway.look().parts).toBe(0);
  await clock.advance(1_000);
  expect(await second).toMatchObject({ kind: 'sent' });
});

test('cut with submits under way: those are unknown, those that waited are not sent; back by itself', async () => {
  const { clock, gateway, client, send } = await rig({ window: 2 });
  gateway.act({ type: 'fault', faults: { cutAfter: 2, answerMs: 10_000 } });
  const outcomes = [send(), send(), send(), send()];
  await clock.advance(1_000);
  expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'not-sent', 'not-sent']);
  gateway.act({ type: 'fault', faults: { cutAfter: null, answerMs: 50 } });
  gateway.act({ type: 'plug' });
  await clock.advance(10_000);
  expect(client.health).toMatchObject({ state: 'ready', faults: [] });
});

test('no answer within a minute is unknown; a gateway that answers no active test is left', async () => {
  const { clock, gateway, send, client } = await rig();
  gateway.act({ type: 'fault', faults: { silent: true } });
  const outcome = send();
  await clock.advance(61_000);
  expect(await outcome).toEqual({ kind: 'unknown', reason: 'no-answer' });
  expect(client.health.state).toBe('ready');
});

test.each(['138001380', '+351912345678', ''])('the number "%s" is refused for good', async (to) => {
  const { send } = await rig();
  expect(await send(to)).toEqual({ kind: 'not-sent', reason: 'illegal', retry: 'never' });
});

test('noise instead of CMPP ends the connection, and no log has a number whole', async () => {
  const { clock, link, log, send } = await rig();
  const outcome = send();
  await clock.advance(1_000);
  await outcome;
  link.received.emit(Uint8Array.of(0x47, 0x45, 0x54, 0x20));
  await clock.advance(10);
  expect(link.lastError?.message).toContain('is not CMPP');
  expect(JSON.stringify(log.lines)).not.toContain('13800138000');
  expect(log.defects).toEqual([]);
});

test('the timestamp is the wall clock of the zone; the login is signed over it', () => {
  const timestamp = cmppTimestamp(Date.UTC(2026, 0, 2, 16, 4, 5), 'Asia/Shanghai');
  expect(timestamp).toEqual({ digits: '0103000405', value: 103000405 });
  const body = connectBody({ source: '901234', secret: 's', version: 3, timestamp });
  expect(hex(body).slice(0, 12)).toBe('393031323334');
  expect(hex(body.subarray(6, 22))).toBe(hex(authenticator('901234', 's', '0103000405')));
  expect(hex(body.subarray(22))).toBe('300623A955');
});

test('a stream is cut at its lengths, whatever the chunks; a length that cannot be is out of step', () => {
  const whole = cmppMessage({ command: 8, sequence: 1, body: new Uint8Array() });
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const stream = new CmppStream();
    const got = [...(stream.take(whole.subarray(0, cut)) ?? []), ...(stream.take(whole.subarray(cut)) ?? [])];
    expect(got).toEqual([{ command: 8, sequence: 1, body: new Uint8Array() }]);
  }
  for (const length of [0, 11, 4097, 0xffffffff]) {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(length);
    expect(new CmppStream().take(octets)).toBeUndefined();
  }
});
