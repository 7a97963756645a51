/** A small hall for tests: three services, eight matters of three departments, three comprehensive windows and one for certificates. */
import type { HallRules, Matter } from '../../devices/contract/hall.ts';

const minuteMs = 60_000;

function matter(id: string, name: string, department: string, minutes: number, decided: Matter['decided']): Matter {
  return {
    id,
    code: `11000-${id}`,
    name: { zh: name, en: id },
    department,
    documents: [{ zh: '居民身份证', en: 'identity card' }],
    standardMs: minutes * minuteMs,
    decided,
  };
}

/** Monday to Friday 09:00 to 12:00 and 13:00 to 17:00, Asia/Shanghai; numbers from 08:30. 2026-11-23 is a Monday. */
export const testHall: HallRules = {
  rev: 1,
  hall: 'test-hall',
  name: { zh: '测试大厅', en: 'test hall' },
  timeZone: 'Asia/Shanghai',
  calendar: {
    week: [
      ...Array.from({ length: 5 }, () => [
        { from: 9 * 60, to: 12 * 60 },
        { from: 13 * 60, to: 17 * 60 },
      ]),
      [],
      [],
    ],
    exceptions: { '2026-11-27': [] },
    ticketingLeadMs: 30 * minuteMs,
    lastTicketBeforeCloseMs: 10 * minuteMs,
    lastTicketByCapacity: false,
  },
  numbering: { digits: 3, start: 1 },
  departments: [
    { id: 'human-resources', name: { zh: '人力资源和社会保障局', en: 'human resources' } },
    { id: 'market', name: { zh: '市场监督管理局', en: 'market regulation' } },
    { id: 'housing', name: { zh: '住房和城乡建设局', en: 'housing' } },
  ],
  matters: [
    matter('pension', '养老保险', 'human-resources', 8, 'on-the-spot'),
    matter('medical', '医疗保险', 'human-resources', 6, 'on-the-spot'),
    matter('card', '社保卡', 'human-resources', 5, 'back-office'),
    matter('licence', '营业执照', 'market', 15, 'back-office'),
    matter('food-permit', '食品经营许可', 'market', 20, 'back-office'),
    matter('company-change', '变更登记', 'market', 12, 'on-the-spot'),
    matter('title', '不动产登记', 'housing', 18, 'back-office'),
    matter('rent-contract', '租赁备案', 'housing', 7, 'on-the-spot'),
  ],
  services: [
    {
      id: 'social',
      prefix: 'A',
      name: { zh: '社保业务', en: 'social insurance' },
      matters: ['pension', 'medical', 'card'],
      tier: 1,
      dailyQuota: null,
    },
    {
      id: 'company',
      prefix: 'B',
      name: { zh: '企业开办', en: 'companies' },
      matters: ['licence', 'food-permit', 'company-change'],
      tier: 1,
      dailyQuota: null,
    },
    {
      id: 'housing',
      prefix: 'C',
      name: { zh: '房产业务', en: 'housing' },
      matters: ['title', 'rent-contract'],
      tier: 1,
      dailyQuota: 40,
    },
  ],
  windows: [
    ...[1, 2, 3].map((number) => ({
      id: `w${number}`,
      number,
      name: { zh: `${number}号综合窗口`, en: `window ${number}` },
      zone: 'a',
      role: 'intake' as const,
      serves: 'all' as const,
    })),
    {
      id: 'w4',
      number: 4,
      name: { zh: '出证窗口', en: 'certificates' },
      zone: 'b',
      role: 'certificate',
      serves: 'all',
    },
  ],
  clerks: [
    { id: 'li', name: '李', matters: 'all', pinHash: null, supervisor: false },
    { id: 'wang', name: '王', matters: ['pension', 'medical', 'card'], pinHash: null, supervisor: false },
    { id: 'zhao', name: '赵', matters: 'all', pinHash: null, supervisor: true },
  ],
  calling: {
    policy: {
      kind: 'accumulating',
      ratesPerMinute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 },
    },
    recallLimit: 2,
    recallPauseMs: 5_000,
    minCallsBeforeMiss: 1,
    minMsBeforeMiss: 10_000,
    returnWithinMs: 120 * minuteMs,
    commandLifeMs: 10_000,
    certificateWhen: 'all',
  },
  rating: { timeoutMs: 30_000, followUpLevel: 2, followUpWorkingDays: 5 },
};
