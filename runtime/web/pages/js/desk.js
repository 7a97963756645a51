// @ts-check
/** The desk at the door: one or several matters of any service, one number, and what to bring. */
import { command } from './api.js';
import { both, h, setText, words } from './dom.js';
import { classTexts, textOf, waitText } from './texts.js';

const maxMatters = 20;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountDesk(box, hall) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const search = h('input', {
    type: 'search',
    placeholder: '搜索事项 · Search matters',
    'aria-label': '搜索事项 · Search matters',
  });
  const list = h('div', { class: 'matter-list' });
  const classes = h(
    'select',
    { 'aria-label': '类别 · Class' },
    ...['ordinary', 'priority', 'appointment', 'returning'].map((name) =>
      h('option', { value: name }, `${textOf(classTexts, name).zh} ${textOf(classTexts, name).en}`),
    ),
  );
  const count = h('b', null, '0');
  const issue = h(
    'button',
    { type: 'button', class: 'primary', disabled: true, data: { act: 'issue' } },
    words('取一个号', 'Issue one number'),
  );
  const slip = h('div', { class: 'desk-slip', 'aria-live': 'polite' });
  box.append(
    slip,
    h('p', { class: 'lead' }, words('一次可选多个事项，只取一个号。', 'Several matters, one number.')),
    search,
    list,
    h(
      'div',
      { class: 'desk-foot' },
      h('label', null, words('类别', 'Class'), classes),
      h('span', { class: 'chosen' }, words('已选', 'Chosen'), ' ', count),
      issue,
    ),
  );
  const refresh = () => {
    setText(count, String(chosen.size));
    issue.disabled = chosen.size === 0 || chosen.size > maxMatters;
    const wanted = search.value.trim().toLowerCase();
    for (const row of list.querySelectorAll('label')) row.hidden = wanted !== '' && !row.dataset.words.includes(wanted);
    for (const group of list.querySelectorAll('fieldset'))
      group.hidden = ![...group.querySelectorAll('label')].some((row) => !row.hidden);
  };
  search.addEventListener('input', refresh);
  list.addEventListener('change', (/** @type {any} */ event) => {
    if (event.target.checked) chosen.add(event.target.value);
    else chosen.delete(event.target.value);
    refresh();
  });
  issue.addEventListener('click', async () => {
    issue.disabled = true;
    const matters = [...chosen];
    const service = serviceFor(hall.rules, matters);
    const answer = await command('IssueTicket', { service: service.id, matters, class: classes.value }, 'desk');
    if (answer.ok) {
      slip.replaceChildren(...slipOf(hall.rules, answer.result, matters));
      chosen.clear();
      for (const tick of list.querySelectorAll('input')) tick.checked = false;
      search.value = '';
      slip.scrollIntoView({ block: 'nearest' });
    }
    refresh();
  });
  let shownRev = -1;
  hall.watch(['rules'], () => {
    const rules = hall.rules;
    if (rules === undefined || rules.rev === shownRev) return;
    shownRev = rules.rev;
    list.replaceChildren(...groupsOf(rules));
    refresh();
  });
}

/**
 * The service that has most of the chosen matters; among equals one that is not a bundle of several departments.
 * @param {any} rules @param {string[]} matters
 */
function serviceFor(rules, matters) {
  const has = (/** @type {any} */ service) =>
    matters.filter((matter) => service.matters.includes(matter)).length - (service.together === true ? 0.5 : 0);
  return rules.services.reduce((/** @type {any} */ best, /** @type {any} */ each) =>
    has(each) > has(best) ? each : best,
  );
}

/** Each matter once, under the first service that has it. @param {any} rules */
function groupsOf(rules) {
  const seen = new Set();
  return rules.services.map((/** @type {any} */ service) => {
    const rows = service.matters.flatMap((/** @type {string} */ id) => {
      const matter = rules.matters.find((/** @type {any} */ each) => each.id === id);
      if (matter === undefined || seen.has(id)) return [];
      seen.add(id);
      const text = `${matter.name.zh} ${matter.name.en} ${matter.code}`.toLowerCase();
      const tick = h('input', { type: 'checkbox', value: id });
      const back =
        matter.decided === 'back-office' &&
        h('span', { class: 'chip', data: { kind: 'quiet' }, title: '由后台审核 · decided by the back office' }, '审');
      return [h('label', { data: { words: text } }, tick, both(matter.name), back)];
    });
    return h('fieldset', null, h('legend', null, both(service.name)), ...rows);
  });
}

/** @param {any} rules @param {any} result @param {string[]} matters */
function slipOf(rules, result, matters) {
  const chosen = matters.map((id) => rules.matters.find((/** @type {any} */ each) => each.id === id)).filter(Boolean);
  const documents = new Map(
    chosen.flatMap((matter) => matter.documents.map((/** @type {any} */ each) => [each.zh, each])),
  );
  const wait = waitText(result.wait);
  return [
    h('p', { class: 'slip-label' }, words('请记下号码', 'Your number')),
    h('b', { class: 'slip-number' }, result.number),
    h('p', { class: 'slip-ahead' }, words(`前面 ${result.ahead} 人`, `${result.ahead} ahead`), wait ? both(wait) : ''),
    h('p', { class: 'slip-matters' }, ...chosen.map((matter) => h('span', { class: 'tag' }, matter.name.zh))),
    h('h4', null, words('请准备', 'Please bring')),
    h('ol', null, ...[...documents.values()].map((each) => h('li', null, both(each)))),
  ];
}
