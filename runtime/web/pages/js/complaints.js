// @ts-check
/** Complaints and suggestions with their deadline; the words come on request, the answer is kept as they are. */
import { command } from './api.js';
import { dayTime, deadlineOf } from './deadline.js';
import { h, keepList, setData, setText, words } from './dom.js';
import { openForm } from './form.js';
import { followList } from './lists.js';
import { privateText } from './private-text.js';
import { named, t } from './text.js';

const outcomes = ['resolved', 'explained', 'forwarded', 'unfounded', 'withdrawn'];

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(open: number) => void} count */
export function mountComplaints(box, hall, count) {
  const rows = h('div', { class: 'list-rows' });
  const empty = h('p', { class: 'empty', hidden: true }, words('complaints.none'));
  box.append(empty, rows);
  const list = followList(box, '/lists/complaints', (found) => {
    count(found.filter((row) => row.outcome === null).length);
    empty.hidden = found.length > 0;
    keepList(
      rows,
      found,
      (row) => row.complaint,
      (row) => makeRow(row, () => list.refresh()),
      (element, row) => updateRow(hall, element, row),
    );
  });
  void list.refresh();
  return () => void list.refresh();
}

/** @param {any} row @param {() => Promise<void>} changed */
function makeRow(row, changed) {
  const settle = () =>
    openForm({
      title: t('complaints.answer-title', { complaint: row.complaint }),
      fields: [
        {
          name: 'outcome',
          text: t('common.outcome'),
          kind: 'choice',
          options: outcomes.map((value) => ({ value, text: named('complaints', value) })),
        },
        { name: 'text', text: t('complaints.answer-text'), kind: 'long', optional: true, max: 2000 },
      ],
      act: t('complaints.close'),
      done: async ({ outcome, text }) => {
        const data = { complaint: row.complaint, outcome, ...(text === '' ? {} : { text }) };
        const answer = await command('SettleComplaint', data, 'supervisor');
        if (answer.ok) await changed();
        return answer.ok === true;
      },
    });
  return h(
    'article',
    { class: 'list-row tall', data: { complaint: row.complaint } },
    h('b', null, row.kind === 'complaint' ? words('complaints.complaint') : words('complaints.suggestion')),
    h('span', { class: 'what' }, h('code', null, row.complaint), h('span', { class: 'about' })),
    h('span', { class: 'chip' }),
    h(
      'span',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'primary small', data: { act: 'settle' }, onclick: settle },
        words('complaints.answer'),
      ),
    ),
    privateText(row.reference),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} element @param {any} row */
function updateRow(hall, element, row) {
  const ticket = row.ticket === null ? '' : ` · ${row.ticket.slice(11)}`;
  setText(element.querySelector('.about'), `${ticket} · ${dayTime(hall, row.recorded_at)}`);
  const chip = element.querySelector('.chip');
  const due = deadlineOf(hall, row.due_at);
  const settled = row.outcome === null ? undefined : named('complaints', row.outcome);
  setText(chip, settled ?? due.text);
  setData(chip, 'kind', settled !== undefined ? 'good' : due.late ? 'bad' : 'busy');
  element.querySelector('[data-act="settle"]').hidden = settled !== undefined;
}
