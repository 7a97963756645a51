// @ts-check
/** Every box and device in one table: state, faults with remedy and since when, counters; those at fault first. */
import { showsLine, updateShows } from './board-shows.js';
import { both, h, keepList, setData, setText, words } from './dom.js';
import { faultTexts, remedyOf } from './fault-texts.js';
import { paperText } from './paper-left.js';
import { placeOf } from './places.js';
import { inOrder, mountGlance } from './technician.js';
import { knownState, sinceText, stateTexts, textOf } from './texts.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountTechnicianTable(box, hall) {
  const filter = h('input', {
    type: 'search',
    placeholder: '筛选设备 · Filter devices',
    'aria-label': '筛选设备 · Filter devices',
  });
  const nodes = h('div', { class: 'node-tiles' });
  const rows = h('tbody', null);
  const heads = [
    ['位置', 'Place'],
    ['设备', 'Device'],
    ['状态', 'State'],
    ['故障与处理', 'Faults and remedies'],
    ['计数', 'Counters'],
  ];
  mountGlance(box, hall);
  box.append(
    nodes,
    filter,
    h(
      'div',
      { class: 'table-frame' },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h('tr', null, ...heads.map(([zh, en]) => h('th', { scope: 'col' }, words(zh ?? '', en ?? '')))),
        ),
        rows,
      ),
    ),
  );
  const update = () => {
    const devices = hall.under('device/');
    keepList(
      nodes,
      hall.under('node/'),
      (node) => node.node,
      makeNode,
      (tile, node) => {
        setData(tile, 'state', node.state);
        const bad = devices.filter((device) => device.node === node.node && device.faults.length > 0).length;
        setData(tile, 'bad', bad > 0 || node.state !== 'ready' ? 'yes' : undefined);
        const state = textOf(stateTexts, node.state);
        const since = sinceText(node.sinceMs, hall.now());
        setText(tile.querySelector('span'), `${state.zh} ${state.en} · ${since.zh}`);
      },
    );
    const wanted = filter.value.trim().toLowerCase();
    const shown = devices
      .map((device) => ({ device, place: placeOf(hall, device) }))
      .filter(({ device, place }) =>
        `${place.zh} ${place.en} ${device.device} ${device.node}`.toLowerCase().includes(wanted),
      )
      .sort((a, b) => weight(b.device) - weight(a.device) || inOrder(a.place.en, b.place.en));
    keepList(
      rows,
      shown,
      ({ device }) => `${device.node}/${device.device}`,
      makeRow,
      (row, { device }) => updateRow(hall, row, device),
    );
  };
  filter.addEventListener('input', update);
  hall.watch(['node/', 'device/', 'rules'], update);
  setInterval(update, 5000);
}

/** Errors before warnings and boards nobody knows of before the rest. @param {any} device */
function weight(device) {
  if (device.faults.some((/** @type {any} */ fault) => fault.severity === 'error')) return 2;
  return device.faults.length > 0 || device.detail?.shows === 'unknown' ? 1 : 0;
}

/** @param {any} node */
function makeNode(node) {
  return h('article', { class: 'node-tile card' }, h('i', { class: 'dot' }), h('b', null, node.node), h('span', null));
}

/** @param {{device: any, place: {zh: string, en: string}}} item */
function makeRow({ device, place }) {
  return h(
    'tr',
    { data: { device: device.device } },
    h('td', null, both(place)),
    h('td', { class: 'mono' }, `${device.node}/${device.device}`),
    h('td', null, h('span', { class: 'row-state' }), showsLine()),
    h('td', { class: 'device-faults' }),
    h('td', null, h('p', { class: 'row-paper' }), h('p', { class: 'row-counters mono' })),
  );
}

/** @param {any} hall @param {any} row @param {any} device */
function updateRow(hall, row, device) {
  const known = knownState(device, hall.get(`node/${device.node}`));
  setData(row, 'state', known);
  const state = textOf(stateTexts, known);
  setText(row.querySelector('.row-state'), `${state.zh} ${state.en}`);
  updateShows(row.querySelector('.shows'), device);
  const paper = paperText(device.detail?.paper);
  setText(row.querySelector('.row-paper'), paper === undefined ? '' : `${paper.zh}  ${paper.en}`);
  const counters = Object.entries(device.counters).filter(([, value]) => value !== 0);
  setText(row.querySelector('.row-counters'), counters.map(([name, value]) => `${name} ${value}`).join('  '));
  keepList(
    row.querySelector('.device-faults'),
    device.faults,
    (fault) => fault.code,
    (fault) =>
      h(
        'p',
        { data: { severity: fault.severity } },
        both(textOf(faultTexts, fault.code)),
        h('em', null),
        remedyOf(fault),
      ),
    (line, fault) => setText(line.querySelector('em'), `已 ${sinceText(fault.since, hall.now()).zh}`),
  );
}
