/**
 * Golden messages, valid and invalid, for every schema of the wire: tests hold the schemas to them, and the generated
 * document shows them. An invalid one is a valid one with one thing wrong, named.
 */
import { peopleSamples } from './people-samples.ts';
import { of, type Samples } from './sample-of.ts';

const at = 1_795_395_600_000;
const stream = '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0001';
const ticket = '2026-11-23/A012';
const serving = `${ticket}#1`;
const name = { zh: '综合窗口', en: 'Comprehensive window' };
const head = { v: 1, epoch: 7, rev: 41, valid_until: at + 5_000 };
const issue = { id: '3f8a6f0e-2d8b-4f3e-9a56-0d7b4c1f0001', seq: 417 };
const refusal = { code: 'closed', message: '今日取号已结束' };

const envelope = (type: string, data: unknown) => ({
  v: 1,
  ...issue,
  type,
  node: 'k1',
  stream,
  device: 'kiosk',
  at: '2026-11-23T01:00:00.123Z',
  hub_at: at,
  data,
});

function evt(
  type: string,
  data: Readonly<Record<string, unknown>>,
  wrong: Readonly<Record<string, unknown>>,
  ...more: object[]
) {
  const inData = Object.fromEntries(Object.entries(wrong).map(([path, value]) => [`data.${path}`, value]));
  const envelopes = more.map((each) => envelope(type, each));
  return [
    `evt.${type}`,
    of(envelope(type, data), { type: 'Unknown', data: undefined, ...inData }, ...envelopes),
  ] as const;
}

const onWindow = (type: string) =>
  evt(type, { window: 'w3', window_rev: 12 }, { window: 'W 3', window_rev: -1 }, { window: 'w3' });
const justWindow = (type: string) => evt(type, { window: 'w3' }, { window: undefined });

