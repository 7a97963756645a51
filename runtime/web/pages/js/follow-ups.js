// @ts-check
/** Low ratings: each with its deadline, called back or not reached, settled, or set aside as wrong. */
import { command } from './api.js';
import { dayTime, deadlineOf } from './deadline.js';
import { h, keepList, setData, setText, words } from './dom.js';
import { openForm } from './form.js';
import { followList } from './lists.js';
import { privateText } from './private-text.js';
import { keyTexts, textOf } from './texts.js';

/** @type {Record<string, {zh: string, en: string}>} */
const stepTexts = {
  opened: { zh: '待回访', en: 'to call back' },
  'called-back': { zh: '已回访', en: 'called back' },
  'not-reached': { zh: '未接通', en: 'not reached' },
  settled: { zh: '已办结', en: 'settled' },
  'set-aside': { zh: '已剔除', en: 'set aside' },
};

/** What may be recorded, with what it says. */
const steps = [
  { value: 'called-back', zh: '已回访', en: 'called back' },
  { value: 'not-reached', zh: '未接通', en: 'not reached' },
  { value: 'settled', zh: '整改办结', en: 'settled' },
  { value: 'wrong-rating', zh: '误评，剔除', en: 'wrong rating, set aside' },
];

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(open: number) => void} count */
export function mountFollowUps(box, hall, count) {
  const rows = h('div', { class: 'list-rows' });
  const empty = h(
    'p',
    { class: 'empty', hidden: true },
    words('没有待回访的低分评价。', 'No low rating waits for a call.'),
  );
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
      title: { zh: '回访记录', en: 'Follow-up' },
      lead: h(
        'p',
        { class: 'hint' },
        words('记录内容加密保存，到期清除。', 'What you write is kept encrypted and erased in time.'),
      ),
      fields: [
        { name: 'step', zh: '结果', en: 'Outcome', kind: 'choice', options: steps },
        { name: 'text', zh: '记录', en: 'Note', kind: 'long', optional: true, max: 2000 },
      ],
      act: { zh: '保存', en: 'Save' },
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
    h('b', { class: 'level', data: { level: row.level } }, textOf(keyTexts, `level-${row.level}`).zh),
    h('span', { class: 'what' }),
    h('span', { class: 'chip' }),
    h(
      'span',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'primary small', data: { act: 'follow' }, onclick: record },
        words('登记回访', 'Record'),
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
    window === undefined ? '' : `${window.number} 号窗口`,
    row.clerk === null ? '' : `工号 ${row.clerk}`,
    service?.name.zh ?? '',
    dayTime(hall, row.opened_at),
  ];
  setText(element.querySelector('.what'), what.filter(Boolean).join(' · '));
  const step = textOf(stepTexts, row.step);
  const due = deadlineOf(hall, row.due_at);
  const chip = element.querySelector('.chip');
  setText(chip, closed(row) ? `${step.zh} ${step.en}` : `${step.zh} · ${due.zh}`);
  setData(chip, 'kind', closed(row) ? 'good' : due.late ? 'bad' : 'busy');
  element.querySelector('[data-act="follow"]').hidden = closed(row);
}
