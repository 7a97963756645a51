// @ts-check
/** Complaints and suggestions with their deadline; the words come on request, the answer is kept as they are. */
import { command } from './api.js';
import { dayTime, deadlineOf } from './deadline.js';
import { h, keepList, setData, setText, words } from './dom.js';
import { openForm } from './form.js';
import { followList } from './lists.js';
import { privateText } from './private-text.js';
import { textOf } from './texts.js';

/** @type {Record<string, {zh: string, en: string}>} */
const outcomeTexts = {
  resolved: { zh: '已解决', en: 'resolved' },
  explained: { zh: '已说明', en: 'explained' },
  forwarded: { zh: '已转办', en: 'forwarded' },
  unfounded: { zh: '不属实', en: 'unfounded' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
};

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(open: number) => void} count */
export function mountComplaints(box, hall, count) {
  const rows = h('div', { class: 'list-rows' });
  const empty = h(
    'p',
    { class: 'empty', hidden: true },
    words('没有待答复的投诉与建议。', 'Nothing waits for an answer.'),
  );
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
      title: { zh: `答复 ${row.complaint}`, en: 'Settle' },
      fields: [
        {
          name: 'outcome',
          zh: '结果',
          en: 'Outcome',
          kind: 'choice',
          options: Object.entries(outcomeTexts).map(([value, text]) => ({ value, ...text })),
        },
        { name: 'text', zh: '答复内容', en: 'Answer', kind: 'long', optional: true, max: 2000 },
      ],
      act: { zh: '办结', en: 'Settle' },
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
    h('b', null, row.kind === 'complaint' ? words('投诉', 'Complaint') : words('建议', 'Suggestion')),
    h('span', { class: 'what' }, h('code', null, row.complaint), h('span', { class: 'about' })),
    h('span', { class: 'chip' }),
    h(
      'span',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'primary small', data: { act: 'settle' }, onclick: settle },
        words('答复', 'Settle'),
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
  const settled = row.outcome === null ? undefined : textOf(outcomeTexts, row.outcome);
  const text = settled ?? due;
  setText(chip, `${text.zh} ${text.en}`);
  setData(chip, 'kind', settled !== undefined ? 'good' : due.late ? 'bad' : 'busy');
  element.querySelector('[data-act="settle"]').hidden = settled !== undefined;
}