export const samples: Readonly<Record<string, Samples>> = {
  HubState: of(
    { v: 1, state: 'leading', hub: 'hub', epoch: 7, time: at },
    { v: 2, state: 'ready', epoch: 0, time: '09:00', hub: 'Hub 1' },
    { v: 1, state: 'lost', hub: 'hub', epoch: 7, time: at },
  ),
  NodeState: of(
    { v: 1, state: 'ready', session: 12, stream },
    { state: 'leading', session: 0, stream: 'not-a-uuid', code: 'x'.repeat(65) },
    { v: 1, state: 'lost', session: 12 },
    { v: 1, state: 'alert', session: 12, code: 'duplicate-id' },
  ),
  NodeBirth: of(
    {
      v: 1,
      node: 'k1',
      session: 12,
      stream,
      last_seq: 417,
      epoch_seen: 7,
      acked: 417,
      numbers: [ticket],
      software: 'halld 0.1.0',
      config_rev: 3,
      devices: [
        { device: 'kiosk', role: 'ticket-kiosk', capabilities: { cutter: true } },
        { device: 'board', role: 'window-board', window: 'w3', capabilities: {} },
      ],
    },
    { last_seq: -1, epoch_seen: undefined, devices: {}, node: '', session: 1.5 },
  ),
  DeviceState: of(
    {
      v: 1,
      device: 'kiosk',
      role: 'ticket-kiosk',
      state: 'fault',
      faults: [{ code: 'paper-out', kind: 'said', severity: 'error', since: at, remedy: '装纸后合上盖子' }],
      counters: { printed: 812, acked: 812 },
      detail: { paper: 'out' },
    },
    { state: 'broken', 'counters.printed': 'many', faults: [{ code: 'x' }], device: undefined },
    { v: 1, device: 'b1', role: 'window-board', state: 'ready', faults: [], counters: {} },
  ),
  Ack: of(
    {
      v: 1,
      node: 'k1',
      stream,
      epoch: 7,
      upto: 417,
      durable_through: 417,
      answers: [
        { ...issue, ok: true, result: { ticket, day: '2026-11-23', number: 'A012', ahead: 4, issued_at: at } },
        { id: 'press-0418', seq: 418, ok: false, error: refusal },
      ],
    },
    { upto: -1, answers: [{ ok: true }], stream_error: 'unknown', epoch: 0 },
    { v: 1, node: 'k1', stream, epoch: 7, upto: 0, durable_through: 0, answers: [], stream_error: 'stream-unknown' },
  ),
  NodeCmd: of(
    {
      v: 1,
      id: 'cmd-00000001',
      corr: 'cmd-00000001',
      type: 'TestPrint',
      issued_at: at,
      ttl_ms: 5_000,
      epoch: 7,
      device: 'kiosk',
      data: {},
    },
    { ttl_ms: 0, epoch: undefined, id: 'short', corr: undefined },
  ),
  NodeRes: of(
    { v: 1, corr: 'cmd-00000001', node: 'k1', ok: true, result: {} },
    { corr: undefined, ok: 'yes', error: { code: 1 } },
    { v: 1, corr: 'cmd-00000001', node: 'k1', ok: false, error: { code: 'expired', message: 'too late' } },
  ),
  WindowView: of(
    {
      ...head,
      window: 'w3',
      number: 3,
      name,
      role: 'intake',
      state: 'open',
      window_rev: 12,
      call: { ticket, number: 'A012', call: 1, called_at: at, status: 'called' },
      rating: { serving, armed_until: at + 30_000 },
      waiting: 4,
      held: ['A009'],
      clerk: '李',
    },
    {
      rev: -1,
      state: 'busy',
      'call.number': 'a12',
      'call.call': 0,
      call: undefined,
      role: 'manager',
      held: 'A009',
      valid_until: undefined,
    },
    {
      ...head,
      window: 'w3',
      number: 3,
      name,
      role: 'desk',
      state: 'closed',
      window_rev: 0,
      call: null,
      rating: null,
      waiting: 0,
      held: [],
      clerk: null,
    },
  ),
  ServiceView: of(
    { ...head, service: 'social', waiting: 9, issuing: 'open', wait: { low_ms: 300_000, high_ms: 900_000 } },
    { waiting: -1, issuing: 'maybe', 'wait.low_ms': 'soon', service: undefined },
    { ...head, service: 'social', waiting: 0, issuing: 'closed', message: '下午一点半开始取号' },
  ),
  HallView: of(
    {
      ...head,
      calls: [{ number: 'A012', window: 'w3', window_number: 3, window_name: name, called_at: at, call: 1 }],
      waiting: 21,
      notices: [{ zh: '2 号取号机缺纸，请用左侧 1 号机', en: 'Kiosk 2 has no paper, kiosk 1 is to the left' }],
    },
    { calls: Array(13).fill({}), notices: ['text'], waiting: null },
  ),
  LogLine: of(
    { v: 1, seq: 5_102, event: { type: 'TicketIssued', at, happenedAt: at, commandId: issue.id, ticket } },
    { seq: 0, event: {}, v: undefined },
  ),
  ...Object.fromEntries([
    evt(
      'IssueTicket',
      { service: 'social', matters: ['pension', 'card'], class: 'priority' },
      { service: '社保', matters: Array(21).fill('m'), class: 'vip' },
      { service: 'social' },
    ),
    evt(
      'IssuedFromBlock',
      {
        commandId: issue.id,
        ticket: '2026-11-23/A801',
        lease: 'k1-a',
        service: 'social',
        matters: [],
        class: 'ordinary',
      },
      { ticket: 'A801', lease: undefined, commandId: 'short' },
    ),
    evt(
      'LeaseBlocks',
      {
        prefixes: ['A', 'B'],
        held: [{ lease: 'A5001-2026-11-23', day: '2026-11-23', prefix: 'A', from: 5001, to: 5020, left: 7 }],
      },
      { prefixes: ['a'], held: [{ lease: 'x' }] },
      { prefixes: ['A'] },
    ),
    evt('CancelIssue', { commandId: issue.id, reason: 'restart' }, { commandId: undefined, reason: 'x'.repeat(65) }),
    evt('CheckIn', { appointment: 'YY-20261124-01' }, { appointment: '!' }),
    evt('ReturnTicket', { ticket }, { ticket: 'A012' }),
    evt(
      'TicketPrinted',
      { ticket, verdict: 'printed', by: 'process-id' },
      { verdict: 'maybe', ticket: '2026-11-23', by: 'eye' },
      { ticket, verdict: 'unknown', reason: 'no answer' },
    ),
    evt('TicketPrintFailed', { ticket, reason: 'jam' }, { ticket: '2026-11-23/a12', reason: undefined }),
    evt('PressRefused', { key: '3', reason: 'paper-out' }, { key: undefined, reason: 7 }),
    onWindow('CallNext'),
    evt('CallNumber', { window: 'w3', window_rev: 12, number: 'A012' }, { number: '12A', window: undefined }),
    onWindow('Recall'),
    onWindow('Start'),
    onWindow('Miss'),
    evt(
      'Complete',
      { window: 'w3', window_rev: 12, review: ['pension'] },
      { review: 'some', window_rev: 0.5 },
      { window: 'w3', review: 'all' },
      { window: 'w3' },
    ),
    onWindow('Hold'),
    onWindow('Park'),
    evt(
      'Transfer',
      { window: 'w3', window_rev: 12, to: { service: 'housing' }, place: 'front' },
      { to: {}, place: 'middle', window: undefined },
      { window: 'w3', to: { window: 'w4' } },
      { window: 'w3', to: { service: 'housing' }, matters: ['title'] },
    ),
    justWindow('OpenWindow'),
    justWindow('CloseWindow'),
    evt('PauseWindow', { window: 'w3', reason: 'lunch' }, { reason: 'x'.repeat(65) }, { window: 'w3' }),
    justWindow('ResumeWindow'),
    evt(
      'ClerkLogin',
      { window: 'w3', clerk: 'li', sealed_pin: 'A'.repeat(107) },
      { sealed_pin: 4_711, clerk: 'Li Wei' },
      { window: 'w3', clerk: 'li', pin: '4711' },
    ),
    justWindow('ClerkLogout'),
    evt(
      'CalledByHand',
      { window: 'w3', number: 'A012', day: '2026-11-23' },
      { number: '', window: undefined, day: 'today' },
    ),
    evt(
      'CallShown',
      { window: 'w3', board: 'b3', ticket, call: 1, epoch: 7, rev: 41, outcome: 'shown' },
      { call: 0, outcome: 'seen', epoch: 0, rev: undefined },
      { window: 'w3', board: 'b3', ticket, call: 2, epoch: 7, rev: 44, outcome: 'sent' },
    ),
    evt(
      'RateService',
      { serving, window: 'w3', level: 5 },
      { level: 6, serving: undefined, window: 'W3' },
      { serving, window: 'w3', level: 1 },
      { serving, window: 'w3', level: 2, reasons: ['slow', 'unclear'] },
    ),
    evt('StrayRating', { window: 'w3', key: '5', reason: 'not-armed' }, { reason: 'bored', key: undefined }),
    evt(
      'RatingUnavailable',
      { serving, window: 'w3', reason: 'pad-away' },
      { reason: 'timed-out', serving: 7 },
      { serving, window: 'w3', reason: 'declined' },
    ),
    justWindow('RequestRating'),
    evt('AddRatingReason', { serving, window: 'w3', reason: 'attitude' }, { reason: 'Too slow!', serving: undefined }),
  ]),
  ...peopleSamples,
};
