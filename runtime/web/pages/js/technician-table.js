// @ts-check
/** Every box and device in one table: state, faults with remedy and since when, counters; those at fault first. */
import { showsLine, updateShows } from './board-shows.js';
import { h, keepList, setData, setText, textSpan } from './dom.js';
import { knownState } from './known-state.js';
import { paperText } from './paper-left.js';
import { placeOf } from './places.js';
import { remedyOf } from './remedy.js';
import { inOrder, mountGlance } from './technician.js';
import { named, t } from './text.js';
import { lastsText, sinceText } from './times.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountTechnicianTable(box, hall) {
  const filter = h('input', {
    type: 'search',
    placeholder: t('technician-table.filter'),
    'aria-label': t('technician-table.filter'),
  });
  const nodes = h('div', { class: 'node-tiles' });
  const rows = h('tbody', null);
  const heads = [
    t('common.place'),
    t('technician-table.device'),
    t('technician-table.state'),
    t('technician-table.faults'),
    t('technician-table.counters'),
  ];
  mountGlance(box, hall);
  box.append(
    nodes,
    filter,
    h(
      'div',
      { class: 'table-frame' },
      h('table', null, h('thead', null, h('tr', null, ...heads.map((head) => h('th', { scope: 'col' }, head)))), rows),
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
        const state = named('state', node.state);
        const since = sinceText(node.sinceMs, hall.now());
        setText(tile.querySelector('span'), `${state} · ${since}`);
      },
    );
    const wanted = filter.value.trim().toLowerCase();
    const shown = devices
      .map((device) => ({ device, place: placeOf(hall, device) }))
      .filter(({ device, place }) => `${place} ${device.device} ${device.node}`.toLowerCase().includes(wanted))
      .sort((a, b) => weight(b.device) - weight(a.device) || inOrder(a.place, b.place));
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

/** @param {{device: any, place: string}} item */
function makeRow({ device, place }) {
  return h(
    'tr',
    { data: { device: device.device } },
    h('td', null, textSpan(place)),
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
  const state = named('state', known);
  setText(row.querySelector('.row-state'), state);
  updateShows(row.querySelector('.shows'), device);
  const paper = paperText(device.detail?.paper);
  setText(row.querySelector('.row-paper'), paper);
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
        textSpan(named('fault', fault.code)),
        h('em', null),
        remedyOf(fault),
      ),
    (line, fault) => setText(line.querySelector('em'), lastsText(fault.since, hall.now())),
  );
}
