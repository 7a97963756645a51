// @ts-check
/** Each window: its LED board, who is there, the clerk's call pad and the visitor's rating keypad. */
import { showsLine, updateShows } from './board-shows.js';
import { h, keepList, setData, setText, words } from './dom.js';
import { faultTexts, remedyOf } from './fault-texts.js';
import { LedPanel } from './led.js';
import { faultTool, keyButton, keysOf, machinesWhere, pulledOut, updateLamps } from './machines.js';
import { paperOutlet, updateOutlet } from './papers.js';
import { keyTexts, textOf, windowStateTexts } from './texts.js';

const slipWords = { zh: '回执', en: 'slip' };
const lidKeys = ['call', 'login', 'logout', 'enter', 'clear'];

/** @type {Record<string, {zh: string, en: string}>} */
const roleNames = {
  intake: { zh: '综合', en: 'Intake' },
  certificate: { zh: '出证', en: 'Certificates' },
  desk: { zh: '咨询', en: 'Advice' },
};

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountWindows(box, hall) {
  box.append(h('h2', null, words('窗口', 'Windows')));
  const grid = h('div', { class: 'window-grid' });
  box.append(grid);
  hall.watch(['window/', 'machine/', 'device/', 'hub', 'rules'], () => {
    const rules = hall.rules?.windows ?? [];
    keepList(
      grid,
      rules,
      (window) => window.id,
      (window) => makeWindow(hall, window),
      (card, window) => updateWindow(hall, card, window),
    );
  });
}

/** @param {any} hall @param {any} rules */
function makeWindow(hall, rules) {
  const mine = () => machinesWhere(hall, (each) => each.window === rules.id);
  const glass = h('div', { class: 'glass' });
  const card = h(
    'article',
    { class: 'window card', data: { window: rules.id } },
    glass,
    showsLine(),
    h(
      'header',
      null,
      h('b', { class: 'window-number' }, String(rules.number)),
      h('div', { class: 'window-name' }, words(rules.name.zh, rules.name.en)),
      h('span', { class: 'chip' }),
      faultTool(hall, mine, `${rules.number} 号窗口`),
    ),
    h('div', { class: 'now' }, h('b', { class: 'number' }), h('span', { class: 'says' })),
    h('div', { class: 'pad', role: 'group', 'aria-label': `${rules.number} 号窗口呼叫器 · call pad` }),
    h('div', { class: 'rating', role: 'group', 'aria-label': `${rules.number} 号窗口评价器 · rating keypad` }),
    paperOutlet(),
    h('div', { class: 'window-fault' }),
  );
  card.led = new LedPanel().into(glass);
  return card;
}

/** @param {any} hall @param {any} card @param {any} rules */
function updateWindow(hall, card, rules) {
  const part = (/** @type {string} */ name) =>
    machinesWhere(hall, (each) => each.window === rules.id && each.part === name)[0];
  const view = hall.get(`window/${rules.id}`);
  const [board, pad, rating, printer] = [part('board'), part('pad'), part('rating'), part('printer')];
  card.led.show(board?.look);
  const call = view?.call ?? null;
  const state = view === undefined ? 'closed' : (call?.status ?? view.state);
  card.led.canvas.setAttribute('aria-label', `${rules.number} 号窗口显示屏 ${call?.number ?? ''} · board`);
  setData(card, 'state', state);
  setData(card, 'role', view?.role ?? rules.role);
  const chip = card.querySelector('.chip');
  setData(chip, 'kind', state);
  const said = textOf(windowStateTexts, state);
  setPair(chip, said);
  setText(card.querySelector('.number'), call?.number ?? '—');
  const role = roleNames[view?.role ?? rules.role] ?? { zh: '', en: '' };
  const waiting = view?.waiting ?? 0;
  const again = call !== null && call.call > 1 ? `第 ${call.call} 次呼叫 · call ${call.call}` : undefined;
  const held = view?.held?.length > 0 ? `挂起 held ${view.held.join(' ')}` : undefined;
  setText(card.querySelector('.says'), again ?? held ?? `${role.zh} ${role.en} · 可叫 ${waiting}`);
  fillKeys(card.querySelector('.pad'), pad);
  fillKeys(card.querySelector('.rating'), rating, sortedLevels);
  setData(card, 'armed', view?.rating ? 'yes' : undefined);
  setData(card.querySelector('.glass'), 'unplugged', pulledOut(board) ? 'yes' : undefined);
  updateShows(card.querySelector('.shows'), deviceOf(hall, board));
  const outlet = card.querySelector('.outlet');
  outlet.hidden = printer === undefined;
  if (printer !== undefined) updateOutlet(card, printer, slipWords);
  showFaults(hall, card, [board, pad, rating, printer]);
}

