// @ts-check
/** Each window: its LED board, who is there, the clerk's call pad and the visitor's rating keypad. */
import { showsLine, updateShows } from './board-shows.js';
import { h, keepList, setData, setText, textSpan, words } from './dom.js';
import { LedPanel } from './led.js';
import { faultTool, keyButton, keysOf, machinesWhere, pulledOut, updateLamps } from './machines.js';
import { paperOutlet, updateOutlet } from './papers.js';
import { remedyOf } from './remedy.js';
import { local, named, t } from './text.js';

const slipWords = t('windows.slip');
const lidKeys = ['call', 'login', 'logout', 'enter', 'clear'];

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountWindows(box, hall) {
  box.append(h('h2', null, words('common.windows')));
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
      h('div', { class: 'window-name' }, textSpan(rules.name)),
      h('span', { class: 'chip' }),
      faultTool(hall, mine, t('common.window-n', { number: rules.number })),
    ),
    h('div', { class: 'now' }, h('b', { class: 'number' }), h('span', { class: 'says' })),
    h('div', { class: 'pad', role: 'group', 'aria-label': t('windows.pad-label', { number: rules.number }) }),
    h('div', { class: 'rating', role: 'group', 'aria-label': t('windows.rating-label', { number: rules.number }) }),
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
  card.led.canvas.setAttribute(
    'aria-label',
    t('windows.board-label', { number: rules.number, call: call?.number ?? '' }),
  );
  setData(card, 'state', state);
  setData(card, 'role', view?.role ?? rules.role);
  const chip = card.querySelector('.chip');
  setData(chip, 'kind', state);
  const said = named('window-state', state);
  setText(chip, said);
  setText(card.querySelector('.number'), call?.number ?? '—');
  const role = named('window-role', view?.role ?? rules.role);
  const waiting = view?.waiting ?? 0;
  const again = call !== null && call.call > 1 ? t('windows.call-again', { count: call.call }) : undefined;
  const held = view?.held?.length > 0 ? t('windows.held', { numbers: view.held.join(' ') }) : undefined;
  setText(card.querySelector('.says'), again ?? held ?? t('windows.waiting', { role, count: waiting }));
  fillKeys(card.querySelector('.pad'), pad);
  fillKeys(card.querySelector('.rating'), rating, sortedLevels);
  setData(card, 'armed', view?.rating ? 'yes' : undefined);
  setData(card.querySelector('.glass'), 'unplugged', pulledOut(board) ? t('fault.port-gone') : undefined);
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
    const caption = (/** @type {string} */ key) => {
      const own = machine.labels?.[key];
      const usual = named('key', key);
      if (own !== undefined || usual !== key) return own === undefined ? usual : local(own);
      return local(states.find((each) => each.key === key)?.label) || key;
    };
    const display = h('output', { class: 'pad-display' });
    const more =
      digits.length > 0 &&
      h(
        'details',
        { class: 'digits' },
        h('summary', null, words('windows.digits')),
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
  setData(box, 'unplugged', pulledOut(machine) ? t('fault.port-gone') : undefined);
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
      const text = named('fault', fault.code);
      return h('p', { data: { severity: fault.severity } }, h('i', { class: 'dot' }), textSpan(text), remedyOf(fault));
    },
    () => {},
  );
}
