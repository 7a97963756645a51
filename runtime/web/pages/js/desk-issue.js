// @ts-check
/** Giving a number at the desk: one or several matters of any service, what to bring for all of them, one paper. */
import { command } from './api.js';
import { both, h, setText, words } from './dom.js';
import { documentsOf, findMatters, matterIndex, serviceFor } from './matter-search.js';
import { paperLine, printAt, printerChoice } from './paper.js';
import { classTexts, textOf, waitText } from './texts.js';

const maxMatters = 20;
/** More rows help nobody: another word finds sooner. */
const maxRows = 60;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountDeskIssue(box, hall) {
  /** @type {Set<string>} */
  const chosen = new Set();
  /** @type {import('./matter-search.js').Entry[]} */
  let index = [];
  const search = h('input', {
    type: 'search',
    placeholder: '搜索事项、编码、材料 · Search matters',
    'aria-label': '搜索事项 · Search matters',
    'aria-keyshortcuts': '/',
  });
  const services = h('select', { 'aria-label': '业务 · Service', class: 'service-choice' });
  const found = h('p', { class: 'hint found', 'aria-live': 'polite' });
  const list = h('div', { class: 'matter-list' });
  const classes = h(
    'select',
    { 'aria-label': '类别 · Class' },
    ...['ordinary', 'priority', 'returning'].map((name) =>
      h('option', { value: name }, `${textOf(classTexts, name).zh} ${textOf(classTexts, name).en}`),
    ),
  );
  const printers = printerChoice(hall, { zh: '口头告知', en: 'By hand' });
  const phone = h('input', {
    type: 'tel',
    placeholder: '选填 · optional',
    'aria-label': '手机号 · Phone',
    autocomplete: 'off',
    maxlength: 24,
  });
  const basket = h('div', { class: 'basket' });
  const issue = h(
    'button',
    { type: 'button', class: 'primary', disabled: true, data: { act: 'issue' } },
    words('取一个号', 'Issue one number'),
  );
  const slip = h('div', { class: 'desk-slip', 'aria-live': 'polite' });
  box.append(
    h('div', { class: 'choosing' }, h('div', { class: 'search-line' }, search, services), found, list),
    h(
      'div',
      { class: 'issuing' },
      slip,
      basket,
      h(
        'div',
        { class: 'desk-foot' },
        h('label', null, words('类别', 'Class'), classes),
        h('label', null, words('出票', 'Paper'), printers),
        h('label', null, words('手机', 'Phone'), phone),
        issue,
      ),
    ),
  );

  const refreshBasket = () => {
    const ready = (chosen.size > 0 || services.value !== '') && chosen.size <= maxMatters;
    issue.disabled = !ready;
    basket.replaceChildren(...basketOf(hall.rules, [...chosen], (id) => toggle(id, false)));
  };
  const toggle = (/** @type {string} */ id, /** @type {boolean} */ on) => {
    if (on) chosen.add(id);
    else chosen.delete(id);
    const tick = list.querySelector(`input[value="${id}"]`);
    if (tick !== null) tick.checked = on;
    refreshBasket();
  };
  const refreshList = () => {
    const results = findMatters(index, search.value, services.value);
    list.replaceChildren(...results.slice(0, maxRows).map((entry) => matterRow(entry, chosen)));
    setText(
      found,
      results.length > maxRows
        ? `${results.length} 项，显示前 ${maxRows} 项，再输入一个词 · ${results.length} found, the first ${maxRows} shown`
        : results.length === 0
          ? '没有匹配的事项 · nothing found'
          : `${results.length} 项 · ${results.length} found`,
    );
    list.scrollTop = 0;
  };
  search.addEventListener('input', refreshList);
  services.addEventListener('change', () => {
    refreshList();
    refreshBasket();
  });
  list.addEventListener('change', (/** @type {any} */ event) => toggle(event.target.value, event.target.checked));
  box.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => keys(event, { search, list, issue }));
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
    if (event.key !== '/' || typing || box.offsetParent === null) return;
    event.preventDefault();
    search.focus();
  });
  issue.addEventListener('click', async () => {
    issue.disabled = true;
    const matters = [...chosen];
    const service = services.value !== '' ? services.value : serviceFor(hall.rules, matters).id;
    const at = printers.value;
    const data = { service, matters, class: classes.value };
    const print = printAt(at);
    const asked = {
      ...data,
      ...(print === undefined ? {} : { print_at: print }),
      ...(phone.value.trim() === '' ? {} : { phone: phone.value.trim() }),
    };
    const answer = await command('IssueTicket', asked, 'desk');
    if (answer.ok) {
      slip.replaceChildren(...slipOf(hall, answer.result, matters, at).filter(Boolean));
      chosen.clear();
      for (const input of [search, phone]) input.value = '';
      classes.value = 'ordinary';
      services.value = '';
      refreshList();
      slip.scrollIntoView({ block: 'nearest' });
      search.focus();
    }
    refreshBasket();
  });
  let shownRev = -1;
  hall.watch(['rules'], () => {
    const rules = hall.rules;
    if (rules === undefined || rules.rev === shownRev) return;
    shownRev = rules.rev;
    index = matterIndex(rules);
    services.replaceChildren(
      h('option', { value: '' }, '全部业务 · all services'),
      ...rules.services.map((/** @type {any} */ each) =>
        h('option', { value: each.id }, `${each.prefix} ${each.name.zh}`),
      ),
    );
    refreshList();
    refreshBasket();
  });
}