/** What its box says of a machine's device. @param {any} hall @param {any} machine */
function deviceOf(hall, machine) {
  return hall.get(`device/${machine?.node}/${machine?.device}`);
}

/** @param {Element} box @param {{zh: string, en: string}} text */
function setPair(box, text) {
  if (box.childElementCount === 0) box.append(words(text.zh, text.en));
  setText(/** @type {Element} */ (box.querySelector('.zh')), text.zh);
  setText(/** @type {Element} */ (box.querySelector('.en')), text.en);
}

/** Very satisfied first, as on the pad. @param {string[]} keys */
function sortedLevels(keys) {
  return [...keys].sort((a, b) => b.localeCompare(a));
}

/** @param {HTMLElement} box @param {any} machine @param {(keys: string[]) => string[]} [order] */
function fillKeys(box, machine, order = (keys) => keys) {
  box.hidden = machine === undefined;
  if (machine === undefined) return;
  const states = keysOf(machine);
  const keys = order(states.map(({ key }) => key));
  // What a clerk needs for every visitor lies open; typing a number and signing in lie under the lid.
  const digits = keys.filter((key) => key.startsWith('digit-') || lidKeys.includes(key));
  const plain = keys.filter((key) => !digits.includes(key));
  const wanted = keys.join(' ');
  if (box.dataset.keys !== wanted) {
    box.dataset.keys = wanted;
    const caption = (/** @type {string} */ key) =>
      machine.labels?.[key] ?? keyTexts[key] ?? states.find((each) => each.key === key)?.label ?? textOf(keyTexts, key);
    const display = h('output', { class: 'pad-display' });
    const more =
      digits.length > 0 &&
      h(
        'details',
        { class: 'digits' },
        h('summary', null, words('数字键 · 登录', 'Digits, sign in')),
        h('div', null, ...digits.map((key) => keyButton(machine, key, caption(key)))),
      );
    box.replaceChildren(display, ...plain.map((key) => keyButton(machine, key, caption(key))), ...(more ? [more] : []));
  }
  const display = box.querySelector('.pad-display');
  const text = typeof machine.look?.display === 'string' ? machine.look.display : '';
  if (display !== null) {
    setText(display, text);
    /** @type {HTMLElement} */ (display).hidden = typeof machine.look?.display !== 'string';
  }
  setData(box, 'unplugged', pulledOut(machine) ? 'yes' : undefined);
  updateLamps(box, machine);
}

/** @param {any} hall @param {any} card @param {any[]} machines */
function showFaults(hall, card, machines) {
  const faults = [];
  const seen = new Set();
  for (const machine of machines) {
    const key = `device/${machine?.node}/${machine?.device}`;
    if (machine === undefined || seen.has(key)) continue;
    seen.add(key);
    for (const fault of hall.get(key)?.faults ?? [])
      faults.push({ ...fault, key: `${key}/${fault.code}`, part: machine.part });
  }
  keepList(
    card.querySelector('.window-fault'),
    faults,
    (fault) => fault.key,
    (fault) => {
      const text = textOf(faultTexts, fault.code);
      return h(
        'p',
        { data: { severity: fault.severity } },
        h('i', { class: 'dot' }),
        words(text.zh, text.en),
        remedyOf(fault),
      );
    },
    () => {},
  );
}
