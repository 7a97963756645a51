// @ts-check
/** Appointments at the desk: who comes today, checking in by the code or by a click, a new one, one that is called off. */
import { command } from './api.js';
import { h, keepList, setData, setText, textSpan, toast, words } from './dom.js';
import { openForm } from './form.js';
import { followList } from './lists.js';
import { paperLine, printAt, printerChoice } from './paper.js';
import { local, locale, named, t } from './text.js';

const minuteMs = 60_000;
const slotMinutes = 30;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountAppointments(box, hall) {
  const code = h('input', {
    type: 'search',
    placeholder: t('appointments.code'),
    'aria-label': t('appointments.code'),
    autocapitalize: 'characters',
  });
  const printers = printerChoice(hall, t('common.by-hand'));
  const kept = h('div', { class: 'desk-slip', 'aria-live': 'polite' });
  const checkIn = async (/** @type {string} */ appointment) => {
    const at = printers.value;
    const print = printAt(at);
    const data = { appointment, ...(print === undefined ? {} : { print_at: print }) };
    const answer = await command('CheckIn', data, 'desk');
    if (!answer.ok) return;
    kept.replaceChildren(
      h('p', { class: 'slip-label' }, words('appointments.checked-in', { appointment })),
      h('b', { class: 'slip-number' }, answer.result.number),
      h('p', { class: 'slip-ahead' }, words('common.ahead', { ahead: answer.result.ahead })),
      paperLine(hall, answer.result, at),
    );
    code.value = '';
    await list.refresh();
  };
  const form = h(
    'form',
    { class: 'search-line' },
    code,
    printers,
    h('button', { class: 'primary', data: { act: 'check-in' } }, words('appointments.check-in')),
    h(
      'button',
      { type: 'button', class: 'quiet', data: { act: 'book' }, onclick: () => askBooking(hall, () => list.refresh()) },
      words('appointments.book-title'),
    ),
  );
  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (code.value.trim() !== '') void checkIn(code.value.trim());
  });
  const rows = h('div', { class: 'list-rows' });
  const empty = h('p', { class: 'empty', hidden: true }, words('appointments.none'));
  box.append(kept, form, empty, rows);
  const list = followList(box, '/lists/appointments', (found) => {
    empty.hidden = found.length > 0;
    keepList(
      rows,
      found,
      (row) => row.appointment,
      (row) => makeRow(row.appointment, checkIn, () => list.refresh()),
      (element, row) => updateRow(hall, element, row),
    );
  });
  return () => void list.refresh();
}

/** @param {string} appointment @param {(id: string) => Promise<void>} checkIn @param {() => Promise<void>} changed */
function makeRow(appointment, checkIn, changed) {
  return h(
    'article',
    { class: 'list-row', data: { appointment } },
    h('b', { class: 'when' }),
    h('span', { class: 'what' }),
    h('code', null, appointment),
    h('span', { class: 'chip' }),
    h(
      'span',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'primary small', onclick: () => checkIn(appointment) },
        words('appointments.check-in'),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet small',
          onclick: async () => {
            if ((await command('CancelAppointment', { appointment }, 'desk')).ok) await changed();
          },
        },
        words('appointments.cancel'),
      ),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} element @param {any} row */
function updateRow(hall, element, row) {
  const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hour12: false });
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(hall.now());
  setText(
    element.querySelector('.when'),
    `${row.day === today ? '' : `${row.day.slice(5)} `}${time.format(row.from_at)}–${time.format(row.to_at)}`,
  );
  const service = hall.rules?.services.find((/** @type {any} */ each) => each.id === row.service);
  const what = element.querySelector('.what');
  if (what.childElementCount === 0) what.append(textSpan(service?.name ?? row.service));
  const status = named('appointment', row.status);
  setText(element.querySelector('.chip'), status);
  setData(element.querySelector('.chip'), 'kind', row.status === 'booked' ? 'good' : undefined);
  element.querySelector('.acts').hidden = row.status !== 'booked';
}

/** @param {import('./live.js').LiveHall} hall @param {() => Promise<void>} changed */
function askBooking(hall, changed) {
  const times = [];
  const first = Math.ceil(hall.now() / (slotMinutes * minuteMs)) * slotMinutes * minuteMs;
  const timeZone = hall.rules.timeZone;
  const day = new Intl.DateTimeFormat(locale, {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  const oneDay = (24 * 60) / slotMinutes;
  for (let slot = 0; slot < oneDay * 2; slot++) {
    const at = first + slot * slotMinutes * minuteMs;
    if (!inOpening(hall.rules, at)) continue;
    times.push({ value: String(at), text: day.format(at) });
  }
  openForm({
    title: t('appointments.book-title'),
    fields: [
      {
        name: 'service',
        text: t('common.service'),
        kind: 'choice',
        options: hall.rules.services.map((/** @type {any} */ each) => ({ value: each.id, text: local(each.name) })),
      },
      { name: 'from', text: t('common.time'), kind: 'choice', options: times },
    ],
    act: t('appointments.book'),
    done: async ({ service, from }) => {
      const data = { service, matters: [], from: Number(from), to: Number(from) + slotMinutes * minuteMs };
      const answer = await command('BookAppointment', data, 'desk');
      if (!answer.ok) return false;
      toast(t('appointments.booked', { appointment: answer.result.appointment }));
      await changed();
      return true;
    },
  });
}

/** Whether the hall serves then. @param {any} rules @param {number} at */
function inOpening(rules, at) {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: rules.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);
  const [date = '', time = ''] = parts.split(' ');
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  const spans = rules.calendar.exceptions[date] ?? rules.calendar.week[weekday] ?? [];
  const now = hour * 60 + minute;
  return spans.some((/** @type {any} */ span) => now >= span.from && now < span.to);
}
