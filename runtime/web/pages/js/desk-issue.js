// @ts-check
/** Giving a number at the desk: one or several matters of any service, what to bring for all of them, one paper. */
import { command } from './api.js';
import { h, setText, textSpan, words } from './dom.js';
import { documentsOf, findMatters, matterIndex, serviceFor } from './matter-search.js';
import { paperLine, printAt, printerChoice } from './paper.js';
import { local, named, t } from './text.js';
import { waitText } from './times.js';

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
    placeholder: t('desk-issue.search-hint'),
    'aria-label': t('desk-issue.search'),
    'aria-keyshortcuts': '/',
  });
  const services = h('select', { 'aria-label': t('common.service'), class: 'service-choice' });
  const found = h('p', { class: 'hint found', 'aria-live': 'polite' });
  const list = h('div', { class: 'matter-list' });
  const classes = h(
    'select',
    { 'aria-label': t('common.class') },
    ...['ordinary', 'priority', 'returning'].map((name) => h('option', { value: name }, named('class', name))),
  );
  const printers = printerChoice(hall, t('common.by-hand'));
  const phone = h('input', {
    type: 'tel',
    placeholder: t('desk-issue.optional'),
    'aria-label': t('common.phone'),
    autocomplete: 'off',
    maxlength: 24,
  });
  const basket = h('div', { class: 'basket' });
  const issue = h(
    'button',
    { type: 'button', class: 'primary', disabled: true, data: { act: 'issue' } },
    words('desk-issue.issue'),
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
        h('label', null, words('common.class'), classes),
        h('label', null, words('common.paper'), printers),
        h('label', null, words('common.phone'), phone),
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
        ? t('desk-issue.found-many', { count: results.length, most: maxRows })
        : results.length === 0
          ? t('desk-issue.nothing-found')
          : t('desk-issue.found', { count: results.length }),
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
      h('option', { value: '' }, t('desk-issue.all-services')),
      ...rules.services.map((/** @type {any} */ each) =>
        h('option', { value: each.id }, `${each.prefix} ${local(each.name)}`),
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
      textSpan(matter.name),
      h(
        'small',
        null,
        [matter.code, department ? local(department) : matter.department, service ? local(service.name) : '']
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    matter.decided === 'back-office' &&
      h('span', { class: 'chip', title: t('desk-issue.back-office') }, t('desk-issue.back-office-mark')),
  );
}

/** What is chosen, and the union of what to bring. @param {any} rules @param {string[]} matters @param {(id: string) => void} drop */
function basketOf(rules, matters, drop) {
  if (matters.length === 0) return [h('p', { class: 'empty' }, words('desk-issue.tick'))];
  const documents = documentsOf(rules, matters);
  const names = matters.map((id) => rules.matters.find((/** @type {any} */ each) => each.id === id)).filter(Boolean);
  const title = (/** @type {string} */ text) => h('h4', null, textSpan(text));
  return [
    title(t('desk-issue.chosen', { count: matters.length })),
    h(
      'p',
      { class: 'tags' },
      ...names.map((matter) =>
        h(
          'button',
          { type: 'button', class: 'tag', title: t('desk-issue.remove'), onclick: () => drop(matter.id) },
          `${local(matter.name)} ×`,
        ),
      ),
    ),
    title(t('desk-issue.documents', { count: documents.length })),
    h('ol', { class: 'documents' }, ...documents.map((each) => h('li', null, textSpan(each)))),
  ];
}

/** @param {import('./live.js').LiveHall} hall @param {any} result @param {string[]} matters @param {string} at */
function slipOf(hall, result, matters, at) {
  const wait = waitText(result.wait);
  const names = matters
    .map((id) => hall.rules.matters.find((/** @type {any} */ each) => each.id === id))
    .filter(Boolean);
  return [
    h('p', { class: 'slip-label' }, words('desk-issue.number')),
    h('b', { class: 'slip-number' }, result.number),
    h('p', { class: 'slip-ahead' }, words('common.ahead', { ahead: result.ahead }), wait === '' ? '' : textSpan(wait)),
    paperLine(hall, result, at),
    result.contact &&
      h(
        'p',
        { class: 'paper-line', data: { kind: 'warn' } },
        words('desk-issue.phone-not-kept', { why: result.contact.message }),
      ),
    h('p', { class: 'slip-matters' }, ...names.map((matter) => h('span', { class: 'tag' }, local(matter.name)))),
    h('h4', null, words('desk-issue.bring')),
    h('ol', null, ...documentsOf(hall.rules, matters).map((each) => h('li', null, textSpan(each)))),
  ];
}
