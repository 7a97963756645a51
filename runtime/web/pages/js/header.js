// @ts-check
/** The top of the page: whose hall, what time, what runs, and whether it runs by itself. */
import { auto, power } from './api.js';
import { h, setData, setText, textSpan, words } from './dom.js';
import { placeOf } from './places.js';
import { remedyOf } from './remedy.js';
import { chooseLanguage, language, languages, local, locale, named, t } from './text.js';

const speeds = [1, 5, 10, 20, 60];

/** @param {HTMLElement} top @param {import('./live.js').LiveHall} hall */
export function mountHeader(top, hall) {
  const name = h('h1', null);
  const clock = h('time', { class: 'clock' });
  const date = h('span', { class: 'date' });
  const hubPill = pill('hub', t('header.hub'), (on) => power({ what: 'hub', on }));
  const brokerPill = pill('broker', t('header.broker'), (on) => power({ what: 'broker', on }));
  const nodePill = h(
    'span',
    { class: 'pill', data: { what: 'nodes' } },
    h('i', { class: 'dot' }),
    words('header.boxes'),
    h('b', null),
  );
  const parts = [
    h(
      'div',
      { class: 'whose' },
      h('img', { src: '/favicon.svg', alt: '', width: 38, height: 38 }),
      h('div', null, name),
    ),
    h('div', { class: 'running' }, hubPill.element, brokerPill.element, nodePill),
    autoControl(hall),
    document.body.classList.contains('console')
      ? null
      : h('a', { class: 'pill', href: '/console' }, words('header.staff')),
    languageSwitch(),
    h('div', { class: 'when' }, clock, date),
  ];
  top.append(...parts.filter((part) => part !== null));

  hall.watch(['rules'], () => {
    const rules = hall.rules;
    if (rules === undefined) return;
    setText(name, local(rules.name));
    document.title = local(rules.name);
  });
  const tick = () => {
    const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
    const now = hall.now();
    setText(
      clock,
      new Intl.DateTimeFormat(locale, {
        timeZone,
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hour12: false,
      }).format(now),
    );
    setText(
      date,
      new Intl.DateTimeFormat(locale, { timeZone, month: 'long', day: 'numeric', weekday: 'long' }).format(now),
    );
  };
  setInterval(tick, 1000);
  hall.watch(['hub', 'bench', 'connection', 'rules'], () => {
    tick();
    const bench = hall.get('bench');
    hubPill.set(hall.connected && hall.get('hub')?.state === 'leading', bench?.hub);
    brokerPill.set(bench?.broker !== false, bench?.broker);
    document.body.dataset.hub = hall.get('hub')?.state ?? 'away';
    document.body.dataset.connected = String(hall.connected);
  });
  hall.watch(['node/', 'bench'], () => {
    const nodes = hall.under('node/');
    const well = nodes.filter((node) => node.state === 'ready' || node.state === 'alert').length;
    // A box that tells of a fault at a device is there; the fault is told where it is.
    setData(nodePill, 'on', String(well === nodes.length));
    setText(nodePill.querySelector('b'), `${well}/${nodes.length}`);
  });
}

/** @param {string} what @param {string} text @param {(on: boolean) => void} turn */
function pill(what, text, turn) {
  const state = h('b', null);
  const element = h(
    'button',
    { class: 'pill', type: 'button', data: { what } },
    h('i', { class: 'dot' }),
    textSpan(text),
    state,
  );
  let switchOn = true;
  element.addEventListener('click', () => turn(!switchOn));
  return {
    element,
    /** @param {boolean} well @param {boolean | undefined} powered `undefined` outside the demo: nothing to switch */
    set(well, powered) {
      switchOn = powered ?? true;
      element.disabled = powered === undefined;
      element.setAttribute('aria-pressed', String(switchOn));
      element.title = powered === undefined ? '' : switchOn ? t('header.click-to-stop') : t('header.click-to-start');
      setData(element, 'on', String(well));
      setText(state, t(well ? 'header.running' : 'header.stopped'));
    },
  };
}

/** @param {import('./live.js').LiveHall} hall */
function autoControl(hall) {
  const choose = h(
    'select',
    { 'aria-label': t('header.speed') },
    ...speeds.map((speed) => h('option', { value: speed }, `×${speed}`)),
  );
  const toggle = h(
    'button',
    { type: 'button', class: 'switch', role: 'switch', 'aria-checked': 'false', data: { what: 'auto' } },
    h('i', null),
    words('header.auto'),
  );
  const box = h('div', { class: 'auto' }, toggle, choose);
  const running = () => toggle.getAttribute('aria-checked') === 'true';
  toggle.addEventListener('click', () => auto(!running(), Number(choose.value)));
  choose.addEventListener('change', () => auto(running(), Number(choose.value)));
  hall.watch(['bench'], () => {
    const state = hall.get('bench')?.auto;
    box.hidden = state === undefined;
    if (state === undefined) return;
    toggle.setAttribute('aria-checked', String(state.running));
    if (![...choose.options].some((option) => Number(option.value) === state.speed))
      choose.append(h('option', { value: state.speed }, `×${state.speed}`));
    choose.value = String(state.speed);
  });
  return box;
}

/** One language at a time: a press shows the page again in the other. */
function languageSwitch() {
  return h(
    'div',
    { class: 'languages', role: 'group', 'aria-label': t('header.language') },
    ...languages.map(({ code, name }) => {
      const button = h('button', { type: 'button', lang: code, 'aria-pressed': String(code === language) }, name);
      button.addEventListener('click', () => chooseLanguage(code));
      return button;
    }),
  );
}

/** What is wrong now, in one line a thing, under the header. @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountTrouble(box, hall) {
  hall.watch(['device/', 'place/', 'hub', 'bench', 'connection', 'node/'], () => {
    /** @type {{where: string, what: string, remedy: Node, severity: string}[]} */
    const troubles = [];
    const add = (/** @type {string} */ where, /** @type {string} */ remedy) =>
      troubles.push({
        where,
        what: '',
        remedy: h('span', null, remedy),
        severity: 'error',
      });
    if (!hall.connected && hall.rules !== undefined) add(t('header.connection-lost'), t('header.reconnecting'));
    else if (hall.get('hub')?.state === 'away') add(t('header.hub-away'), t('header.hub-away-remedy'));
    if (hall.get('bench')?.broker === false) add(t('header.broker-stopped'), t('header.broker-stopped-remedy'));
    for (const node of hall.under('node/'))
      if (node.state === 'lost' || node.state === 'silent' || node.state === 'disconnected')
        add(t('header.box-lost', { node: node.node }), t('header.box-lost-remedy'));
    for (const device of hall.under('device/'))
      for (const fault of device.faults)
        troubles.push({
          where: placeOf(hall, device),
          what: named('fault', fault.code),
          remedy: remedyOf(fault),
          severity: fault.severity,
        });
    const shown = troubles
      .slice(0, 3)
      .map((each) =>
        h(
          'p',
          { data: { severity: each.severity } },
          h('i', { class: 'dot' }),
          h('b', null, textSpan(each.where), ' ', textSpan(each.what)),
          each.remedy,
        ),
      );
    if (troubles.length > 3)
      shown.push(h('p', { class: 'more' }, words('header.more', { count: troubles.length - 3 })));
    box.replaceChildren(...shown);
    box.hidden = troubles.length === 0;
  });
}
