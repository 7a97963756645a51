// @ts-check
/** What a simulated machine looks like, read with forgiveness: keys and lamps, paper, pixels, faults, cable. */
import { act } from './api.js';
import { h, keepList, setData, textSpan, words } from './dom.js';
import { named, t } from './text.js';

/** @typedef {{id: string, kind: string, node: string, device: string, window: string | null, part: string, look: any, labels?: Record<string, {zh: string, en: string}>}} Machine */

/** The machines of a node or a window, by part. @param {import('./live.js').LiveHall} hall @param {(machine: Machine) => boolean} wanted */
export function machinesWhere(hall, wanted) {
  return /** @type {Machine[]} */ (hall.under('machine/')).filter(wanted);
}

/** @param {Machine | undefined} machine */
export function pulledOut(machine) {
  const look = machine?.look ?? {};
  return look.plugged === false;
}

/** What can be done to a machine of each part besides pulling its cable. @type {Record<string, string[]>} */
const faultsOf = {
  panel: ['stuck', 'mute', 'chatter', 'noise'],
  pad: ['stuck', 'mute', 'chatter', 'noise', 'bad-check'],
  rating: ['stuck', 'mute', 'chatter', 'noise'],
  printer: ['paper-out', 'near-end', 'cover-open', 'jam', 'cutter', 'head-hot', 'mute', 'garbled'],
  board: ['mute', 'garble', 'nack', 'slow', 'drop'],
};

/** Faults somebody put in by hand: name to on. @param {Machine} machine @returns {Record<string, boolean>} */
export function handFaults(machine) {
  const on = Array.isArray(machine.look?.faults) ? machine.look.faults.map(String) : [];
  return Object.fromEntries(
    [...new Set([...(faultsOf[machine.part] ?? []), ...on])].map((name) => [name, on.includes(name)]),
  );
}

/** @param {Machine} machine @returns {{key: string, lamp: string, down: boolean, label?: {zh: string, en: string}}[]} */
export function keysOf(machine) {
  return Array.isArray(machine.look?.keys) ? machine.look.keys : [];
}

/**
 * A key to press: down at once, with its lamp. The caption stands beside the lamp.
 * @param {Machine} machine @param {string} key @param {string} text @param {string} [kind]
 */
export function keyButton(machine, key, text, kind = 'key') {
  const button = h(
    'button',
    { type: 'button', class: kind, data: { machine: machine.id, key }, title: text },
    h('i', { class: 'lamp', 'aria-hidden': 'true' }),
    textSpan(text),
  );
  button.addEventListener('click', () => act(machine.id, { type: 'press', key }));
  return button;
}

/** @param {Element} box @param {Machine} machine */
export function updateLamps(box, machine) {
  const states = new Map(keysOf(machine).map((each) => [each.key, each]));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (
    box.querySelectorAll(`[data-machine="${machine.id}"][data-key]`)
  )) {
    const state = states.get(button.dataset.key ?? '');
    setData(button, 'lamp', state?.lamp ?? 'off');
    setData(button, 'down', state?.down ? 'yes' : undefined);
  }
}

/**
 * The little tool at a machine's corner: its cable and its faults, by mouse.
 * @param {import('./live.js').LiveHall} hall @param {() => Machine[]} machinesNow @param {string} label
 */
export function faultTool(hall, machinesNow, label) {
  const list = h('div', { class: 'fault-list' });
  const tool = h(
    'details',
    { class: 'fault-tool' },
    h(
      'summary',
      { title: `${label} · ${t('machines.make-a-fault')}`, 'aria-label': `${label} · ${t('machines.make-a-fault')}` },
      toolMark(),
    ),
    h('div', { class: 'fault-box' }, h('p', { class: 'fault-title' }, words('machines.make-a-fault')), list),
  );
  const update = () => {
    const machines = machinesNow();
    const touched = machines.some(
      (each) => pulledOut(each) || powerOf(each).some((one) => one.on) || Object.values(handFaults(each)).some(Boolean),
    );
    setData(tool, 'touched', touched ? 'yes' : undefined);
    if (!tool.open) return;
    keepList(list, machines, (each) => each.id, makeFaultRow, updateFaultRow);
  };
  tool.addEventListener('toggle', update);
  tool.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') tool.open = false;
  });
  document.addEventListener('pointerdown', (event) => {
    if (tool.open && !tool.contains(/** @type {Node} */ (event.target))) tool.open = false;
  });
  hall.watch(['machine/'], update);
  return tool;
}

function toolMark() {
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  mark.setAttribute('viewBox', '0 0 16 16');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute(
    'd',
    'M10.6 1.6a4 4 0 0 0-4.9 5.1L1.6 10.8a1.6 1.6 0 0 0 0 2.3l1.3 1.3a1.6 1.6 0 0 0 2.3 0l4.1-4.1a4 4 0 0 0 5.1-4.9L12 7.8 9.4 7.200 8.200 4z',
  );
  mark.append(path);
  return mark;
}

/** @param {Machine} machine */
export function makeFaultRow(machine) {
  return h(
    'div',
    { class: 'fault-row', data: { machine: machine.id } },
    textSpan(named('part', machine.part)),
    h('div', { class: 'fault-toggles' }),
  );
}

/** @param {HTMLElement} row @param {Machine} machine */
export function updateFaultRow(row, machine) {
  const toggles = [
    { name: 'unplug', on: pulledOut(machine), text: t('machines.unplug') },
    ...powerOf(machine),
    ...Object.entries(handFaults(machine)).map(([name, on]) => ({ name, on, text: named('fault', name) })),
  ];
  keepList(
    /** @type {Element} */ (row.querySelector('.fault-toggles')),
    toggles,
    (each) => each.name,
    (each) => {
      const button = h('button', { type: 'button', class: 'toggle', data: { fault: each.name } }, textSpan(each.text));
      button.addEventListener('click', () => {
        const on = button.getAttribute('aria-pressed') !== 'true';
        if (each.name === 'unplug') void act(machine.id, { type: on ? 'unplug' : 'plug' });
        else if (each.name === 'power-off') void act(machine.id, { type: 'power', on: !on });
        else void act(machine.id, { type: 'fault', fault: each.name, on });
      });
      return button;
    },
    (button, each) => button.setAttribute('aria-pressed', String(each.on)),
  );
}

/** Printers and boards have a mains switch. @param {Machine} machine */
function powerOf(machine) {
  const powered = machine.look?.powered ?? machine.look?.power;
  return typeof powered === 'boolean' ? [{ name: 'power-off', on: !powered, text: t('machines.power-off') }] : [];
}
