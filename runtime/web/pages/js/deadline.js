// @ts-check
/** How long is left until an answer is due, or by how much it is late. */
import { hallTime } from './places.js';
import { sinceText } from './texts.js';

/** @param {import('./live.js').LiveHall} hall @param {number} dueAt @returns {{zh: string, en: string, late: boolean}} */
export function deadlineOf(hall, dueAt) {
  const now = hall.now();
  const late = now > dueAt;
  const span = late ? sinceText(dueAt, now) : sinceText(now, dueAt);
  return late
    ? { zh: `已逾期 ${span.zh}`, en: `${span.en} late`, late }
    : { zh: `还有 ${span.zh}`, en: `${span.en} left`, late };
}

/** `11月26日 10:30`. @param {import('./live.js').LiveHall} hall @param {number} at */
export function dayTime(hall, at) {
  const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
  const day = new Intl.DateTimeFormat('zh-CN', { timeZone, month: 'numeric', day: 'numeric' }).format(at);
  return `${day} ${hallTime(hall, at).slice(0, 5)}`;
}
