// @ts-check
/** The top of the page: whose hall, what time, what runs, and whether it runs by itself. */
import { auto, power } from './api.js';
import { both, h, setData, setText, words } from './dom.js';
import { faultTexts, remedyOf } from './fault-texts.js';
import { placeOf } from './places.js';
import { textOf } from './texts.js';

const speeds = [1, 5, 10, 20, 60];

/** @param {HTMLElement} top @param {import('./live.js').LiveHall} hall */
export function mountHeader(top, hall) {
  const name = h('h1', null);
  const english = h('p', { lang: 'en' });
  const clock = h('time', { class: 'clock' });
  const date = h('span', { class: 'date' });
  const hubPill = pill('hub', { zh: '中枢', en: 'Hub' }, (on) => power({ what: 'hub', on }));
  const brokerPill = pill('broker', { zh: '消息总线', en: 'Broker' }, (on) => power({ what: 'broker', on }));
  const nodePill = h(
    'span',
    { class: 'pill', data: { what: 'nodes' } },
    h('i', { class: 'dot' }),
    words('设备箱', 'Boxes'),
    h('b', null),
  );
  const parts = [
    h(
      'div',
      { class: 'whose' },
      h('img', { src: '/favicon.svg', alt: '', width: 38, height: 38 }),
      h('div', null, name, english),
    ),
    h('div', { class: 'running' }, hubPill.element, brokerPill.element, nodePill),
    autoControl(hall),
    document.body.classList.contains('console')
      ? null
      : h('a', { class: 'pill', href: '/console' }, words('工作台', 'Staff')),
    h('div', { class: 'when' }, clock, date),
  ];
  top.append(...parts.filter((part) => part !== null));

  hall.watch(['rules'], () => {
    const rules = hall.rules;
    if (rules === undefined) return;
    setText(name, rules.name.zh);
    setText(english, rules.name.en);
    document.title = `${rules.name.zh} · ${rules.name.en}`;
  });
  const tick = () => {
    const timeZone = hall.rules?.timeZone ?? 'Asia/Shanghai';
    const now = hall.now();
    setText(
      clock,
      new Intl.DateTimeFormat('zh-CN', {
        timeZone,
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hour12: false,
      }).format(now),
    );
    setText(
      date,
      new Intl.DateTimeFormat('zh-CN', { timeZone, month: 'long', day: 'numeric', weekday: 'long' }).format(now),
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

/** @param {string} what @param {{zh: string, en: string}} text @param {(on: boolean) => void} turn */
function pill(what, text, turn) {
  const state = h('b', null);
  const element = h(
    'button',
    { class: 'pill', type: 'button', data: { what } },
    h('i', { class: 'dot' }),
    both(text),
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
      element.title = powered === undefined ? '' : switchOn ? '点击停止 · Click to stop' : '点击启动 · Click to start';
      setData(element, 'on', String(well));
      setText(state, well ? '运行' : '停止');
    },
  };
}

/** @param {import('./live.js').LiveHall} hall */
function autoControl(hall) {
  const choose = h(
    'select',
    { 'aria-label': '速度 · Speed' },
    ...speeds.map((speed) => h('option', { value: speed }, `×${speed}`)),
  );
  const toggle = h(
    'button',
    { type: 'button', class: 'switch', role: 'switch', 'aria-checked': 'false', data: { what: 'auto' } },
    h('i', null),
    words('自动演示', 'Auto'),
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

/** What is wrong now, in one line a thing, under the header. @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountTrouble(box, hall) {
  hall.watch(['device/', 'hub', 'bench', 'connection', 'node/'], () => {
    /** @type {{where: {zh: string, en: string}, what: {zh: string, en: string}, remedy: Node, severity: string}[]} */
    const troubles = [];
    const add = (/** @type {string} */ zh, /** @type {string} */ en, /** @type {string} */ remedy) =>
      troubles.push({
        where: { zh, en },
        what: { zh: '', en: '' },
        remedy: h('span', null, remedy),
        severity: 'error',
      });
    if (!hall.connected && hall.rules !== undefined)
      add('与服务器的连接中断', 'The page lost its server', '正在重连 · reconnecting');
    else if (hall.get('hub')?.state === 'away')
      add(
        '中枢离线',
        'The hub is away',
        '显示屏已标记过期；设备箱保留事件，恢复后补送 · boards show the stale mark; boxes keep their events and deliver them afterwards',
      );
    if (hall.get('bench')?.broker === false)
      add(
        '消息总线停止',
        'The broker is stopped',
        '设备箱把事件存在本地，恢复后补送 · boxes keep their events and deliver them afterwards',
      );
    for (const node of hall.under('node/'))
      if (node.state === 'lost' || node.state === 'silent' || node.state === 'disconnected')
        add(`设备箱 ${node.node} 失联`, `Box ${node.node} is lost`, '检查电源与网线 · check its power and network');
    for (const device of hall.under('device/'))
      for (const fault of device.faults)
        troubles.push({
          where: placeOf(hall, device),
          what: textOf(faultTexts, fault.code),
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
          h('b', null, both(each.where), ' ', both(each.what)),
          each.remedy,
        ),
      );
    if (troubles.length > 3)
      shown.push(h('p', { class: 'more' }, words(`还有 ${troubles.length - 3} 项`, `${troubles.length - 3} more`)));
    box.replaceChildren(...shown);
    box.hidden = troubles.length === 0;
  });
}