/** Down from the search into the list and back up; Ctrl+Enter gives the number. @param {KeyboardEvent} event @param {{search: any, list: any, issue: any}} parts */
function keys(event, { search, list, issue }) {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return issue.click();
  const ticks = [...list.querySelectorAll('input')];
  const at = ticks.indexOf(/** @type {any} */ (document.activeElement));
  if (event.target === search && event.key === 'Enter') {
    event.preventDefault();
    ticks[0]?.click();
    return undefined;
  }
  if ((event.target !== search && at < 0) || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return undefined;
  event.preventDefault();
  const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
  return next < 0 ? search.focus() : ticks[next]?.focus();
}

/** @param {import('./matter-search.js').Entry} entry @param {Set<string>} chosen */
function matterRow({ matter, service, department }, chosen) {
  const tick = h('input', { type: 'checkbox', value: matter.id });
  tick.checked = chosen.has(matter.id);
  return h(
    'label',
    null,
    tick,
    h(
      'span',
      { class: 'matter-name' },
      both(matter.name),
      h(
        'small',
        null,
        `${matter.code} · ${department?.zh ?? matter.department}${service ? ` · ${service.name.zh}` : ''}`,
      ),
    ),
    matter.decided === 'back-office' &&
      h('span', { class: 'chip', title: '由后台审核 · decided by the back office' }, '审'),
  );
}

/** What is chosen, and the union of what to bring. @param {any} rules @param {string[]} matters @param {(id: string) => void} drop */
function basketOf(rules, matters, drop) {
  if (matters.length === 0)
    return [
      h(
        'p',
        { class: 'empty' },
        words('勾选事项：可选多项，只取一个号。', 'Tick matters: several of them, one number.'),
      ),
    ];
  const documents = documentsOf(rules, matters);
  const names = matters.map((id) => rules.matters.find((/** @type {any} */ each) => each.id === id)).filter(Boolean);
  const title = (/** @type {string} */ zh, /** @type {string} */ en) => h('h4', null, words(zh, en));
  return [
    title(`已选 ${matters.length} 项`, `${matters.length} chosen`),
    h(
      'p',
      { class: 'tags' },
      ...names.map((matter) =>
        h(
          'button',
          { type: 'button', class: 'tag', title: '去掉 · remove', onclick: () => drop(matter.id) },
          `${matter.name.zh} ×`,
        ),
      ),
    ),
    title(`请准备 ${documents.length} 份材料`, `${documents.length} documents to bring`),
    h('ol', { class: 'documents' }, ...documents.map((each) => h('li', null, both(each)))),
  ];
}

/** @param {import('./live.js').LiveHall} hall @param {any} result @param {string[]} matters @param {string} at */
function slipOf(hall, result, matters, at) {
  const wait = waitText(result.wait);
  const names = matters
    .map((id) => hall.rules.matters.find((/** @type {any} */ each) => each.id === id))
    .filter(Boolean);
  return [
    h('p', { class: 'slip-label' }, words('号码', 'Number')),
    h('b', { class: 'slip-number' }, result.number),
    h('p', { class: 'slip-ahead' }, words(`前面 ${result.ahead} 人`, `${result.ahead} ahead`), wait ? both(wait) : ''),
    paperLine(hall, result, at),
    result.contact &&
      h(
        'p',
        { class: 'paper-line', data: { kind: 'warn' } },
        words('手机号未保存', `phone not kept: ${result.contact.message}`),
      ),
    h('p', { class: 'slip-matters' }, ...names.map((matter) => h('span', { class: 'tag' }, matter.name.zh))),
    h('h4', null, words('请准备', 'Please bring')),
    h('ol', null, ...documentsOf(hall.rules, matters).map((each) => h('li', null, both(each)))),
  ];
}
