/** Golden messages of people's asks. */
import { of, type Samples } from './sample-of.ts';

const at = 1_795_395_600_000;
const ticket = '2026-11-23/A012';
const serving = `${ticket}#1`;

/** What a person asks: the same checks inside `data`. */
function ask(
  type: string,
  data: Readonly<Record<string, unknown>>,
  wrong: Readonly<Record<string, unknown>>,
  ...more: object[]
) {
  const inData = Object.fromEntries(Object.entries(wrong).map(([path, value]) => [`data.${path}`, value]));
  const asked = (each: object) => ({ commandId: 'page-0a1b2c3d', type, data: each });
  return [
    `ask.${type}`,
    of(asked(data), { type: 'Unknown', data: undefined, commandId: 'a b', ...inData }, ...more.map(asked)),
  ] as const;
}
const askOnWindow = (type: string) =>
  ask(type, { window: 'w3', window_rev: 12 }, { window: 'W 3', window_rev: -1 }, { window: 'w3' });
const askJustWindow = (type: string) => ask(type, { window: 'w3' }, { window: undefined });
const why = '排队人数较多 · the queue is long';

export const peopleSamples: Readonly<Record<string, Samples>> = Object.fromEntries([
  ask(
    'IssueTicket',
    {
      service: 'social',
      matters: ['pension'],
      class: 'priority',
      phone: '139 0000 0001',
      print_at: { node: 'k1', device: 'k1' },
    },
    { service: '社保', phone: '12345', 'print_at.node': 'K 1', matters: Array(21).fill('m') },
    { service: 'social' },
  ),
  ask('VoidTicket', { ticket, reason: '取错号' }, { reason: '错', ticket: undefined }),
  ask('PrintTicket', { ticket, print_at: { node: 'k1', device: 'k1' } }, { print_at: 'k1', ticket: 'A012' }),
  ask('HandTicket', { ticket }, { ticket: 'A012' }),
  ask(
    'ReprintTicket',
    { ticket, reason: '纸张遗失 · paper lost', print_at: { node: 'k1', device: 'k1' } },
    { reason: '', print_at: {} },
    { ticket, reason: '纸张遗失' },
  ),
  ask('ReturnTicket', { ticket }, { ticket: undefined }),
  ask('ChangeMatters', { ticket, add: ['card'], remove: ['pension'] }, { add: ['医保'], remove: Array(21).fill('m') }),
  ask('ChangeClass', { ticket, class: 'priority', why: '老年人 · elderly' }, { class: 'vip', why: 'x'.repeat(201) }),
  ask(
    'RecordAssistance',
    { ticket, kind: 'assistance', outcome: 'solved', matter: 'pension' },
    { kind: 'help', outcome: 'fine', ticket: 'A012' },
    { kind: 'guidance', outcome: 'referred' },
  ),
  ask(
    'RecordComplaint',
    { ticket, kind: 'complaint', text: '等候时间过长' },
    { text: ' ', kind: 'praise' },
    { ticket: null, kind: 'suggestion', text: '增加座椅' },
  ),
  ask(
    'BookAppointment',
    { appointment: 'YY-20261124-01', service: 'social', matters: ['pension'], from: at, to: at + 1_800_000 },
    { from: '09:00', service: undefined, appointment: 'a b' },
    { service: 'social', from: at, to: at + 1_800_000 },
  ),
  ask('CancelAppointment', { appointment: 'YY-20261124-01' }, { appointment: '1' }),
  ask('CheckIn', { appointment: 'YY-20261124-01' }, { appointment: undefined }),
  ask('LeaveContact', { ticket, phone: '+86 139-0000-0001' }, { phone: 'call me', ticket: undefined }),
  ask('MatterReady', { ticket, matter: 'pension', outcome: 'refused' }, { outcome: 'lost', matter: undefined }),
  askJustWindow('OpenWindow'),
  askJustWindow('CloseWindow'),
  ask('PauseWindow', { window: 'w3', reason: 'lunch' }, { reason: 'x'.repeat(65) }, { window: 'w3' }),
  askJustWindow('ResumeWindow'),
  askOnWindow('CallNext'),
  ask('CallNumber', { window: 'w3', number: 'A012' }, { number: '12A', window: undefined }),
  askOnWindow('Recall'),
  askOnWindow('Start'),
  askOnWindow('Miss'),
  ask('Complete', { window: 'w3', review: 'all' }, { review: 'some' }, { window: 'w3' }),
  askOnWindow('Hold'),
  askOnWindow('Park'),
  ask('Transfer', { window: 'w3', to: { service: 'housing' }, place: 'front' }, { to: {}, place: 'middle' }),
  ask('SetWindowRole', { window: 'w3', role: 'certificate', why }, { role: 'manager', why: undefined }),
  ask(
    'SetWindowServices',
    { window: 'w3', serves: [{ service: 'social', tier: 1 }], why },
    { serves: 'some', why: '13900000001' },
    { window: 'w3', serves: 'all', why },
  ),
  ask(
    'MoveTicket',
    { ticket, to: { window: 'w4' }, place: 'front', why },
    { to: {}, place: 'middle', why: 'call 139 0000 0001' },
    { ticket, to: { service: 'housing' }, why },
  ),
  ask('AdoptBox', { node: 'k1' }, { node: 'K 1' }),
  ask('AcceptBalance', { proposal: '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0007' }, { proposal: undefined }),
  ask(
    'DeclineBalance',
    { proposal: '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0007', why },
    { proposal: 'short', why: undefined },
  ),
  ask('FreeWindow', { window: 'w3', why }, { why: '.', window: undefined }),
  ask(
    'SettleComplaint',
    { complaint: 'C7K2M9QX', outcome: 'explained', text: '已致电说明' },
    { outcome: 'done', complaint: undefined },
    { complaint: 'C7K2M9QX', outcome: 'unfounded' },
  ),
  ask(
    'RecordFollowUp',
    { serving, step: 'called-back', text: '已回访' },
    { step: 'forgotten', serving: 7 },
    { serving, step: 'settled' },
  ),
  ask('ConfirmClock', {}, {}),
  ask('ErasePrivate', { reference: 'complaint/C7K2M9QX' }, { reference: '' }),
]);
