// @ts-check
/** Low ratings: each with its deadline, called back or not reached, settled, or set aside as wrong. */
import { command } from './api.js';
import { dayTime, deadlineOf } from './deadline.js';
import { h, keepList, setData, setText, words } from './dom.js';
import { openForm } from './form.js';
import { followList } from './lists.js';
import { privateText } from './private-text.js';
import { local, named, t } from './text.js';

/** What may be recorded, with what it says. */
const steps = [
  { value: 'called-back', text: t('follow-ups.called-back') },
  { value: 'not-reached', text: t('follow-ups.not-reached') },
  { value: 'settled', text: t('follow-ups.step-settled') },
  { value: 'wrong-rating', text: t('follow-ups.wrong-rating') },
];

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(open: number) => void} count */
export function mountFollowUps(box, hall, count) {
  const rows = h('div', { class: 'list-rows' });
  const empty = h('p', { class: 'empty', hidden: true }, words('follow-ups.none'));
  box.append(empty, rows);
  const list = followList(box, '/lists/follow-ups', (found) => {
    count(found.filter((row) => !closed(row)).length);
    empty.hidden = found.length > 0;
    keepList(
      rows,
      found,
      (row) => `${row.serving} ${row.reference ?? ''}`,
      (row) => makeRow(row, () => list.refresh()),
      (element, row) => updateRow(hall, element, row),
    );
  });
  void list.refresh();
  return () => void list.refresh();
}

/** @param {any} row */
const closed = (row) => row.step === 'settled' || row.step === 'set-aside';

/** @param {any} row @param {() => Promise<void>} changed */
function makeRow(row, changed) {
  const record = () =>
    openForm({
      title: t('follow-ups.follow-up'),
      lead: h('p', { class: 'hint' }, words('follow-ups.hint')),
      fields: [
        { name: 'step', text: t('common.outcome'), kind: 'choice', options: steps },
        { name: 'text', text: t('follow-ups.note'), kind: 'long', optional: true, max: 2000 },
      ],
      act: t('common.save'),
      done: async ({ step, text }) => {
        const data = { serving: row.serving, step, ...(text === '' ? {} : { text }) };
        const answer = await command('RecordFollowUp', data, 'supervisor');
        if (answer.ok) await changed();
        return answer.ok === true;
      },
    });
  return h(
    'article',
    { class: 'list-row tall', data: { serving: row.serving } },
    h('b', { class: 'level', data: { level: row.level } }, named('key', `level-${row.level}`)),
    h('span', { class: 'what' }),
    h('span', { class: 'chip' }),
    h(
      'span',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'primary small', data: { act: 'follow' }, onclick: record },
        words('follow-ups.record'),
      ),
    ),
    row.reference ? privateText(row.reference) : h('span', null),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} element @param {any} row */
function updateRow(hall, element, row) {
  const window = hall.rules?.windows.find((/** @type {any} */ each) => each.id === row.window);
  const service = hall.rules?.services.find((/** @type {any} */ each) => each.id === row.service);
  const what = [
    (row.ticket ?? row.serving).slice(11).replace(/#.*/, ''),
    window === undefined ? '' : t('common.window-n', { number: window.number }),
    row.clerk === null ? '' : t('follow-ups.clerk', { clerk: row.clerk }),
    local(service?.name),
    dayTime(hall, row.opened_at),
  ];
  setText(element.querySelector('.what'), what.filter(Boolean).join(' · '));
  const step = named('follow-ups', row.step);
  const due = deadlineOf(hall, row.due_at);
  const chip = element.querySelector('.chip');
  setText(chip, closed(row) ? step : `${step} · ${due.text}`);
  setData(chip, 'kind', closed(row) ? 'good' : due.late ? 'bad' : 'busy');
  element.querySelector('[data-act="follow"]').hidden = closed(row);
}
