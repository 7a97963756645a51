/** For tests of the page alone: the rules of a small government service centre. */
import type { HallRules, Matter, WindowRole } from '../../devices/contract/hall.ts';
import type { LocalText } from '../../devices/contract/terms.ts';

const text = (zh: string, en: string): LocalText => ({ zh, en });
const identity = text('身份证原件', 'Identity card');
const photo = text('近期免冠照片', 'Recent photograph');
const deed = text('房屋权属证明', 'Proof of title');

function matter(id: string, department: string, name: LocalText, documents: LocalText[], reviewed = false): Matter {
  const decided = reviewed ? 'back-office' : 'on-the-spot';
  return { id, code: `GZ-${id}`, name, department, documents, standardMs: 480_000, decided };
}

const matters = [
  matter('id-renew', 'police', text('身份证换领', 'Identity card renewal'), [identity, photo]),
  matter('residence', 'police', text('户口迁移', 'Household registration'), [identity, deed], true),
  matter(
    'company',
    'market',
    text('公司设立登记', 'Company registration'),
    [identity, text('公司章程', 'Articles')],
    true,
  ),
  matter(
    'food',
    'market',
    text('食品经营许可', 'Food business licence'),
    [identity, text('平面图', 'Floor plan')],
    true,
  ),
  matter('pension', 'social', text('养老保险转移', 'Pension transfer'), [identity]),
  matter('medical', 'social', text('医保异地备案', 'Medical insurance record'), [identity, text('居住证', 'Permit')]),
  matter('title', 'estate', text('不动产转移登记', 'Transfer of title'), [identity, deed], true),
  matter('mortgage', 'estate', text('抵押登记', 'Mortgage registration'), [identity, deed], true),
  matter('invoice', 'tax', text('发票代开', 'Invoices on request'), [identity]),
  matter('stamp', 'tax', text('契税申报', 'Deed tax return'), [identity, deed]),
];

const services: readonly (readonly [string, string, LocalText, readonly string[]])[] = [
  ['police', 'A', text('户政身份', 'Identity and residence'), ['id-renew', 'residence']],
  ['market', 'B', text('企业开办', 'Starting a business'), ['company', 'food']],
  ['social', 'C', text('社保医保', 'Social insurance'), ['pension', 'medical']],
  ['estate', 'D', text('不动产登记', 'Real estate'), ['title', 'mortgage']],
  ['tax', 'E', text('税务', 'Taxes'), ['invoice', 'stamp']],
  ['permit', 'F', text('综合许可', 'General permits'), ['food', 'company']],
  ['family', 'G', text('民政婚育', 'Family affairs'), ['residence']],
  ['enquiry', 'Z', text('咨询帮办', 'Advice and help'), ['invoice']],
];

function roleOf(number: number): WindowRole {
  if (number <= 9) return 'intake';
  return number <= 11 ? 'certificate' : 'desk';
}

const windowNames: Readonly<Record<WindowRole, LocalText>> = {
  intake: text('综合窗口', 'Comprehensive window'),
  certificate: text('出证窗口', 'Certificates'),
  desk: text('咨询台', 'Information desk'),
};

export const fixtureRules: HallRules = {
  rev: 1,
  hall: 'service-centre',
  name: text('清河区政务服务中心', 'Qinghe District Government Service Centre'),
  timeZone: 'Asia/Shanghai',
  calendar: {
    week: Array.from({ length: 7 }, () => [{ from: 540, to: 1020 }]),
    exceptions: {},
    ticketingLeadMs: 1_800_000,
    lastTicketBeforeCloseMs: 600_000,
    lastTicketByCapacity: false,
  },
  numbering: { digits: 3, start: 1 },
  departments: [...new Set(matters.map((each) => each.department))].map((id) => ({ id, name: text(id, id) })),
  matters,
  services: services.map(([id, prefix, name, of]) => ({ id, prefix, name, matters: of, tier: 1, dailyQuota: null })),
  windows: Array.from({ length: 12 }, (_, index) => {
    const role = roleOf(index + 1);
    const [id, number] = [`w${index + 1}`, index + 1];
    return { id, number, name: windowNames[role], zone: 'hall', role, serves: 'all' as const };
  }),
  clerks: [{ id: 'c1', name: '王', matters: 'all', pinHash: 'salt:never-shown', supervisor: false }],
  calling: {
    policy: { kind: 'fifo' },
    recallLimit: 3,
    recallPauseMs: 5_000,
    minCallsBeforeMiss: 1,
    minMsBeforeMiss: 0,
    returnWithinMs: 7_200_000,
    commandLifeMs: 10_000,
    certificateWhen: 'all',
  },
  rating: { timeoutMs: 30_000, followUpLevel: 2, followUpWorkingDays: 5 },
};
