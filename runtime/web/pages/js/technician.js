// @ts-check
/** The technician's view: at a glance which paper is out and which cable is loose; then every box and device. */
import { power } from './api.js';
import { showsLine, updateShows } from './board-shows.js';
import { h, keepList, setData, setText, textSpan } from './dom.js';
import { knownState } from './known-state.js';
import { placeOf } from './places.js';
import { remedyOf } from './remedy.js';
import { named, t } from './text.js';
import { lastsText, sinceText } from './times.js';

/** The glance: what to take along. */
const glances = [
  {
    id: 'paper',
    text: t('technician.paper'),
    of: (/** @type {any} */ fault) => /paper-out|paper-low|near-end/.test(fault.code),
  },
  { id: 'cable', text: t('technician.cable'), of: (/** @type {any} */ fault) => fault.kind === 'port' },
  {
    id: 'mute',
    text: t('technician.mute'),
    of: (/** @type {any} */ fault) => fault.kind === 'mute' || fault.kind === 'garbled',
  },
  { id: 'other', text: t('technician.other'), of: () => true },
];

/** How many of each kind, and where. @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountGlance(box, hall) {
  const glance = h('div', { class: 'glance' });
  box.append(glance);
  hall.watch(['node/', 'device/', 'rules'], () => {
    const devices = hall.under('device/');
    const left = devices.flatMap((device) => device.faults.map((/** @type {any} */ fault) => ({ device, fault })));
    const groups = glances.map((each) => {
      const mine = left.filter(({ fault }) => each.of(fault));
      for (const one of mine) left.splice(left.indexOf(one), 1);
      return { ...each, mine };
    });
    keepList(
      glance,
      groups,
      (group) => group.id,
      (group) => h('div', { class: 'glance-tile' }, textSpan(group.text), h('b', null), h('span', null)),
      (tile, group) => {
        setText(tile.querySelector('b'), String(group.mine.length));
        setText(
          tile.lastElementChild,
          [...new Set(group.mine.map(({ device }) => placeOf(hall, device)))].slice(0, 3).join(', '),
        );
        setData(tile, 'bad', group.mine.length > 0 ? 'yes' : undefined);
      },
    );
  });
}

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountTechnician(box, hall) {
  const nodes = h('div', { class: 'nodes' });
  mountGlance(box, hall);
  box.append(nodes);
  const update = () => {
    const devices = hall.under('device/');
    keepList(
      nodes,
      hall.under('node/'),
      (node) => node.node,
      (node) => makeNode(hall, node),
      (card, node) => updateNode(hall, card, node, devices),
    );
  };
  hall.watch(['node/', 'device/', 'bench', 'hub'], update);
  setInterval(update, 5000);
}

/** @param {any} hall @param {any} node */
function makeNode(hall, node) {
  const turn = h('button', { type: 'button', class: 'toggle', data: { act: 'node', node: node.node } });
  turn.addEventListener('click', () =>
    power({ what: 'node', node: node.node, on: hall.get('bench')?.nodes[node.node] === false }),
  );
  return h(
    'details',
    { class: 'node', data: { node: node.node } },
    h(
      'summary',
      null,
      h('i', { class: 'dot' }),
      h('b', null, node.node),
      h('span', { class: 'node-state' }),
      h('span', { class: 'node-count' }),
      turn,
    ),
    h('div', { class: 'devices' }),
  );
}

/** @param {any} hall @param {any} card @param {any} node @param {any[]} devices */
function updateNode(hall, card, node, devices) {
  const mine = devices.filter((device) => device.node === node.node);
  const bad = mine.filter((device) => device.faults.length > 0);
  const state = named('state', node.state);
  const since = sinceText(node.sinceMs, hall.now());
  setData(card, 'state', node.state);
  setData(card, 'bad', bad.length > 0 ? 'yes' : undefined);
  setText(card.querySelector('.node-state'), `${state} · ${since}`);
  setText(
    card.querySelector('.node-count'),
    bad.length > 0 ? t('technician.faults', { count: bad.length }) : t('technician.devices', { count: mine.length }),
  );
  const powered = hall.get('bench')?.nodes?.[node.node];
  const turn = card.querySelector('[data-act="node"]');
  turn.hidden = powered === undefined;
  turn.setAttribute('aria-pressed', String(powered === false));
  setText(turn, t(powered === false ? 'technician.start' : 'technician.cut'));
  if (bad.length > 0 && card.dataset.opened === undefined) {
    card.dataset.opened = 'yes';
    card.open = true;
  }
  keepList(
    card.querySelector('.devices'),
    [...mine].sort((a, b) => b.faults.length - a.faults.length || inOrder(a.device, b.device)),
    (device) => device.device,
    (device) =>
      h(
        'div',
        { class: 'device' },
        h('i', { class: 'dot' }),
        textSpan(placeOf(hall, device)),
        h('span', { class: 'device-state' }),
        showsLine(),
        h('div', { class: 'device-faults' }),
      ),
    (row, device) => updateDevice(hall, row, device),
  );
}

/** @param {any} hall @param {HTMLElement} row @param {any} device */
function updateDevice(hall, row, device) {
  const known = knownState(device, hall.get(`node/${device.node}`));
  setData(row, 'state', known);
  const state = named('state', known);
  setText(/** @type {Element} */ (row.querySelector('.device-state')), state);
  updateShows(/** @type {HTMLElement} */ (row.querySelector('.shows')), device);
  keepList(
    /** @type {Element} */ (row.querySelector('.device-faults')),
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
    (line, fault) => {
      setText(line.querySelector('em'), lastsText(fault.since, hall.now()));
    },
  );
}

/** w2 before w10. @param {string} a @param {string} b */
export function inOrder(a, b) {
  return a.localeCompare(b, 'en', { numeric: true });
}
