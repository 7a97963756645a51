// @ts-check
/** How long is left until an answer is due, in the hall's working days, or by how much it is late. */
import { hallTime } from './places.js';
import { locale, t } from './text.js';
import { sinceText } from './times.js';

const dayMs = 86_400_000;

/** @param {import('./live.js').LiveHall} hall @param {number} dueAt @returns {{text: string, late: boolean}} */
export function deadlineOf(hall, dueAt) {
  const now = hall.now();
  if (now > dueAt) return { text: t('deadline.late', { span: sinceText(dueAt, now) }), late: true };
  const days = workingDays(hall.rules, now, dueAt);
  const span = days === 0 ? sinceText(now, dueAt) : t('deadline.working-days', { count: days });
  return { text: t('deadline.left', { span }), late: false };
}

/** Days after today, up to the day of `untilMs`, on which the hall opens. @param {any} rules @param {number} fromMs @param {number} untilMs */
function workingDays(rules, fromMs, untilMs) {
  if (rules === undefined) return 0;
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: rules.timeZone });
  const [today, last] = [date.format(fromMs), date.format(untilMs)];
  let count = 0;
  for (let at = Date.parse(today) + dayMs; at <= Date.parse(last); at += dayMs) {
    const day = new Date(at);
    const spans =
      rules.calendar.exceptions[day.toISOString().slice(0, 10)] ?? rules.calendar.week[(day.getUTCDay() + 6) % 7] ?? [];
    if (spans.length > 0) count += 1;
  }
  return count;
}

/** Day and month, then the time of day. @param {import('./live.js').LiveHall} hall @param {number} at */
export function dayTime(hall, at) {
  const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
  const day = new Intl.DateTimeFormat(locale, { timeZone, month: 'numeric', day: 'numeric' }).format(at);
  return `${day} ${hallTime(hall, at).slice(0, 5)}`;
}
