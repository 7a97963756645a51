// @ts-check
/** A scanner beside a kiosk: type or paste what would be held under its glass, and see what became of it. */
import { act } from './api.js';
import { h, setText, words } from './dom.js';
import { machinesWhere } from './machines.js';
import { refusalText } from './refusal.js';
import { named, t } from './text.js';

/** Of the box that the kiosk stands on; `undefined` where nobody scans. @param {any} hall @param {string} node */
export function scannerOf(hall, node) {
  return machinesWhere(hall, (each) => each.node === node && each.part === 'scanner')[0];
}

/** @param {import('./machines.js').Machine} scanner */
export function makeScanner(scanner) {
  const code = h('input', {
    type: 'text',
    maxlength: '300',
    'aria-label': t('scanners.content'),
    placeholder: t('scanners.hint'),
  });
  const form = h(
    'form',
    { class: 'scanner-box', data: { scanner: scanner.id } },
    code,
    h('button', { type: 'submit', class: 'primary small' }, words('scanners.scan')),
    h('p', { class: 'scanner-said', role: 'status' }),
  );
  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (code.value !== '') void act(scanner.id, { type: 'scan', text: code.value });
  });
  return form;
}

/** @param {any} hall @param {HTMLElement} box @param {import('./machines.js').Machine} scanner */
export function updateScanner(hall, box, scanner) {
  const last = hall.get(`device/${scanner.node}/${scanner.device}`)?.detail?.last;
  const outcome = last?.outcome === undefined ? '' : named('scanners', last.outcome);
  const more = last?.reason === undefined ? (last?.number ?? '') : refusalText(last.reason);
  const line = /** @type {Element} */ (box.querySelector('.scanner-said'));
  setText(line, `${outcome} ${more}`.trim());
}
