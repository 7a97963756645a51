/** A municipal hall of the size that DESIGN names: 1,121 matters of 34 departments, 186 windows. Seeded, so it is always the same. */
import type { HallRules, Matter, Service } from '../../../devices/contract/hall.ts';
import { seededRandom } from '../../../drivers/random.ts';

const minuteMs = 60_000;
const matterCount = 1121;
const departmentCount = 34;

export function largeHall(windows = 186, meanServiceMin = 7): HallRules {
  const random = seededRandom(186);
  // Departments differ: the largest has some thirty times the matters of the smallest (Zipf with exponent 0.9).
  const weights = Array.from({ length: departmentCount }, (_, rank) => 1 / (rank + 1) ** 0.9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.max(1, Math.round((weight / total) * matterCount)));
  sizes[0] = (sizes[0] ?? 0) + matterCount - sizes.reduce((sum, size) => sum + size, 0);
  const matters: Matter[] = [];
  const services: Service[] = [];
  for (const [index, size] of sizes.entries()) {
    const department = `d${index + 1}`;
    const ids: string[] = [];
    for (let each = 0; each < size; each += 1) {
      const id = `m${matters.length + 1}`;
      ids.push(id);
      matters.push({
        id,
        code: `11${String(matters.length + 1).padStart(6, '0')}`,
        name: { zh: `事项${matters.length + 1}`, en: `matter ${matters.length + 1}` },
        department,
        documents: [],
        standardMs: Math.round(meanServiceMin * (0.5 + random()) * minuteMs),
        decided: 'on-the-spot',
      });
    }
    services.push({
      id: `s${index + 1}`,
      prefix: `${String.fromCharCode(65 + Math.floor(index / 26))}${String.fromCharCode(65 + (index % 26))}`,
      name: { zh: `部门${index + 1}`, en: `department ${index + 1}` },
      matters: ids,
      tier: 1,
      dailyQuota: null,
    });
  }
  return {
    rev: 1,
    hall: 'large-hall',
    name: { zh: '市民中心', en: 'municipal service centre' },
    timeZone: 'Asia/Shanghai',
    calendar: {
      week: Array.from({ length: 7 }, () => [{ from: 9 * 60, to: 17 * 60 }]),
      exceptions: {},
      ticketingLeadMs: 30 * minuteMs,
      lastTicketBeforeCloseMs: 15 * minuteMs,
      lastTicketByCapacity: false,
    },
    numbering: { digits: 4, start: 1 },
    departments: services.map((service, index) => ({ id: `d${index + 1}`, name: service.name })),
    matters,
    services,
    windows: Array.from({ length: windows }, (_, index) => ({
      id: `w${index + 1}`,
      number: index + 1,
      name: { zh: `${index + 1}号综合窗口`, en: `window ${index + 1}` },
      zone: '',
      role: 'intake' as const,
      serves: 'all' as const,
    })),
    clerks: [],
    calling: {
      policy: { kind: 'accumulating', ratesPerMinute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 } },
      recallLimit: 3,
      recallPauseMs: 5_000,
      minCallsBeforeMiss: 1,
      minMsBeforeMiss: 10_000,
      returnWithinMs: 120 * minuteMs,
      commandLifeMs: 10_000,
      certificateWhen: 'all',
    },
    rating: { timeoutMs: 30_000, followUpLevel: 2, followUpWorkingDays: 5 },
  };
}
